"""The review: submit, withdraw, begin, send back, verify, reopen; by whom, from which state, and what is published."""

from datetime import date
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import InternalError

from indicators import periods, publishing, review
from indicators.models import Current, Entry, Observation, Release, Revision, Submission
from indicators.review import MarkInput
from pilots.models import TrailRow
from tests.builders import answer_all, collection, item, locks_asleep, record, standing, submitted, verified

pytestmark = pytest.mark.django_db
PEOPLE = ("viewer", "contributor", "lead", "stranger", "coordinator", "expert", "administrator", "auditor", "nobody")
STATES = ("submitted", "in-review", "returned", "verified", "withdrawn")
# Who may take each step, and from where: written by hand, apart from the table in the code.
MAY = {
    "withdraw": ("lead", {"submitted"}),
    "begin": ("coordinator", {"submitted"}),
    "send_back": ("coordinator", {"submitted", "in-review"}),
    "verify": ("coordinator", {"submitted", "in-review"}),
}
WITH = {"send_back": {"summary": "两处需修改"}, "verify": {"assessment": "good", "accept_rest": True}}


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


@pytest.fixture
def submission(call, people):
    return submitted(call, people)


@pytest.mark.parametrize("act", MAY)
def test_each_step_is_open_to_one_role_from_its_states_and_to_nobody_else(people, submission, act):
    role, states = MAY[act]
    for state, who in product(STATES, PEOPLE):
        put_into(state, submission, people)
        expected = "forbidden" if who != role else "done" if state in states else "wrong_state"
        assert (state, who, tried(act, submission, getattr(people, who))) == (state, who, expected)


def put_into(state, submission, people):
    """Put a submission into a state, with all that belongs to it."""
    decided = state in ("returned", "verified")
    by, at = (people.second, submission.submitted_at) if decided else (None, None)
    facts = {"assessment": "good", "summary": "Two places", "reviewer": people.second, "decided_by": by, "decided_at": at}
    with locks_asleep():
        Submission.objects.filter(pk=submission.pk).update(state=state, **facts)


def tried(act, submission, by):
    """Take a step, say what came of it, and roll it back."""
    try:
        with transaction.atomic():
            getattr(review, act)(submission=submission, by=by, door="page", **WITH.get(act, {}))
            assert TrailRow.objects.filter(act=f"review.{act.replace('_', '-')}", actor=by).count() == 1
            transaction.set_rollback(True)
    except PermissionDenied:
        return "forbidden"
    except ValidationError as refusal:
        return refusal.code
    return "done"


def test_submit_refuses_an_incomplete_collection_and_names_each_gap(people, call):
    with pytest.raises(ValidationError) as refusal:
        review.submit(collection=call, by=people.lead, door="page")
    assert refusal.value.error_list[0].code == "incomplete"
    assert len(refusal.value.messages) == len(review.check(call, reader=people.lead).blocking) + 1
    assert any("TJ-01" in message for message in refusal.value.messages)


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "lead"])
def test_submit_is_for_the_lead(people, call, who):
    answer_all(call, people.contributor)
    with pytest.raises(PermissionDenied):
        review.submit(collection=call, by=getattr(people, who), door="page")
    assert not Submission.objects.exists()


def test_submit_locks_every_cell_and_gives_each_one_an_entry(people, call, submission):
    assert set(review.entries_of(submission).values_list("state", flat=True)) == {Entry.State.LOCKED}
    assert standing(call.pilot, "TJ-58").state == Entry.State.LOCKED


def test_submit_twice_is_refused(people, call, submission):
    with pytest.raises(ValidationError) as refusal:
        review.submit(collection=call, by=people.lead, door="page")
    assert refusal.value.code == "wrong_state"


def test_withdraw_opens_the_cells_again(people, tianjin, submission):
    review.withdraw(submission=submission, by=people.lead, door="page")
    assert standing(tianjin, "TJ-58").state == Entry.State.OPEN


def test_send_back_needs_a_summary_and_opens_only_marked_cells_with_their_inputs(people, tianjin, submission):
    with pytest.raises(ValidationError, match=r"修改|change"):
        review.send_back(submission=submission, summary=" ", by=people.coordinator, door="page")
    marks = [MarkInput("TJ-29", "must-fix", "专利数与年报不符"), MarkInput("TJ-58", "note", "来源请注明页码")]
    review.send_back(submission=submission, summary="一处需修改", due=date(2099, 1, 1), marks=marks, by=people.coordinator, door="page")
    states = {code: standing(tianjin, code).state for code in ("TJ-29", "new_patents", "city_population", "TJ-58")}
    assert states == {"TJ-29": "open", "new_patents": "open", "city_population": "open", "TJ-58": "locked"}
    version = standing(tianjin, "new_patents").version
    record(tianjin, people.contributor, item("new_patents", "7", version=version)).raise_if_refused()
    again = review.submit(collection=submission.collection, by=people.lead, door="page")
    assert (again.pk, again.round, again.state) == (submission.pk, 2, "submitted")


def test_send_back_refuses_a_mark_on_an_unknown_series_and_leaves_nothing(people, submission):
    with pytest.raises(ValidationError, match="TJ-99"):
        review.send_back(submission=submission, summary="x", marks=[MarkInput("TJ-99", "note", "?")], by=people.coordinator, door="page")
    submission.refresh_from_db()
    assert (submission.state, submission.marks.count()) == ("submitted", 0)


