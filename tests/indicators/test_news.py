"""The acts on calls, submissions and comments tell those who need to know, each as far as they may see it."""

from datetime import date

import pytest

from indicators import collecting, comments, periods, review
from indicators.models import Release, Series
from indicators.review import MarkInput
from pilots import members
from pilots.models import Membership, Notice, Role
from tests.builders import PAGE, answer_all, collection, person, submitted, verified

pytestmark = pytest.mark.django_db
TEAM = {"a.lead", "a.contributor"}
REVIEWERS = {"coordinator", "second.coordinator"}


def told(kind: str) -> set[str]:
    """Who holds a notice of a kind."""
    return set(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))


def facts(kind: str) -> dict:
    """What the latest notice of a kind says."""
    return Notice.objects.filter(kind=kind).latest("pk").payload


@pytest.fixture
def sent(tianjin, people):
    return submitted(collection(tianjin, people.coordinator), people)


def test_a_call_for_data_is_told_to_the_team_and_to_nobody_else(tianjin, people):
    collection(tianjin, people.coordinator)
    assert told("collection-opened") == TEAM
    assert facts("collection-opened") == {"periods": ["2030"], "due": "2031-03-31"}


def test_several_years_opened_at_once_are_one_notice(tianjin, people):
    collecting.open_years(pilot=tianjin, first=2031, last=2033, due=date(2034, 3, 31), by=people.coordinator, door=PAGE)
    assert Notice.objects.filter(person=people.lead).count() == 1
    assert facts("collection-opened")["periods"] == ["2031", "2032", "2033"]


def test_a_day_that_moved_is_told_with_the_reason_each_time(tianjin, people):
    call = collection(tianjin, people.coordinator)
    for due in (date(2031, 4, 30), date(2031, 3, 31), date(2031, 4, 30)):
        collecting.extend(collection=call, due=due, reason="Holidays", by=people.coordinator, door=PAGE)
    assert told("collection-extended") == TEAM
    assert Notice.objects.filter(person=people.lead, kind="collection-extended").count() == 3
    assert facts("collection-extended") == {"period": "2030", "before": "2031-03-31", "due": "2031-04-30", "reason": "Holidays"}


def test_a_submission_is_told_to_the_reviewers_and_the_rest_of_the_team(sent):
    assert told("submitted") == REVIEWERS | {"a.contributor"}
    assert facts("submitted") == {"period": "2030", "round": 1, "note": ""}
    assert Notice.objects.filter(kind="submitted").values_list("key", flat=True).distinct().get() == str(sent.pk)


def test_a_withdrawal_is_told_to_those_who_waited_for_it(sent, people):
    review.withdraw(submission=sent, by=people.lead, door=PAGE)
    assert told("withdrawn") == REVIEWERS | {"a.contributor"}


def test_the_team_is_told_that_the_review_began_and_what_came_of_it(sent, people):
    review.begin(submission=sent, by=people.coordinator, door=PAGE)
    assert told("review-begun") == TEAM
    marks = [MarkInput(series="TJ-58", kind="must-fix", text="Look again"), MarkInput(series="TJ-54", kind="note", text="Fine")]
    review.send_back(submission=sent, summary="Two places", due=date(2099, 5, 15), marks=marks, by=people.coordinator, door=PAGE)
    assert told("sent-back") == TEAM
    assert facts("sent-back") == {"period": "2030", "round": 1, "summary": "Two places", "due": "2099-05-15", "marks": 2}


def test_a_second_round_goes_to_whoever_sent_it_back(sent, people):
    review.send_back(submission=sent, summary="Again", due=date(2099, 5, 15), by=people.coordinator, door=PAGE)
    answer_all(sent.collection, people.contributor)
    review.submit(collection=sent.collection, by=people.lead, door=PAGE)
    assert told("submitted-again") == {"coordinator", "a.contributor"}
    assert facts("submitted-again")["round"] == 2


def test_a_verification_is_told_with_its_release_and_a_reopening_with_its_reason(people, tianjin):
    verified(collection(tianjin, people.coordinator), people)
    assert told("verified") == TEAM
    release = Release.objects.get(pilot=tianjin)
    assert facts("verified") == {"period": "2030", "round": 1, "assessment": "good", "release": release.code, "comment": ""}
    cells = [("TJ-58", periods.of_year(2030))]
    review.reopen(pilot=tianjin, cells=cells, reason="A digit too many", by=people.second, door=PAGE)
    assert told("reopened") == TEAM
    said = facts("reopened")
    assert (said["period"], said["reason"]) == ("2030", "A digit too many")
    assert said["codes"] and said["count"] >= len(said["codes"])


def say(series: Series, by, text="Why?"):
    return comments.write(series=series, period=periods.of_year(2030), text=text, by=by, door=PAGE)


@pytest.fixture
def cell(tianjin):
    return tianjin.series.get(code="TJ-54")


def test_a_comment_on_a_draft_stays_in_the_team(tianjin, people, cell):
    collection(tianjin, people.coordinator)
    say(cell, people.contributor)
    assert told("comment") == {"a.lead"}


def test_a_comment_on_a_submitted_figure_goes_to_team_and_reviewers_but_not_to_who_wrote_it(sent, people, cell):
    say(cell, people.coordinator, "A question")
    assert told("comment") == TEAM | {"second.coordinator"}
    assert facts("comment") == {"series": "TJ-54", "period": "2030", "text": "A question"}


def test_an_expert_is_told_once_they_wrote_in_the_thread_and_not_of_what_they_may_no_longer_see(sent, people, cell):
    say(cell, people.expert)
    say(cell, people.lead)
    assert Notice.objects.filter(kind="comment", person=people.expert).count() == 1
    review.send_back(submission=sent, summary="Again", due=date(2099, 5, 15), by=people.coordinator, door=PAGE)
    say(cell, people.lead, "A draft word")
    assert Notice.objects.filter(kind="comment", person=people.expert).count() == 1
    assert not Notice.objects.filter(kind="comment", person=people.coordinator, payload__text="A draft word").exists()


def test_who_left_the_team_is_told_nothing_more(tianjin, people):
    members.end(membership=Membership.objects.get(user=people.contributor), by=people.lead, door=PAGE)
    collection(tianjin, people.coordinator)
    assert told("collection-opened") == {"a.lead"}


def test_a_pilots_news_reach_no_other_pilot(sent, people):
    person("b.contributor", Role.CONTRIBUTOR, Membership.objects.get(user=people.stranger).pilot)
    assert not Notice.objects.filter(person=people.stranger).exists()
