"""Cycles over REST: who sees them, what a gate lacks, the way on, and every refusal in the one shape."""

import pytest

from cycles.models import Cycle
from pilots.models import TrailRow
from tests.cycles import builders
from tests.visitors import signed_in

LIST = "/api/v1/cycles"
REASON = "The mayor wants it so."


def one(cycle: Cycle, step: str = "") -> str:
    return f"{LIST}/{cycle.pk}{step}"


def post(client, address: str, body: dict):
    return client.post(address, body, content_type="application/json")


def test_list_is_for_those_who_may_see_cycles(people, cycle, client):
    seen = {role: len(signed_in(getattr(people, role)).get(LIST).json()["data"]) for role in ("viewer", "auditor", "stranger", "nobody")}
    assert seen == {"viewer": 1, "auditor": 1, "stranger": 0, "nobody": 0}
    assert client.get(LIST).status_code == 401


def test_row_of_the_list(people, cycle):
    (row,) = signed_in(people.viewer).get(LIST, {"pilot": "tianjin", "stage": "plan"}).json()["data"]
    assert row == {
        "id": cycle.pk,
        "pilot": "tianjin",
        "number": 1,
        "name": {"zh": "第一轮", "en": "First turn"},
        "year": 2024,
        "starts": "2024-01-01",
        "ends": "2025-06-30",
        "stage": "plan",
        "demo": False,
    }
    assert signed_in(people.viewer).get(LIST, {"stage": "do"}).json()["data"] == []
    assert signed_in(people.viewer).get(LIST, {"stage": "dp"}).status_code == 400


def test_hidden_cycle_answers_word_for_word_like_an_absent_one(people, cycle):
    client = signed_in(people.stranger)
    hidden, absent = client.get(one(cycle)), client.get(f"{LIST}/999999")
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, absent.content)
    assert post(client, one(cycle, ":advance"), {}).status_code == 404


def test_whole_cycle_says_what_its_gate_lacks_and_what_the_reader_may_do(people, cycle):
    builders.checking_stage(cycle, people, value="2")
    body = signed_in(people.coordinator).get(one(cycle)).json()
    assert [check["code"] for check in body["gate"]["checks"]] == ["audit", "review"]
    assert (body["gate"]["after"], body["gate"]["open"], body["steps"]) == ("act", False, ["start_act", "back_to_do"])
    (objective,) = body["objectives"]
    (line,) = objective["indicators"]
    assert (line["value"], line["target"], line["period"], line["reason"]) == ("2", "1", "2024", None)
    assert signed_in(people.lead).get(one(cycle)).json()["steps"] == []


def test_refused_gate_answers_409_with_each_missing_item(people, cycle):
    answer = post(signed_in(people.coordinator), one(cycle, ":advance"), {"override_reason": None})
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"], body["code"]) == (409, "application/problem+json", "wrong_state")
    assert len(body["errors"]) == len(body["lacks"]) >= 3
    assert {"code", "kind", "key", "message"} == set(body["lacks"][0])
    assert Cycle.objects.get(pk=cycle.pk).stage == "plan"


def test_coordinator_advances_and_reopens(people, cycle):
    client = signed_in(people.coordinator)
    assert post(client, one(cycle, ":advance"), {"override_reason": REASON}).json()["stage"] == "do"
    assert TrailRow.objects.get(act="stages.start_do").door == "api"
    short = post(client, one(cycle, ":reopen"), {"reason": "no"})
    assert (short.status_code, short.json()["errors"][0]["field"]) == (400, "reason")
    assert post(client, one(cycle, ":reopen"), {"reason": REASON}).json()["stage"] == "plan"


@pytest.mark.parametrize("role", ["lead", "viewer", "expert", "auditor"])
def test_others_advance_nothing(people, cycle, role):
    assert post(signed_in(getattr(people, role)), one(cycle, ":advance"), {"override_reason": REASON}).status_code == 403
    assert Cycle.objects.get(pk=cycle.pk).stage == "plan"


def test_slip_in_a_key_is_refused(people, cycle):
    answer = post(signed_in(people.coordinator), one(cycle, ":advance"), {"overide_reason": REASON})
    assert answer.status_code == 400
    assert "override_reason" in answer.json()["detail"]
