"""Acts of Do: the actions that carry out the objectives, and how they get on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy

from cycles import planning, stages
from cycles.models import Action, Cycle, Objective
from pilots import access, steps, trail
from pilots.models import Issue, Purpose, Role, User
from pilots.steps import Step

PLANNED, UNDER_WAY, DONE, DROPPED = Action.Status
# Whoever carries out an action says how it gets on.
DOERS = (Role.CONTRIBUTOR, *stages.LEADERS)
STEPS = (
    stages.work("add_action", gettext_lazy("Add an action"), within=(Cycle.Stage.PLAN, Cycle.Stage.DO)),
    stages.work("move_action", gettext_lazy("Say how the action gets on"), within=stages.UNDER_WAY, roles=DOERS),
)
ACTION_STEPS = (
    Step("start", (PLANNED,), UNDER_WAY, DOERS, gettext_lazy("Start")),
    Step("finish", (PLANNED, UNDER_WAY), DONE, DOERS, gettext_lazy("Mark as done")),
    Step("drop", (PLANNED, UNDER_WAY), DROPPED, stages.LEADERS, gettext_lazy("Drop")),
    Step("resume", (DONE, DROPPED), UNDER_WAY, stages.LEADERS, gettext_lazy("Take up again")),
)


@transaction.atomic
def add_action(
    *,
    objective: Objective,
    title: str,
    by: User,
    door: str,
    owner: User | None = None,
    due: date | None = None,
    purposes: Sequence[Purpose] = (),
    issues: Sequence[Issue] = (),
) -> Action:
    """Add an action for an objective; without cells of its own it stands in those of the objective."""
    cycle = stages.enter(STEPS, "add_action", cycle=objective.cycle, by=by)
    planning.check_owner(owner, cycle.pilot)
    action = Action(cycle=cycle, objective=objective, title=title, owner=owner, due=due, demo=cycle.demo or by.demo)
    action.full_clean()
    action.save()
    action.purposes.set(purposes or objective.purposes.all())
    action.issues.set(issues or objective.issues.all())
    told = {
        "title": title,
        "objective": objective.order,
        "owner": owner.username if owner else None,
        "due": due.isoformat() if due else None,
    }
    trail.leave("doing.add_action", kind="action", key=_key(action), by=by, door=door, pilot=cycle.pilot, after=told)
    return action


@transaction.atomic
def move_action(*, action: Action, step: str, by: User, door: str, reason: str = "") -> Action:
    """Take a step with an action: `start`, `finish`, `drop` (with a reason) or `resume`."""
    cycle = stages.enter(STEPS, "move_action", cycle=action.cycle, by=by)
    action = Action.objects.select_for_update(no_key=True).get(pk=action.pk)
    taken = steps.take(ACTION_STEPS, step, state=action.status, roles=access.roles_in(by, cycle.pilot))
    if step == "drop":
        stages.check_reason(reason.strip(), "reason")
    before, action.status = action.status, taken.after
    action.save(update_fields=["status"])
    told = {"before": {"status": before}, "after": {"status": action.status}, "reason": reason.strip()}
    trail.leave(f"doing.{step}", kind="action", key=_key(action), by=by, door=door, pilot=cycle.pilot, **told)
    return action


def _key(action: Action) -> str:
    return f"{action.cycle.key}/{action.pk}"
