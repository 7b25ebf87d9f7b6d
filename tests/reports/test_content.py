"""The content of a report is what was published, digit for digit, and to strangers nothing more."""

from decimal import Decimal

import pytest

from cycles import doing
from indicators import matrix, periods, targets
from indicators.models import Current, Mapping, Series
from pilots.models import Door, Fact, Issue, Purpose
from reports import content
from reports.render.sheet import sheet
from reports.schema import canonical, digest, likeness
from tests.builders import answer_all, collection, verified
from tests.cycles import builders as cycles
from tests.reports import builders

YEAR = builders.YEAR


def composed(pilot, people, *, year: int = YEAR, audience: str = "public", **more: object) -> dict:
    return content.compose(pilot, year, audience=audience, reader=people.lead, **more)


def row_of(told: dict, code: str) -> dict:
    return next(row for row in told["rows"] if row["code"] == code)


def test_every_indicator_stands_once_in_the_pilots_order(tianjin, people):
    told = composed(tianjin, people)
    codes = list(Series.objects.of(tianjin).filter(indicator__isnull=False).order_by("order", "code").values_list("code", flat=True))
    assert [row["code"] for row in told["rows"]] == codes and len(codes) == 63


def test_year_without_figures_has_no_values_no_charts_and_no_empty_history(tianjin, people):
    told = composed(tianjin, people)
    assert {row["value"] for row in told["rows"]} == {None} and {row["pace"] for row in told["rows"]} == {"no-data"}
    assert told["release"] == "" and not told["charts"] and told["demo"] is False
    assert all(row["history"] == [{"period": "2024", "value": None, "qualifier": "="}] for row in told["rows"])


def test_values_are_the_published_ones_as_exact_decimal_strings(tianjin, people):
    verified(collection(tianjin, people.coordinator), people)
    told = composed(tianjin, people, year=2030)
    published = {c.series.code: c for c in Current.objects.filter(pilot=tianjin, frequency="year").select_related("series")}
    assert told["release"] == "tianjin/2030/r1"
    for code, current in published.items():
        row = row_of(told, code)
        assert (row["value"] and Decimal(row["value"])) == current.value
        assert (row["flag"], row["reason"], row["pace"], row["definition"]) == (
            current.flag,
            current.reason,
            current.pace,
            current.definition,
        )
        if current.numerator is not None:
            assert (Decimal(row["share"]["numerator"]), Decimal(row["share"]["denominator"])) == (current.numerator, current.denominator)
    floats = [value for row in told["rows"] for value in row.values() if isinstance(value, float)]
    assert not floats and b"E-" not in canonical(told)


def test_drafts_are_not_in_a_report(tianjin, people):
    before = canonical(composed(tianjin, people, audience="internal"))
    call = collection(tianjin, people.coordinator, YEAR)
    answer_all(call, people.contributor)
    assert canonical(composed(tianjin, people, audience="internal")) == before


def test_history_keeps_its_gaps_and_ends_with_the_reports_year(tianjin, people):
    for year, value in ((2020, "10"), (2022, "12")):
        builders.year_of_figures(tianjin, people, year, value)
    told = composed(tianjin, people, year=2023)
    row = row_of(told, builders.SERIES)
    assert [(f["period"], f["value"]) for f in row["history"]] == [("2020", "10"), ("2021", None), ("2022", "12"), ("2023", None)]
    assert row["value"] is None and told["charts"] == [builders.SERIES]


def test_target_and_baseline_are_told_with_the_pace(tianjin, people):
    series = Series.objects.get(pilot=tianjin, code=builders.SERIES)
    targets.set_baseline(series=series, year=2020, value=Decimal("10"), by=people.coordinator, door=Door.PAGE)
    targets.set_target(series=series, operator="≥", value=Decimal("14.50"), year=2028, by=people.coordinator, door=Door.PAGE)
    builders.figures(tianjin, people, "12.25")
    row = row_of(composed(tianjin, people), builders.SERIES)
    assert row["target"] == {"operator": "≥", "value": "14.5", "year": 2028}
    assert row["baseline"] == {"period": "2020", "value": "10", "qualifier": "="}
    assert row["pace"] == Current.objects.get(series=series).pace == "on-track"


