"""The entry page's own tongue: a figure as a person typed it, compared with what the page had shown, read into an item."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict

from indicators import numbers
from indicators.entry import Item, Outcome
from indicators.grid import Cell, Grid, Row, shown
from indicators.models import TYPED_FLAGS, Entry, Flag, Mark, Reason
from pilots.forms import read_day

TEXTS = ("value", "reason", "flag", "source", "note", "explanation", "until")


@dataclass(frozen=True)
class Line:
    """A row of the sheet with the boxes that a person fills in it: one for the whole period, or one for each finer period."""

    row: Row
    box: Box | None
    parts: tuple[Box, ...]

    @property
    def troubled(self) -> bool:
        """Whether a finer period was refused, so that the page unfolds them."""
        return any(part.errors or part.mark for part in self.parts)


@dataclass
class Box:
    """One cell of the entry page: what stands in it or what was typed, and what became of it.

    `series` and `period` are the codes that the page sent; `cell` is None where the sheet has no such cell.
    """

    series: str
    period: str
    cell: Cell | None
    texts: dict[str, str]
    editable: bool = True
    version: int | None = 0
    errors: list[str] = field(default_factory=list)
    theirs: Entry | None = None
    stale: bool = False
    saved: bool = False
    mark: Mark | None = None
    changed: bool = False
    fate: str = "refused"
    also: list[str] = field(default_factory=list)
    read: numbers.Figure | None = None

    @property
    def key(self) -> str:
        return f"{self.series}@{self.period}"

    @property
    def last(self) -> str:
        """What stood in the cell a year before, with all its digits."""
        return shown(self.cell.last, None) if self.cell else ""

    @property
    def seen(self) -> str:
        """The fingerprint of what stands in the cell, by which a later post shows that it was changed."""
        return fingerprint(texts_of(self.cell.entry if self.cell else None))

    @property
    def filled(self) -> bool:
        """Whether more than the figure itself is given, so that the page unfolds it."""
        return any(self.texts[name] for name in ("reason", "source", "note", "explanation")) or self.texts["flag"] != Flag.NORMAL

    @property
    def reason_label(self) -> str:
        return str(Reason(self.texts["reason"]).label) if self.texts["reason"] in Reason.values else ""

    @property
    def flag_label(self) -> str:
        typed = self.texts["flag"] in TYPED_FLAGS and self.texts["flag"] != Flag.NORMAL
        return str(Flag(self.texts["flag"]).label) if typed else ""

    def item(self) -> Item:
        """Read the typed texts into an item, or refuse what is no number."""
        typed = self.texts["value"]
        figure = self.read = numbers.read(typed, units=self.cell.series.unit.spellings if self.cell else ()) if typed else None
        entry = self.cell.entry if self.cell else None
        kept = entry is not None and typed == texts_of(entry)["value"]
        return Item(
            series=self.series,
            period=self.period,
            value=figure and figure.value,
            qualifier=figure.qualifier if figure else "=",
            flag=self.texts["flag"] or Flag.NORMAL,
            reason=self.texts["reason"],
            source=self.texts["source"],
            note=self.texts["note"],
            explanation=self.texts["explanation"],
            given=entry.given if kept else typed[: numbers.LONGEST],
            version=self.version,
            until=self.until(),
        )

    def until(self) -> date | None:
        """Read the day from which the figure will be available; one that only stood there goes with its reason."""
        typed, entry = self.texts["until"], self.cell.entry if self.cell else None
        left = self.texts["reason"] != Reason.NOT_YET and entry is not None and typed == str(entry.until or "")
        return read_day(typed) if typed and not left else None

    def again(self, fresh: Box) -> Box:
        """Return this refused box on top of what stands in the cell by now."""
        self.cell = fresh.cell
        if self.stale:
            self.version = fresh.version
        return self

    def take(self, outcome: Outcome) -> None:
        """Keep what became of the item; after a colleague's change the next save replaces theirs, because theirs was shown."""
        self.fate, self.also = outcome.status, outcome.also
        self.saved = outcome.status in ("created", "updated")
        if outcome.code == "stale" and says_the_same(outcome.item, outcome.before):
            self.fate = "unchanged"
            return
        if outcome.refused:
            self.errors = list(outcome.refusal.messages)
        if outcome.code == "stale":
            self.fate, self.stale, self.theirs = "stale", True, outcome.before


