"""The pages of a cycle: works, strangers find nothing, readers may not move it, refusals are shown, reading changes nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cycles import doing, planning, stages
from cycles.models import Cycle
from pilots.models import Pilot, TrailRow
from tests.cycles import builders
from tests.cycles.builders import PAGE
from tests.visitors import signed_in

REASON = "The mayor wants it so."


def address(cycle: Cycle, name: str = "cycle") -> str:
    return reverse(f"cycles:{name}", args=[cycle.pilot.slug, cycle.number])


@pytest.mark.parametrize("role", ["viewer", "contributor", "lead", "coordinator", "expert", "auditor"])
def test_page_shows_stage_gate_and_objectives(people, cycle, role):
    builders.checking_stage(cycle, people)
    answer = signed_in(getattr(people, role)).get(address(cycle))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert all(text in shown for text in ("First turn", "Cleaner air", "Plant trees", "There is no internal audit"))
    assert (reverse("cycles:advance", args=[cycle.pilot.slug, 1]) in shown) is (role == "coordinator")


@pytest.mark.parametrize("role", ["stranger", "administrator", "nobody"])
def test_page_is_not_there_for_others(people, cycle, role):
    client = signed_in(getattr(people, role))
    for name in ("cycle", "advance", "reopen"):
        method = client.get if name == "cycle" else client.post
        assert method(address(cycle, name)).status_code == 404
    assert client.get(reverse("cycles:cycles", args=[cycle.pilot.slug])).status_code == 404


def test_visitor_without_an_account_is_asked_to_sign_in(client, cycle):
    assert client.get(address(cycle))["Location"].startswith("/account/login")


def test_coordinator_moves_on_and_back(people, cycle):
    builders.targeted(builders.planned(cycle, people), people)
    client = signed_in(people.coordinator)
    assert client.post(address(cycle, "advance"))["Location"] == address(cycle)
    assert Cycle.objects.get(pk=cycle.pk).stage == "do"
    assert client.post(address(cycle, "reopen"), {"reason": "The policy was withdrawn."}).status_code == 302
    assert Cycle.objects.get(pk=cycle.pk).stage == "plan"
    assert set(TrailRow.objects.filter(act__in=("stages.start_do", "stages.back_to_plan")).values_list("door", flat=True)) == {"page"}


@pytest.mark.parametrize("role", ["lead", "viewer", "auditor"])
def test_reader_may_not_move_it(people, cycle, role):
    client = signed_in(getattr(people, role))
    assert client.post(address(cycle, "advance"), {"override_reason": REASON}).status_code == 403
    assert client.post(address(cycle, "reopen"), {"reason": REASON}).status_code == 403
    assert Cycle.objects.get(pk=cycle.pk).stage == "plan"


def test_refused_gate_says_each_missing_item_and_keeps_what_was_typed(people, cycle):
    client = signed_in(people.coordinator)
    refused = client.post(address(cycle, "advance"))
    assert refused.status_code == 409
    assert "There is no policy" in refused.context["refusal"][0]
    short = client.post(address(cycle, "advance"), {"override_reason": "go on"})
    assert short.status_code == 400
    assert "go on" in short.content.decode()
    assert client.post(address(cycle, "advance"), {"override_reason": REASON}).status_code == 302


def test_closed_cycle_shows_what_was_frozen(people, cycle):
    builders.acting_stage(cycle, people)
    stages.advance(cycle=cycle, by=people.coordinator, door=PAGE)
    answer = signed_in(people.viewer, language="zh-hans").get(address(cycle))
    assert answer.context["taken"] is not None
    assert "已结束" in answer.content.decode()


def test_reading_changes_nothing_and_asks_no_more_for_more_objectives(people, cycle):
    client = signed_in(people.viewer)
    asked = []
    for _more in range(2):
        objective = planning.add_objective(cycle=cycle, aim=builders.aim(cycle.pilot, people), by=people.lead, door=PAGE)
        doing.add_action(objective=objective, title="Plant trees", owner=people.viewer, by=people.lead, door=PAGE)
        before = TrailRow.objects.count()
        with CaptureQueriesContext(connection) as queries:
            client.get(address(cycle))
        asked.append(len(queries))
        assert TrailRow.objects.count() == before
    assert asked[0] == asked[1]
    assert client.get(address(cycle, "advance")).status_code == 405


def test_pilot_that_chose_eco_tree_reads_its_own_names(people, cycle):
    Pilot.objects.filter(pk=cycle.pilot.pk).update(stage_names="eco-tree")
    names = [stage.name for stage in signed_in(people.viewer, language="zh-hans").get(address(cycle)).context["stages"]]
    assert len(set(names)) == 4
    assert "计划" not in names


def test_list_names_the_cycles_or_says_there_is_none(people, cycle):
    mine = reverse("cycles:cycles", args=[cycle.pilot.slug])
    assert "First turn" in signed_in(people.viewer).get(mine).content.decode()
    other = reverse("cycles:cycles", args=[people.stranger.memberships.get().pilot.slug])
    assert "No cycle yet" in signed_in(people.stranger).get(other).content.decode()
