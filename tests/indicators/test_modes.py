"""A pilot types an indicator or computes it from inputs, as its lead decides; open figures follow, verified ones stay."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators import entry, review
from indicators.models import Current, Entry, Mode, Series
from pilots.models import TrailRow
from portal.management.integrity import CHECKS
from tests.builders import PAGE, collection, item, record, standing, submitted, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def series_of(pilot, code):
    return Series.objects.get(pilot=pilot, code=code)


def chosen(pilot, code, mode, by):
    return entry.choose_mode(series=series_of(pilot, code), mode=mode, by=by, door=PAGE)


def test_computed_figures_stay_as_typed_ones_and_their_own_inputs_are_asked_for_no_more(tianjin, people, call):
    record(tianjin, people.contributor, item("plans_with_participation", "5"), item("plans_adopted", "20"))
    switch = chosen(tianjin, "TJ-54", Mode.DIRECT, people.lead)
    kept = standing(tianjin, "TJ-54")
    assert (kept.value, kept.computed, kept.numerator, kept.given, kept.version) == (Decimal(25), False, None, "computed before", 2)
    assert {one.code for one in switch.dropped} == {"plans_with_participation", "plans_adopted"}
    assert not Series.objects.of(tianjin).filter(code__startswith="plans_").exists()
    assert [(one.series.code, one.differs) for one in switch.figures] == [("TJ-54", False)]
    assert record(tianjin, people.contributor, item("TJ-54", "26", version=2)).applied


def test_an_input_that_feeds_others_too_is_still_asked_for(tianjin, people, call):
    switch = chosen(tianjin, "TJ-29", Mode.DIRECT, people.lead)
    assert [one.code for one in switch.dropped] == ["new_patents"]
    assert series_of(tianjin, "city_population").active


def test_a_typed_indicator_asks_for_its_inputs_and_waits_for_them(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-12", "61.5"))
    switch = chosen(tianjin, "TJ-12", Mode.INPUTS, people.lead)
    assert [one.code for one in switch.added] == ["green_trips_n", "trips_total"]
    assert [(one.before.value, one.after.value, one.differs) for one in switch.figures] == [(Decimal("61.5"), None, True)]
    waiting = standing(tianjin, "TJ-12")
    assert (waiting.value, waiting.computed, waiting.version) == (None, True, 2)
    record(tianjin, people.contributor, item("green_trips_n", "600"), item("trips_total", "1000"))
    assert standing(tianjin, "TJ-12").value == Decimal(60)


def test_switching_back_finds_the_inputs_as_they_were_left(tianjin, people, call):
    record(tianjin, people.contributor, item("plans_with_participation", "5"), item("plans_adopted", "20"))
    chosen(tianjin, "TJ-54", Mode.DIRECT, people.lead)
    record(tianjin, people.contributor, item("TJ-54", "31", version=2))
    switch = chosen(tianjin, "TJ-54", Mode.INPUTS, people.lead)
    assert [(one.before.value, one.after.value) for one in switch.figures] == [(Decimal(31), Decimal(25))]
    back = standing(tianjin, "TJ-54")
    assert (back.value, back.numerator, back.computed, back.version) == (Decimal(25), Decimal(5), True, 4)


def test_a_quarterly_ratio_that_is_typed_no_longer_makes_a_year_by_its_sums(tianjin, people, call):
    quarters = [f"2030-Q{number}" for number in range(1, 5)]
    answers = [item("waste_sources_connected", "50", period) for period in quarters] + [item("waste_sources", "100", p) for p in quarters]
    record(tianjin, people.contributor, *answers).raise_if_refused()
    assert standing(tianjin, "TJ-63").value == Decimal(50)
    switch = chosen(tianjin, "TJ-63", Mode.DIRECT, people.lead)
    assert len(switch.figures) == 5
    assert [standing(tianjin, "TJ-63", period).computed for period in quarters] == [False] * 4
    assert (standing(tianjin, "TJ-63").value, standing(tianjin, "TJ-63").computed) == (Decimal(50), True)


def test_a_month_by_month_indicator_is_computed_month_by_month(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-35", "30", "2030-01"))
    switch = chosen(tianjin, "TJ-35", Mode.INPUTS, people.lead)
    assert {one.frequency for one in switch.added} == {"month"}
    assert standing(tianjin, "TJ-35", "2030-01").computed


def test_what_is_verified_stays_and_can_still_be_corrected(tianjin, people, call):
    submission = verified(call, people)
    before = standing(tianjin, "TJ-54")
    chosen(tianjin, "TJ-54", Mode.DIRECT, people.lead)
    after = standing(tianjin, "TJ-54")
    assert (after.state, after.version, after.computed) == (Entry.State.VERIFIED, before.version, True)
    assert Current.objects.filter(series=after.series, value=before.value).exists()
    review.reopen(
        pilot=tianjin, cells=[("TJ-54", submission.collection.period)], reason="A typing mistake", by=people.coordinator, door=PAGE
    )
    assert record(tianjin, people.contributor, item("TJ-54", "12", version=before.version)).applied
    assert not standing(tianjin, "TJ-54").computed


def test_it_is_refused_while_a_figure_is_submitted(tianjin, people, call):
    submitted(call, people)
    with pytest.raises(ValidationError) as refused:
        chosen(tianjin, "TJ-54", Mode.DIRECT, people.lead)
    assert refused.value.code == "wrong_state"
    assert series_of(tianjin, "TJ-54").mode == Mode.INPUTS


@pytest.mark.parametrize(
    ("code", "mode", "why"), [("TJ-58", "inputs", "no_formula"), ("TJ-54", "inputs", "wrong_state"), ("TJ-54", "both", "mode")]
)
def test_what_makes_no_sense_is_refused(tianjin, people, call, code, mode, why):
    with pytest.raises(ValidationError) as refused:
        chosen(tianjin, code, mode, people.lead)
    assert refused.value.code == why


def test_inputs_that_break_a_hard_rule_keep_the_figure_typed(tianjin, people, call):
    chosen(tianjin, "TJ-12", Mode.INPUTS, people.lead)
    chosen(tianjin, "TJ-12", Mode.DIRECT, people.lead)
    Series.objects.filter(pilot=tianjin, code__in=["green_trips_n", "trips_total"]).update(active=True)
    record(tianjin, people.contributor, item("green_trips_n", "2000"), item("trips_total", "1000")).raise_if_refused()
    with pytest.raises(ValidationError) as refused:
        chosen(tianjin, "TJ-12", Mode.INPUTS, people.lead)
    assert refused.value.code == "part_above_whole"
    assert series_of(tianjin, "TJ-12").mode == Mode.DIRECT


@pytest.mark.parametrize("who", ["viewer", "contributor", "stranger", "coordinator", "expert", "administrator", "auditor", "nobody"])
def test_only_a_lead_decides(tianjin, people, call, who):
    with pytest.raises(PermissionDenied):
        chosen(tianjin, "TJ-54", Mode.DIRECT, getattr(people, who))


def test_foreseeing_says_the_same_and_changes_nothing(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-12", "61.5"))
    foreseen = entry.foresee_mode(series=series_of(tianjin, "TJ-12"), mode=Mode.INPUTS)
    assert series_of(tianjin, "TJ-12").mode == Mode.DIRECT
    assert standing(tianjin, "TJ-12").version == 1
    assert not Series.objects.filter(pilot=tianjin, code="trips_total").exists()
    done = chosen(tianjin, "TJ-12", Mode.INPUTS, people.lead)
    assert foreseen.figures == done.figures
    assert [one.code for one in foreseen.added] == [one.code for one in done.added]


def test_the_trail_tells_the_decision_and_every_figure_that_it_wrote(tianjin, people, call):
    record(tianjin, people.contributor, item("plans_with_participation", "5"), item("plans_adopted", "20"))
    chosen(tianjin, "TJ-54", Mode.DIRECT, people.lead)
    row = TrailRow.objects.get(act="entry.choose_mode")
    assert (row.actor, row.object_key, row.before, row.after["mode"]) == (people.lead, "TJ-54", {"mode": "inputs"}, "direct")
    assert row.after["dropped"] == ["plans_with_participation", "plans_adopted"]
    written = TrailRow.objects.filter(act="entry.record", object_key="TJ-54/2030").order_by("pk").last()
    assert (written.actor, written.after["given"], written.after["version"]) == (people.lead, "computed before", 2)
    assert [code for code, check in CHECKS.items() if code.startswith("entry-") and check.faults()[0]] == []
