"""Single values on the page of a review: accepted, marked, answered and unlocked, without a script and without losing a word."""

import pytest

from indicators import review
from indicators.models import Judgement, Mark, Reply, UnlockRequest
from tests.builders import PAGE, collection, standing, submitted
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission(tianjin, people):
    return submitted(collection(tianjin, people.coordinator), people)


def judge(person, submission, deed, **fields):
    """Press a button of the page, with what stands in its boxes."""
    return signed_in(person).post(f"/reviews/{submission.pk}/judge", {"deed": deed, **fields}, follow=True)


def page(person, submission):
    return signed_in(person).get(f"/reviews/{submission.pk}/").content.decode()


@pytest.fixture
def returned(people, submission):
    marks = [review.MarkInput("TJ-58", "explain", "Why?"), review.MarkInput("TJ-60", "must-fix", "Look again.")]
    return review.send_back(submission=submission, summary="Two.", marks=marks, by=people.coordinator, door=PAGE)


def test_a_value_is_accepted_and_the_acceptance_taken_back(people, submission):
    answer = judge(people.coordinator, submission, "accept:TJ-58")
    assert "Accepted: TJ-58." in answer.content.decode() and Judgement.objects.get().ended_at is None
    judge(people.coordinator, submission, "take-back:TJ-58")
    assert Judgement.objects.get().ended_at


def test_all_clean_values_are_accepted_in_one_stroke_and_undone_in_another(people, submission):
    said = judge(people.coordinator, submission, "accept-clean").content.decode()
    standing_now = Judgement.objects.filter(ended_at=None)
    count, batch = standing_now.count(), standing_now.first().batch
    assert count > 10 and f"{count} values accepted." in said and f"Undo: take {count} acceptances back" in said
    judge(people.coordinator, submission, f"undo:{batch}")
    assert not Judgement.objects.filter(ended_at=None).exists()


def test_a_click_on_one_button_loses_no_word_of_another_box(people, submission):
    words = {"TJ-24.kind": "note", "TJ-24.text": "Thank you.", "summary": "Half a sentence"}
    answer = judge(people.coordinator, submission, "accept:TJ-58", **words)
    assert "Half a sentence" in answer.content.decode()
    assert (Mark.objects.get().text, Mark.objects.get().sent_at) == ("Thank you.", None)


def test_a_draft_and_an_experts_advice_are_on_no_page_of_the_city(people, submission):
    judge(people.expert, submission, "advise:TJ-58", **{"TJ-58.kind": "explain", "TJ-58.text": "Advice of an expert"})
    judge(people.coordinator, submission, "mark:TJ-60", **{"TJ-60.kind": "must-fix", "TJ-60.text": "Draft of a mark"})
    for who in ("viewer", "contributor", "lead"):
        shown = page(getattr(people, who), submission)
        assert "Draft of a mark" not in shown and "Advice of an expert" not in shown
        assert "not reviewed" not in shown
    assert "Draft of a mark" in page(people.second, submission) and "Advice of an expert" in page(people.second, submission)
    judge(people.coordinator, submission, "unmark:TJ-60", **{"TJ-60.kind": "must-fix", "TJ-60.text": "Draft of a mark"})
    assert not Mark.objects.filter(advice=False).exists()


def test_the_city_replies_to_every_mark_that_it_wrote_something_for(people, returned):
    shown = page(people.contributor, returned)
    assert "What is asked of you" in shown and "waits for a change or a reply" in shown
    first, second = Mark.objects.order_by("series__code")
    words = {f"reply.{first.pk}": "Counted the same way.", f"reply.{second.pk}": "See the yearbook."}
    judge(people.contributor, returned, f"reply:{first.pk}", **words)
    assert set(Reply.objects.values_list("text", flat=True)) == set(words.values())
    assert "Counted the same way." not in page(people.coordinator, returned)
    judge(people.contributor, returned, f"reply:{first.pk}", **words)
    assert Reply.objects.count() == 2


def test_an_empty_reply_is_refused_in_words(people, returned):
    answer = judge(people.lead, returned, f"reply:{Mark.objects.first().pk}")
    assert answer.status_code == 400 and "Write a reply." in answer.content.decode()


def test_another_value_is_asked_for_and_unlocked_by_the_coordinator(tianjin, people, returned):
    judge(people.lead, returned, "ask", wanted="TJ-24", why="A slip of the pen")
    row = UnlockRequest.objects.get()
    assert "A slip of the pen" in page(people.coordinator, returned)
    refused = judge(people.coordinator, returned, f"refuse:{row.pk}")
    assert refused.status_code == 400 and "Write why it stays locked." in refused.content.decode()
    judge(people.coordinator, returned, f"grant:{row.pk}")
    assert standing(tianjin, "TJ-24").state == "open"


@pytest.mark.parametrize("deed", ["", "nothing", "undo:x", "undo:", "accept:TJ-99", "mark:TJ-58", "unmark:TJ-58"])
def test_a_button_that_makes_no_sense_is_refused_in_words(people, submission, deed):
    answer = judge(people.coordinator, submission, deed)
    assert answer.status_code in (400, 409) and not Judgement.objects.exists()


@pytest.mark.parametrize("deed", ["reply:0", "reply:x", "reply:99999999999999999999", "grant:0", "refuse:x"])
def test_what_is_not_there_is_not_found(people, submission, deed):
    assert judge(people.coordinator, submission, deed).status_code == 404


def test_no_one_else_judges_and_strangers_find_nothing(people, submission):
    for who, status in (("viewer", 403), ("lead", 403), ("auditor", 403), ("expert", 403), ("stranger", 404), ("administrator", 404)):
        assert (who, judge(getattr(people, who), submission, "accept:TJ-58").status_code) == (who, status)
    assert not Judgement.objects.exists()
