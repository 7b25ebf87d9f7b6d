"""Recording figures: one or many, by version, within limits, with everything that is computed from them."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators import periods, review
from indicators.models import Entry
from indicators.roster import roster_of
from pilots.models import TrailRow
from tests.builders import collection, item, record, standing, submitted, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def test_record_keeps_a_figure_exactly_and_leaves_one_trail_row(tianjin, people, call):
    batch = record(
        tianjin, people.contributor, item("TJ-58", "12345678901234.000000000001", qualifier="≥", source="统计年鉴", given="≥1.2万")
    )
    assert [(o.status, o.code) for o in batch.outcomes] == [("created", "")]
    kept = standing(tianjin, "TJ-58")
    assert (kept.value, kept.qualifier, kept.source, kept.version) == (Decimal("12345678901234.000000000001"), "≥", "统计年鉴", 1)
    assert (kept.written_by, kept.state) == (people.contributor, Entry.State.OPEN)
    row = TrailRow.objects.get(act="entry.record")
    assert (row.object_key, row.before, row.after["value"]) == ("TJ-58/2030", None, "12345678901234.000000000001")


def test_record_raises_the_version_only_when_the_content_changes(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "10"))
    same = record(tianjin, people.contributor, item("TJ-58", "10.0", version=1))
    other = record(tianjin, people.contributor, item("TJ-58", "11", version=1))
    assert (same.outcomes[0].status, other.outcomes[0].status) == ("unchanged", "updated")
    assert standing(tianjin, "TJ-58").version == 2
    assert TrailRow.objects.filter(act="entry.record").count() == 2


def test_record_refuses_a_stale_version_naming_who_changed_it_and_what_stands(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "17.4"))
    record(tianjin, people.lead, item("TJ-58", "17.5", version=1))
    refused = record(tianjin, people.contributor, item("TJ-58", "17.7", version=1)).outcomes[0]
    assert (refused.code, refused.before.value) == ("stale", Decimal("17.5"))
    assert "a lead" in refused.message
    assert "17.5" in refused.message
    assert standing(tianjin, "TJ-58").value == Decimal("17.5")


def test_record_refuses_an_item_without_a_version(tianjin, people, call):
    assert record(tianjin, people.contributor, item("TJ-58", "1", version=None)).outcomes[0].code == "precondition_required"


@pytest.mark.parametrize("who", ["viewer", "stranger", "coordinator", "expert", "administrator", "auditor", "nobody"])
def test_record_refuses_everybody_outside_the_team(tianjin, people, call, who):
    with pytest.raises(PermissionDenied):
        record(tianjin, getattr(people, who), item("TJ-58", "1"))
    assert standing(tianjin, "TJ-58") is None


def test_record_refuses_a_year_that_nobody_called(tianjin, people, call):
    refused = record(tianjin, people.contributor, item("TJ-58", "1", period="2031")).outcomes[0]
    assert refused.code == "wrong_state"
    assert "2031" in refused.message


def test_record_refuses_submitted_and_verified_cells(tianjin, people, call):
    submission = submitted(call, people)
    version = standing(tianjin, "TJ-58").version
    assert record(tianjin, people.contributor, item("TJ-58", "1", version=version)).outcomes[0].code == "wrong_state"
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door="page")
    assert record(tianjin, people.contributor, item("TJ-58", "1", version=version)).outcomes[0].code == "wrong_state"


def test_record_refuses_a_computed_cell_and_names_its_inputs(tianjin, people, call):
    refused = record(tianjin, people.contributor, item("TJ-29", "17")).outcomes[0]
    assert refused.code == "wrong_state"
    assert "当年授权专利数" in refused.message


def test_record_refuses_an_unknown_series_and_names_the_nearest(tianjin, people, call):
    refused = record(tianjin, people.contributor, item("TJ-5X", "1")).outcomes[0]
    assert refused.code == "unknown_series"
    assert "TJ-5" in refused.message


def test_record_refuses_what_lies_outside_the_limits(tianjin, people, call):
    low = record(tianjin, people.contributor, item("TJ-58", "-1")).outcomes[0]
    high = record(tianjin, people.contributor, item("TJ-01", "32", period="2030-02")).outcomes[0]
    assert low.code == "below_minimum"
    assert high.code in {"above_maximum", ""}


def test_record_writes_all_or_nothing_unless_partial(tianjin, people, call):
    good, bad = item("TJ-58", "10"), item("TJ-60", "-3")
    assert record(tianjin, people.contributor, good, bad).applied is False
    assert standing(tianjin, "TJ-58") is None
    batch = record(tianjin, people.contributor, good, bad, partial=True)
    assert [o.status for o in batch.outcomes] == ["created", "refused"]
    assert standing(tianjin, "TJ-58").value == 10


def test_record_writes_nothing_on_a_dry_run(tianjin, people, call):
    batch = record(tianjin, people.contributor, item("TJ-58", "10"), dry_run=True)
    assert (batch.applied, batch.outcomes[0].status, standing(tianjin, "TJ-58")) == (False, "created", None)


def test_record_refuses_the_same_cell_twice_in_a_batch(tianjin, people, call):
    batch = record(tianjin, people.contributor, item("TJ-58", "1"), item("TJ-58", "2"), partial=True)
    assert [o.code for o in batch.outcomes] == ["", "duplicate"]


def test_record_computes_what_follows_in_the_same_transaction(tianjin, people, call):
    batch = record(tianjin, people.contributor, item("new_patents", "12"), item("city_population", "68965"))
    computed = standing(tianjin, "TJ-29")
    assert computed.value == Decimal("17.400130500979")
    assert (computed.numerator, computed.denominator, computed.computed) == (12, 68965, True)
    assert "TJ-29" in batch.outcomes[0].also
    assert "TJ-29" in batch.outcomes[1].also


def test_changing_the_population_changes_every_indicator_it_feeds_and_says_so(tianjin, people, call):
    population = tianjin.series.get(code="city_population")
    fed = roster_of(population.pilot).fed_by(population)
    others = {one.indicator.numerator_id for one in fed} | {one.indicator.denominator_id for one in fed}
    inputs = tianjin.series.filter(variable__in=others).exclude(pk=population.pk)
    record(tianjin, people.contributor, item("city_population", "1000"), *(item(one.code, "10") for one in inputs)).raise_if_refused()
    before = {one.code: standing(tianjin, one.code).value for one in fed}
    batch = record(tianjin, people.contributor, item("city_population", "2000", version=1))
    batch.raise_if_refused()
    assert len(fed) >= 15
    assert set(batch.outcomes[0].also) == {one.code for one in fed}
    assert all(standing(tianjin, code).value == value / 2 for code, value in before.items())


def test_a_missing_input_makes_the_result_missing_for_its_reason(tianjin, people, call):
    record(tianjin, people.contributor, item("city_population", "1000"), item("new_patents", None, reason="confidential"))
    computed = standing(tianjin, "TJ-29")
    assert (computed.value, computed.reason, computed.flag) == (None, "confidential", "Q")


def test_a_zero_denominator_makes_the_result_missing_by_division(tianjin, people, call):
    record(
        tianjin, people.contributor, item("water_bodies_grade4", "0", period="2030-Q1"), item("water_bodies_total", "0", period="2030-Q1")
    )
    computed = standing(tianjin, "TJ-02", "2030-Q1")
    assert (computed.value, computed.reason) == (None, "division")


def test_the_weaker_qualifier_wins_and_turns_below_the_line(tianjin, people, call):
    record(tianjin, people.contributor, item("new_patents", "12", qualifier=">"), item("city_population", "1000", qualifier="≥"))
    assert standing(tianjin, "TJ-29").qualifier == "≈"
    record(tianjin, people.contributor, item("new_patents", "12", version=1), item("city_population", "1000", qualifier="≥", version=1))
    assert standing(tianjin, "TJ-29").qualifier == "≤"


def test_a_part_larger_than_its_whole_is_refused_with_both_figures(tianjin, people, call):
    record(tianjin, people.contributor, item("water_bodies_total", "700", period="2030-Q1"))
    refused = record(tianjin, people.contributor, item("water_bodies_grade4", "812", period="2030-Q1")).outcomes[0]
    assert refused.code == "part_above_whole"
    assert "812" in refused.message
    assert "700" in refused.message
    assert standing(tianjin, "water_bodies_grade4", "2030-Q1") is None


def test_twelve_months_make_the_year_and_one_missing_month_makes_it_missing(tianjin, people, call):
    months = [period.code for period in periods.of_year(2030).inside("month")]
    record(tianjin, people.contributor, *(item("TJ-01", "25", period=month) for month in months[:11]))
    assert standing(tianjin, "TJ-01") is None
    record(tianjin, people.contributor, item("TJ-01", "30", period=months[11]))
    assert standing(tianjin, "TJ-01").value == 305
    record(tianjin, people.contributor, item("TJ-01", None, reason="not-collected", period=months[0], version=1))
    assert (standing(tianjin, "TJ-01").value, standing(tianjin, "TJ-01").reason) == (None, "not-collected")


def test_a_month_that_takes_the_year_beyond_its_limit_is_refused(tianjin, people, call):
    months = [period.code for period in periods.of_year(2030).inside("month")]
    record(tianjin, people.contributor, *(item("TJ-01", "31", period=month) for month in months[:11])).raise_if_refused()
    refused = record(tianjin, people.contributor, item("TJ-01", "31", period=months[11])).outcomes[0]
    assert refused.code == "year_above_maximum"
    assert "372" in refused.message
    assert standing(tianjin, "TJ-01") is None


def test_a_year_is_not_typed_where_months_make_it(tianjin, people, call):
    assert record(tianjin, people.contributor, item("TJ-01", "300")).outcomes[0].code == "frequency"


def test_clearing_an_entry_keeps_its_row_and_raises_its_version(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "10"))
    record(tianjin, people.contributor, item("TJ-58", None, version=1))
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "TJ-58").version) == (None, 2)


def test_zero_is_a_figure(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "0"))
    assert standing(tianjin, "TJ-58").answered


def test_a_figure_and_a_reason_for_none_exclude_each_other(tianjin, people, call):
    assert record(tianjin, people.contributor, item("TJ-58", "1", reason="not-collected")).outcomes[0].code == "value_and_reason"


def test_what_a_demo_account_writes_is_marked_demo_down_to_what_is_computed(tianjin, people, call):
    from pilots.models import Role
    from tests.builders import person

    demo = person("demo.contributor", Role.CONTRIBUTOR, tianjin, demo=True)
    record(tianjin, demo, item("city_population", "1000"))
    record(tianjin, people.contributor, item("new_patents", "1"))
    assert (standing(tianjin, "city_population").demo, standing(tianjin, "new_patents").demo, standing(tianjin, "TJ-29").demo) == (
        True,
        False,
        True,
    )


def test_a_changed_input_reopens_what_was_verified_and_leaves_what_was_published(tianjin, people, call):
    verified(call, people)
    opened = review.reopen(
        pilot=tianjin, cells=[("city_population", periods.of_year(2030))], reason="人口普查修订", by=people.coordinator, door="page"
    )
    assert [one.series.code for one in opened] == ["city_population"]
    population = standing(tianjin, "city_population")
    record(tianjin, people.contributor, item("city_population", "2000", version=population.version)).raise_if_refused()
    assert standing(tianjin, "TJ-29").state == Entry.State.OPEN


def test_entries_are_seen_by_members_and_after_submission_by_coordinator_and_expert(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-58", "10"))
    seen = {name: Entry.objects.visible_to(who).filter(series__code="TJ-58").exists() for name, who in vars(people).items()}
    assert {name for name, sees in seen.items() if sees} == {"viewer", "contributor", "lead", "auditor"}
    submitted(call, people)
    seen = {name: Entry.objects.visible_to(who).filter(series__code="TJ-58").exists() for name, who in vars(people).items()}
    assert {name for name, sees in seen.items() if sees} == {"viewer", "contributor", "lead", "auditor", "coordinator", "second", "expert"}


def test_raise_if_refused_raises_the_acts_own_words(tianjin, people, call):
    with pytest.raises(ValidationError, match="TJ-29"):
        record(tianjin, people.contributor, item("TJ-29", "1")).raise_if_refused()
