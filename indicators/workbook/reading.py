"""Reading a file that somebody brings: apart from the web process and the worker, within limits, losing no cell."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import IO

from indicators.sheets import MB, ON_A_PAGE, PROGRAM, Limits
from indicators.workbook import words
from indicators.workbook.book import Book, Cell, Explained, Place, Row, SheetFound, Stamp, Told
from pilots import apart

log = logging.getLogger(__name__)
MEMORY = 512 * MB
ANSWER = 64 * MB
SECONDS = 20


def read(path: Path, *, name: str, limits: Limits = ON_A_PAGE) -> Book:
    """Read a workbook (xlsx) or a table saved as text, whatever its name says, and return everything that stands in it.

    The file is read in a process with 512 MB of memory and 20 seconds (for the larger limits of a command in proportion), whose
    death hurts nobody. Refused, with what to do: other kinds of files, damaged, locked and hostile ones, those beyond `limits`,
    those without a table, and an answer that does not account for every cell.
    """
    size = path.stat().st_size
    if size > limits.size:
        raise words.refusal("size", {"limit": str(limits.size // MB), "name": name[:60]})
    times = max(1, limits.rows // ON_A_PAGE.rows)
    room = apart.Limits(memory=MEMORY if times == 1 else 2 * MEMORY, seconds=SECONDS * times, answer=ANSWER * times)
    begun = time.monotonic()
    try:
        with path.open("rb") as file, apart.done(PROGRAM, order=file, limits=room, arguments=[json.dumps(asdict(limits))]) as answer:
            return _book(answer, name)
    except apart.TooMuch as stopped:
        log.warning("a workbook was not read: %s after %s ms, %s bytes", stopped, int((time.monotonic() - begun) * 1000), size)
        raise words.refusal("too_much", {"name": name[:60]}) from stopped
    except (RuntimeError, ValueError, TypeError, LookupError, AttributeError) as fault:
        log.exception("a workbook could not be read")
        raise words.refusal("unreadable", {"name": name[:60]}) from fault


def _book(answer: IO[bytes], name: str) -> Book:
    """Make the book of the lines of an answer, or the refusal that it is."""
    gathered = Gathered()
    for line in answer:
        what, *parts = json.loads(line)
        if what == "refused":
            code, params = parts
            raise words.refusal(code, {**params, "name": params.get("name", name[:60])})
        getattr(gathered, f"take_{what}")(*parts)
    return gathered.book()


class Gathered:
    """The parts of a book as they come, one method for each kind of line."""

    def __init__(self) -> None:
        self.kind, self.sheet, self.visible = "", "", True
        self.counted: int | None = None
        self.sheets: list[SheetFound] = []
        self.rows: list[Row] = []
        self.explained: list[Explained] = []
        self.told: list[Told] = []
        self.stamp: list[tuple[str, ...]] = []
        self.stamped = 0

    def take_kind(self, kind: str) -> None:
        self.kind = kind

    def take_sheet(self, name: str, visible: bool) -> None:
        self.sheet, self.visible = name, visible

    def take_counted(self, count: int) -> None:
        self.sheets.append(SheetFound(self.sheet, self.visible, count))

    def take_row(self, number: int, cells: Iterable[list]) -> None:
        read = {}
        for key, column, raw, text, fault in cells:
            read[key] = Cell(Place(self.sheet, number, column), raw, raw if raw == text else text, fault)
        first = next(iter(read.values()))
        self.rows.append(Row(first.place, read))

    def take_explained(self, number: int, column: int, raw: str, code: str, count: int, params: dict[str, str]) -> None:
        self.explained.append(Explained(Place(self.sheet, number, column), raw, code, count, params))

    def take_told(self, number: int, code: str, params: dict[str, str]) -> None:
        self.told.append(Told(Place(self.sheet, number, 0), code, params))

    def take_stamp(self, number: int, cells: list) -> None:
        texts = dict(cells)
        self.stamp.append(tuple(texts.get(column, "") for column in range(1, max(texts) + 1)))
        self.stamped += len(texts)
        if len(self.stamp) == 1:
            self.explained.append(Explained(Place(self.sheet, number, min(texts)), "", "stamp", 0))

    def take_end(self, counted: int) -> None:
        self.counted = counted

    def book(self) -> Book:
        """Return the book, or refuse one in which a cell is missing or stands twice."""
        explained = [Explained(one.place, one.raw, one.code, self.stamped) if one.code == "stamp" else one for one in self.explained]
        told = sum(len(row.cells) for row in self.rows) + sum(one.count for one in explained)
        if self.counted is None or not told == self.counted == sum(sheet.counted for sheet in self.sheets):
            raise words.refusal("unaccounted", {})
        stamp = Stamp(tuple(self.stamp)) if self.stamp else None
        return Book(self.kind, self.sheets, self.rows, explained, self.told, stamp, self.counted)