def test_matrix_says_what_the_matrix_page_says(tianjin, people):
    verified(collection(tianjin, people.coordinator), people)
    told = composed(tianjin, people, year=2030)
    shown = {(cell.issue.key, cell.purpose.key): cell for row in matrix.read(tianjin, periods.of_year(2030)).rows for cell in row.cells}
    assert len(told["matrix"]) == len(shown) == 72
    for cell in told["matrix"]:
        same = shown[cell["issue"], cell["purpose"]]
        assert (cell["pace"], cell["status"]) == (same.counts, same.pace)


def test_public_report_holds_no_fact_in_doubt_and_an_internal_one_holds_them(tianjin, people):
    doubtful = set(Fact.objects.filter(pilot=tianjin, public=False).exclude(doubt_zh="").values_list("name_zh", flat=True))
    assert doubtful
    public, internal = (composed(tianjin, people, audience=audience) for audience in ("public", "internal"))
    assert not doubtful & {fact["name"]["zh"] for fact in public["facts"]}
    assert doubtful & {fact["name"]["zh"] for fact in internal["facts"]}
    assert all(fact["doubt"] == {"zh": "", "en": ""} for fact in public["facts"])


@pytest.fixture
def acting(tianjin, people):
    cycle = cycles.opened(tianjin, people)
    objective = cycles.doing_stage(cycle, people)
    cell = {"purposes": [Purpose.objects.get(key="resilience")], "issues": [Issue.objects.get(key="mobility")]}
    doing.add_action(objective=objective, title="Plant trees", owner=people.contributor, **cell, by=people.lead, door=Door.PAGE)
    return cycle


def test_cycle_with_its_objectives_is_inside_only(tianjin, people, acting):
    internal, public = composed(tianjin, people, audience="internal"), composed(tianjin, people)
    (objective,) = internal["cycle"]["objectives"]
    assert (internal["cycle"]["stage"], objective["statement"]["en"], objective["target"]["year"]) == ("do", "Cleaner air", YEAR)
    assert [(c["issue"], c["purpose"], c["actions"]) for c in internal["matrix"] if c["actions"]] == [("mobility", "resilience", 1)]
    assert any(cell["justified"] for cell in internal["matrix"])
    assert public["cycle"] is None
    assert not any(cell["actions"] or cell["justified"] for cell in public["matrix"])


def test_same_data_give_the_same_content_whatever_its_number_and_moment(tianjin, people):
    first = composed(tianjin, people, number="tianjin-2024-1", composed="2025-03-02T04:05:06+00:00")
    second = composed(tianjin, people, number="tianjin-2024-2", composed="2025-03-03T04:05:06+00:00")
    assert digest(first) != digest(second) and likeness(first) == likeness(second)
    builders.figures(tianjin, people)
    assert likeness(composed(tianjin, people)) != likeness(first)


def test_long_texts_are_cut(tianjin, people):
    Fact.objects.filter(pilot=tianjin, kind="background").update(name_zh="长" * 400, source_phrase="长" * 1_000_000)
    facts = [fact for fact in composed(tianjin, people)["facts"] if fact["kind"] == "background"]
    assert {len(fact["phrase"]) for fact in facts} == {content.LONGEST} and facts[0]["phrase"].endswith("…")


def test_indicator_without_an_issue_is_not_lost(tianjin, people):
    series = Series.objects.get(pilot=tianjin, code=builders.SERIES)
    Mapping.objects.filter(indicator=series.indicator, issue__isnull=False).delete()
    told = composed(tianjin, people, composed="2025-03-02T04:05:06+00:00")
    sections = sheet(told, "en", fingerprint="")["sections"]
    assert [(s["name"], [row["code"] for row in s["rows"]]) for s in sections][-1] == ("Other indicators", [builders.SERIES])
