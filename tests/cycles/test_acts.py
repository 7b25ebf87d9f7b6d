"""The acts of each stage: they do it and leave one trail row, refuse the wrong person and the wrong stage, and leave nothing behind."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from cycles import checking, doing, improving, planning
from cycles.models import Cycle, Decision, Justification, Objective
from indicators.models import Series
from pilots.models import Pilot, TrailRow
from tests.cycles import builders
from tests.cycles.builders import PAGE

OUTSIDERS = ("viewer", "stranger", "expert", "administrator", "auditor", "nobody")
EVIDENCE = "Looked at the records of May."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def in_stage(cycle: Cycle, stage: str) -> Cycle:
    Cycle.objects.filter(pk=cycle.pk).update(stage=stage)
    return Cycle.objects.get(pk=cycle.pk)


def policy(cycle, by):
    return planning.set_policy(cycle=cycle, title="Policy", version="1", by=by, door=PAGE)


def objective(cycle, by):
    return planning.add_objective(cycle=cycle, aim=planning.Aim(statement_en="Cleaner air"), by=by, door=PAGE)


def justification(cycle, by):
    return planning.justify(cycle=cycle, cells=builders.blind(cycle)[:2], text="Left for the next turn.", by=by, door=PAGE)


def audit(cycle, by):
    return checking.plan_audit(cycle=cycle, planned_on=date(2025, 2, 1), auditor="An auditor", scope="All", by=by, door=PAGE)


def review(cycle, by):
    return checking.plan_review(cycle=cycle, planned_on=date(2025, 3, 1), by=by, door=PAGE)


def nonconformity(cycle, by):
    return improving.raise_nonconformity(cycle=cycle, grade="minor", text="No record of training.", by=by, door=PAGE)


def decision(cycle, by):
    return improving.decide(cycle=cycle, kind="lesson", text="Begin earlier.", by=by, door=PAGE)


# Each act with the stages in which it is open, written by hand.
ACTS = [
    (policy, {"plan"}),
    (objective, {"plan"}),
    (justification, {"plan"}),
    (audit, {"plan", "do", "check"}),
    (review, {"plan", "do", "check"}),
    (nonconformity, {"do", "check", "act"}),
    (decision, {"check", "act"}),
]


@pytest.mark.parametrize(("act", "open_in"), ACTS)
@pytest.mark.parametrize("stage", ["plan", "do", "check", "act", "closed"])
def test_act_is_open_to_lead_and_coordinator_in_its_stages_only(cycle, people, act, open_in, stage):
    cycle = in_stage(cycle, stage)
    before = TrailRow.objects.count()
    for role in OUTSIDERS:
        with pytest.raises(PermissionDenied):
            act(cycle, getattr(people, role))
    for by in (people.lead, people.coordinator):
        if stage not in open_in:
            with pytest.raises(ValidationError) as refused:
                act(cycle, by)
            assert refused.value.code == "wrong_state"
    assert TrailRow.objects.count() == before
    if stage in open_in:
        act(cycle, people.lead)
        act(cycle, people.coordinator)
        assert TrailRow.objects.count() == before + 2


@pytest.mark.parametrize("half", [{"approved_on": date(2024, 1, 1)}, {"approved_by": "The mayor"}])
def test_policy_refuses_half_an_approval(cycle, people, half):
    with pytest.raises(ValidationError, match="date and a name"):
        planning.set_policy(cycle=cycle, title="Policy", version="1", by=people.lead, door=PAGE, **half)
    assert not hasattr(Cycle.objects.get(pk=cycle.pk), "policy")


def test_objective_refuses_what_is_not_of_its_pilot(cycle, people, tianjin):
    theirs = Series.objects.filter(pilot=Pilot.objects.exclude(pk=tianjin.pk).first(), indicator__isnull=False).first()
    mere_input = Series.objects.filter(pilot=tianjin, variable__isnull=False).first()
    for wrong, field in (({"series": [theirs]}, "series"), ({"series": [mere_input]}, "series"), ({"owner": people.stranger}, "owner")):
        with pytest.raises(ValidationError) as refused:
            planning.add_objective(cycle=cycle, aim=builders.aim(tianjin, people, **wrong), by=people.lead, door=PAGE)
        assert list(refused.value.error_dict) == [field]
    with pytest.raises(ValidationError, match="State the objective"):
        planning.add_objective(cycle=cycle, aim=planning.Aim(statement_en="  "), by=people.lead, door=PAGE)
    assert not Objective.objects.exists()


def test_change_of_an_objective_leaves_before_and_after(cycle, people):
    first = objective(cycle, people.lead)
    planning.change_objective(objective=first, aim=builders.aim(cycle.pilot, people), by=people.lead, door=PAGE)
    row = TrailRow.objects.get(act="planning.change_objective")
    assert (row.before["series"], row.after["series"]) == ([], [builders.measurable(cycle.pilot).code])


def test_objective_with_actions_stays(cycle, people):
    first = objective(cycle, people.lead)
    doing.add_action(objective=first, title="Plant trees", by=people.lead, door=PAGE)
    with pytest.raises(ValidationError) as refused:
        planning.remove_objective(objective=first, by=people.lead, door=PAGE)
    assert refused.value.code == "in_use"
    assert Objective.objects.exists()


def test_later_justification_replaces_the_earlier(cycle, people):
    for text in ("Left for the next turn.", "Not in the hands of the city."):
        planning.justify(cycle=cycle, cells=builders.blind(cycle)[:1], text=text, by=people.lead, door=PAGE)
    assert Justification.objects.get().text == "Not in the hands of the city."


def test_action_without_cells_stands_in_those_of_its_objective(cycle, people):
    issue, purpose = builders.blind(cycle)[0]
    given = builders.aim(cycle.pilot, people, issues=[issue], purposes=[purpose])
    first = planning.add_objective(cycle=cycle, aim=given, by=people.lead, door=PAGE)
    action = doing.add_action(objective=first, title="Plant trees", by=people.lead, door=PAGE)
    assert (list(action.issues.all()), list(action.purposes.all())) == ([issue], [purpose])


# Steps of an action, written by hand: before, step, after, who may.
MOVES = {
    ("planned", "start"): ("under-way", {"contributor", "lead", "coordinator"}),
    ("planned", "finish"): ("done", {"contributor", "lead", "coordinator"}),
    ("planned", "drop"): ("dropped", {"lead", "coordinator"}),
    ("under-way", "finish"): ("done", {"contributor", "lead", "coordinator"}),
    ("under-way", "drop"): ("dropped", {"lead", "coordinator"}),
    ("done", "resume"): ("under-way", {"lead", "coordinator"}),
    ("dropped", "resume"): ("under-way", {"lead", "coordinator"}),
}


@pytest.mark.parametrize("status", ["planned", "under-way", "done", "dropped"])
@pytest.mark.parametrize("step", ["start", "finish", "drop", "resume"])
def test_action_moves_as_the_table_says(cycle, people, status, step):
    action = doing.add_action(objective=objective(cycle, people.lead), title="Plant trees", by=people.lead, door=PAGE)
    for role in ("contributor", "lead", "coordinator", *OUTSIDERS):
        type(action).objects.filter(pk=action.pk).update(status=status)
        after, may = MOVES.get((status, step), (None, set()))
        given = {"action": action, "step": step, "reason": "No money was granted.", "by": getattr(people, role), "door": PAGE}
        if role in may:
            assert doing.move_action(**given).status == after
            continue
        with pytest.raises((PermissionDenied, ValidationError)):
            doing.move_action(**given)
        action.refresh_from_db()
        assert action.status == status


def test_dropped_action_needs_a_reason(cycle, people):
    action = doing.add_action(objective=objective(cycle, people.lead), title="Plant trees", by=people.lead, door=PAGE)
    with pytest.raises(ValidationError):
        doing.move_action(action=action, step="drop", by=people.lead, door=PAGE)


def test_audit_and_review_are_concluded_once_and_not_before_their_day(cycle, people):
    first, meeting = audit(cycle, people.lead), review(cycle, people.lead)
    in_stage(cycle, "check")
    tomorrow = timezone.localdate() + timedelta(days=1)
    minutes = {"attendance": "All", "conclusion": "Go on.", "by": people.lead, "door": PAGE}
    with pytest.raises(ValidationError, match="not come yet"):
        checking.conclude_audit(audit=first, held_on=tomorrow, conclusion="Conforms.", by=people.lead, door=PAGE)
    with pytest.raises(ValidationError, match="Give both"):
        checking.conclude_audit(audit=first, held_on=date(2025, 2, 1), conclusion=" ", by=people.lead, door=PAGE)
    with pytest.raises(ValidationError, match="Give all three"):
        checking.minute_review(review=meeting, held_on=date(2025, 3, 1), **{**minutes, "attendance": ""})
    checking.conclude_audit(audit=first, held_on=date(2025, 2, 1), conclusion="Conforms.", by=people.lead, door=PAGE)
    checking.minute_review(review=meeting, held_on=date(2025, 3, 1), **minutes)
    with pytest.raises(ValidationError) as refused:
        checking.conclude_audit(audit=first, held_on=date(2025, 2, 2), conclusion="Again.", by=people.lead, door=PAGE)
    assert refused.value.code == "wrong_state"
    with pytest.raises(ValidationError) as refused:
        checking.minute_review(review=meeting, held_on=date(2025, 3, 2), **minutes)
    assert refused.value.code == "wrong_state"


def test_correction_is_done_before_it_is_checked_and_checked_by_another(cycle, people):
    found = nonconformity(in_stage(cycle, "check"), people.lead)
    facts = {"cause": "Nobody was named.", "title": "Name somebody", "due": date(2025, 5, 1), "by": people.lead, "door": PAGE}
    correction = improving.plan_correction(nonconformity=found, owner=people.lead, **facts)
    check = {"correction": correction, "effective": True, "evidence": EVIDENCE, "door": PAGE}
    with pytest.raises(ValidationError, match="not done yet"):
        improving.check_correction(**check, by=people.coordinator)
    improving.finish_correction(correction=correction, by=people.lead, door=PAGE)
    with pytest.raises(PermissionDenied, match="Somebody else"):
        improving.check_correction(**check, by=people.lead)
    with pytest.raises(ValidationError):
        improving.check_correction(**{**check, "evidence": "fine"}, by=people.coordinator)
    improving.check_correction(**check, by=people.coordinator)
    with pytest.raises(ValidationError, match="checked already"):
        improving.check_correction(**check, by=people.coordinator)
    with pytest.raises(ValidationError, match="done already"):
        improving.finish_correction(correction=correction, by=people.lead, door=PAGE)


def test_nonconformity_refuses_an_audit_of_another_cycle(cycle, people):
    first = audit(cycle, people.lead)
    in_stage(cycle, "closed")
    second = in_stage(builders.opened(cycle.pilot, people), "do")
    given = {"grade": "minor", "text": "No record.", "audit": first, "by": people.lead, "door": PAGE}
    with pytest.raises(ValidationError) as refused:
        improving.raise_nonconformity(cycle=second, **given)
    assert list(refused.value.error_dict) == ["audit"]


def test_empty_decision_is_refused(cycle, people):
    with pytest.raises(ValidationError):
        improving.decide(cycle=in_stage(cycle, "act"), kind="lesson", text="  ", by=people.lead, door=PAGE)
    assert not Decision.objects.exists()
