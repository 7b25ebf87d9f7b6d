"""Strange but legal files: every cell gives exactly the figure that it means, or an explicit problem, or an explanation."""

from __future__ import annotations

import io
import warnings
import zipfile

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from indicators import periods, workbook
from tests.indicators.sheets import strange_cells, strange_files, strange_layouts, strange_texts
from tests.indicators.sheets.cases import Case

pytestmark = pytest.mark.django_db
CASES = [*strange_cells.CASES, *strange_layouts.CASES, *strange_files.CASES, *strange_texts.CASES]
YEAR = periods.of_year(2030)


def figures_of(found: workbook.Items) -> dict[str, str]:
    """The figures by series, with the period where it is another than 2030 and the qualifier where there is one."""
    figures = {}
    for _row, item in found.items:
        key = item.series if item.period == YEAR else f"{item.series} {item.period}"
        sign = "" if item.qualifier == "=" else item.qualifier
        figures[key] = sign + f"{item.value:f}" if item.value is not None else " ".join(filter(None, (item.reason, str(item.until or ""))))
    return figures


def not_empty(data: bytes) -> int | None:
    """How many cells another reader finds that are not empty; nothing where it cannot read the file."""
    try:
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(io.BytesIO(data))
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, AttributeError, IndexError, OSError):
        return None
    # Its own list of cells: a walk over the rows would make a cell for each place up to the farthest.
    cells = [cell.value for page in book.worksheets for cell in page._cells.values()]
    return sum(value not in (None, "") for value in cells)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_strange_file_gives_each_figure_or_says_why_not(case: Case, tianjin, tmp_path):
    data = case.make()
    path = tmp_path / "file"
    path.write_bytes(data)
    if case.refused:
        with pytest.raises(ValidationError) as refused:
            workbook.items_of(workbook.read(path, name=case.file), pilot=tianjin, period=YEAR)
        assert refused.value.code == case.refused
        return
    book = workbook.read(path, name=case.file)
    found = workbook.items_of(book, pilot=tianjin, period=YEAR)
    assert figures_of(found) == case.figures
    assert {str(problem.place): problem.code for problem in found.problems} == case.problems
    assert {told.code for told in book.told} == set(case.told)
    assert set(case.explained) <= {one.code for one in found.explained}
    assert found.counted == book.counted == (not_empty(data) or book.counted)
    assert all(everything_is_worded(found))


def everything_is_worded(found: workbook.Items):
    """Whether each problem and explanation has its sentence in both languages, with all its blanks filled."""
    for language in ("zh-hans", "en"):
        with translation.override(language):
            yield all(one.message and "%(" not in one.message for one in (*found.problems, *found.explained))