def test_verify_refuses_whoever_submitted_or_wrote_any_of_it(people, tianjin, call):
    from pilots import members

    members.grant(user=people.contributor, role="coordinator", pilot=None, by=None, door="command")
    members.grant(user=people.lead, role="coordinator", pilot=None, by=None, door="command")
    submission = submitted(call, people)
    for who in (people.lead, people.contributor):
        with pytest.raises(PermissionDenied):
            review.verify(submission=submission, assessment="good", accept_rest=True, by=who, door="page")
    assert not Observation.objects.exists()


def test_verify_refuses_without_an_assessment(people, submission):
    with pytest.raises(ValidationError):
        review.verify(submission=submission, assessment="", accept_rest=True, by=people.coordinator, door="page")
    assert not Observation.objects.exists()


def test_verify_writes_observations_current_rows_revision_and_release_together(people, tianjin, submission):
    release = review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door="page")
    tianjin.refresh_from_db()
    assert release.code == "tianjin/2030/r1"
    assert Revision.objects.get().number == tianjin.revision == release.revision == 1
    assert Observation.objects.count() == Current.objects.count() == release.count > 63
    assert not Observation.objects.filter(series__variable__isnull=False).exists()
    assert len(release.sha256) == 64
    row = Current.objects.get(series__code="TJ-29", start=date(2030, 1, 1))
    assert (row.numerator, row.denominator, row.definition, row.release) == (10, 1000, 1, "tianjin/2030/r1")
    assert set(Entry.objects.filter(pilot=tianjin).values_list("state", flat=True)) == {Entry.State.VERIFIED}


def test_a_correction_leaves_the_published_figure_until_it_is_verified_and_then_makes_release_two(people, tianjin, call):
    verified(call, people)
    year = periods.of_year(2030)
    review.reopen(pilot=tianjin, cells=[("TJ-29", year)], reason="专利局更正", by=people.coordinator, door="page")
    version = standing(tianjin, "new_patents").version
    record(tianjin, people.contributor, item("new_patents", "20", version=version)).raise_if_refused()
    assert Current.objects.get(series__code="TJ-29").value == 1000
    second = review.submit(collection=call, by=people.lead, door="page")
    assert (second.number, second.round) == (2, 1)
    assert Current.objects.get(series__code="TJ-29").value == 1000
    release = review.verify(submission=second, assessment="good", accept_rest=True, by=people.coordinator, door="page")
    assert release.code == "tianjin/2030/r2"
    assert Current.objects.get(series__code="TJ-29").value == 2000
    assert [str(o.value.normalize()) for o in Observation.objects.filter(series__code="TJ-29").order_by("revision")] == ["1E+3", "2E+3"]
    assert Release.objects.get(number=1).sha256 != release.sha256


def test_reopen_needs_a_reason_and_a_coordinator_and_a_verified_cell(people, tianjin, call):
    verified(call, people)
    year = periods.of_year(2030)
    with pytest.raises(ValidationError):
        review.reopen(pilot=tianjin, cells=[("TJ-29", year)], reason="", by=people.coordinator, door="page")
    with pytest.raises(PermissionDenied):
        review.reopen(pilot=tianjin, cells=[("TJ-29", year)], reason="x", by=people.lead, door="page")
    with pytest.raises(ValidationError) as refusal:
        review.reopen(pilot=tianjin, cells=[("TJ-29", periods.of_year(2029))], reason="x", by=people.coordinator, door="page")
    assert refusal.value.code == "wrong_state"


def test_submit_without_a_change_after_verification_is_refused(people, call):
    verified(call, people)
    with pytest.raises(ValidationError) as refusal:
        review.submit(collection=call, by=people.lead, door="page")
    assert refusal.value.code == "wrong_state"


def test_withdrawing_a_published_figure_appends_a_tombstone_and_raises_the_revision(people, tianjin, call):
    verified(call, people)
    current = Current.objects.get(series__code="TJ-29")
    publishing.withdraw(current=current, reason="口径有误", by=people.coordinator, door="page")
    assert not Current.objects.filter(series__code="TJ-29").exists()
    assert list(Observation.objects.filter(series__code="TJ-29").order_by("pk").values_list("withdrawn", flat=True)) == [False, True]
    assert Revision.objects.get().number == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE indicators_observation SET value = 1",
        "DELETE FROM indicators_observation",
        "UPDATE indicators_release SET count = 0",
        "UPDATE indicators_entry SET value = 1 WHERE computed = false AND value IS NOT NULL",
        "DELETE FROM indicators_entry",
        "DELETE FROM pilots_trailrow",
    ],
)
def test_the_database_itself_keeps_what_is_verified_and_published(people, call, statement):
    verified(call, people)
    with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_steps_offered_are_the_steps_that_work(people, submission):
    names = {who: [step.name for step in review.available(submission, getattr(people, who))] for who in PEOPLE}
    assert names["lead"] == ["withdraw"]
    assert names["coordinator"] == ["begin", "send-back", "verify"]
    assert all(not steps for who, steps in names.items() if who not in {"lead", "coordinator"})
