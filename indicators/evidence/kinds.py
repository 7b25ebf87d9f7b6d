"""What may come in as evidence: a few kinds, told by what the file holds and by its ending, and refused where the two disagree."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.evidence import packages, pictures
from indicators.evidence.naming import ending_of

LARGEST = 20 * 1024 * 1024
MEGABYTE = 1024 * 1024
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ofd": "application/ofd",
    "csv": "text/csv",
    "txt": "text/plain",
}
KINDS = {f".{kind}": kind for kind in CONTENT_TYPES} | {".jpg": "jpeg"}
PICTURES, PACKAGES = ("png", "jpeg"), ("xlsx", "docx", "ofd")
# What browsers and other programs would run, wherever it stands in a file that claims to be something else.
RUNS = re.compile(rb"<\s*(?:html|script|svg|iframe|object|embed|body|head|!doctype|\?xml|\?php)\b", re.IGNORECASE)
HEAD, TAIL = 1024, 2048
# The old files of Word and Excel, and those that are kept under a password.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CODECS = ("utf-8-sig", "gb18030")


@dataclass
class Seen:
    """A file that may stay: its kind, the bytes to keep, and what its owner should know about it."""

    kind: str
    file: BinaryIO
    warnings: list[str] = field(default_factory=list)


def look(file: BinaryIO, name: str) -> Seen:
    """Look into a file and return what is kept of it, or refuse it. Nothing is read of a file that is too large.

    Pictures lose what a camera wrote beside them, its place above all.
    """
    size = size_of(file)
    if size == 0:
        raise ValidationError(_("%(name)s is empty. Choose the file again.") % {"name": name}, code="empty")
    if size > LARGEST:
        raise too_large(name)
    kind = KINDS.get(ending_of(name).lower())
    if kind is None:
        raise ValidationError(
            _("%(name)s is of a kind that is not taken. Save it as PDF, PNG, JPEG, XLSX, DOCX, OFD, CSV or TXT and choose that.")
            % {"name": name},
            code="kind",
        )
    file.seek(0)
    refuse_unlike(file, kind, name)
    seen = LOOKS[kind](file, kind, name)
    seen.file.seek(0)
    if size_of(seen.file) > LARGEST:
        raise too_large(name)
    return seen


def too_large(name: str) -> ValidationError:
    """Return the refusal of a file that is too large."""
    text = _("%(name)s is larger than %(most)s MB. Make it smaller, or take only the pages that show the figure.")
    return ValidationError(text % {"name": name, "most": LARGEST // MEGABYTE}, code="too_large")


def size_of(file: BinaryIO) -> int:
    """Return how many bytes a file has."""
    return file.seek(0, io.SEEK_END)


def unlike(kind: str, name: str) -> ValidationError:
    """Return the refusal of a file that is not what its name says."""
    text = _("%(name)s is not a sound %(kind)s file. Open it in the program that it comes from, save it again and choose that.")
    return ValidationError(text % {"name": name, "kind": kind.upper()}, code="kind")


def refuse_unlike(file: BinaryIO, kind: str, name: str) -> None:
    """Refuse what begins as something else, and what is two kinds of file at once."""
    head = file.read(HEAD)
    if head.startswith(COMPOUND):
        raise ValidationError(
            _("%(name)s is an old Office file, or a password protects it. Save it as XLSX, DOCX or PDF without a password.")
            % {"name": name},
            code="kind",
        )
    # The members of a package may lie in it as they are, and are XML.
    if kind not in PACKAGES and (RUNS.search(head) or zipfile.is_zipfile(file)):
        raise unlike(kind, name)
    file.seek(0)


def look_at_pdf(file: BinaryIO, kind: str, name: str) -> Seen:
    """Take a PDF that begins as one and has nothing behind its end."""
    if not file.read(5) == b"%PDF-":
        raise unlike(kind, name)
    file.seek(max(0, size_of(file) - TAIL))
    body, end, behind = file.read().rpartition(b"%%EOF")
    if not end or behind.strip(b"\x00\r\n\t "):
        raise unlike(kind, name)
    protected = b"/Encrypt" in body
    return Seen(kind, file, [_("%(name)s seems to be protected. Make sure that a reviewer can open it.") % {"name": name}] * protected)


def look_at_picture(file: BinaryIO, kind: str, name: str) -> Seen:
    """Take a picture without what was written beside it."""
    cleaned = pictures.clean(file, kind)
    if cleaned is None:
        raise unlike(kind, name)
    return Seen(kind, cleaned)


def look_at_package(file: BinaryIO, kind: str, name: str) -> Seen:
    """Take a package of an office program without programs of its own; its authors' names are worth a warning."""
    if not packages.sound(file, kind):
        raise unlike(kind, name)
    if packages.runs(file):
        text = _("%(name)s holds macros or programs. Save it without them, or as PDF.")
        raise ValidationError(text % {"name": name}, code="kind")
    authors = _(", ").join(packages.authors(file))
    text = _("%(name)s names its authors: %(authors)s. If that should not be known, clear the file's properties and put it again.")
    return Seen(kind, file, [text % {"name": name, "authors": authors}] if authors else [])


def look_at_text(file: BinaryIO, kind: str, name: str) -> Seen:
    """Take text in UTF-8 or GB 18030 that is only text."""
    data = file.read()
    text = next((text for codec in CODECS if (text := decoded(data, codec)) is not None), None)
    if text is None or text.startswith("#!") or any(sign < " " and sign not in "\t\r\n\f" for sign in text) or RUNS.search(data):
        raise unlike(kind, name)
    return Seen(kind, file)


def decoded(data: bytes, codec: str) -> str | None:
    """Return the text of bytes, or None where they are none in this code."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


LOOKS = {
    "pdf": look_at_pdf,
    **dict.fromkeys(PICTURES, look_at_picture),
    **dict.fromkeys(PACKAGES, look_at_package),
    **dict.fromkeys(("csv", "txt"), look_at_text),
}
