"""Calls for data: who opens, extends and closes them, which cells they ask for, and how complete they are."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators import collecting, periods, review
from indicators.models import Collection, Submission
from pilots.models import TrailRow
from tests.builders import PAGE, answer_all, collection, item, record, submitted, verified

pytestmark = pytest.mark.django_db
OUTSIDERS = ("viewer", "contributor", "lead", "stranger", "expert", "administrator", "auditor", "nobody")


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def gap_codes(call):
    return {(gap.series.code, gap.period.code) for gap in collecting.gaps(call)}


def test_open_collection_calls_a_period_and_leaves_one_trail_row(tianjin, people, call):
    assert (call.period.code, call.opened_by, collecting.state_of(call)) == ("2030", people.coordinator, "open")
    row = TrailRow.objects.get(act="collecting.open")
    assert (row.object_key, row.after) == ("2030", {"due": "2031-03-31"})


def test_open_collection_refuses_a_period_that_is_called_already(tianjin, people, call):
    with pytest.raises(ValidationError):
        collection(tianjin, people.coordinator)
    assert Collection.objects.count() == 1


def test_open_collection_refuses_a_due_day_before_the_opening(tianjin, people):
    with pytest.raises(ValidationError):
        collecting.open_collection(
            pilot=tianjin, period=periods.of_year(2030), opens=date(2031, 2, 1), due=date(2031, 1, 1), by=people.coordinator, door=PAGE
        )
    assert not TrailRow.objects.filter(act="collecting.open").exists()


def test_a_year_and_a_quarter_of_it_are_called_apart(tianjin, people, call):
    quarter = periods.parse("2030-Q1")
    other = collecting.open_collection(pilot=tianjin, period=quarter, due=date(2030, 5, 1), by=people.coordinator, door=PAGE)
    assert all(quarter.contains(period) for _series, period in collecting.expected(other))
    assert {(s.pk, p) for s, p in collecting.expected(other)} < {(s.pk, p) for s, p in collecting.expected(call)}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_only_a_coordinator_opens_extends_and_closes(tianjin, people, call, who):
    by = getattr(people, who)
    with pytest.raises(PermissionDenied):
        collection(tianjin, by, 2031)
    with pytest.raises(PermissionDenied):
        collecting.extend(collection=call, due=call.due + timedelta(30), reason="x", by=by, door=PAGE)
    with pytest.raises(PermissionDenied):
        collecting.close(collection=call, by=by, door=PAGE)
    call.refresh_from_db()
    assert (call.due, call.closed_at, Collection.objects.count()) == (date(2031, 3, 31), None, 1)


def test_extend_moves_the_day_with_a_reason_that_is_kept(people, call):
    collecting.extend(collection=call, due=date(2031, 4, 30), reason="台风", by=people.coordinator, door=PAGE)
    call.refresh_from_db()
    assert call.due == date(2031, 4, 30)
    row = TrailRow.objects.get(act="collecting.extend")
    assert (row.before, row.after, row.reason) == ({"due": "2031-03-31"}, {"due": "2031-04-30"}, "台风")


@pytest.mark.parametrize(("due", "reason"), [(date(2031, 4, 30), "  "), (date(2000, 1, 1), "台风")])
def test_extend_refuses_to_go_without_a_reason_or_before_the_opening(people, call, due, reason):
    with pytest.raises(ValidationError):
        collecting.extend(collection=call, due=due, reason=reason, by=people.coordinator, door=PAGE)
    assert Collection.objects.get().due == date(2031, 3, 31)


def test_what_is_closed_takes_no_more_figures_and_is_neither_closed_nor_extended_again(tianjin, people, call):
    collecting.close(collection=call, by=people.coordinator, door=PAGE)
    call.refresh_from_db()
    assert collecting.state_of(call) == "closed"
    assert record(tianjin, people.contributor, item("TJ-58", "1")).outcomes[0].code == "wrong_state"
    for again in (collecting.close, lambda **who: collecting.extend(due=date(2031, 5, 1), reason="再议", **who)):
        with pytest.raises(ValidationError) as refusal:
            again(collection=call, by=people.coordinator, door=PAGE)
        assert refusal.value.code == "wrong_state"


def test_close_is_refused_while_a_submission_is_under_way(people, call):
    submission = submitted(call, people)
    review.begin(submission=submission, by=people.coordinator, door=PAGE)
    with pytest.raises(ValidationError) as refusal:
        collecting.close(collection=call, by=people.coordinator, door=PAGE)
    assert refusal.value.code == "wrong_state"
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    collecting.close(collection=call, by=people.coordinator, door=PAGE)


def test_the_state_of_a_call_is_that_of_its_latest_submission_that_was_not_withdrawn(people, call):
    submission = submitted(call, people)
    assert collecting.state_of(call) == Submission.State.SUBMITTED
    review.withdraw(submission=submission, by=people.lead, door=PAGE)
    assert collecting.state_of(call) == "open"


def test_a_year_asks_for_every_typed_cell_inside_it_and_for_no_computed_one(tianjin, call):
    cells = [(series.code, period.code) for series, period in collecting.expected(call)]
    assert len(cells) == len(set(cells))
    assert not any(series.computed for series, _period in collecting.expected(call))
    assert [period for code, period in cells if code == "TJ-01"] == [f"2030-{month:02}" for month in range(1, 13)]
    assert ("TJ-29", "2030") not in cells
    assert {("new_patents", "2030"), ("city_population", "2030"), ("TJ-58", "2030")} <= set(cells)


def test_a_series_is_asked_for_only_between_its_first_and_its_last_day(tianjin, call):
    tianjin.series.filter(code="TJ-01").update(first_day=date(2030, 4, 1), last_day=date(2030, 6, 30))
    months = [period.code for series, period in collecting.expected(call) if series.code == "TJ-01"]
    assert months == ["2030-04", "2030-05", "2030-06"]


def test_a_gap_is_a_cell_without_an_answer_and_not_yet_is_none(tianjin, people, call):
    everything = gap_codes(call)
    record(tianjin, people.contributor, item("TJ-58", "1"), item("new_patents", None, reason="not-collected"))
    record(tianjin, people.contributor, item("city_population", None, reason="not-yet"))
    assert everything - gap_codes(call) == {("TJ-58", "2030"), ("new_patents", "2030")}


def test_completeness_counts_an_indicator_when_its_last_cell_is_answered(tianjin, people, call):
    start = collecting.completeness(call)
    assert (start.done, start.total) == (0, 63)
    record(tianjin, people.contributor, item("new_patents", "1")).raise_if_refused()
    assert collecting.completeness(call).done == 0
    record(tianjin, people.contributor, item("city_population", "1000")).raise_if_refused()
    assert collecting.completeness(call).done == 1
    answer_all(call, people.contributor)
    full = collecting.completeness(call)
    assert (full.required_done, full.other_done, full.done) == (full.required, full.other, 63)
    assert not collecting.gaps(call)


def test_gaps_stand_in_the_order_of_the_indicators_that_wait_for_them(call):
    order = [gap.indicator.order for gap in collecting.gaps(call)]
    assert all(first <= second for first, second in pairwise(order))
    assert len(gap_codes(call)) == len(order)


def test_states_are_read_for_many_calls_in_one_query(tianjin, people, call, django_assert_num_queries):
    calls = [call, collection(tianjin, people.coordinator, 2031), collection(tianjin, people.coordinator, 2032)]
    verified(call, people)
    with django_assert_num_queries(1):
        assert list(collecting.states(calls).values()) == ["verified", "open", "open"]


def test_who_sees_calls_for_data(tianjin, people, call):
    seen = {name for name, who in vars(people).items() if Collection.objects.visible_to(who).exists()}
    assert seen == {"viewer", "contributor", "lead", "coordinator", "second", "expert", "auditor"}


def test_several_past_years_are_opened_at_once_and_those_that_are_open_stay(tianjin, people):
    before = collection(tianjin, people.coordinator, 2021)
    opened = collecting.open_years(pilot=tianjin, first=2020, last=2023, due=date(2031, 3, 31), by=people.coordinator, door=PAGE)
    assert [str(call.period) for call in opened] == ["2020", "2022", "2023"]
    before.refresh_from_db()
    assert before.due == date(2022, 3, 31)
    assert TrailRow.objects.filter(act="collecting.open").count() == 4


@pytest.mark.parametrize(("first", "last"), [(2023, 2020), (2000, 2010), (2021, 2021)])
def test_years_that_cannot_be_opened_open_none(tianjin, people, first, last):
    collection(tianjin, people.coordinator, 2021)
    with pytest.raises(ValidationError):
        collecting.open_years(pilot=tianjin, first=first, last=last, due=date(2031, 3, 31), by=people.coordinator, door=PAGE)
    assert Collection.objects.filter(pilot=tianjin).count() == 1


def test_only_a_coordinator_opens_years(tianjin, people):
    with pytest.raises(PermissionDenied):
        collecting.open_years(pilot=tianjin, first=2020, last=2021, due=date(2031, 3, 31), by=people.lead, door=PAGE)
