"""Importing a table: every row is imported, unchanged or refused with its line, and nothing is lost between."""

import json
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from indicators import workbook
from pilots.models import TrailRow
from tests.builders import collection, item, record, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def rows(text: str):
    return workbook.read_rows(text.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_read_rows_reads_what_excel_and_wps_save(encoding, mark):
    table = mark.join(["编号", "时期", "数值", "来源"]) + "\r\n\r\n" + mark.join(["TJ-58", "2030", "1.2万", "统计年鉴"]) + "\r\n"
    (row,) = workbook.read_rows(table.encode(encoding))
    assert (row.number, row.cells) == (3, {"series": "TJ-58", "period": "2030", "value": "1.2万", "source": "统计年鉴"})


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xff\xff\xff\xff"])
def test_read_rows_refuses_what_is_no_csv(data):
    with pytest.raises(ValidationError, match="CSV"):
        workbook.read_rows(data)


def test_read_rows_refuses_an_unknown_column_and_names_the_nearest():
    with pytest.raises(ValidationError, match="qualifier"):
        rows("series,value,qualifer\nTJ-58,1,=\n")


def test_import_rows_accounts_for_every_row(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "5"), item("TJ-60", "1"))
    table = rows(
        "series,period,value\nTJ-58,2030,5\nTJ-60,2030,2\ncity_population,2030,7万\nTJ-29,2030,1\nTJ-58,2031,1\nnew_patents,2030,约abc\n"
    )
    done = workbook.import_rows(pilot=tianjin, rows=table, by=people.contributor, door="workbook", only_valid=True)
    assert done.counts == {"new": 1, "changed": 1, "unchanged": 1, "refused": 3}
    assert sum(done.counts.values()) == len(table)
    assert [(p.row, p.code) for p in done.problems] == [(5, "wrong_state"), (6, "wrong_state"), (7, "number")]
    assert standing(tianjin, "city_population").value == 70000


def test_import_rows_imports_nothing_when_one_row_is_wrong(tianjin, people, call):
    table = rows("series,period,value\nTJ-58,2030,5\nTJ-60,2030,x\n")
    done = workbook.import_rows(pilot=tianjin, rows=table, by=people.contributor, door="workbook")
    assert (done.applied, standing(tianjin, "TJ-58")) == (False, None)


def test_import_rows_refuses_a_person_outside_the_team(tianjin, people, call):
    with pytest.raises(PermissionDenied):
        workbook.import_rows(pilot=tianjin, rows=rows("series,period,value\nTJ-58,2030,5\n"), by=people.stranger, door="workbook")


def test_a_row_with_an_older_version_does_not_overwrite(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "5"))
    record(tianjin, people.lead, item("TJ-58", "6", version=1))
    done = workbook.import_rows(
        pilot=tianjin, rows=rows("series,period,value,version\nTJ-58,2030,7,1\n"), by=people.contributor, door="workbook"
    )
    assert [p.code for p in done.problems] == ["stale"]
    assert standing(tianjin, "TJ-58").value == 6


def test_the_command_imports_and_says_so_in_json(tianjin, people, call, tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("series,value\nTJ-58,5\n", encoding="utf-8")
    out = StringIO()
    call_command("import_workbook", str(file), "--pilot=tianjin", "--period=2030", "--by=a.contributor", "--json", stdout=out)
    assert json.loads(out.getvalue())["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0}
    assert TrailRow.objects.get(act="entry.record").door == "workbook"


def test_the_command_names_the_line_of_a_wrong_row(tianjin, people, call, tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("series,period,value\nTJ-58,2030,-1\n", encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_workbook", str(file), "--pilot=tianjin", "--by=a.contributor", stdout=out)
    assert "TJ-58" in out.getvalue()
    assert "2" in out.getvalue()
