"""What comes back from a review and is corrected: each mark answered, other values asked for, published figures reopened."""

import pytest
from django.core.exceptions import ValidationError

from indicators import periods, review
from indicators.models import Current, Mark, Reopening, Submission
from indicators.review import MarkInput, Standing
from pilots import members
from tests.builders import CHECKED, collection, item, record, standing, submitted, verified
from tests.indicators.test_judging import FIX, PAGE, accept, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


@pytest.fixture
def submission(call, people):
    return submitted(call, people)


@pytest.fixture
def returned(people, tianjin, submission):
    """A submission that came back with two marks that ask and one note, after everything else was accepted."""
    review.mark(submission=submission, asked=FIX, by=people.coordinator, door=PAGE)
    review.mark(submission=submission, asked=MarkInput("TJ-60", "explain", "为何不变?"), by=people.coordinator, door=PAGE)
    review.mark(submission=submission, asked=MarkInput("TJ-58", "note", "谢谢"), by=people.coordinator, door=PAGE)
    accept(submission, people.coordinator, *(code for code, state in states(submission).items() if state == "unreviewed"))
    return review.send_back(submission=submission, summary="两处", by=people.coordinator, door=PAGE)


def change(people, tianjin, code, value):
    row = standing(tianjin, code)
    record(tianjin, people.contributor, item(code, value, version=row.version, explanation=CHECKED)).raise_if_refused()


def test_each_mark_needs_a_change_or_a_reply_before_it_comes_again(people, tianjin, call, returned):
    with pytest.raises(ValidationError) as refusal:
        review.submit(collection=call, by=people.lead, door=PAGE)
    assert len(refusal.value.messages) == 3 and "2" in refusal.value.messages[0]
    change(people, tianjin, "new_patents", "7")
    with pytest.raises(ValidationError) as refusal:
        review.submit(collection=call, by=people.lead, door=PAGE)
    assert len(refusal.value.messages) == 2 and "TJ-60" in refusal.value.messages[1]
    mark = Mark.objects.get(series__code="TJ-60")
    review.reply(mark=mark, text="统计口径未变", by=people.contributor, door=PAGE)
    again = review.submit(collection=call, by=people.lead, door=PAGE)
    assert (again.round, again.state) == (2, "submitted")
    assert [one.text for one in mark.replies.visible_to(people.coordinator)] == ["统计口径未变"]


def test_a_change_that_is_taken_back_answers_no_mark(people, tianjin, call, returned):
    was = standing(tianjin, "new_patents").value
    change(people, tianjin, "new_patents", "7")
    change(people, tianjin, "new_patents", was)
    waiting = [one.mark.series.code for one in review.asked(Submission.objects.get(pk=returned.pk)) if not one.answered]
    assert waiting == ["TJ-29", "TJ-60"]


def test_a_reply_is_the_citys_until_it_submits_again(people, returned):
    reply = review.reply(mark=Mark.objects.get(series__code="TJ-60"), text="草稿", by=people.contributor, door=PAGE)
    assert not type(reply).objects.visible_to(people.coordinator).exists()
    assert type(reply).objects.visible_to(people.lead).exists() and not type(reply).objects.visible_to(people.stranger).exists()


def test_what_was_accepted_and_did_not_change_stays_accepted_and_a_changed_one_says_so(people, tianjin, call, returned):
    change(people, tianjin, "new_patents", "7")
    review.reply(mark=Mark.objects.get(series__code="TJ-60"), text="口径未变", by=people.lead, door=PAGE)
    again = review.submit(collection=call, by=people.lead, door=PAGE)
    now = states(again)
    assert (now["TJ-29"], now["TJ-60"], now["TJ-01"]) == ("unreviewed", "unreviewed", "accepted")
    kinds = {Standing(again).roster.by_id[pk].code: kind for pk, kind in review.changes(again, Standing(again)).items()}
    assert {code for code, kind in kinds.items() if kind == "changed"} == {"TJ-29", "new_patents"}


