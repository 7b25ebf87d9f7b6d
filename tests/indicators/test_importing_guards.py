"""Files refused as a whole: of another pilot or period, with a changed stamp, of an old template, no table at all."""

import pytest

from indicators import importing
from indicators.models import Import
from pilots.models import Pilot
from tests.builders import collection, item, record
from tests.indicators.books import YEAR, brought, opened, row_of, saved, table, template

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def guarded(pilot: Pilot, by, data: bytes, **options: object) -> str:
    """The code with which a file is refused as a whole."""
    found = brought(pilot, by, data, **options)
    assert (found.state, found.lines) == ("failed", [])
    assert found.failure["zh"] != found.failure["en"]
    return found.failure["code"]


def test_a_template_of_another_pilot_is_refused_and_named(tianjin, people, call):
    qujiang = Pilot.objects.get(slug="qujiang")
    data = template(qujiang, people.stranger)
    assert guarded(tianjin, people.contributor, data) == "wrong_pilot"
    assert "qujiang" in Import.objects.get().failure["en"]


def test_a_template_of_another_period_is_refused_and_named(tianjin, people, call):
    assert guarded(tianjin, people.contributor, template(tianjin, people.lead, period=YEAR.previous())) == "wrong_period"
    assert "2029" in Import.objects.get().failure["en"]


@pytest.mark.parametrize("change", ["version", "pilot", "seal", "cell"])
def test_a_stamp_that_was_changed_is_refused(tianjin, people, call, change):
    record(tianjin, people.lead, item("TJ-58", "5"))
    book = opened(template(tianjin, people.contributor))
    stamp = book["_portal"]
    rows = {stamp.cell(row, 1).value: row for row in range(1, stamp.max_row + 1)}
    if change == "version":
        book.worksheets[0].cell(row_of(book, "TJ-58"), 14).value = "7"
        book.worksheets[0].cell(row_of(book, "TJ-58"), 6).value = 8
    elif change == "cell":
        stamp.cell(rows["cell"], 4).value = "9"
    else:
        stamp.cell(rows[change], 2).value = "qujiang" if change == "pilot" else "0" * 64
    assert guarded(tianjin, people.contributor, saved(book)) == "tampered"


def test_an_older_template_is_refused_and_says_which(tianjin, people, call):
    book = opened(template(tianjin, people.contributor))
    book["_portal"].cell(1, 2).value = "0"
    assert guarded(tianjin, people.contributor, saved(book)) == "template"


def test_a_row_of_another_period_is_refused_where_it_stands(tianjin, people, call):
    collection(tianjin, people.coordinator, year=2029)
    found = brought(tianjin, people.contributor, table("编号,时期,数值\nTJ-58,2029,5\nTJ-60,2030,6\n"), name="a.csv")
    told = {line.key: (line.status, line.code) for line in importing.lines_of(found) if line.series}
    assert told == {"TJ-58@2029": ("refused", "wrong_period"), "TJ-60@2030": ("new", "")}


def test_a_file_that_is_no_table_is_refused(tianjin, people, call):
    assert guarded(tianjin, people.contributor, b"%PDF-1.7\n", name="a.xlsx")
