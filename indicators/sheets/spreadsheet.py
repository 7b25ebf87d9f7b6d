"""A workbook of Excel or WPS read sheet by sheet and row by row, with what a person sees in each cell."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import IO, NamedTuple

from indicators.sheets.archive import Archive
from indicators.sheets.formats import BUILT_IN, Format, day
from indicators.sheets.limits import Limits
from indicators.sheets.markup import Attributes, Reader, attribute
from indicators.sheets.refused import Refused

NUMBER = re.compile(r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,3})?", re.ASCII)
# A number that is shown as it is held: no more than fifteen digits, no exponent, no idle zero.
SIMPLE = re.compile(r"-?(?:[1-9]\d{0,14}|(?=[-.\d]{1,15}$)(?:0|[1-9]\d*)\.\d{0,11}[1-9])|0", re.ASCII)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
TRUE = ("1", "true", "on")
MOST_STRINGS = 2_000_000
# The hidden sheet in which a template of ours says what it is.
STAMP_SHEET = "_portal"


class Seen(NamedTuple):
    """A cell that is not empty: its column, what the person sees, what is to be read, and a trait where it is no plain text or number.

    Traits: `date`, `boolean`, `error` (an error value), `no_result` (a formula never computed), `format` (shown otherwise than held).
    """

    column: int
    raw: str
    text: str
    trait: str = ""


@dataclass
class Sheet:
    """A sheet: its name, whether a person sees it, and what of it is hidden (known once its rows were read)."""

    name: str
    visible: bool = True
    part: str = ""
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


class Contents(Reader):
    """The list of sheets, the calendar, and whether everything is to be computed at opening."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[Sheet, str]] = []
        self.since_1904 = self.uncomputed = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            sheet = Sheet(attributes.get("name", ""), visible=attributes.get("state", "visible") == "visible")
            self.sheets.append((sheet, attribute(attributes, "id")))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904", "") in TRUE
        elif name == "calcPr":
            self.uncomputed = attributes.get("fullCalcOnLoad", "") in TRUE


class Relations(Reader):
    """Which part each reference of another part means."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, tuple[str, str]] = {}

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))


class Styles(Reader):
    """The number format of each style of a cell."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, str] = {str(number): code for number, code in BUILT_IN.items()}
        self.formats: list[Format] = []
        self.made: dict[str, Format] = {}
        self.inside = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside:
            code = self.codes.get(attributes.get("numFmtId", "0"), "")
            self.formats.append(self.made.get(code) or self.made.setdefault(code, Format(code)))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.inside = False


class Strings(Reader):
    """The texts that the cells share; what is printed above Chinese signs to say how they are spoken is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self.parts: list[str] = []
        self.spoken = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self.parts = []
        elif name == "rPh":
            self.spoken = True
        elif name == "t" and not self.spoken:
            self.text = []

    def end(self, name: str) -> None:
        if name == "t" and self.text is not None:
            self.parts.extend(self.text)
            self.text = None
        elif name == "rPh":
            self.spoken = False
        elif name == "si":
            if len(self.strings) >= MOST_STRINGS:
                raise Refused("unpacked")
            self.strings.append(plain("".join(self.parts)))


class Workbook:
    """An opened workbook. `sheets` are its sheets of cells in their order; `external` says whether it refers to other workbooks."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self.archive = Archive(file, limits)
        main = self._main_part()
        folder, name = posixpath.split(main)
        contents, relations = Contents(), Relations()
        contents.walk(self.archive.pieces(main))
        relations.walk(self.archive.pieces(f"{folder}/_rels/{name}.rels"))
        self.since_1904, self.uncomputed = contents.since_1904, contents.uncomputed
        self.external = any(part.startswith("xl/externallinks/") for part in self.archive.parts)
        self.sheets = list(self._locate(contents, relations, folder))
        self.formats, self.strings = self._shared(relations, folder)

    def _main_part(self) -> str:
        """Return the name of the part that lists the sheets."""
        relations = Relations()
        relations.walk(self.archive.pieces("_rels/.rels"))
        for kind, target in relations.targets.values():
            if kind == "officeDocument":
                return self.archive.target("", target)
        raise Refused("archive")

    def _locate(self, contents: Contents, relations: Relations, folder: str) -> Iterator[Sheet]:
        """Find the part of each sheet of cells, or refuse two of one name."""
        names = set()
        for sheet, reference in contents.sheets:
            if sheet.name.casefold() in names:
                raise Refused("two_sheets", name=sheet.name)
            names.add(sheet.name.casefold())
            kind, target = relations.targets.get(reference, ("", ""))
            if kind == "worksheet":
                sheet.part = self.archive.target(folder, target)
                yield sheet
            elif kind not in ("chartsheet", "dialogsheet"):
                raise Refused("macros" if "macrosheet" in kind.casefold() else "damaged")

    def _shared(self, relations: Relations, folder: str) -> tuple[list[Format], list[str]]:
        """Read the formats and the shared texts."""
        styles, strings = Styles(), Strings()
        for reader, wanted in ((styles, "styles"), (strings, "sharedStrings")):
            for kind, target in relations.targets.values():
                if kind == wanted:
                    reader.walk(self.archive.pieces(self.archive.target(folder, target)))
        return styles.formats, strings.strings

    def show(self, number: str, style: str) -> tuple[str, str, str]:
        """Return what a person sees of a number that a cell holds, what is to be read, and its trait."""
        form = self._format(style)
        if form.general and SIMPLE.fullmatch(number):
            return number, number, ""
        if not NUMBER.fullmatch(number):
            return number, number, ""
        held = Decimal(number)
        if form.date:
            text = day(held, since_1904=self.since_1904)
            return text, text, "date"
        shown = form.show(held)
        return shown.raw, shown.text, "format" if shown.odd else ""

    def _format(self, style: str) -> Format:
        if not style or not self.formats:
            return PLAIN
        try:
            number = int(style)
            return self.formats[number if number >= 0 else len(self.formats)]
        except (ValueError, IndexError) as fault:
            raise Refused("damaged") from fault

    def shared(self, index: str) -> str:
        """Return a shared text by its number."""
        try:
            number = int(index)
            return self.strings[number if number >= 0 else len(self.strings)]
        except (ValueError, IndexError) as fault:
            raise Refused("damaged") from fault


PLAIN = Format("")


def plain(text: str) -> str:
    """Undo the spelling of signs that XML cannot hold: `_x000D_` is a line's end."""
    return ESCAPED.sub(_sign, text) if "_x" in text else text


def _sign(escaped: re.Match[str]) -> str:
    """Return the sign that an escape stands for, or the escape itself where no text can hold the sign."""
    sign = chr(int(escaped[1], 16))
    return sign if sign.isprintable() or sign in "\t\r\n" else escaped[0]


@cache
def column_number(letters: str) -> int:
    """Count a column from its letters: A is 1, XFD is 16384; what are no letters of a column is 0."""
    if not (0 < len(letters) <= 3 and letters.isascii() and letters.isalpha()):
        return 0
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
