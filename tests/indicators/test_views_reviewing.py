"""The review pages: the queue, the workspace, and each step with its refusals."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators import review
from indicators.models import Entry, Mark, Observation, Release, Submission
from tests.builders import PAGE, answer_all, collection, item, record, standing, submitted, verified
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission(tianjin, people):
    return submitted(collection(tianjin, people.coordinator), people)


def address(submission: Submission, step: str = "") -> str:
    return f"/reviews/{submission.pk}/{step}"


def state(submission: Submission) -> str:
    return Submission.objects.get(pk=submission.pk).state


def test_the_queue_shows_what_waits_and_for_how_long(people, submission):
    Submission.objects.filter(pk=submission.pk).update(submitted_at=timezone.now() - timedelta(days=7))
    page = signed_in(people.coordinator).get("/reviews/").content.decode()
    assert f'href="/reviews/{submission.pk}/"' in page
    assert "state-warning" in page.split(f'href="/reviews/{submission.pk}/"')[1].split("</tr>")[0]


@pytest.mark.parametrize(
    ("who", "sees"),
    [("expert", True), ("auditor", True), ("viewer", True), ("stranger", False), ("nobody", False), ("administrator", False)],
)
def test_a_submission_is_seen_by_the_pilots_members_and_the_programmes_readers(people, submission, who, sees):
    client = signed_in(getattr(people, who))
    assert (f"/reviews/{submission.pk}/" in client.get("/reviews/").content.decode()) is sees
    assert client.get(address(submission)).status_code == (200 if sees else 404)


def test_an_empty_queue_says_what_it_is_for(people):
    assert "Nothing waits for review" in signed_in(people.coordinator).get("/reviews/").content.decode()


def test_the_workspace_shows_the_figure_the_division_and_the_year_before(tianjin, people):
    verified(collection(tianjin, people.coordinator, 2029), people)
    call = collection(tianjin, people.coordinator)
    record(tianjin, people.contributor, item("plans_with_participation", "15"), item("plans_adopted", "20"))
    page = signed_in(people.coordinator).get(address(submitted(call, people))).content.decode()
    line = page.split('id="TJ-54@2030"')[1].split('id="plans_')[0]
    assert ("75.0" in line, "15 ÷ 20 × 100" in line) == (True, True)
    assert '<th scope="col" class="number past-3">2029</th>' in page


@pytest.mark.parametrize("step", ["begin", "withdraw", "send-back", "verify", "reopen"])
def test_looking_takes_no_step(people, submission, step):
    assert signed_in(people.coordinator).get(address(submission, step)).status_code == 405
    assert state(submission) == "submitted"


@pytest.mark.parametrize("step", ["begin", "withdraw", "send-back", "verify", "reopen"])
@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("nobody", 404), ("viewer", 403), ("contributor", 403), ("expert", 403), ("auditor", 403)]
)
def test_a_step_is_not_found_by_strangers_and_not_open_to_readers(people, submission, step, who, status):
    data = {"summary": "x", "assessment": "good", "reason": "x", "cell": "TJ-58@2030"}
    assert signed_in(getattr(people, who)).post(address(submission, step), data).status_code == status
    assert state(submission) == "submitted"


def test_beginning_names_the_reviewer_and_ends_the_pilots_chance_to_withdraw(people, submission):
    assert "review_withdraw" not in signed_in(people.coordinator).get(address(submission)).content.decode()
    signed_in(people.coordinator).post(address(submission, "begin"))
    assert (state(submission), Submission.objects.get().reviewer) == ("in-review", people.coordinator)
    assert signed_in(people.lead).post(address(submission, "withdraw")).status_code == 409
    assert state(submission) == "in-review"


def test_the_lead_withdraws_and_the_figures_are_open_again(tianjin, people, submission):
    answer = signed_in(people.lead).post(address(submission, "withdraw"))
    assert answer.url == "/pilots/tianjin/data/2030/"
    assert standing(tianjin, "TJ-58").state == Entry.State.OPEN


def test_sending_back_keeps_summary_day_and_marks(tianjin, people, submission):
    due = timezone.localdate() + timedelta(days=10)
    data = {
        "summary": "Two figures.",
        "due": str(due),
        "TJ-58.kind": "must-fix",
        "TJ-58.text": "Check the unit.",
        "TJ-24.kind": "note",
        "TJ-24.text": "Thank you.",
        "TJ-54.kind": "explain",
        "TJ-54.text": "",
    }
    answer = signed_in(people.coordinator).post(address(submission, "send-back"), data, follow=True)
    found = Submission.objects.get()
    assert (found.state, found.summary, found.due) == ("returned", "Two figures.", due)
    assert set(Mark.objects.values_list("series__code", "kind")) == {("TJ-58", "must-fix"), ("TJ-24", "note")}
    assert "Sent back with 2 marks." in answer.content.decode()
    assert (standing(tianjin, "TJ-58").state, standing(tianjin, "TJ-24").state) == ("open", "locked")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"summary": ""}, "Write what must change."),
        ({"summary": "x", "due": "2020-01-01"}, "This day is past."),
        ({"summary": "x", "due": "soon"}, "“soon” is not a day"),
    ],
)
def test_a_refused_return_says_why_and_keeps_what_was_typed(people, submission, typed, said):
    answer = signed_in(people.coordinator).post(
        address(submission, "send-back"), {"TJ-58.kind": "explain", "TJ-58.text": "Why so high?", **typed}
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert "Why so high?" in page
    assert (state(submission), Mark.objects.count()) == ("submitted", 0)


def accept_all(people, submission, by=None):
    """Accept every value, warned of or not."""
    codes = list(review.Standing(Submission.objects.get(pk=submission.pk)).series)
    review.accept(submission=submission, codes=codes, by=by or people.coordinator, door=PAGE)


def test_verifying_publishes_and_the_button_says_how_many(tianjin, people, submission):
    client = signed_in(people.coordinator)
    page = client.get(address(submission)).content.decode()
    figures = Entry.objects.filter(pilot=tianjin, series__indicator__isnull=False, state="locked").exclude(value=None, reason="").count()
    assert f"Verify {figures} values" in page
    early = client.post(address(submission, "verify"), {"assessment": "good", "comment": "Well done"})
    assert early.status_code == 400 and "are not reviewed yet" in early.content.decode() and "Well done" in early.content.decode()
    accept_all(people, submission)
    answer = client.post(address(submission, "verify"), {"assessment": "good", "comment": "Well done"}, follow=True)
    assert "Verified and published as tianjin/2030/r1." in answer.content.decode()
    assert (Release.objects.get().code, Observation.objects.count()) == ("tianjin/2030/r1", figures)


def test_verifying_without_an_assessment_is_refused_and_keeps_the_comment(people, submission):
    answer = signed_in(people.coordinator).post(address(submission, "verify"), {"comment": "Well done"})
    assert (answer.status_code, state(submission)) == (400, "submitted")
    assert "Choose an overall assessment." in answer.content.decode()
    assert "Well done" in answer.content.decode()


def test_whoever_wrote_a_figure_is_told_that_another_must_verify(tianjin, people):
    from pilots import members
    from pilots.models import Role

    members.grant(user=people.coordinator, role=Role.CONTRIBUTOR, pilot=tianjin, by=None, door=PAGE)
    people.coordinator.__dict__.pop("grants", None)
    call = collection(tianjin, people.second)
    record(tianjin, people.coordinator, item("TJ-58", "5"))
    submission = submitted(call, people)
    answer = signed_in(people.coordinator).post(address(submission, "verify"), {"assessment": "good"})
    assert (answer.status_code, state(submission)) == (403, "submitted")
    assert "You wrote TJ-58 yourself. Another coordinator must verify this." in answer.content.decode()
    accept_all(people, submission, by=people.second)
    assert signed_in(people.second).post(address(submission, "verify"), {"assessment": "good"}).status_code == 302


def test_a_step_in_the_wrong_state_is_a_conflict_and_says_what_is_possible(people, submission):
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    answer = signed_in(people.coordinator).post(address(submission, "send-back"), {"summary": "too late"})
    assert (answer.status_code, state(submission)) == (409, "verified")
    assert "is not possible in this state" in answer.content.decode()


def test_chosen_figures_are_reopened_with_their_inputs_and_what_was_published_stays(tianjin, people, submission):
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    answer = signed_in(people.coordinator).post(address(submission, "reopen"), {"cell": ["TJ-54@2030"], "reason": "Recount"}, follow=True)
    assert "plans_adopted" in answer.content.decode()
    assert (standing(tianjin, "plans_adopted").state, standing(tianjin, "TJ-58").state) == ("open", "verified")
    assert Observation.objects.filter(series__code="TJ-54").count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"reason": "x"}, "Choose the figures to reopen."), ({"cell": "TJ-54@2030", "reason": " "}, "Write why this is reopened.")],
)
def test_a_refused_reopening_says_why(tianjin, people, submission, typed, said):
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    answer = signed_in(people.coordinator).post(address(submission, "reopen"), typed)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert standing(tianjin, "TJ-54").state == "verified"


def test_a_figure_corrected_after_reopening_is_verified_as_the_next_release(tianjin, people, submission):
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    signed_in(people.coordinator).post(address(submission, "reopen"), {"cell": ["TJ-58@2030"], "reason": "Slip"})
    record(tianjin, people.contributor, item("TJ-58", "7", version=standing(tianjin, "TJ-58").version))
    signed_in(people.lead).post("/pilots/tianjin/data/2030/submit", {"confirmed": "yes"})
    again = Submission.objects.get(state="submitted")
    accept_all(people, again)
    signed_in(people.coordinator).post(address(again, "verify"), {"assessment": "good"})
    assert Release.objects.latest("pk").code == "tianjin/2030/r2"
    assert Observation.objects.filter(series__code="TJ-58").latest("revision").value == Decimal(7)


def test_the_workspace_asks_as_few_questions_for_many_figures_as_for_few(tianjin, people, django_assert_num_queries):
    first = submitted(collection(tianjin, people.coordinator, 2029), people)
    client = signed_in(people.coordinator)
    client.get(address(first))
    with CaptureQueriesContext(connection) as one_year:
        client.get(address(first))
    review.verify(submission=first, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    call = collection(tianjin, people.coordinator)
    answer_all(call, people.contributor)
    second = review.submit(collection=call, by=people.lead, door=PAGE)
    with django_assert_num_queries(len(one_year)):
        client.get(address(second))
