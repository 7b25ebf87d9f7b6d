"""What is read agrees with what another reader of workbooks reads, and dates with its calendar."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import datetime as calendar

from indicators.sheets import ON_A_PAGE, program
from indicators.sheets.formats import Format, day
from tests.indicators.sheets.makers import table, written

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=30)
NUMBERS = st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e12, 1e12, allow_nan=False), st.booleans())
LINES = st.lists(st.tuples(WORDS, st.one_of(st.none(), NUMBERS, WORDS)), max_size=8)


def read(data: bytes) -> list[list]:
    """The lines that the reading program says about a file."""
    out = io.BytesIO()
    program.main(io.BytesIO(data), out, ON_A_PAGE)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def cells_of(said: list[list]) -> dict[tuple[int, int], str]:
    """What is to be read in the cells of the rows, by row and column."""
    return {(number, cell[1]): cell[3] for what, number, cells in (line for line in said if line[0] == "row") for cell in cells}


@settings(deadline=None, max_examples=60)
@given(LINES, st.sampled_from(["openpyxl", "xlsxwriter"]))
def test_cells_are_what_another_reader_finds(lines, maker):
    rows = [["编号", "数值"], *[[f"c{name}", value] for name, value in lines]]
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    data = table(*([as_text(cell) for cell in row] for row in rows)) if maker == "openpyxl" else written(rows, **options)
    found = cells_of(read(data))
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    theirs = {(cell.row, cell.column): cell.value for row in page.iter_rows(min_row=2) for cell in row if cell.value not in (None, "")}
    assert {place: spelled(value) for place, value in theirs.items() if spelled(value)} == found


def as_text(cell: object) -> object:
    """A text that openpyxl does not take for a formula or an error."""
    return f"t{cell}" if isinstance(cell, str) and cell[:1] in "=#" else cell


def spelled(value: object) -> str:
    """What a spreadsheet shows of a value, with at most fifteen digits."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return value.strip().strip("\u200b\u200c\u200d\u2060\ufeff").strip()
    return Format("").show(Decimal(repr(value))).text


@given(st.integers(1, 2_000_000), st.integers(0, 23), st.booleans())
def test_dates_are_those_of_another_calendar(serial, hour, since_1904):
    held = Decimal(serial) + Decimal(hour) / 24
    epoch = calendar.CALENDAR_MAC_1904 if since_1904 else calendar.CALENDAR_WINDOWS_1900
    if serial == 60 and not since_1904:
        return
    assert day(held, since_1904=since_1904)[:10] == calendar.from_excel(serial, epoch).date().isoformat()


@given(st.decimals(-(10**8), 10**8, places=6), st.sampled_from(["0", "0.00", "#,##0.00", "General", "0.0##", '0"个"', "0_);(0)"]))
def test_a_format_never_changes_what_is_read(held, code):
    shown = Format(code).show(held)
    fifteen = held.normalize()
    if shown.odd:
        return
    assert Decimal(shown.text.removesuffix("个")) == fifteen
