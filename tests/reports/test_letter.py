"""The letter of a review's round: who gets it, what it says in both languages, and what became of each mark."""

import io

import pytest
from pypdf import PdfReader

from indicators import review
from indicators.models import Mark
from indicators.review import MarkInput
from tests.builders import CHECKED, collection, item, record, standing, submitted
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
INSIDE = ("viewer", "contributor", "lead", "coordinator", "expert", "auditor")
SUMMARY = "请核对两处。\n第二段：单位为“件/10万人”。<b>#strong</b>"


@pytest.fixture
def returned(tianjin, people):
    submission = submitted(collection(tianjin, people.coordinator), people)
    marks = [MarkInput("TJ-60", "must-fix", "与年报不符"), MarkInput("TJ-58", "explain", "为何与上年相同?")]
    return review.send_back(submission=submission, summary=SUMMARY, marks=marks, by=people.coordinator, door="page")


@pytest.fixture
def verified(returned, tianjin, people):
    """The same, answered with a change and a reply, and verified in the second round."""
    row = standing(tianjin, "TJ-60")
    record(tianjin, people.contributor, item("TJ-60", "4321.5", version=row.version, explanation=CHECKED)).raise_if_refused()
    review.reply(mark=Mark.objects.get(series__code="TJ-58"), text="统计口径未变", by=people.lead, door="page")
    again = review.submit(collection=returned.collection, by=people.lead, door="page")
    review.verify(submission=again, assessment="good", comment="数据完整。", accept_rest=True, by=people.coordinator, door="page")
    return again


def address(submission, number=1, language="zh"):
    return f"/reviews/{submission.pk}/letters/{number}.{language}.pdf"


def text_of(person, *where):
    answer = signed_in(person).get(address(*where))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\n", "")


def test_the_letter_of_a_round_names_each_mark_in_chinese_with_what_was_written_as_it_was_written(people, returned):
    text = text_of(people.lead, returned)
    for words in (
        "中新天津生态城",
        "第 1 轮：已退回",
        "TJ-60",
        "与年报不符",
        "TJ-58",
        "为何与上年相同?",
        "须修改",
        "致 中新天津生态城",
        "<b>#strong</b>",
    ):
        assert words in text


def test_it_is_written_in_english_too(people, returned):
    text = text_of(people.coordinator, returned, 1, "en")
    for words in ("Review of the data of 2030", "Round 1: Sent back", "2 changes or replies", "TJ-60", "must fix"):
        assert words in text


def test_a_later_copy_says_what_became_of_each_mark(people, verified):
    text = text_of(people.lead, verified)
    assert "4,321.5" in text and "统计口径未变" in text


def test_the_letter_of_a_verification_says_what_was_decided(people, verified):
    text = text_of(people.lead, verified, 2)
    for words in ("第 2 轮：审核通过", "数据完整。", "tianjin/2030/r1"):
        assert words in text


def test_a_reply_that_is_not_sent_stands_on_the_citys_copy_alone(people, returned):
    review.reply(mark=Mark.objects.get(series__code="TJ-58"), text="草稿答复", by=people.lead, door="page")
    assert "草稿答复" in text_of(people.lead, returned)
    assert "草稿答复" not in text_of(people.coordinator, returned)


def test_it_is_for_those_who_see_the_submission_and_there_is_none_before_the_decision(people, returned):
    found = {who: signed_in(getattr(people, who)).get(address(returned)).status_code for who in (*INSIDE, "stranger", "administrator")}
    assert found == {**dict.fromkeys(INSIDE, 200), "stranger": 404, "administrator": 404}
    assert signed_in(people.lead).get(address(returned, 2)).status_code == 404
    assert signed_in(people.lead).get(address(returned, 1, "fr")).status_code == 404