def test_an_input_that_changes_reopens_what_was_accepted_on_it(people, tianjin, call, submission):
    accept(submission, people.coordinator, *states(submission))
    review.mark(submission=submission, asked=MarkInput("city_population", "must-fix", "常住人口?"), by=people.coordinator, door=PAGE)
    review.send_back(submission=submission, summary="人口", by=people.coordinator, door=PAGE)
    change(people, tianjin, "city_population", "1001")
    again = review.submit(collection=call, by=people.lead, door=PAGE)
    roster = Standing(again).roster
    fed = {one.code for one in roster.fed_by(roster.by_code["city_population"])}
    assert {code for code, state in states(again).items() if state == "changed"} == fed


def test_another_value_is_asked_for_granted_with_its_inputs_or_refused_with_a_reason(people, tianjin, returned):
    asked = review.ask_to_unlock(submission=returned, code="TJ-28", reason="分母有误", by=people.contributor, door=PAGE)
    with pytest.raises(ValidationError):
        review.ask_to_unlock(submission=returned, code="TJ-28", reason="分母有误", by=people.contributor, door=PAGE)
    review.grant(request=asked, by=people.coordinator, door=PAGE)
    assert standing(tianjin, "TJ-28").state == "open"
    with pytest.raises(ValidationError):
        review.refuse(request=asked, answer="晚了", by=people.coordinator, door=PAGE)
    other = review.ask_to_unlock(submission=returned, code="TJ-01", reason="想改", by=people.lead, door=PAGE)
    with pytest.raises(ValidationError):
        review.refuse(request=other, answer=" ", by=people.coordinator, door=PAGE)
    review.refuse(request=other, answer="已核对无误", by=people.coordinator, door=PAGE)
    assert standing(tianjin, "TJ-01").state == "locked"


def test_a_value_that_is_open_already_is_not_asked_for(people, returned):
    with pytest.raises(ValidationError, match="TJ-29"):
        review.ask_to_unlock(submission=returned, code="TJ-29", reason="?", by=people.lead, door=PAGE)


def test_a_submission_is_given_to_a_coordinator_who_did_not_submit_it(people, submission):
    for reviewer in (people.expert, people.lead):
        with pytest.raises(ValidationError):
            review.assign(submissions=[submission], reviewer=reviewer, by=people.coordinator, door=PAGE)
    members.grant(user=people.lead, role="coordinator", pilot=None, by=None, door="command")
    with pytest.raises(ValidationError):
        review.assign(submissions=[submission], reviewer=type(people.lead).objects.get(pk=people.lead.pk), by=people.coordinator, door=PAGE)
    assert review.assign(submissions=[submission], reviewer=people.second, by=people.coordinator, door=PAGE)[0].reviewer == people.second


def test_a_correction_keeps_what_is_published_until_it_is_verified_and_then_carries_a_public_note(people, tianjin, call):
    verified(call, people)
    published = Current.objects.get(series__code="TJ-29")
    cells = [("TJ-29", periods.of_year(2030))]
    review.reopen(pilot=tianjin, cells=cells, reason="内部：年报更正", note="专利数已按年报更正", by=people.coordinator, door=PAGE)
    assert set(Reopening.objects.values_list("series__code", flat=True)) == {"TJ-29", "new_patents", "city_population"}
    change(people, tianjin, "new_patents", "7")
    assert Current.objects.get(series__code="TJ-29").observation_id == published.observation_id
    again = review.submit(collection=call, by=people.lead, door=PAGE)
    assert again.number == 2
    release = review.verify(submission=again, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    corrected = Current.objects.get(series__code="TJ-29")
    assert (release.number, corrected.note) == (2, "专利数已按年报更正")
    assert Current.objects.get(series__code="TJ-60").note == ""


def test_the_reason_is_the_public_note_where_nothing_else_is_said(people, tianjin, call):
    verified(call, people)
    review.reopen(pilot=tianjin, cells=[("TJ-60", periods.of_year(2030))], reason="按年报更正", by=people.coordinator, door=PAGE)
    assert Reopening.objects.get().note == "按年报更正"


def test_a_second_correction_carries_its_own_note(people, tianjin, call):
    verified(call, people)
    for value, note in (("11", "第一次更正"), ("12", "第二次更正")):
        review.reopen(pilot=tianjin, cells=[("TJ-60", periods.of_year(2030))], reason=note, by=people.coordinator, door=PAGE)
        change(people, tianjin, "TJ-60", value)
        again = review.submit(collection=call, by=people.lead, door=PAGE)
        review.verify(submission=again, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
        assert Current.objects.get(series__code="TJ-60").note == note
