"""Acts of Check: internal audits and the management review."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cycles import stages
from cycles.models import Audit, Cycle, Review
from pilots import trail
from pilots.models import User

BEFORE_ACT = (Cycle.Stage.PLAN, Cycle.Stage.DO, Cycle.Stage.CHECK)
STEPS = (
    stages.work("plan_audit", gettext_lazy("Plan an internal audit"), within=BEFORE_ACT),
    stages.work("conclude_audit", gettext_lazy("Record the conclusion"), within=(Cycle.Stage.DO, Cycle.Stage.CHECK)),
    stages.work("plan_review", gettext_lazy("Plan a management review"), within=BEFORE_ACT),
    stages.work("minute_review", gettext_lazy("Write the minutes"), within=(Cycle.Stage.CHECK,)),
)


@transaction.atomic
def plan_audit(*, cycle: Cycle, planned_on: date, auditor: str, scope: str, by: User, door: str) -> Audit:
    """Plan an internal audit of a cycle that has not left Check."""
    cycle = stages.enter(STEPS, "plan_audit", cycle=cycle, by=by)
    audit = Audit(cycle=cycle, planned_on=planned_on, auditor=auditor, scope=scope, demo=cycle.demo or by.demo)
    audit.full_clean()
    audit.save()
    told = {"planned_on": planned_on.isoformat(), "auditor": auditor, "scope": scope}
    trail.leave("checking.plan_audit", kind="audit", key=f"{cycle.key}/{audit.pk}", by=by, door=door, pilot=cycle.pilot, after=told)
    return audit


@transaction.atomic
def conclude_audit(*, audit: Audit, held_on: date, conclusion: str, by: User, door: str) -> Audit:
    """Record when an audit took place and what it concluded; it then stays as it is."""
    cycle = stages.enter(STEPS, "conclude_audit", cycle=audit.cycle, by=by)
    audit = Audit.objects.select_for_update(no_key=True).get(pk=audit.pk)
    if audit.held_on is not None:
        raise ValidationError(_("This audit has its conclusion. Plan another audit."), code="wrong_state")
    check_past(held_on)
    audit.held_on, audit.conclusion = held_on, conclusion.strip()
    audit.full_clean()
    audit.save()
    told = {"held_on": held_on.isoformat(), "conclusion": audit.conclusion}
    trail.leave("checking.conclude_audit", kind="audit", key=f"{cycle.key}/{audit.pk}", by=by, door=door, pilot=cycle.pilot, after=told)
    return audit


@transaction.atomic
def plan_review(*, cycle: Cycle, planned_on: date, by: User, door: str) -> Review:
    """Plan the management review of a cycle that has not left Check."""
    cycle = stages.enter(STEPS, "plan_review", cycle=cycle, by=by)
    review = Review(cycle=cycle, planned_on=planned_on, demo=cycle.demo or by.demo)
    review.full_clean()
    review.save()
    told = {"planned_on": planned_on.isoformat()}
    trail.leave("checking.plan_review", kind="review", key=f"{cycle.key}/{review.pk}", by=by, door=door, pilot=cycle.pilot, after=told)
    return review


@transaction.atomic
def minute_review(*, review: Review, held_on: date, attendance: str, conclusion: str, by: User, door: str) -> Review:
    """Write the minutes of a management review; they then stay as they are."""
    cycle = stages.enter(STEPS, "minute_review", cycle=review.cycle, by=by)
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    if review.held_on is not None:
        raise ValidationError(_("This review has its minutes. Plan another review."), code="wrong_state")
    check_past(held_on)
    review.held_on, review.attendance, review.conclusion = held_on, attendance.strip(), conclusion.strip()
    review.full_clean()
    review.save()
    told = {"held_on": held_on.isoformat(), "attendance": review.attendance, "conclusion": review.conclusion}
    trail.leave("checking.minute_review", kind="review", key=f"{cycle.key}/{review.pk}", by=by, door=door, pilot=cycle.pilot, after=told)
    return review


def check_past(day: date) -> None:
    """Refuse a day that has not come yet."""
    if day > timezone.localdate():
        message = _("This day has not come yet. Give the day on which it took place.")
        raise ValidationError({"held_on": ValidationError(message, code="future")})
