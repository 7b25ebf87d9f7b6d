"""Single values of a submission over REST: accepted, marked, answered, unlocked; and that nothing is seen before it is sent."""

import pytest

from indicators.models import Mark
from tests.builders import collection, submitted
from tests.programs import Program

pytestmark = pytest.mark.django_db
FIX = {"indicator": "TJ-29", "kind": "must-fix", "text": "专利数与年报不符"}
INSIDE = ("viewer", "contributor", "lead", "coordinator", "expert", "auditor")
OUTSIDE = ("stranger", "administrator", "nobody")


@pytest.fixture
def submission(tianjin, people):
    return submitted(collection(tianjin, people.coordinator), people)


@pytest.fixture
def at(submission):
    return f"submissions/{submission.pk}"


def values(program, at):
    return {row["indicator"]: row["state"] for row in program.ask(f"{at}/values").json()["data"]}


def test_a_program_accepts_what_is_clean_marks_one_value_and_takes_the_batch_back(people, at):
    coordinator = Program(people.coordinator)
    before = values(coordinator, at)
    assert set(before.values()) == {"unreviewed"}
    marked = coordinator.tell("POST", f"{at}:mark", FIX).json()
    assert (marked["state"], [mark["sent_at"] for mark in marked["marks"]]) == ("in-review", [None])
    swept = coordinator.tell("POST", f"{at}:accept", {"indicators": list(before), "clean": True}).json()
    now = values(coordinator, at)
    assert now["TJ-29"] == "marked" and {code for code, state in now.items() if state == "accepted"} == set(swept["accepted"])
    assert set(swept["left"]) | set(swept["accepted"]) | {"TJ-29"} == set(before)
    coordinator.tell("POST", f"{at}:take_back", {"batch": swept["batch"]})
    assert values(coordinator, at) == {**before, "TJ-29": "marked"}


def test_a_program_that_wants_to_be_held_to_the_judgements_is(people, at):
    coordinator = Program(people.coordinator)
    refused = coordinator.tell("POST", f"{at}:verify", {"assessment": "good", "accept_rest": False})
    assert (refused.status_code, refused.json()["code"]) == (400, "unreviewed")
    coordinator.tell("POST", f"{at}:accept", {"indicators": list(values(coordinator, at))})
    assert coordinator.tell("POST", f"{at}:verify", {"assessment": "good", "accept_rest": False}).status_code == 200


def test_drafts_of_marks_and_replies_are_shown_to_their_own_side_alone(people, at):
    Program(people.expert).tell("POST", f"{at}:advise", {**FIX, "text": "专家建议"})
    coordinator = Program(people.coordinator)
    coordinator.tell("POST", f"{at}:mark", FIX)
    seen = {who: len(Program(getattr(people, who)).ask(at).json()["marks"]) for who in INSIDE}
    assert seen == {"viewer": 0, "contributor": 0, "lead": 0, "coordinator": 2, "expert": 2, "auditor": 2}
    coordinator.tell("POST", f"{at}:send_back", {"summary": "一处"})
    lead = Program(people.lead)
    (mark,) = lead.ask(at).json()["marks"]
    replied = lead.tell("POST", f"marks/{mark['id']}:reply", {"text": "已核对"}).json()
    assert replied["marks"][0]["replies"][0]["text"] == "已核对"
    assert all(not row["replies"] for row in coordinator.ask(at).json()["marks"])
    lead.tell("POST", "pilots/tianjin/submissions", {"period": "2030"})
    assert [row["replies"][0]["text"] for row in coordinator.ask(at).json()["marks"] if row["replies"]] == ["已核对"]


def test_how_values_stand_is_for_those_who_review_and_a_stranger_finds_nothing(people, at):
    for who in (*INSIDE, *OUTSIDE):
        expected = 404 if who in OUTSIDE else 403 if who in ("viewer", "contributor", "lead") else 200
        assert (who, Program(getattr(people, who)).ask(f"{at}/values").status_code) == (who, expected)


def test_a_mark_that_is_not_sent_is_not_there_for_the_city(people, at):
    Program(people.coordinator).tell("POST", f"{at}:mark", FIX)
    address = f"marks/{Mark.objects.get().pk}:reply"
    assert Program(people.lead).tell("POST", address, {"text": "?"}).status_code == 404
    assert Program(people.stranger).tell("POST", address, {"text": "?"}).status_code == 404


def test_a_request_to_unlock_is_granted_over_rest(people, at):
    coordinator, lead = Program(people.coordinator), Program(people.lead)
    coordinator.tell("POST", f"{at}:mark", FIX)
    coordinator.tell("POST", f"{at}:send_back", {"summary": "一处"})
    row = lead.tell("POST", f"{at}:ask_to_unlock", {"indicator": "TJ-60", "reason": "单位有误"}).json()
    (asked,) = row["unlock_requests"]
    assert lead.tell("POST", f"unlock_requests/{asked['id']}:grant", {}).status_code == 403
    assert Program(people.stranger).tell("POST", f"unlock_requests/{asked['id']}:grant", {}).status_code == 404
    assert coordinator.tell("POST", f"unlock_requests/{asked['id']}:refuse", {}).status_code == 400
    assert coordinator.tell("POST", f"unlock_requests/{asked['id']}:grant", {}).json()["state"] == "granted"
    assert lead.ask("entries/tianjin/TJ-60/2030").json()["state"] == "open"


def test_submissions_are_given_to_a_coordinator_by_username_or_none_is(people, submission):
    coordinator = Program(people.coordinator)
    body = {"submissions": [submission.pk], "reviewer": people.second.username}
    given = coordinator.tell("POST", "submissions:assign", body)
    assert given.json() == {"submissions": [submission.pk], "reviewer": people.second.username}
    assert coordinator.ask(f"submissions/{submission.pk}").json()["reviewer"] == people.second.name
    for wrong in ({"reviewer": people.lead.username}, {"submissions": [submission.pk, 987654321]}):
        assert coordinator.tell("POST", "submissions:assign", {**body, **wrong}).status_code == 400
    assert Program(people.lead).tell("POST", "submissions:assign", body).status_code == 403
    assert Program(people.stranger).tell("POST", "submissions:assign", body).status_code == 403
