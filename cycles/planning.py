"""Acts of Plan: the policy, the objectives, and why a cell of the matrix stays blind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cycles import stages
from cycles.models import Cycle, Justification, Measure, Objective, Policy
from indicators.models import Series
from pilots import access, trail
from pilots.models import Issue, Pilot, Purpose, User

PLAN, DO = Cycle.Stage.PLAN, Cycle.Stage.DO
STEPS = (
    stages.work("set_policy", gettext_lazy("Record the policy"), within=(PLAN,)),
    stages.work("add_objective", gettext_lazy("Add an objective"), within=(PLAN,)),
    stages.work("change_objective", gettext_lazy("Change the objective"), within=(PLAN,)),
    stages.work("remove_objective", gettext_lazy("Remove the objective"), within=(PLAN,)),
    stages.work("justify", gettext_lazy("Justify blind cells"), within=(PLAN,)),
)


@dataclass(frozen=True)
class Aim:
    """What an objective says: its statement in one or both languages, in whose hands, by when, where, and measured by what."""

    statement_zh: str = ""
    statement_en: str = ""
    owner: User | None = None
    due: date | None = None
    series: Sequence[Series] = ()
    purposes: Sequence[Purpose] = ()
    issues: Sequence[Issue] = ()


@transaction.atomic
def set_policy(
    *, cycle: Cycle, title: str, version: str, by: User, door: str, approved_on: date | None = None, approved_by: str = ""
) -> Policy:
    """Record the policy of a cycle in Plan, approved or not yet; it replaces what was recorded before."""
    cycle = stages.enter(STEPS, "set_policy", cycle=cycle, by=by)
    policy = Policy.objects.filter(cycle=cycle).first() or Policy(cycle=cycle)
    before = _told_policy(policy) if policy.pk else None
    policy.title, policy.version, policy.approved_on, policy.approved_by = title, version, approved_on, approved_by
    policy.demo = cycle.demo or by.demo
    policy.full_clean()
    policy.save()
    trail.leave(
        "planning.set_policy", kind="policy", key=cycle.key, by=by, door=door, pilot=cycle.pilot, before=before, after=_told_policy(policy)
    )
    return policy


@transaction.atomic
def add_objective(*, cycle: Cycle, aim: Aim, by: User, door: str) -> Objective:
    """Add an objective to a cycle in Plan; what it does not say yet, the gate asks for."""
    cycle = stages.enter(STEPS, "add_objective", cycle=cycle, by=by)
    last = cycle.objectives.aggregate(last=models.Max("order"))["last"] or 0
    objective = Objective(cycle=cycle, order=last + 1, demo=cycle.demo or by.demo)
    _write(objective, aim)
    trail.leave("planning.add_objective", kind="objective", key=_key(objective), by=by, door=door, pilot=cycle.pilot, after=_told(aim))
    return objective


@transaction.atomic
def change_objective(*, objective: Objective, aim: Aim, by: User, door: str) -> Objective:
    """Let an objective of a cycle in Plan say `aim` and nothing else."""
    cycle = stages.enter(STEPS, "change_objective", cycle=objective.cycle, by=by)
    objective = cycle.objectives.get(pk=objective.pk)
    before = _told(aim_of(objective))
    _write(objective, aim)
    trail.leave(
        "planning.change_objective",
        kind="objective",
        key=_key(objective),
        by=by,
        door=door,
        pilot=cycle.pilot,
        before=before,
        after=_told(aim),
    )
    return objective


@transaction.atomic
def remove_objective(*, objective: Objective, by: User, door: str) -> None:
    """Take an objective out of a cycle in Plan, unless actions or a stocktake hang on it."""
    cycle = stages.enter(STEPS, "remove_objective", cycle=objective.cycle, by=by)
    objective = cycle.objectives.get(pk=objective.pk)
    if objective.actions.exists() or cycle.stocktakes.exists():
        message = _("Objective %(number)s has actions or was taken stock of. Change it instead.")
        raise ValidationError(message, code="in_use", params={"number": objective.order})
    before, key = _told(aim_of(objective)), _key(objective)
    objective.measures.all().delete()
    objective.delete()
    trail.leave("planning.remove_objective", kind="objective", key=key, by=by, door=door, pilot=cycle.pilot, before=before)


@transaction.atomic
def justify(*, cycle: Cycle, cells: Iterable[tuple[Issue, Purpose]], text: str, by: User, door: str) -> list[Justification]:
    """Say why some cells of the matrix stay blind in this cycle; a later reason replaces an earlier one."""
    cycle = stages.enter(STEPS, "justify", cycle=cycle, by=by)
    stages.check_reason(text.strip(), "text")
    written = []
    for issue, purpose in cells:
        row = Justification.objects.filter(cycle=cycle, issue=issue, purpose=purpose).first()
        row = row or Justification(cycle=cycle, issue=issue, purpose=purpose)
        row.text, row.written_by, row.written_at, row.demo = text.strip(), by, timezone.now(), cycle.demo or by.demo
        row.full_clean()
        row.save()
        written.append(row)
    keys = [f"{row.issue.key}/{row.purpose.key}" for row in written]
    trail.leave(
        "planning.justify", kind="cycle", key=cycle.key, by=by, door=door, pilot=cycle.pilot, after={"cells": keys}, reason=text.strip()
    )
    return written


def aim_of(objective: Objective) -> Aim:
    """Return what an objective says now."""
    return Aim(
        statement_zh=objective.statement_zh,
        statement_en=objective.statement_en,
        owner=objective.owner,
        due=objective.due,
        series=[measure.series for measure in objective.measures.select_related("series")],
        purposes=list(objective.purposes.all()),
        issues=list(objective.issues.all()),
    )


def check_owner(owner: User | None, pilot: Pilot) -> None:
    """Refuse an owner who is no member of the pilot."""
    if owner is not None and not access.may(owner, pilot, *access.MEMBERS):
        message = _("%(name)s does not belong to this pilot. Name a member.") % {"name": owner}
        raise ValidationError({"owner": ValidationError(message, code="owner")})


def check_series(series: Iterable[Series], pilot: Pilot) -> None:
    """Refuse a measure that is another pilot's, switched off, or only an input of formulas."""
    for row in series:
        if row.pilot_id != pilot.pk or not row.active or not row.indicator_id:
            message = _("%(code)s is not an indicator of this pilot. Choose one of its indicators.") % {"code": row.code}
            raise ValidationError({"series": ValidationError(message, code="series")})