def says_the_same(item: Item, standing: Entry | None) -> bool:
    """Whether an answer asks for what stands there anyway: it was saved and the word of it got lost, or a colleague typed the same."""
    names = ("value", "qualifier", "reason", "until", "source", "note", "explanation")
    return standing is not None and all(getattr(item, name) == getattr(standing, name) for name in names)


def texts_of(entry: Entry | None) -> dict[str, str]:
    """Write an entry as the texts of its fields on the page."""
    if entry is None:
        return {**dict.fromkeys(TEXTS, ""), "flag": Flag.NORMAL.value}
    flag = entry.flag if entry.flag in TYPED_FLAGS else Flag.NORMAL.value
    texts = {"value": shown(entry, None), "reason": entry.reason, "flag": flag, "until": str(entry.until or "")}
    return {**texts, "source": tidy(entry.source), "note": tidy(entry.note), "explanation": tidy(entry.explanation)}


def tidy(text: str) -> str:
    """Take off what browsers add to a text: outer blanks and the line ends of another system."""
    return text.replace("\r\n", "\n").strip()


def fingerprint(texts: dict[str, str]) -> str:
    """Give texts a short mark by which they are told apart."""
    return hashlib.sha256("\x1f".join(texts[name] for name in TEXTS).encode("utf-8", "replace")).hexdigest()[:16]


def boxes(grid: Grid) -> dict[str, Box]:
    """Make a box for every cell of the sheet that people fill."""
    typed = (cell for row in grid.rows for cell in row.typed)
    return {cell.key: box_of(cell) for cell in typed}


def lines(rows: Iterable[Row], boxes: dict[str, Box]) -> list[Line]:
    """Join rows and boxes for the template."""
    return [line(row, {} if row.kind == "reference" else boxes) for row in rows]


def line(row: Row, boxes: dict[str, Box]) -> Line:
    """Find the boxes of a row; a reference has none, its figure is typed further up."""
    return Line(row, boxes.get(row.cell.key), tuple(boxes[part.key] for part in row.parts if part.key in boxes))


def box_of(cell: Cell) -> Box:
    return Box(cell.series.code, cell.period.code, cell, texts_of(cell.entry), version=cell.version)


def read_post(post: QueryDict, cells: Mapping[str, Cell]) -> list[Box]:
    """Return the cells of a posted page whose texts differ from what the page had shown.

    A field that was not sent keeps what stands there; without the page's fingerprint the cell counts as changed.
    """
    return [box for key in posted_keys(post) if (box := _typed_box(post, key, cells)) is not None]


def posted_keys(post: QueryDict) -> list[str]:
    """Return the keys of the cells that a post speaks of."""
    return list(dict.fromkeys(name.rpartition(".")[0] for name in post if "@" in name.rpartition(".")[0]))


def _typed_box(post: QueryDict, key: str, cells: Mapping[str, Cell]) -> Box | None:
    """Read one cell of a posted page; None where nothing was changed."""
    series, _, period = key.rpartition("@")
    cell = cells.get(key)
    standing = texts_of(cell.entry if cell else None)
    texts = {name: tidy(post.get(f"{key}.{name}", standing[name])) for name in TEXTS}
    if post.get(f"{key}.seen", "") == fingerprint(texts):
        return None
    return Box(series, period, cell, texts, version=read_version(post.get(f"{key}.version", "")))


def read_version(text: str) -> int | None:
    """Read the version that the page had shown; None where it says none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def choices() -> dict[str, list]:
    """Give the page its lists: why a figure is missing, and how sure a figure is."""
    reasons = [(r.value, r.label) for r in Reason if r != Reason.DIVISION]
    return {"reasons": reasons, "flags": [(f.value, f.label) for f in TYPED_FLAGS]}
