"""Warnings reach cells, outcomes and the API through the acts: found when they are read, cleared by a correction or an explanation."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators import grid, periods
from indicators.models import Entry, Indicator, Series, Unit
from pilots.models import Fact, Pilot, Role
from tests.builders import collection, item, person, record, standing

pytestmark = pytest.mark.django_db
BECAUSE = "第七次人口普查后口径调整"


@pytest.fixture
def calls(tianjin, people):
    for year in (2029, 2030):
        collection(tianjin, people.coordinator, year)


def enter(pilot, people, code, before, now, **fields):
    """Type a figure of two years, and return what became of the later one."""
    record(pilot, people.contributor, item(code, before, period="2029")).raise_if_refused()
    batch = record(pilot, people.contributor, item(code, now, **fields))
    batch.raise_if_refused()
    return batch.outcomes[0]


def cell(pilot, people, key):
    return grid.read(pilot=pilot, period=periods.of_year(2030), user=people.contributor).cells[key]


def rules_of(warnings):
    return [(one.rule, one.explained) for one in warnings]


def test_a_jump_is_saved_and_warned_of_in_the_outcome_and_on_the_sheet(tianjin, people, calls):
    outcome = enter(tianjin, people, "TJ-58", "1240", "6450")
    assert rules_of(outcome.warnings) == rules_of(cell(tianjin, people, "TJ-58@2030").warnings) == [("ratio", False)]
    assert "5.2" in outcome.warnings[0].message
    assert cell(tianjin, people, "TJ-58@2030").doubtful


def test_an_explanation_of_ten_characters_answers_a_warning_and_leaves_it_visible(tianjin, people, calls):
    assert rules_of(enter(tianjin, people, "TJ-58", "1240", "6450", explanation="新口径").warnings) == [("ratio", False)]
    record(tianjin, people.contributor, item("TJ-58", "6450", version=1, explanation=BECAUSE)).raise_if_refused()
    found = cell(tianjin, people, "TJ-58@2030")
    assert rules_of(found.warnings) == [("ratio", True)]
    assert not found.doubtful


def test_a_correction_takes_the_warning_away(tianjin, people, calls):
    enter(tianjin, people, "TJ-58", "1240", "6450")
    record(tianjin, people.contributor, item("TJ-58", "1290", version=1)).raise_if_refused()
    assert cell(tianjin, people, "TJ-58@2030").warnings == []


def test_a_computed_figure_is_judged_where_its_inputs_are_not_suspect(tianjin, people, calls):
    """Each input moves by less than half, their ratio by more than twice."""
    record(tianjin, people.contributor, item("new_patents", "100", period="2029"), item("city_population", "100000", period="2029"))
    record(tianjin, people.contributor, item("new_patents", "180"), item("city_population", "72000"))
    assert rules_of(cell(tianjin, people, "TJ-29@2030").warnings) == [("result", False)]
    record(tianjin, people.contributor, item("new_patents", "180", version=1, explanation=BECAUSE)).raise_if_refused()
    assert rules_of(cell(tianjin, people, "TJ-29@2030").warnings) == [("result", True)]


def test_a_suspect_input_speaks_for_everything_computed_from_it(tianjin, people, calls):
    record(tianjin, people.contributor, item("new_patents", "100", period="2029"), item("city_population", "70000", period="2029"))
    record(tianjin, people.contributor, item("new_patents", "101"), item("city_population", "710000"))
    sheet = grid.read(pilot=tianjin, period=periods.of_year(2030), user=people.contributor).cells
    assert {key for key, one in sheet.items() if one.warnings} == {"city_population@2030"}
    assert sheet["city_population@2030"].warnings[0].suggestion == Decimal(71000)


def test_more_waste_in_parts_than_in_all_is_warned_of_at_the_whole(tianjin, people, calls):
    record(tianjin, people.contributor, item("msw_total", "1000"), item("msw_recycled", "600"), item("msw_energy", "500"))
    assert rules_of(cell(tianjin, people, "msw_total@2030").warnings) == [("parts", False)]


def test_the_island_that_the_article_prints_larger_than_its_district_is_caught(people):
    """The article gives Biology Island 18,300 km²; the profile keeps that with its correction."""
    huangpu = Pilot.objects.get(slug="huangpu")
    assert Fact.objects.get(pilot=huangpu, key="bio-island-area").corrected_value == Decimal("1.83")
    unit = Unit.objects.get(key="km2")
    island = Indicator.objects.create(
        code="huangpu-island",
        name_zh="生物岛面积",
        name_en="Area of Biology Island",
        unit=unit,
        direction="neutral",
        kind="own",
        pilot=huangpu,
    )
    Series.objects.create(pilot=huangpu, code="HP-90", indicator=island, unit=unit)
    collection(huangpu, people.coordinator)
    lead = person("huangpu.lead", Role.LEAD, huangpu)
    (warning,) = record(huangpu, lead, item("HP-90", "18300")).outcomes[0].warnings
    assert (warning.suggestion, warning.suggested_text) == (Decimal("1.83"), "1.83 平方公里")
    assert "1.83 平方公里" in warning.message
    assert record(huangpu, lead, item("HP-90", "1.83", version=1)).outcomes[0].warnings == []


def test_what_would_be_written_is_warned_of_before_it_is(tianjin, people, calls):
    record(tianjin, people.contributor, item("TJ-58", "1240", period="2029"))
    batch = record(tianjin, people.contributor, item("TJ-58", "6450"), dry_run=True)
    assert rules_of(batch.outcomes[0].warnings) == [("ratio", False)]
    assert standing(tianjin, "TJ-58") is None


def test_a_refused_figure_has_no_warnings(tianjin, people, calls):
    record(tianjin, people.contributor, item("TJ-58", "1240", period="2029"))
    assert record(tianjin, people.contributor, item("TJ-58", "-6450")).outcomes[0].warnings == []


def test_a_reviewer_is_not_told_of_a_draft_by_what_is_compared_with_it(tianjin, people, calls):
    """The later year is submitted, the earlier one is still the team's own."""
    enter(tianjin, people, "TJ-58", "1240", "6450")
    Entry.objects.filter(series__code="TJ-58", start__year=2030).update(state=Entry.State.LOCKED)
    sheet = grid.read(pilot=tianjin, period=periods.of_year(2030), user=people.coordinator).cells
    assert sheet["TJ-58@2030"].text and sheet["TJ-58@2030"].warnings == []


def test_looking_costs_the_same_queries_however_long_the_sheet_is(tianjin, people, calls):
    def look():
        return [one.warnings for one in grid.read(pilot=tianjin, period=periods.of_year(2030), user=people.contributor).cells.values()]

    record(tianjin, people.contributor, item("TJ-58", "1240", period="2029"), item("TJ-58", "6450"))
    with CaptureQueriesContext(connection) as few:
        look()
    for code in ("TJ-59@2030-Q1", "TJ-60@2030", "TJ-61@2030", "city_population@2030", "new_patents@2030"):
        series, _, period = code.partition("@")
        record(tianjin, people.contributor, item(series, "7", period=period)).raise_if_refused()
    with CaptureQueriesContext(connection) as many:
        assert sum(map(len, look())) > 1
    assert len(many) == len(few)
