"""Acts of Act: nonconformities, what corrects them and whether it worked, and what was decided."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cycles import planning, stages
from cycles.models import Audit, CorrectiveAction, Cycle, Decision, Nonconformity
from pilots import trail
from pilots.models import Clause, User

LATER = (Cycle.Stage.DO, Cycle.Stage.CHECK, Cycle.Stage.ACT)
STEPS = (
    stages.work("raise_nonconformity", gettext_lazy("Record a nonconformity"), within=LATER),
    stages.work("plan_correction", gettext_lazy("Plan a corrective action"), within=LATER),
    stages.work("finish_correction", gettext_lazy("Mark as done"), within=LATER),
    stages.work("check_correction", gettext_lazy("Record whether it worked"), within=LATER),
    stages.work("decide", gettext_lazy("Record a decision"), within=(Cycle.Stage.CHECK, Cycle.Stage.ACT)),
)


@transaction.atomic
def raise_nonconformity(
    *, cycle: Cycle, grade: str, text: str, by: User, door: str, audit: Audit | None = None, clause: Clause | None = None
) -> Nonconformity:
    """Record a requirement that is not met, found by an audit of this cycle or by anybody."""
    cycle = stages.enter(STEPS, "raise_nonconformity", cycle=cycle, by=by)
    if audit is not None and audit.cycle_id != cycle.pk:
        raise ValidationError({"audit": ValidationError(_("This audit belongs to another cycle."), code="audit")})
    last = cycle.nonconformities.aggregate(last=models.Max("number"))["last"] or 0
    found = Nonconformity(cycle=cycle, number=last + 1, audit=audit, clause=clause, grade=grade, text=text.strip())
    found.raised_by, found.raised_at, found.demo = by, timezone.now(), cycle.demo or by.demo
    found.full_clean()
    found.save()
    told = {"grade": grade, "text": found.text, "clause": clause.number if clause else None}
    _tell("raise_nonconformity", found, by=by, door=door, after=told)
    return found


@transaction.atomic
def plan_correction(
    *, nonconformity: Nonconformity, cause: str, title: str, owner: User, due: date, by: User, door: str
) -> CorrectiveAction:
    """Plan what removes the cause of a nonconformity, in the hands of a member of the pilot."""
    cycle = stages.enter(STEPS, "plan_correction", cycle=nonconformity.cycle, by=by)
    planning.check_owner(owner, cycle.pilot)
    correction = CorrectiveAction(cycle=cycle, nonconformity=nonconformity, cause=cause.strip(), title=title, owner=owner, due=due)
    correction.demo = cycle.demo or by.demo
    correction.full_clean()
    correction.save()
    told = {"title": title, "cause": correction.cause, "owner": owner.username, "due": due.isoformat()}
    _tell("plan_correction", nonconformity, by=by, door=door, after=told)
    return correction


@transaction.atomic
def finish_correction(*, correction: CorrectiveAction, by: User, door: str) -> CorrectiveAction:
    """Say that a corrective action is carried out; whether it worked is another person's word."""
    stages.enter(STEPS, "finish_correction", cycle=correction.cycle, by=by)
    correction = CorrectiveAction.objects.select_for_update(no_key=True).get(pk=correction.pk)
    if correction.done_on is not None:
        raise ValidationError(_("This corrective action is done already."), code="wrong_state")
    correction.done_on = timezone.localdate()
    correction.save(update_fields=["done_on"])
    _tell("finish_correction", correction.nonconformity, by=by, door=door, after={"title": correction.title})
    return correction


@transaction.atomic
def check_correction(*, correction: CorrectiveAction, effective: bool, evidence: str, by: User, door: str) -> CorrectiveAction:
    """Record whether a finished corrective action removed the cause; its owner is not the one to say so."""
    stages.enter(STEPS, "check_correction", cycle=correction.cycle, by=by)
    correction = CorrectiveAction.objects.select_for_update(no_key=True).get(pk=correction.pk)
    if correction.owner_id == by.pk:
        raise PermissionDenied(_("You own this corrective action. Somebody else checks whether it worked."))
    if correction.done_on is None:
        raise ValidationError(_("This corrective action is not done yet. Mark it as done first."), code="wrong_state")
    if correction.checked_on is not None:
        raise ValidationError(_("This corrective action was checked already. Plan another one if it did not work."), code="wrong_state")
    stages.check_reason(evidence.strip(), "evidence")
    correction.checked_on, correction.checked_by = timezone.localdate(), by
    correction.effective, correction.evidence = effective, evidence.strip()
    correction.full_clean()
    correction.save()
    told = {"title": correction.title, "effective": effective, "evidence": correction.evidence}
    _tell("check_correction", correction.nonconformity, by=by, door=door, after=told)
    return correction


@transaction.atomic
def decide(*, cycle: Cycle, kind: str, text: str, by: User, door: str) -> Decision:
    """Record what was decided, or what was learnt for the next cycle."""
    cycle = stages.enter(STEPS, "decide", cycle=cycle, by=by)
    decision = Decision(cycle=cycle, kind=kind, text=text.strip(), decided_by=by, decided_at=timezone.now(), demo=cycle.demo or by.demo)
    decision.full_clean()
    decision.save()
    told = {"kind": kind, "text": decision.text}
    trail.leave("improving.decide", kind="decision", key=f"{cycle.key}/{decision.pk}", by=by, door=door, pilot=cycle.pilot, after=told)
    return decision


def _tell(act: str, found: Nonconformity, *, by: User, door: str, after: dict) -> None:
    """Leave a trail row about a nonconformity."""
    cycle = found.cycle
    trail.leave(
        f"improving.{act}", kind="nonconformity", key=f"{cycle.key}/{found.number}", by=by, door=door, pilot=cycle.pilot, after=after
    )
