"""A workbook against what stands in the cells by now: what was left alone, touched, and changed by a colleague meanwhile."""

import pytest
from django.core.exceptions import ValidationError

from indicators import importing
from indicators.models import Entry, Series
from tests.builders import collection, item, record, standing, submitted
from tests.indicators.books import applied, brought, filled, lines, opened, table, template

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def test_apply_refuses_to_overwrite_what_moved_on_since_the_preview_and_shows_it_three_ways(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-58", "5"))
    found = brought(tianjin, people.contributor, filled(template(tianjin, people.contributor), TJ_58=7, TJ_60=3))
    record(tianjin, people.lead, item("TJ-58", "6", version=1))
    with pytest.raises(ValidationError) as refusal:
        applied(found, people.contributor)
    found.refresh_from_db()
    assert (refusal.value.code, found.state, standing(tianjin, "TJ-60")) == ("stale", "ready", None)
    line = lines(found)["TJ-58@2030"]
    assert (line.status, line.was["value"], line.now["value"], line.answer["value"]) == ("conflict", "5", "6", "7")
    with pytest.raises(ValidationError) as refusal:
        applied(found, people.contributor)
    assert refusal.value.code == "problems"
    applied(found, people.contributor, mine=["TJ-58@2030"])
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "TJ-60").value) == (7, 3)


def test_a_conflict_that_nobody_decides_keeps_theirs(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-58", "5"))
    data = filled(template(tianjin, people.contributor), TJ_58=7)
    record(tianjin, people.lead, item("TJ-58", "6", version=1))
    found = brought(tianjin, people.contributor, data)
    assert lines(found)["TJ-58@2030"].status == "conflict"
    applied(found, people.contributor, only_valid=True)
    assert standing(tianjin, "TJ-58").value == 6


def test_a_cell_that_the_clerk_left_alone_never_takes_a_colleagues_change_back(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-58", "5"), item("TJ-60", "1"))
    data = filled(template(tianjin, people.contributor), TJ_60=2)
    record(tianjin, people.lead, item("TJ-58", "6", version=1))
    applied(brought(tianjin, people.contributor, data), people.contributor)
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "TJ-60").value) == (6, 2)


def test_a_text_of_the_workbook_is_cleared_where_it_was_emptied_and_kept_where_the_table_has_none(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-58", "5", source="年鉴", note="注"), item("TJ-60", "1", source="年鉴"))
    data = filled(template(tianjin, people.contributor), TJ_58={"source": None})
    applied(brought(tianjin, people.contributor, data), people.contributor)
    assert (standing(tianjin, "TJ-58").source, standing(tianjin, "TJ-58").note) == ("", "注")
    applied(brought(tianjin, people.contributor, table("编号,数值\nTJ-60,2\n")), people.contributor)
    assert (standing(tianjin, "TJ-60").value, standing(tianjin, "TJ-60").source) == (2, "年鉴")


def test_an_explanation_does_not_pass_over_to_another_figure(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-58", "5", explanation="因为今年新开了两所学校"))
    applied(brought(tianjin, people.contributor, table("编号,数值\nTJ-58,9\n")), people.contributor)
    assert standing(tianjin, "TJ-58").explanation == ""


def test_computed_figures_in_a_table_are_no_problem_while_they_agree(tianjin, people, call):
    record(tianjin, people.lead, item("city_population", "70000"), item("new_patents", "12"))
    computed = next(entry for entry in Entry.objects.filter(pilot=tianjin, computed=True, value__isnull=False).select_related("series"))
    told = f"{round(computed.value, 3)}"
    found = brought(tianjin, people.contributor, table(f"编号,数值\n{computed.series.code},{told}\n"))
    assert lines(found)[f"{computed.series.code}@2030"].status == "unchanged"
    found = brought(tianjin, people.contributor, table(f"编号,数值\n{computed.series.code},1\n"))
    assert lines(found)[f"{computed.series.code}@2030"].code == "wrong_state"


def test_a_submitted_cell_is_refused_when_it_is_changed_and_not_when_it_is_left(tianjin, people, call):
    submitted(call, people)
    data = template(tianjin, people.contributor)
    found = brought(tianjin, people.contributor, data)
    assert {line.status for line in importing.lines_of(found) if line.series} == {"unchanged"}
    found = brought(tianjin, people.contributor, filled(data, TJ_58=777))
    changed = [line for line in importing.lines_of(found) if line.status not in ("unchanged", "explained", "told")]
    assert [(line.key, line.code) for line in changed] == [("TJ-58@2030", "wrong_state")]


def test_two_who_apply_the_same_import_write_it_once(tianjin, people, call):
    found = brought(tianjin, people.contributor, table("编号,数值\nTJ-58,5\n"))
    applied(found, people.contributor)
    with pytest.raises(ValidationError) as refusal:
        applied(found, people.lead)
    assert refusal.value.code == "wrong_state"
    assert standing(tianjin, "TJ-58").version == 1


def test_part_workbooks_of_three_bureaus_come_together(tianjin, people, call):
    for code, unit in (("TJ-58", "环保局"), ("TJ-60", "教育局"), ("TJ-61", "卫健委")):
        Series.objects.filter(pilot=tianjin, code=code).update(owner_unit=unit)
    parts = [
        filled(template(tianjin, people.contributor, owner_unit=unit), **{code: figure})
        for unit, code, figure in (("环保局", "TJ_58", 1), ("教育局", "TJ_60", 2), ("卫健委", "TJ_61", 3))
    ]
    for data in parts:
        assert len(list(opened(data).worksheets[0].iter_rows())) < 12
        found = applied(brought(tianjin, people.contributor, data), people.contributor)
        assert len(found.written) == 1
    assert [standing(tianjin, code).value for code in ("TJ-58", "TJ-60", "TJ-61")] == [1, 2, 3]
