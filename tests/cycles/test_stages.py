"""A cycle moves by its table alone: each step, each role, each state against a table written by hand."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InternalError, transaction

from cycles import stages
from cycles.models import Cycle, StageChange
from pilots.models import Door, Pilot, TrailRow
from tests.cycles import builders
from tests.cycles.builders import PAGE

REASON = "The figures came in late."
NOBODY_ELSE = ("viewer", "contributor", "lead", "stranger", "expert", "administrator", "auditor", "nobody")
# The whole way round, written by hand: who may, from where to where.
ADVANCE = {"plan": "do", "do": "check", "check": "act", "act": "closed"}
REOPEN = {"do": "plan", "check": "do", "act": "check", "closed": "act"}


def moved_to(cycle: Cycle, stage: str, people) -> Cycle:
    """Walk the cycle to a stage, overriding every gate."""
    while cycle.stage != stage:
        cycle = stages.advance(cycle=cycle, override_reason=REASON, by=people.coordinator, door=PAGE)
    return cycle


@pytest.mark.parametrize("stage", ["plan", "do", "check", "act", "closed"])
def test_coordinator_moves_a_cycle_as_the_table_says_and_nobody_else_does(cycle, people, stage):
    cycle = moved_to(cycle, stage, people)
    for role in NOBODY_ELSE:
        by = getattr(people, role)
        with pytest.raises(PermissionDenied):
            stages.advance(cycle=cycle, override_reason=REASON, by=by, door=PAGE)
        with pytest.raises(PermissionDenied):
            stages.reopen(cycle=cycle, reason=REASON, by=by, door=PAGE)
    assert Cycle.objects.get(pk=cycle.pk).stage == stage
    taken(stages.advance, ADVANCE.get(stage), cycle, override_reason=REASON, by=people.coordinator)
    cycle = moved_back(cycle, stage)
    taken(stages.reopen, REOPEN.get(stage), cycle, reason=REASON, by=people.coordinator)


def taken(act, after: str | None, cycle: Cycle, **given: object) -> None:
    """Expect a move to `after`, or where there is none a refusal that names what is possible."""
    if after is None:
        with pytest.raises(ValidationError) as refused:
            act(cycle=cycle, door=PAGE, **given)
        assert refused.value.code == "wrong_state"
        return
    assert act(cycle=cycle, door=PAGE, **given).stage == after


def moved_back(cycle: Cycle, stage: str) -> Cycle:
    """Put the cycle where it was, whatever the last step did."""
    Cycle.objects.filter(pk=cycle.pk).update(stage=stage)
    return Cycle.objects.get(pk=cycle.pk)


def test_every_state_and_step_of_the_table_is_named_here():
    assert {step.before[0]: step.after for step in stages.STEPS if step.name in stages.FORWARD.values()} == ADVANCE
    assert {step.before[0]: step.after for step in stages.STEPS if step.name in stages.BACKWARD.values()} == REOPEN


def test_advance_refuses_with_each_missing_item_and_leaves_nothing(cycle, people):
    before = TrailRow.objects.count()
    with pytest.raises(ValidationError) as refused:
        stages.advance(cycle=cycle, by=people.coordinator, door=PAGE)
    assert refused.value.code == "wrong_state"
    assert len(refused.value.messages) == len(refused.value.more["lacks"]) >= 3
    assert (TrailRow.objects.count(), StageChange.objects.count()) == (before, 0)


def test_advance_leaves_who_when_and_through_which_door(cycle, people):
    builders.targeted(builders.planned(cycle, people), people)
    stages.advance(cycle=cycle, by=people.coordinator, door=Door.ADMIN)
    row = TrailRow.objects.get(act="stages.start_do")
    assert (row.actor, row.door, row.object_key) == (people.coordinator, "admin", f"{cycle.pilot.slug}/1")
    assert (row.before["stage"], row.after["stage"]) == ("plan", "do")


def test_override_of_an_open_gate_needs_no_reason_and_keeps_none(cycle, people):
    builders.targeted(builders.planned(cycle, people), people)
    stages.advance(cycle=cycle, override_reason="", by=people.coordinator, door=PAGE)
    assert StageChange.objects.get().reason == ""


@pytest.mark.parametrize("reason", ["", "   ", "short"])
def test_override_and_reopening_need_a_reason(cycle, people, reason):
    with pytest.raises(ValidationError) as refused:
        stages.advance(cycle=cycle, override_reason=reason, by=people.coordinator, door=PAGE)
    assert list(refused.value.error_dict) == ["override_reason"]
    cycle = moved_to(cycle, "do", people)
    with pytest.raises(ValidationError) as refused:
        stages.reopen(cycle=cycle, reason=reason, by=people.coordinator, door=PAGE)
    assert list(refused.value.error_dict) == ["reason"]


def test_next_cycle_opens_when_the_last_is_closed(cycle, people):
    with pytest.raises(ValidationError) as refused:
        builders.opened(cycle.pilot, people)
    assert refused.value.code == "wrong_state"
    cycle = moved_to(cycle, "closed", people)
    following = builders.opened(cycle.pilot, people)
    assert following.number == 2
    with pytest.raises(ValidationError):
        stages.reopen(cycle=cycle, reason=REASON, by=people.coordinator, door=PAGE)


@pytest.mark.parametrize(("role", "may"), [("lead", True), ("coordinator", True), *((r, False) for r in NOBODY_ELSE if r != "lead")])
def test_lead_or_coordinator_opens_a_cycle(tianjin, people, role, may):
    facts = {"year": 2024, "starts": date(2024, 1, 1), "ends": date(2024, 12, 31), "name_en": "First", "door": PAGE}
    if may:
        assert stages.open_cycle(pilot=tianjin, by=getattr(people, role), **facts).stage == "plan"
        return
    with pytest.raises(PermissionDenied):
        stages.open_cycle(pilot=tianjin, by=getattr(people, role), **facts)
    assert not Cycle.objects.exists()


@pytest.mark.parametrize("wrong", [{"ends": date(2023, 1, 1)}, {"share": 0}, {"share": 101}, {"name_zh": "", "name_en": ""}])
def test_open_cycle_refuses_what_cannot_be(tianjin, people, wrong):
    with pytest.raises(ValidationError) as refused:
        builders.opened(tianjin, people, **wrong)
    assert all(refused.value.messages)
    assert not Cycle.objects.exists()


def test_cycle_of_a_demo_person_is_marked_demo(tianjin, people):
    people.lead.demo = True
    people.lead.save()
    assert builders.opened(tianjin, people).demo is True


def test_cycle_is_seen_by_members_and_the_programmes_readers_only(cycle, people):
    seeing = {name for name, person in vars(people).items() if Cycle.objects.visible_to(person).exists()}
    assert seeing == {"viewer", "contributor", "lead", "coordinator", "second", "expert", "auditor"}
    assert Pilot.objects.count() > 1


def test_changes_of_stage_are_append_only(cycle, people):
    moved_to(cycle, "do", people)
    for write in (lambda: StageChange.objects.update(reason="another"), lambda: StageChange.objects.all().delete()):
        with pytest.raises(InternalError), transaction.atomic():
            write()
