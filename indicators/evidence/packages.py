"""Files of office programs are zip packages: what a sound one holds, and what none may bring along."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

BEGINNING = b"PK\x03\x04"
MOST_MEMBERS, LARGEST_UNPACKED, LARGEST_PROPERTIES = 5000, 200 * 1024 * 1024, 100_000
# What each kind always holds.
HOLDS = {"xlsx": ("[Content_Types].xml", "xl/workbook.xml"), "docx": ("[Content_Types].xml", "word/document.xml"), "ofd": ("OFD.xml",)}
PROGRAMS = re.compile(
    r"vbaproject|macrosheets/|activex/|\.(?:exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|jar|class|html?|mht|lnk|msi|php|sh|py)$",
    re.IGNORECASE,
)
PROPERTIES = "docProps/core.xml"
AUTHOR = re.compile(rb"<(?:dc:creator|cp:lastModifiedBy)[^>]*>([^<]+)<")


def sound(file: BinaryIO, kind: str) -> bool:
    """Say whether a file is a whole package of this kind, without a second member of one name or one that points elsewhere,
    and of a bearable size once it is unpacked. Nothing is unpacked for it."""
    file.seek(0)
    if file.read(len(BEGINNING)) != BEGINNING:
        return False
    try:
        with zipfile.ZipFile(file) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    names = [member.filename for member in members]
    whole = set(HOLDS[kind]) <= set(names) and len(names) == len(set(names)) <= MOST_MEMBERS
    return whole and sum(member.file_size for member in members) <= LARGEST_UNPACKED and all(map(inside, names))


def inside(name: str) -> bool:
    """Say whether the name of a member stays inside its package."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def runs(file: BinaryIO) -> bool:
    """Say whether a package holds macros or programs."""
    with zipfile.ZipFile(file) as package:
        return any(PROGRAMS.search(name) for name in package.namelist())


def authors(file: BinaryIO) -> list[str]:
    """Return the names of people in a package's properties."""
    with zipfile.ZipFile(file) as package:
        if PROPERTIES not in package.namelist():
            return []
        try:
            with package.open(PROPERTIES) as properties:
                found = AUTHOR.findall(properties.read(LARGEST_PROPERTIES))
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
            return []
    return sorted({html.unescape(name.decode(errors="replace")).strip()[:100] for name in found})
