"""Acts on what a pilot wants to reach: targets and baselines, every change kept with who and why."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import numbers, publishing, rules
from indicators.models import Baseline, Series, Target
from pilots import access, trail
from pilots.models import Role, User

SETTERS = (Role.LEAD, Role.COORDINATOR)


@transaction.atomic
def set_target(
    *, series: Series, operator: str, value: Decimal, by: User, door: str, year: int | None = None, reason: str = "", **words: str
) -> Target:
    """Set the target of a series for a year, or a standing one; the former one stays as history.

    A coordinator's target is in force at once; a lead's is a proposal until `approve_target` (DECISIONS 8). The figure must lie
    within the indicator's limits. `words` are `text_zh`, `text_en` and `source`.
    """
    access.require(by, series.pilot, *SETTERS)
    rules.check_figure(series, value)
    target = Target(
        series=series, operator=operator, value=value, year=year, demo=by.demo, set_at=timezone.now(), proposed_by=by, active=False, **words
    )
    target.full_clean()
    target.save()
    if access.may(by, series.pilot, Role.COORDINATOR):
        return approve_target(target=target, by=by, door=door, reason=reason)
    leave_target("propose_target", target, by=by, door=door, reason=reason)
    return target


@transaction.atomic
def approve_target(*, target: Target, by: User, door: str, reason: str = "") -> Target:
    """Put a proposed target in force in the place of the former one, and judge the published figures by it."""
    access.require(by, target.series.pilot, Role.COORDINATOR)
    if target.active or target.approved_by_id:
        raise ValidationError(_("This target is not a proposal any more."), code="wrong_state")
    former = Target.objects.select_for_update(no_key=True).filter(series=target.series, year=target.year, active=True).first()
    Target.objects.filter(series=target.series, year=target.year, active=True).update(active=False)
    target.active, target.approved_by = True, by
    target.full_clean()
    target.save(update_fields=["active", "approved_by"])
    leave_target("set_target", target, by=by, door=door, reason=reason, before=told(former))
    publishing.refresh_pace(series=target.series, by=by, door=door)
    return target


def leave_target(act: str, target: Target, *, by: User, door: str, reason: str, before: dict | None = None) -> None:
    """Leave the trail row of a target."""
    key = f"{target.series.code}/{target.year or ''}"
    trail.leave(
        f"targets.{act}",
        kind="target",
        key=key,
        by=by,
        door=door,
        pilot=target.series.pilot,
        before=before,
        after=told(target),
        reason=reason,
    )


@transaction.atomic
def set_baseline(
    *, series: Series, year: int, value: Decimal, by: User, door: str, qualifier: str = "=", source: str = "", reason: str = ""
) -> Baseline:
    """Set the figure from which progress of a series is measured."""
    access.require(by, series.pilot, *SETTERS)
    rules.check_figure(series, value)
    former = Baseline.objects.select_for_update(no_key=True).filter(series=series).first()
    before = {"year": former.year, "value": numbers.plain(former.value)} if former else None
    baseline = former or Baseline(series=series)
    baseline.year, baseline.value, baseline.qualifier, baseline.source = year, value, qualifier, source
    baseline.demo, baseline.set_by, baseline.set_at = by.demo, by, timezone.now()
    baseline.full_clean()
    baseline.save()
    after = {"year": year, "value": numbers.plain(value)}
    trail.leave(
        "targets.set_baseline",
        kind="baseline",
        key=series.code,
        by=by,
        door=door,
        pilot=series.pilot,
        before=before,
        after=after,
        reason=reason,
    )
    publishing.refresh_pace(series=series, by=by, door=door)
    return baseline


def told(target: Target | None) -> dict | None:
    return {"operator": target.operator, "value": numbers.plain(target.value), "year": target.year} if target else None
