"""The program that reads a file apart: it takes the file as its input and answers with one line for each row and each explanation."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import IO

from indicators.sheets import rows, text
from indicators.sheets.kinds import kind_of
from indicators.sheets.limits import Limits
from indicators.sheets.refused import Refused
from indicators.sheets.rows import Found
from indicators.sheets.spreadsheet import STAMP_SHEET, Sheet, Workbook
from indicators.sheets.tables import Tables, letters

PIECE = 64 * 1024
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
# Rows of titles and headings, which are not counted among those of figures.
HEADINGS = 100


class Counter:
    """Counts what is not empty in the whole file, and refuses more of it than the limits allow."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.rows, self.cells = limits, 0, 0
        self.columns: set[int] = set()

    def count(self, found: Iterator[Found]) -> Iterator[Found]:
        """Pass the rows of a sheet on."""
        self.columns = set()
        for number, cells in found:
            self.rows += 1
            self.cells += len(cells)
            self.columns.update(cell.column for cell in cells)
            if self.rows > self.limits.rows + HEADINGS:
                raise Refused("rows", limit=self.limits.rows)
            if self.cells > self.limits.cells:
                raise Refused("cells", limit=self.limits.cells)
            if len(self.columns) > self.limits.columns:
                raise Refused("width", limit=self.limits.columns)
            yield number, cells


class Answer:
    """Writes what was found, line by line; a refusal takes the place of all that was written before."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out, self.waiting = out, bytearray()

    def say(self, *record: object) -> None:
        self.waiting += ENCODER.encode(record).encode() + b"\n"
        if len(self.waiting) > PIECE:
            self.give()

    def give(self) -> None:
        """Hand over what waits."""
        while self.waiting:
            del self.waiting[: self.out.write(self.waiting)]

    def refuse(self, refused: Refused) -> None:
        self.waiting.clear()
        self.out.seek(0)
        self.out.truncate()
        self.say("refused", refused.code, refused.params)
        self.give()


def read_workbook(file: IO[bytes], limits: Limits, answer: Answer) -> int:
    """Read all sheets of a workbook and return how many cells are not empty."""
    workbook, counter, found = Workbook(file, limits), Counter(limits), False
    answer.say("kind", "xlsx")
    for sheet in workbook.sheets:
        before = counter.cells
        answer.say("sheet", sheet.name, sheet.visible)
        read = counter.count(rows.rows_of(workbook, sheet))
        found = read_sheet(sheet, read, answer) or found
        answer.say("counted", counter.cells - before)
        if sheet.visible:
            tell_hidden(sheet, counter.columns, answer)
    if workbook.external:
        answer.say("told", 0, "external_links", {})
    if not found:
        raise Refused("no_heading" if counter.cells else "empty")
    return counter.cells


def read_sheet(sheet: Sheet, found: Iterator[Found], answer: Answer) -> bool:
    """Read one sheet, and say whether it holds a table."""
    if sheet.name == STAMP_SHEET and not sheet.visible:
        for number, cells in found:
            answer.say("stamp", number, [[cell.column, cell.text] for cell in cells])
        return False
    if not sheet.visible:
        tell_hidden_sheet(found, answer)
        return False
    tables = Tables()
    for record in tables.read(found):
        answer.say(*record)
    return tables.found


def tell_hidden_sheet(found: Iterator[Found], answer: Answer) -> None:
    """Explain a hidden sheet as a whole."""
    first, count = None, 0
    for number, cells in found:
        first = first or (number, cells[0].column, cells[0].raw)
        count += len(cells)
    if first:
        answer.say("explained", *first, "hidden_sheet", count, {})


def tell_hidden(sheet: Sheet, used: set[int], answer: Answer) -> None:
    """Tell that hidden rows and columns were read too."""
    if sheet.hidden_rows:
        answer.say("told", sheet.hidden_rows[0], "hidden_rows", {"count": len(sheet.hidden_rows), "row": sheet.hidden_rows[0]})
    columns = sorted(column for column in used if any(column in hidden for hidden in sheet.hidden_columns))
    if columns:
        answer.say("told", 0, "hidden_columns", {"columns": ", ".join(map(letters, columns))})


def read_text(file: IO[bytes], limits: Limits, answer: Answer) -> int:
    """Read a table saved as text and return how many cells are not empty."""
    counter, tables = Counter(limits), Tables()
    answer.say("kind", "csv")
    answer.say("sheet", "", True)
    for record in tables.read(counter.count(text.rows_of(file, limits))):
        answer.say(*record)
    answer.say("counted", counter.cells)
    if not tables.found:
        raise Refused("no_heading" if counter.cells else "empty")
    return counter.cells


def main(file: IO[bytes], out: IO[bytes], limits: Limits) -> None:
    """Read a file and answer with what was found in it, or with why it is refused."""
    answer = Answer(out)
    try:
        read = read_workbook if kind_of(file) == "zip" else read_text
        answer.say("end", read(file, limits, answer))
        answer.give()
    except Refused as refused:
        answer.refuse(refused)
    except OSError:
        answer.refuse(Refused("too_much"))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer.raw, Limits(**json.loads(sys.argv[1])))
