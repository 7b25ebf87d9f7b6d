"""Tables found in the rows of a sheet: each cell that is not empty goes to a row of figures or is explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indicators.sheets import headings
from indicators.sheets.refused import Refused
from indicators.sheets.rows import Found
from indicators.sheets.spreadsheet import Seen

LOOKED_AT = 60
# What a trait of a cell means where a figure, or anything, is to be read.
FAULTS = {"date": "date", "boolean": "boolean", "format": "format"}
ALWAYS_FAULTS = {"error": "error", "no_result": "no_result"}
Record = list[object]


class Tables:
    """Reads one sheet into records for the wire: `["row", number, cells]` or `["explained", row, column, raw, code, count, params]`."""

    def __init__(self) -> None:
        self.keys: dict[int, str] = {}
        self.names: dict[int, str] = {}
        self.waiting: list[Found] = []
        self.found = self.fresh = False
        self.others: dict[tuple[int, str], list[object]] = {}

    def read(self, rows: Iterable[Found]) -> Iterator[Record]:
        """Yield what becomes of the rows; every cell is in exactly one record."""
        for number, cells in rows:
            if not self.found:
                yield from self._before(number, cells)
            else:
                yield from self._inside(number, cells)
        yield from self._end()

    def _before(self, number: int, cells: list[Seen]) -> Iterator[Record]:
        """Look for the heading; what stands above it is title."""
        line = texts(cells)
        above = texts(self.waiting[-1][1]) if self.waiting and self.waiting[-1][0] == number - 1 else None
        single = headings.keys_of(line)
        double = headings.keys_of(line, above) if above else {}
        if headings.complete(single):
            yield from self._start(single, line, self.waiting)
            yield explained("heading", number, cells)
        elif headings.complete(double) and above is not None:
            yield from self._start(double, joined(above, line), self.waiting[:-1])
            yield explained("heading", *self.waiting[-1])
            yield explained("heading", number, cells)
        elif len(self.waiting) < LOOKED_AT:
            self.waiting.append((number, cells))
        else:
            self._set_aside("no_table", "", number, cells)

    def _start(self, keys: dict[int, str], names: dict[int, str], above: list[Found]) -> Iterator[Record]:
        """Begin a table under a heading."""
        seen: dict[str, int] = {}
        for column, key in keys.items():
            if key in seen and key != "last_year":
                raise Refused("columns", name=names.get(column, ""), first=letters(seen[key]), second=letters(column))
            seen[key] = column
        self.keys, self.names, self.found, self.fresh = keys, names, True, True
        for number, cells in above:
            yield explained("title", number, cells)

    def _inside(self, number: int, cells: list[Seen]) -> Iterator[Record]:
        """Read a row under a heading."""
        line = texts(cells)
        fresh, self.fresh = self.fresh, False
        if fresh and headings.continues(line, self.keys):
            keys = headings.keys_of(line, self.names)
            yield from self._start(keys if headings.complete(keys) else self.keys, joined(self.names, line), [])
            yield explained("heading", number, cells)
        elif self._is_heading(line):
            yield from self._start(headings.keys_of(line), line, [])
            yield explained("heading", number, cells)
        elif self._is_total(line):
            yield explained("total", number, cells)
        else:
            yield from self._figures(number, cells)

    def _naming(self, line: dict[int, str]) -> list[str]:
        return [line[column] for column, key in self.keys.items() if key in ("series", "name") and column in line]

    def _is_heading(self, line: dict[int, str]) -> bool:
        """Whether the heading stands here again, or that of another table."""
        named = any(headings.is_name(text) for text in self._naming(line))
        return named and headings.complete(headings.keys_of(line))

    def _is_total(self, line: dict[int, str]) -> bool:
        """Whether the row adds up others: it says so and names no figure beside."""
        naming = self._naming(line) or list(line.values())[:1]
        return all(headings.is_total(text) for text in naming)

    def _figures(self, number: int, cells: list[Seen]) -> Iterator[Record]:
        """Yield the row of figures, and set aside the cells of other columns."""
        kept: list[list[object]] = []
        for cell in cells:
            key = self.keys.get(cell.column, "")
            if not cell.text and not cell.trait:
                self._set_aside("blank", "", number, [cell])
            elif key in ("", "last_year"):
                name = self.names.get(cell.column) or letters(cell.column)
                self._set_aside(key or "other_column", name, number, [cell])
            else:
                kept.append([key, cell.column, cell.raw, cell.text, fault_of(cell, key)])
        if kept:
            yield ["row", number, kept]

    def _set_aside(self, code: str, name: str, number: int, cells: list[Seen]) -> None:
        """Count cells that have one reason together."""
        column = cells[0].column if code in ("other_column", "last_year") else 0
        if (column, code) in self.others:
            self.others[column, code][5] += len(cells)  # type: ignore[operator]
        else:
            record = explained(code, number, cells)
            self.others[column, code] = [*record[:6], {"name": name[:60]} if name else {}]

    def _end(self) -> Iterator[Record]:
        """Yield what was set aside; a sheet without heading has no table."""
        if not self.found:
            for number, cells in self.waiting:
                self._set_aside("no_table", "", number, cells)
        yield from self.others.values()


def texts(cells: list[Seen]) -> dict[int, str]:
    """Return the texts of a row by column."""
    return {cell.column: cell.text for cell in cells if cell.text}


def joined(above: dict[int, str], line: dict[int, str]) -> dict[int, str]:
    """Name each column by both lines of its heading."""
    return {column: f"{above.get(column, '')} {line.get(column, '')}".strip() for column in sorted({*above, *line})}


def explained(code: str, number: int, cells: list[Seen]) -> Record:
    """Return the record of cells of one row that are no figures."""
    return ["explained", number, cells[0].column, cells[0].raw, code, len(cells), {}]


def fault_of(cell: Seen, key: str) -> str:
    """Return the code of what makes a cell unreadable; a date is one only where a figure is wanted."""
    if cell.trait in ALWAYS_FAULTS:
        return ALWAYS_FAULTS[cell.trait]
    wants_figure = key == "value" or headings.is_period(key) or (key == "period" and cell.trait == "date")
    return FAULTS.get(cell.trait, "") if wants_figure else ""


def letters(column: int) -> str:
    """Write the letters of a column."""
    text = ""
    while column > 0:
        column, letter = divmod(column - 1, 26)
        text = chr(65 + letter) + text
    return text
