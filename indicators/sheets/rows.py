"""The rows of a sheet of a workbook as they come: only the cells that are not empty, at their true places."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.sheets.markup import Attributes, Reader
from indicators.sheets.refused import Refused
from indicators.sheets.spreadsheet import TRUE, Seen, Sheet, Workbook, column_number, plain

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# Signs that take no room and are no part of what somebody wrote.
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"
Found = tuple[int, list[Seen]]


def rows_of(workbook: Workbook, sheet: Sheet) -> Iterator[Found]:
    """Yield each row that has a cell which is not empty, with its number, and note in `sheet` what is hidden."""
    reader = Rows(workbook, sheet)
    for _piece in reader.steps(workbook.archive.pieces(sheet.part)):
        yield from reader.ready
        reader.ready.clear()


def stripped(text: str) -> str:
    """Return a text without the room around it."""
    text = text.strip()
    return text.strip(UNSEEN).strip() if text and (text[0] in UNSEEN or text[-1] in UNSEEN) else text


class Rows(Reader):
    """Reads a sheet; rows that are complete stand in `ready`."""

    def __init__(self, workbook: Workbook, sheet: Sheet) -> None:
        super().__init__()
        self.workbook, self.sheet = workbook, sheet
        self.ready: list[Found] = []
        self.row = self.column = 0
        self.number = ""
        self.hidden = self.spoken = False
        self.cells: list[Seen] = []
        self.cell: Attributes = {}
        self.value: str | None = None
        self.formula: str | None = None
        self.inline: list[str] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self.cell, self.value, self.formula, self.inline = attributes, None, None, []
        elif name in ("v", "f") or (name == "t" and not self.spoken):
            self.text = []
        elif name == "row":
            self._open_row(attributes)
        elif name == "rPh":
            self.spoken = True
        elif name == "col" and attributes.get("hidden") in TRUE:
            self._hide(attributes)

    def end(self, name: str) -> None:
        if name == "v":
            self.value, self.text = "".join(self.text or ()), None
        elif name == "f":
            self.formula, self.text = "".join(self.text or ()), None
        elif name == "t" and self.text is not None:
            self.inline.extend(self.text)
            self.text = None
        elif name == "c":
            self._close_cell()
        elif name == "row":
            self._close_row()
        elif name == "rPh":
            self.spoken = False

    def _hide(self, attributes: Attributes) -> None:
        """Note a range of hidden columns."""
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if first.isdecimal() and last.isdecimal() and len(first + last) <= 10:
            self.sheet.hidden_columns.append(range(int(first), min(int(last), LAST_COLUMN) + 1))

    def _open_row(self, attributes: Attributes) -> None:
        stated = attributes.get("r", "")
        number = int(stated) if stated.isdecimal() and len(stated) < 8 else self.row + 1
        if not self.row < number <= LAST_ROW:
            raise Refused("damaged")
        self.row, self.number, self.column, self.cells = number, str(number), 0, []
        self.hidden = attributes.get("hidden") in TRUE

    def _close_row(self) -> None:
        if self.cells:
            self.ready.append((self.row, self.cells))
            if self.hidden:
                self.sheet.hidden_rows.append(self.row)

    def _close_cell(self) -> None:
        """Keep the cell at its place, if it is not empty. Two cells of one place, or in no order, are no workbook's."""
        column = self.column + 1
        if address := self.cell.get("r"):
            letters = address.rstrip("0123456789")
            column = column_number(letters) if address[len(letters) :] == self.number else 0
        if not self.column < column <= LAST_COLUMN:
            raise Refused("damaged")
        self.column = column
        if self.value is None and self.formula is None and not self.inline:
            return
        raw, text, trait = self._read(self.cell.get("t", "n"))
        if raw or trait or self.formula is not None:
            self.cells.append(Seen(column, raw, stripped(text), trait))

    def _read(self, kind: str) -> tuple[str, str, str]:
        """Return what the person sees, what is to be read, and the trait of the cell at hand."""
        value = self.value or ""
        if self.formula is not None and self._never_computed(kind, value):
            return f"={self.formula}", "", "no_result"
        if kind == "s":
            value = self.workbook.shared(value) if value else ""
        elif kind == "n":
            return self.workbook.show(value.strip(), self.cell.get("s", "")) if value.strip() else ("", "", "")
        elif kind in ("str", "inlineStr"):
            value = plain(value or "".join(self.inline))
        elif kind == "b":
            return ("TRUE", "TRUE", "boolean") if value in TRUE else ("FALSE", "FALSE", "boolean")
        elif kind == "e":
            return value, value, "error"
        elif kind == "d":
            return value, value[:10], "date"
        else:
            raise Refused("damaged")
        return value, value, ""

    def _never_computed(self, kind: str, value: str) -> bool:
        """Whether nobody has computed the formula: it has no result, or the 0 that programs write in the place of one."""
        if self.value is None and not self.inline:
            return True
        return kind == "n" and (not value or (value == "0" and self.workbook.uncomputed))
