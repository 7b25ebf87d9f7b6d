"""The archive that a workbook of Excel is: its parts are counted, and read piece by piece within the limits."""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterator
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from indicators.sheets.limits import MB, Limits
from indicators.sheets.refused import Refused

PIECE = 64 * 1024
ENCRYPTED = 1
FAULTS = (BadZipFile, EOFError, zlib.error, NotImplementedError, OSError, ValueError, KeyError)
# Parts that tell another kind of file from a workbook of Excel.
FOREIGN = (
    ("xl/workbook.bin", "xlsb"),
    ("word/document.xml", "document"),
    ("ppt/presentation.xml", "document"),
    ("index/document.iwa", "numbers"),
)


class Archive:
    """The parts of a workbook by name (case does not count); `unpacked` is how many bytes have really come out so far."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self.limits, self.unpacked = limits, 0
        try:
            self.zip = ZipFile(file)
        except FAULTS as fault:
            raise Refused("damaged") from fault
        self.parts = self._list(self.zip.infolist())
        self._refuse_other_kinds()

    def _list(self, members: list[ZipInfo]) -> dict[str, ZipInfo]:
        """Name the parts, or refuse too many of them and two of one name."""
        if len(members) > self.limits.parts:
            raise Refused("parts", limit=self.limits.parts)
        parts: dict[str, ZipInfo] = {}
        for member in members:
            name = member.filename.replace("\\", "/").lstrip("/").casefold()
            if name in parts:
                raise Refused("twice", name=member.filename)
            if member.flag_bits & ENCRYPTED:
                raise Refused("password")
            if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise Refused("damaged")
            parts[name] = member
        return parts

    def _refuse_other_kinds(self) -> None:
        """Refuse macros and what is no workbook of Excel."""
        if any(name.endswith("vbaproject.bin") for name in self.parts):
            raise Refused("macros")
        for name, code in FOREIGN:
            if name in self.parts:
                raise Refused(code)
        if "mimetype" in self.parts:
            raise Refused("ods")
        if "[content_types].xml" not in self.parts:
            raise Refused("archive")

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self.parts

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part, or refuse when more come out than the limits allow, whatever the archive says of itself."""
        member = self.parts.get(name.casefold())
        if member is None:
            raise Refused("damaged")
        came = 0
        try:
            with self.zip.open(member) as part:
                while piece := part.read(PIECE):
                    came += len(piece)
                    self.unpacked += len(piece)
                    if self.unpacked > self.limits.unpacked or (came > MB and came > self.limits.ratio * max(member.compress_size, 1)):
                        raise Refused("unpacked")
                    yield piece
            if came != member.file_size:
                raise BadZipFile(name)
        except FAULTS as fault:
            raise Refused("damaged") from fault

    def target(self, base: str, target: str) -> str:
        """Return the name of the part to which a part in the folder `base` refers."""
        target = target.replace("\\", "/")
        return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
