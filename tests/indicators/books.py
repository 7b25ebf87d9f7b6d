"""Workbooks for tests: the template as it is downloaded, filled in as a clerk would, and brought back."""

from __future__ import annotations

import io
from types import SimpleNamespace

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from indicators import importing, periods, workbook
from indicators.models import Import
from indicators.workbook.writing import HEAD_ROW, PLACE
from pilots.models import Door, Pilot, User

YEAR = periods.of_year(2030)


def template(pilot: Pilot, user: User, **options: object) -> bytes:
    """The template of 2030 as a person downloads it."""
    return workbook.write(workbook.lay(pilot=pilot, period=options.pop("period", YEAR), user=user, language="zh", **options))


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def row_of(book: Workbook, series: str, period: str = "2030") -> int:
    """The row of a cell on the sheet of figures, counted from 1."""
    sheet = book.worksheets[0]
    for row in range(HEAD_ROW + 2, sheet.max_row + 1):
        if (sheet.cell(row, PLACE["series"] + 1).value, sheet.cell(row, PLACE["period"] + 1).value) == (series, period):
            return row
    raise AssertionError(f"{series} {period} is not in the workbook")


def filled(data: bytes, **figures: object) -> bytes:
    """Type figures by code (with _ for -); a dictionary types several columns."""
    book = opened(data)
    sheet = book.worksheets[0]
    for name, texts in figures.items():
        code = name.replace("_", "-") if name[:2].isupper() else name
        row = row_of(book, code)
        for key, text in (texts if isinstance(texts, dict) else {"value": texts}).items():
            sheet.cell(row, PLACE[key] + 1).value = text
    return saved(book)


def brought(
    pilot: Pilot, by: User, data: bytes, *, name: str = "数据.xlsx", period: periods.Period = YEAR, door: str = Door.PAGE
) -> Import:
    """Bring a file and have it read."""
    found = importing.bring(pilot=pilot, period=period, name=name, data=data, by=by, door=door)
    return importing.read(import_id=found.pk, by=None, door=Door.SYSTEM)


def table(text: str) -> bytes:
    return text.encode()


def applied(found: Import, by: User, **options: object) -> Import:
    """Import what the preview shows."""
    return importing.apply(found=found, preview=importing.preview_of(found), by=by, door=Door.PAGE, **options)


def lines(found: Import) -> dict[str, importing.Line]:
    """The lines of figures by cell."""
    return {line.key: line for line in importing.lines_of(found) if line.series}


def counted(found: Import) -> SimpleNamespace:
    return SimpleNamespace(**found.counts)
