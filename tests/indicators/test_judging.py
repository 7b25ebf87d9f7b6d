"""The review of single values: accepted, marked, replied to, unlocked, assigned; by whom, when, and what stays of it."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import InternalError
from django.utils import timezone

from indicators import review
from indicators.models import Entry, Judgement, Mark, Offered, Submission, UnlockRequest
from indicators.review import MarkInput, Standing
from pilots import members
from pilots.models import TrailRow
from tests.builders import collection, standing, submitted
from tests.indicators.test_review import PEOPLE, STATES, put_into

pytestmark = pytest.mark.django_db
PAGE = "page"
# Who may do what to a value, and from which states of its submission: written by hand, apart from the tables in the code.
MAY = {
    "accept": ("coordinator", {"submitted", "in-review"}),
    "accept_clean": ("coordinator", {"submitted", "in-review"}),
    "take_back": ("coordinator", {"in-review"}),
    "mark": ("coordinator", {"submitted", "in-review"}),
    "unmark": ("coordinator", {"in-review"}),
    "advise": ("expert", {"submitted", "in-review"}),
    "reply": ("lead contributor", {"returned"}),
    "ask_to_unlock": ("lead contributor", {"returned"}),
    "grant": ("coordinator", {"returned"}),
    "refuse": ("coordinator", {"returned"}),
    "assign": ("coordinator", {"submitted", "in-review", "returned"}),
}
FIX = MarkInput("TJ-29", "must-fix", "专利数与年报不符")


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


@pytest.fixture
def submission(call, people):
    return submitted(call, people)


def accept(submission, by, *codes):
    return review.accept(submission=submission, codes=codes, by=by, door=PAGE)


def states(submission):
    return Standing(Submission.objects.get(pk=submission.pk)).states


def act(name, submission, by, people):
    """Do one thing to TJ-29 or to the submission, after what it needs has been put there."""
    mark = Mark.objects.filter(submission=submission).first()
    asked = UnlockRequest.objects.filter(submission=submission).first()
    deeds = {
        "accept": lambda: accept(submission, by, "TJ-60"),
        "accept_clean": lambda: review.accept_clean(submission=submission, codes=["TJ-60"], by=by, door=PAGE),
        "take_back": lambda: review.take_back(submission=submission, codes=["TJ-01"], by=by, door=PAGE),
        "mark": lambda: review.mark(submission=submission, asked=MarkInput("TJ-60", "note", "x"), by=by, door=PAGE),
        "unmark": lambda: review.unmark(submission=submission, code="TJ-58", by=by, door=PAGE),
        "advise": lambda: review.advise(submission=submission, asked=FIX, by=by, door=PAGE),
        "reply": lambda: review.reply(mark=mark, text="已核对", by=by, door=PAGE),
        "ask_to_unlock": lambda: review.ask_to_unlock(submission=submission, code="TJ-60", reason="有误", by=by, door=PAGE),
        "grant": lambda: review.grant(request=asked, by=by, door=PAGE),
        "refuse": lambda: review.refuse(request=asked, answer="不需要", by=by, door=PAGE),
        "assign": lambda: review.assign(submissions=[submission], reviewer=people.second, by=by, door=PAGE),
    }
    return deeds[name]()


@pytest.mark.parametrize("name", MAY)
def test_each_judgement_is_open_to_its_roles_from_its_states_and_to_nobody_else(people, submission, name):
    prepare(submission, people)
    roles, allowed = MAY[name]
    for state, who in product(STATES, PEOPLE):
        put_into(state, submission, people)
        expected = "forbidden" if who not in roles.split() else "done" if state in allowed else "wrong_state"
        assert (state, who, tried(name, submission, getattr(people, who), people)) == (state, who, expected)


def prepare(submission, people):
    """Put there what some of the acts need: an acceptance, a draft, a mark that was sent, a request."""
    accept(submission, people.coordinator, "TJ-01")
    now = timezone.now()
    series = {one.code: one for one in Standing(submission).series.values()}
    fields = {"submission": submission, "round": 1, "made_by": people.coordinator, "made_at": now}
    Mark.objects.create(series=series["TJ-29"], kind="must-fix", text="x", sent_at=now, **fields)
    Mark.objects.create(series=series["TJ-58"], kind="explain", text="y", **fields)
    UnlockRequest.objects.create(
        submission=submission, series=series["TJ-59"], round=1, reason="z", asked_by=people.contributor, asked_at=now
    )


def tried(name, submission, by, people):
    """Try an act, say what came of it, and roll it back."""
    try:
        with transaction.atomic():
            act(name, Submission.objects.get(pk=submission.pk), by, people)
            assert TrailRow.objects.filter(actor=by, pilot=submission.pilot).order_by("-pk").first().act.startswith("review.")
            transaction.set_rollback(True)
    except PermissionDenied:
        return "forbidden"
    except ValidationError as refusal:
        return refusal.code
    return "done"


def test_a_round_keeps_what_it_offered(people, submission):
    locked = Entry.objects.filter(pilot=submission.pilot, state=Entry.State.LOCKED)
    assert dict(Offered.objects.values_list("entry", "value")) == dict(locked.values_list("pk", "value"))


def test_the_first_acceptance_takes_a_submission_into_review_so_that_it_is_not_withdrawn_under_the_reviewer(people, submission):
    accept(submission, people.coordinator, "TJ-60")
    submission.refresh_from_db()
    assert (submission.state, submission.reviewer) == ("in-review", people.coordinator)
    with pytest.raises(ValidationError):
        review.withdraw(submission=submission, by=people.lead, door=PAGE)


def test_accepting_twice_is_one_acceptance(people, submission):
    accept(submission, people.coordinator, "TJ-60")
    assert accept(submission, people.second, "TJ-60").codes == ()
    assert Judgement.objects.count() == 1


def test_a_marked_value_is_not_accepted_and_an_accepted_one_is_marked(people, submission):
    accept(submission, people.coordinator, "TJ-29")
    review.mark(submission=submission, asked=FIX, by=people.coordinator, door=PAGE)
    assert states(submission)["TJ-29"] == "marked"
    with pytest.raises(ValidationError, match="TJ-29"):
        accept(submission, people.coordinator, "TJ-29")
    review.unmark(submission=submission, code="TJ-29", by=people.coordinator, door=PAGE)
    assert states(submission)["TJ-29"] == "unreviewed"


def test_a_note_keeps_no_value_from_being_accepted_and_is_sent_with_the_verification(people, submission):
    review.mark(submission=submission, asked=MarkInput("TJ-60", "note", "下年注明页码"), by=people.coordinator, door=PAGE)
    accept(submission, people.coordinator, "TJ-60")
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    assert Mark.objects.get().sent_at


@pytest.mark.parametrize("who", ["lead", "contributor"])
def test_nobody_accepts_what_they_wrote_or_submitted(people, call, who):
    person = getattr(people, who)
    members.grant(user=person, role="coordinator", pilot=None, by=None, door="command")
    submission = submitted(call, people)
    codes = list(states(submission))
    with pytest.raises(PermissionDenied):
        accept(submission, person, codes[0])
    if who == "contributor":
        swept = review.accept_clean(submission=submission, codes=codes, by=person, door=PAGE)
        assert swept.codes == ()
    assert not Judgement.objects.exists()


def test_accepting_all_clean_values_leaves_those_with_warnings_and_marks_and_is_undone_in_one_stroke(people, tianjin, submission):
    review.mark(submission=submission, asked=FIX, by=people.coordinator, door=PAGE)
    before = states(submission)
    warned = review.warned_series(submission, people.coordinator)
    swept = review.accept_clean(submission=submission, codes=list(before), by=people.coordinator, door=PAGE)
    roster = Standing(submission).roster
    assert "TJ-29" not in swept.codes and swept.codes
    assert {roster.by_code[code].pk for code in swept.left} == {roster.by_code[c].pk for c in before if c != "TJ-29"} & warned
    assert {code for code, state in states(submission).items() if state == "accepted"} == set(swept.codes)
    taken = review.take_back(submission=submission, batch=swept.batch, by=people.coordinator, door=PAGE)
    assert (sorted(taken), states(submission)) == (sorted(swept.codes), before)
    rows = TrailRow.objects.filter(act="review.take-back")
    assert rows.count() == len(taken) and {row.after["batch"] for row in rows} == {str(swept.batch)}


def test_an_undone_acceptance_is_not_undone_again(people, submission):
    swept = accept(submission, people.coordinator, "TJ-60")
    review.take_back(submission=submission, batch=swept.batch, by=people.coordinator, door=PAGE)
    with pytest.raises(ValidationError):
        review.take_back(submission=submission, batch=swept.batch, by=people.coordinator, door=PAGE)


def test_verifying_needs_every_value_reviewed_and_none_marked_and_names_what_is_not(people, submission):
    with pytest.raises(ValidationError) as refusal:
        review.verify(submission=submission, assessment="good", by=people.coordinator, door=PAGE)
    assert refusal.value.code == "unreviewed" and "TJ-01" in refusal.value.messages[0]
    accept(submission, people.coordinator, *states(submission))
    review.mark(submission=submission, asked=MarkInput("new_patents", "explain", "口径?"), by=people.coordinator, door=PAGE)
    for rest in (False, True):
        with pytest.raises(ValidationError, match="new_patents"):
            review.verify(submission=submission, assessment="good", accept_rest=rest, by=people.coordinator, door=PAGE)
    review.unmark(submission=submission, code="new_patents", by=people.coordinator, door=PAGE)
    assert review.verify(submission=submission, assessment="good", by=people.coordinator, door=PAGE)


def test_a_draft_of_a_mark_is_not_seen_by_the_city_until_it_is_sent(people, submission):
    review.mark(submission=submission, asked=FIX, by=people.coordinator, door=PAGE)
    seen = {who: Mark.objects.visible_to(getattr(people, who)).count() for who in PEOPLE}
    assert seen == {**dict.fromkeys(PEOPLE, 0), "coordinator": 1, "expert": 1, "auditor": 1}
    review.send_back(submission=submission, summary="一处", by=people.coordinator, door=PAGE)
    assert Mark.objects.visible_to(people.contributor).get().text == FIX.text
    assert not Mark.objects.visible_to(people.stranger).exists()


def test_the_advice_of_an_expert_is_never_sent(people, submission):
    review.advise(submission=submission, asked=FIX, by=people.expert, door=PAGE)
    review.send_back(submission=submission, summary="一处", by=people.coordinator, door=PAGE)
    assert not Mark.objects.visible_to(people.lead).exists() and Mark.objects.get().sent_at is None
    assert standing(submission.pilot, "TJ-60").state == "open"


def test_a_mark_that_was_sent_is_neither_changed_nor_removed_by_the_database_itself(people, submission):
    review.mark(submission=submission, asked=FIX, by=people.coordinator, door=PAGE)
    review.send_back(submission=submission, summary="一处", by=people.coordinator, door=PAGE)
    for sql in ("UPDATE indicators_mark SET text = 'x'", "DELETE FROM indicators_mark"):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_without_a_day_the_answer_is_due_in_two_weeks(people, submission):
    review.send_back(submission=submission, summary="一处", by=people.coordinator, door=PAGE)
    submission.refresh_from_db()
    assert submission.due == timezone.localdate() + timedelta(days=14)
