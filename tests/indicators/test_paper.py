"""Figures that a coordinator types from paper in a pilot's name: the same rules, the team's own drafts unseen, the lead confirms."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from indicators import entry, paper, periods, review
from indicators.models import Entry, Evidence
from indicators.paper import Seen
from pilots.models import TrailRow
from tests.builders import PAGE, answer_all, collection, item, locks_asleep, record, scan, standing

pytestmark = pytest.mark.django_db
YEAR = periods.of_year(2030)


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


@pytest.fixture
def page(tianjin, people, call):
    return scan(tianjin, people.coordinator)


def typed(pilot, by, page, *items, **options):
    return entry.record_on_paper(pilot=pilot, entries=items, paper=page, by=by, door=PAGE, **options)


def confirm(pilot, by, *seen):
    return paper.confirm(pilot=pilot, figures=[Seen(code, YEAR, version) for code, version in seen], by=by, door=PAGE)


def test_a_coordinator_types_from_paper_and_the_figure_waits_for_the_lead(tianjin, people, call, page):
    batch = typed(tianjin, people.coordinator, page, item("TJ-58", "12.5"))
    kept = standing(tianjin, "TJ-58")
    assert (batch.applied, kept.value, kept.paper, kept.unconfirmed, kept.written_by) == (
        True,
        Decimal("12.5"),
        page,
        True,
        people.coordinator,
    )
    row = TrailRow.objects.get(act="entry.record")
    assert (row.actor, row.after["paper"], row.after["unconfirmed"]) == (people.coordinator, page.pk, True)
    assert [one.series.code for one in paper.unconfirmed(call)] == ["TJ-58"]


@pytest.mark.parametrize("who", ["viewer", "contributor", "lead", "stranger", "expert", "administrator", "auditor", "nobody"])
def test_nobody_but_a_coordinator_types_from_paper(tianjin, people, call, page, who):
    with pytest.raises(PermissionDenied):
        typed(tianjin, getattr(people, who), page, item("TJ-58", "1"))


def test_without_paper_a_coordinator_enters_nothing(tianjin, people, call):
    with pytest.raises(PermissionDenied):
        record(tianjin, people.coordinator, item("TJ-58", "1"))


def test_a_scan_of_another_pilot_or_one_with_a_virus_is_no_paper(tianjin, people, call, page):
    with locks_asleep():
        Evidence.objects.filter(pk=page.pk).update(state=Evidence.State.REFUSED)
    page.refresh_from_db()
    other = scan(people.stranger.memberships.get().pilot, people.stranger)
    for unfit in (page, other):
        with pytest.raises(ValidationError) as refused:
            typed(tianjin, people.coordinator, unfit, item("TJ-58", "1"))
        assert "paper" in refused.value.error_dict


def test_the_same_rules_hold_on_paper(tianjin, people, call, page):
    told = typed(
        tianjin, people.coordinator, page, item("TJ-12", "140"), item("TJ-58", "1", version=None), item("TJ-54", "1"), partial=True
    )
    assert [outcome.code for outcome in told.outcomes] == ["above_maximum", "precondition_required", "wrong_state"]


def test_a_figure_of_the_team_is_neither_replaced_nor_told(tianjin, people, call, page):
    record(tianjin, people.contributor, item("TJ-58", "777"), item("plans_adopted", "17"))
    told = typed(
        tianjin,
        people.coordinator,
        page,
        item("TJ-58", "1", version=1),
        item("TJ-58", "1"),
        item("plans_with_participation", "21"),
        partial=True,
    )
    assert [outcome.code for outcome in told.outcomes] == ["wrong_state", "duplicate", "part_above_whole"]
    assert not any(figure in outcome.message for outcome in told.outcomes for figure in ("777", "17"))
    assert [outcome.before for outcome in told.outcomes] == [None, None, None]
    assert standing(tianjin, "TJ-58").value == Decimal(777)
    assert not Entry.objects.visible_to(people.coordinator).filter(series__code="TJ-58").exists()


def test_whoever_typed_it_may_correct_it_and_sees_it_until_it_is_the_teams(tianjin, people, call, page):
    typed(tianjin, people.coordinator, page, item("TJ-58", "12.5"))
    typed(tianjin, people.coordinator, page, item("TJ-58", "13", version=1)).raise_if_refused()
    seen = Entry.objects.filter(series__code="TJ-58", unconfirmed=True)
    assert (seen.visible_to(people.coordinator).get().value, seen.visible_to(people.second).exists()) == (Decimal(13), False)
    confirm(tianjin, people.lead, ("TJ-58", 2))
    assert not Entry.objects.visible_to(people.coordinator).exists()
    told = typed(tianjin, people.coordinator, page, item("TJ-58", "14", version=2))
    assert told.outcomes[0].code == "wrong_state"


def test_the_lead_confirms_what_they_saw_and_the_writer_stays_the_writer(tianjin, people, call, page):
    typed(tianjin, people.coordinator, page, item("TJ-58", "12.5"))
    confirm(tianjin, people.lead, ("TJ-58", 1))
    kept = standing(tianjin, "TJ-58")
    assert (kept.unconfirmed, kept.paper, kept.version, kept.written_by) == (False, page, 1, people.coordinator)
    row = TrailRow.objects.get(act="paper.confirm")
    assert (row.actor, row.object_key, row.after) == (people.lead, "TJ-58/2030", {"unconfirmed": False, "version": 1})


@pytest.mark.parametrize("who", ["viewer", "contributor", "stranger", "coordinator", "expert", "administrator", "auditor", "nobody"])
def test_only_a_lead_confirms(tianjin, people, call, page, who):
    typed(tianjin, people.coordinator, page, item("TJ-58", "12.5"))
    with pytest.raises(PermissionDenied):
        confirm(tianjin, getattr(people, who), ("TJ-58", 1))


def test_what_does_not_wait_and_what_was_typed_again_is_not_confirmed(tianjin, people, call, page):
    typed(tianjin, people.coordinator, page, item("TJ-58", "12.5"), item("TJ-60", "3"))
    typed(tianjin, people.coordinator, page, item("TJ-60", "4", version=1))
    for seen, code in ((("TJ-60", 1), "stale"), (("TJ-12", 1), "wrong_state")):
        with pytest.raises(ValidationError) as refused:
            confirm(tianjin, people.lead, ("TJ-58", 1), seen)
        assert refused.value.code == code
        assert standing(tianjin, "TJ-58").unconfirmed


def test_a_change_by_the_team_makes_the_figure_its_own(tianjin, people, call, page):
    typed(tianjin, people.coordinator, page, item("TJ-58", "12.5"))
    record(tianjin, people.contributor, item("TJ-58", "12.6", version=1)).raise_if_refused()
    kept = standing(tianjin, "TJ-58")
    assert (kept.unconfirmed, kept.paper, kept.written_by) == (False, None, people.contributor)


def test_the_database_holds_that_an_unconfirmed_figure_is_open_and_from_paper(tianjin, people, call, page):
    typed(tianjin, people.coordinator, page, item("TJ-58", "12.5"))
    for wrong in ({"paper": None}, {"state": "locked"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.filter(series__code="TJ-58").update(**wrong)


def test_whoever_typed_a_figure_from_paper_may_not_verify_it(tianjin, people, call, page):
    typed(tianjin, people.coordinator, page, item("TJ-58", "12.5"))
    confirm(tianjin, people.lead, ("TJ-58", 1))
    answer_all(call, people.contributor)
    submission = review.submit(collection=call, by=people.lead, door=PAGE)
    with pytest.raises(PermissionDenied, match="TJ-58"):
        review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    assert review.verify(submission=submission, assessment="good", accept_rest=True, by=people.second, door=PAGE)