def _write(objective: Objective, aim: Aim) -> None:
    """Check and store what an objective says."""
    pilot = objective.cycle.pilot
    check_owner(aim.owner, pilot)
    check_series(aim.series, pilot)
    objective.statement_zh, objective.statement_en = aim.statement_zh.strip(), aim.statement_en.strip()
    objective.owner, objective.due = aim.owner, aim.due
    objective.full_clean()
    objective.save()
    objective.purposes.set(aim.purposes)
    objective.issues.set(aim.issues)
    objective.measures.all().delete()
    Measure.objects.bulk_create(
        [Measure(objective=objective, series=row, order=order) for order, row in enumerate(dict.fromkeys(aim.series))]
    )


def _key(objective: Objective) -> str:
    return f"{objective.cycle.key}/{objective.order}"


def _told_policy(policy: Policy) -> dict:
    approved = policy.approved_on.isoformat() if policy.approved_on else None
    return {"title": policy.title, "version": policy.version, "approved_on": approved, "approved_by": policy.approved_by}


def _told(aim: Aim) -> dict:
    return {
        "statement_zh": aim.statement_zh,
        "statement_en": aim.statement_en,
        "owner": aim.owner.username if aim.owner else None,
        "due": aim.due.isoformat() if aim.due else None,
        "series": [row.code for row in aim.series],
        "purposes": [row.key for row in aim.purposes],
        "issues": [row.key for row in aim.issues],
    }
