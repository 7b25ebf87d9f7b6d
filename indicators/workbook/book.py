"""What was found in a workbook or table that somebody brought: every cell that is not empty is in a row or explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from indicators.workbook import words

KEYS = (
    "series",
    "name",
    "unit",
    "period",
    "value",
    "qualifier",
    "flag",
    "reason",
    "until",
    "source",
    "note",
    "explanation",
    "version",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell stands: its sheet (empty in a text table), its row and its column, both counted from 1."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The address within the sheet, as spreadsheets write it: F14."""
        letters, rest = "", self.column
        while rest > 0:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(65 + letter) + letters
        return f"{letters}{self.row}"

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}" if self.sheet else self.cell


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with what the person sees in it (`raw`) and what is to be read (`text`, a number with all its digits).

    `fault` is the code of what makes it unreadable: an error value, a formula without a result, a date where a figure belongs.
    """

    place: Place
    raw: str
    text: str
    fault: str = ""

    @property
    def refusal(self) -> ValidationError | None:
        return words.refusal(self.fault, {"raw": self.raw[:60]}) if self.fault else None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: where it begins and its cells that are not empty, by key (see KEYS); the column of a year has the year as key."""

    place: Place
    cells: dict[str, Cell]

    def text(self, key: str) -> str:
        """What is to be read in a cell; empty where there is none."""
        cell = self.cells.get(key)
        return cell.text if cell else ""


@dataclass(frozen=True, slots=True)
class Explained:
    """Cells that are no figure, and what they are: the first one's place and text, the code of the reason, and how many there are."""

    place: Place
    raw: str
    code: str
    count: int = 1
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return words.say(self.code, self.params)


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that should be a figure, or part of one, and is not: `refusal` says why and how to put it right.

    `count` is how many cells are refused with it: those of its row, or none where another problem of the row has counted them.
    """

    place: Place
    series: str
    raw: str
    refusal: ValidationError
    count: int = 1

    @property
    def code(self) -> str:
        return self.refusal.code or "invalid"

    @property
    def message(self) -> str:
        """The reason and the fix in the reader's language."""
        return " ".join(self.refusal.messages)


@dataclass(frozen=True, slots=True)
class Told:
    """Something the reader should know that loses no cell: hidden rows that were read, links to other workbooks."""

    place: Place
    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return words.say(self.code, self.params)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the hidden sheet of our own template says, as it stands there: the texts of its cells, row by row. Nothing in it is proven."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SheetFound:
    """A sheet of the workbook: its name, whether a person sees it, and how many of its cells are not empty."""

    name: str
    visible: bool
    counted: int


@dataclass(frozen=True)
class Book:
    """A whole file as read; the cells of `rows` and the counts of `explained` add up to `counted`, the cells that are not empty."""

    kind: str
    sheets: list[SheetFound]
    rows: list[Row]
    explained: list[Explained]
    told: list[Told]
    stamp: Stamp | None
    counted: int

    @property
    def problems(self) -> Iterator[Problem]:
        """The cells of the rows that cannot be read whatever they are for."""
        for row in self.rows:
            for cell in row.cells.values():
                if refusal := cell.refusal:
                    yield Problem(cell.place, row.text("series"), cell.raw, refusal)
