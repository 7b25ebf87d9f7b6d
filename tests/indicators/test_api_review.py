"""Collections, submissions and their review over REST: the whole way, who may, and what a wrong state answers."""

import pytest

from indicators.models import Collection, Current, Submission
from tests.builders import answer_all, collection, item, record, submitted, verified
from tests.programs import Program

pytestmark = pytest.mark.django_db
EVERYBODY = ("viewer", "contributor", "lead", "stranger", "coordinator", "expert", "administrator", "auditor", "nobody")
STRANGERS = ("stranger", "administrator", "nobody")


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def answers(people, method, address, body=None):
    """What each person gets for the same request; the first who may do it comes last."""
    return {who: Program(getattr(people, who)).tell(method, address, body).status_code for who in EVERYBODY}


def test_a_coordinator_calls_for_data_and_everybody_of_the_pilot_sees_how_far_it_is(tianjin, people):
    body = {"period": "2031", "due": "2032-03-31"}
    opened = Program(people.coordinator).tell("POST", "pilots/tianjin/collections", body)
    assert opened.status_code == 201
    row = opened.json()
    assert {name: row[name] for name in ("period", "due", "state", "demo")} == {
        "period": "2031",
        "due": "2032-03-31",
        "state": "open",
        "demo": False,
    }
    assert set(row["completeness"]) == {"required_done", "required", "other_done", "other"}
    for who in ("viewer", "contributor", "lead", "expert", "auditor"):
        listed = Program(getattr(people, who)).ask("pilots/tianjin/collections").json()
        assert (listed["data"], listed["next"]) == ([row], None)


def test_only_a_coordinator_opens_a_collection(tianjin, people):
    given = answers(people, "POST", "pilots/tianjin/collections", {"period": "2031", "due": "2032-03-31"})
    assert given.pop("coordinator") == 201
    assert {who: status for who, status in given.items() if who in STRANGERS} == dict.fromkeys(STRANGERS, 404)
    assert {status for who, status in given.items() if who not in STRANGERS} == {403}
    assert Collection.objects.count() == 1


def test_a_collection_is_opened_once_and_not_before_it_is_due(call, people):
    coordinator = Program(people.coordinator)
    assert coordinator.tell("POST", "pilots/tianjin/collections", {"period": "2030", "due": "2031-03-31"}).status_code == 400
    wrong = coordinator.tell("POST", "pilots/tianjin/collections", {"period": "2O31", "due": "soon"}).json()
    assert [fault["field"] for fault in wrong["errors"]] == ["period", "due"]


def test_the_whole_way_from_a_figure_to_the_release(call, tianjin, people):
    record(tianjin, people.contributor, item("TJ-58", "12.5")).raise_if_refused()
    lead, coordinator = Program(people.lead), Program(people.coordinator)
    early = lead.tell("POST", "pilots/tianjin/submissions", {"period": "2030"})
    assert (early.status_code, early.json()["code"]) == (400, "incomplete")
    answer_all(call, people.contributor)
    offered = lead.tell("POST", "pilots/tianjin/submissions", {"period": "2030", "note": "全部数据"})
    row = offered.json()
    assert (offered.status_code, row["state"], row["round"], row["steps"], row["blocking"]) == (201, "submitted", 1, ["withdraw"], [])
    address = f"submissions/{row['id']}"
    assert coordinator.ask(address).json()["steps"] == ["begin", "send_back", "verify", "assign", "accept", "mark"]
    assert coordinator.tell("POST", f"{address}:begin").json()["state"] == "in-review"
    late = lead.tell("POST", f"{address}:withdraw")
    assert (late.status_code, late.json()["code"], late.json()["allowed"]) == (409, "wrong_state", [])
    marks = [{"indicator": "TJ-58", "kind": "must-fix", "text": "核对单位"}]
    back = coordinator.tell("POST", f"{address}:send_back", {"summary": "一处需修改", "due": "2031-05-15", "marks": marks}).json()
    assert (back["state"], back["due"], len(back["marks"])) == ("returned", "2031-05-15", 1)
    assert back["marks"][0].items() >= {**marks[0], "round": 1, "advice": False, "replies": []}.items()
    version = Program(people.contributor).ask("entries/tianjin/TJ-58/2030")["ETag"]
    changed = Program(people.contributor).tell("PUT", "entries/tianjin/TJ-58/2030", {"value": "12.7"}, If_Match=version)
    assert changed.status_code == 200
    assert lead.tell("POST", "pilots/tianjin/submissions", {"period": "2030"}).json()["round"] == 2
    done = coordinator.tell("POST", f"{address}:verify", {"assessment": "good", "comment": "数据完整"}).json()
    assert (done["state"], done["release"], done["assessment"]) == ("verified", "tianjin/2030/r1", "good")
    assert Program().ask("values?indicator=TJ-58").json()["data"][0]["value"] == "12.7"


def test_a_step_from_the_wrong_state_names_what_is_possible(call, people):
    submission = verified(call, people)
    for step, body in (("begin", {}), ("verify", {"assessment": "good"}), ("send_back", {"summary": "再核对"})):
        answer = Program(people.coordinator).tell("POST", f"submissions/{submission.pk}:{step}", body)
        assert (step, answer.status_code, answer.json()["code"], answer.json()["allowed"]) == (step, 409, "wrong_state", [])


def test_a_step_is_403_to_readers_without_the_role_and_404_to_strangers(call, people):
    submission = submitted(call, people)
    for step, role, body in (("withdraw", "lead", {}), ("verify", "coordinator", {"assessment": "good"})):
        for who in EVERYBODY:
            if who != role:
                answer = Program(getattr(people, who)).tell("POST", f"submissions/{submission.pk}:{step}", body)
                assert (step, who, answer.status_code) == (step, who, 404 if who in STRANGERS else 403)
    submission.refresh_from_db()
    assert submission.state == Submission.State.SUBMITTED
    assert not Current.objects.exists()


def test_to_a_stranger_a_submission_is_not_there_word_for_word(call, people):
    submission = submitted(call, people)
    stranger = Program(people.stranger)
    hidden, absent = stranger.ask(f"submissions/{submission.pk}"), stranger.ask("submissions/999999")
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, absent.content)


def test_four_eyes_hold_at_this_door_too(call, tianjin, people):
    submission = submitted(call, people)
    Submission.objects.filter(pk=submission.pk).update(submitted_by=people.coordinator)
    answer = Program(people.coordinator).tell("POST", f"submissions/{submission.pk}:verify", {"assessment": "good"})
    assert answer.status_code == 403
    assert not Current.objects.exists()


def test_a_period_without_a_collection_is_409(tianjin, people):
    answer = Program(people.lead).tell("POST", "pilots/tianjin/submissions", {"period": "2030"})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_the_shape_of_a_decision_is_checked_and_its_codes_are_named(call, people):
    submission = submitted(call, people)
    answer = Program(people.coordinator).tell("POST", f"submissions/{submission.pk}:verify", {"assessment": "superb"})
    assert answer.json()["errors"][0]["allowed"] == ["good", "acceptable", "weak"]
    marks = [{"indicator": "TJ-58", "kind": "must-fix", "text": "核对"}, {"indicator": "TJ-58", "kind": "wrong", "text": "核对", "x": 1}]
    answer = Program(people.coordinator).tell("POST", f"submissions/{submission.pk}:send_back", {"summary": "改", "marks": marks})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith("marks.1")


def test_without_signing_in_the_work_is_401(call):
    for address in ("pilots/tianjin/collections", "pilots/tianjin/submissions", "submissions/1"):
        assert Program().ask(address).status_code == 401
