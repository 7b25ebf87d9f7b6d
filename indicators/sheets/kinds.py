"""What kind of file it is by its content, whatever its name says."""

from __future__ import annotations

from typing import IO

from indicators.sheets.refused import Refused

HEAD = 4096
# The first bytes of what is often sent in place of a workbook, and the code of what is said about it.
BEGINNINGS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"RIFF", "image"),
    (b"{\\rtf", "document"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"ID;P", "sylk"),
    (b"SQLite format 3", "other"),
    (b"\x7fELF", "other"),
    (b"MZ\x90", "other"),
    (b"\x09\x08", "xls"),
    (b"\x09\x04", "xls"),
    (b"\x09\x02", "xls"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# What the folder of an OLE file names, in the order in which it decides.
STREAMS = (
    ("DRMEncrypted", "rights"),
    ("EncryptedPackage", "password"),
    ("WordDocument", "document"),
    ("PowerPoint Document", "document"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)


def kind_of(file: IO[bytes]) -> str:
    """Return `zip` or `text`, or refuse a file that is neither, naming what it is."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Refused("empty")
    if head.startswith(ZIP):
        return "zip"
    if head.startswith(OLE):
        raise Refused(_inside_ole(file))
    for beginning, code in BEGINNINGS:
        if head.startswith(beginning):
            raise Refused(code)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    _check_markup(head)
    if b"\0" in head:
        raise Refused("other")
    return "text"


def _inside_ole(file: IO[bytes]) -> str:
    """Say what an OLE file is by the streams that it names."""
    file.seek(0)
    whole = file.read()
    for name, code in STREAMS:
        if name.encode("utf-16-le") in whole:
            return code
    return "xls"


def _check_markup(head: bytes) -> None:
    """Refuse a web page or XML that was saved under a workbook's name."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if not start.startswith(b"<"):
        return
    raise Refused("xml" if start.startswith(b"<?xml") and b"<html" not in start else "html")
