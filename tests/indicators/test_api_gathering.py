"""Gathering over REST: figures from paper and their confirmation, and the way in which an indicator is reported."""

from decimal import Decimal

import pytest

from indicators.models import Mode, Series
from tests.builders import collection, item, record, scan, standing, submitted
from tests.programs import Program

pytestmark = pytest.mark.django_db
MODE = "pilots/tianjin/indicators/TJ-54:choose_mode"


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def on_paper(who, paper, *entries):
    return Program(who).tell("POST", "entries:on_paper", {"pilot": "tianjin", "paper": paper, "entries": list(entries)})


def test_a_coordinator_types_from_paper_and_the_lead_confirms(tianjin, people, call):
    page = scan(tianjin, people.coordinator)
    answer = on_paper(people.coordinator, page.pk, {"series": "TJ-58", "period": "2030", "value": "１２．５", "version": 0})
    assert (answer.status_code, answer.json()["applied"]) == (200, True)
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "TJ-58").unconfirmed) == (Decimal("12.5"), True)
    seen = {"pilot": "tianjin", "figures": [{"series": "TJ-58", "period": "2030", "version": 1}]}
    assert Program(people.coordinator).tell("POST", "entries:confirm", seen).status_code == 403
    confirmed = Program(people.lead).tell("POST", "entries:confirm", seen)
    assert (confirmed.status_code, [row["series"] for row in confirmed.json()["data"]]) == (200, ["TJ-58"])
    assert Program(people.lead).tell("POST", "entries:confirm", seen).status_code == 409


def test_one_refusal_keeps_back_all_that_stands_on_a_paper(tianjin, people, call):
    record(tianjin, people.contributor, item("TJ-60", "777"))
    page = scan(tianjin, people.coordinator)
    fine = {"series": "TJ-58", "period": "2030", "value": "1", "version": 0}
    for wrong in (
        {"series": "TJ-60", "period": "2030", "value": "1", "version": 1},
        {"series": "TJ-61", "period": "2030", "value": "x", "version": 0},
    ):
        answer = on_paper(people.coordinator, page.pk, fine, wrong)
        assert (answer.status_code in (400, 409), b"777" in answer.content) == (True, False)
        assert standing(tianjin, "TJ-58") is None


def test_the_scan_of_another_pilot_is_no_scan(tianjin, people, call):
    other = scan(people.stranger.memberships.get().pilot, people.coordinator)
    answers = [on_paper(people.coordinator, number) for number in (other.pk, 987654321)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].json()["errors"][0]["message"] == answers[1].json()["errors"][0]["message"]


def test_the_lead_chooses_the_mode_and_is_told_what_it_did(tianjin, people, call):
    record(tianjin, people.contributor, item("plans_with_participation", "5"), item("plans_adopted", "20"))
    told = Program(people.lead).tell("POST", MODE, {"mode": "direct"})
    assert (told.status_code, told.json()) == (
        200,
        {
            "series": "TJ-54",
            "mode": "direct",
            "added": [],
            "dropped": ["plans_with_participation", "plans_adopted"],
            "figures": [{"series": "TJ-54", "period": "2030", "before": "25", "after": "25"}],
        },
    )
    assert Series.objects.get(pilot=tianjin, code="TJ-54").mode == Mode.DIRECT
    assert Program(people.lead).tell("POST", MODE, {"mode": "direct"}).status_code == 409
    assert Program(people.contributor).tell("POST", MODE, {"mode": "inputs"}).status_code == 403


def test_a_submitted_figure_keeps_its_mode(tianjin, people, call):
    submitted(call, people)
    assert Program(people.lead).tell("POST", MODE, {"mode": "direct"}).status_code == 409
