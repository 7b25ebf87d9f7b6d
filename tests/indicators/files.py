"""Files for tests, made in code: sound ones of every kind that is taken, and those that pretend to be one."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from indicators import evidence
from indicators.evidence import Brought, Outcome
from pilots.models import Door, Pilot, User

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
MAIN = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
PLACE, CAMERA = 0x8825, 0x010F


def pdf(words: str = "", *, more: bytes = b"") -> bytes:
    """A small PDF; other words make another file."""
    return PDF.replace(b"1 0 obj", f"% {words}\n1 0 obj".encode()) + more


def picture(kind: str = "PNG", *, size: tuple[int, int] = (8, 6), mode: str = "RGB", place: bool = False, turned: int = 0) -> bytes:
    """A small picture, where wanted with the place and the camera that a telephone writes into it."""
    exif = Image.Exif()
    if place:
        exif[CAMERA] = "Canary Camera"
        exif.get_ifd(PLACE)[1] = "N"
        exif.get_ifd(PLACE)[2] = (39.0, 1.0, 2.0)
    if turned:
        exif[0x0112] = turned
    out = io.BytesIO()
    Image.new(mode, size, 200 if mode == "L" else (200, 30, 30)[: len(mode)]).save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def package(kind: str = "xlsx", *, members: dict[str, str | bytes] | None = None, without: tuple[str, ...] = ()) -> bytes:
    """A file of an office program, with more members or without some."""
    held = {"OFD.xml": "<ofd/>"} if kind == "ofd" else {"[Content_Types].xml": TYPES, MAIN[kind]: "<main/>"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in {**held, **(members or {})}.items():
            if name not in without:
                made.writestr(name, data)
    return out.getvalue()


def authored(kind: str = "docx", names: str = "王芳") -> bytes:
    """A file of an office program that names its author."""
    return package(
        kind, members={"docProps/core.xml": f"<cp><dc:creator>{names}</dc:creator><cp:lastModifiedBy>x</cp:lastModifiedBy></cp>"}
    )


def put(pilot: Pilot, by: User, data: bytes | None = None, name: str = "年鉴 2030.pdf", **more: object) -> Outcome:
    """Put a file as a page would."""
    return evidence.put(pilot=pilot, brought=brought(data, name), by=by, door=Door.PAGE, **more)


def brought(data: bytes | None = None, name: str = "年鉴 2030.pdf") -> Brought:
    """A file as a door hands it over."""
    return Brought(name, io.BytesIO(pdf() if data is None else data))


def sent(data: bytes | None = None, name: str = "年鉴 2030.pdf") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, pdf() if data is None else data)
