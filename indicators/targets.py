"""Acts on what a pilot wants to reach: targets and baselines, every change kept with who and why."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from indicators import numbers, publishing, rules
from indicators.models import Baseline, Series, Target
from pilots import access, trail
from pilots.models import Role, User

SETTERS = (Role.LEAD, Role.COORDINATOR)


@transaction.atomic
def set_target(
    *,
    series: Series,
    operator: str,
    value: Decimal,
    by: User,
    door: str,
    year: int | None = None,
    text_zh: str = "",
    text_en: str = "",
    source: str = "",
    reason: str = "",
) -> Target:
    """Set the target of a series for a year, or a standing one; the former one stays as history.

    The lead or the coordinator may; the figure must lie within the indicator's limits.
    """
    access.require(by, series.pilot, *SETTERS)
    rules.check_figure(series, value)
    former = Target.objects.select_for_update().filter(series=series, year=year, active=True).first()
    Target.objects.filter(series=series, year=year, active=True).update(active=False)
    target = Target(
        series=series,
        operator=operator,
        value=value,
        year=year,
        text_zh=text_zh,
        text_en=text_en,
        source=source,
        demo=by.demo,
        set_at=timezone.now(),
        proposed_by=by,
    )
    if access.may(by, series.pilot, Role.COORDINATOR):
        target.approved_by = by
    target.full_clean()
    target.save()
    trail.leave(
        "targets.set_target",
        kind="target",
        key=f"{series.code}/{year or ''}",
        by=by,
        door=door,
        pilot=series.pilot,
        before=told(former),
        after=told(target),
        reason=reason,
    )
    publishing.refresh_pace(series=series, by=by, door=door)
    return target


@transaction.atomic
def set_baseline(
    *, series: Series, year: int, value: Decimal, by: User, door: str, qualifier: str = "=", source: str = "", reason: str = ""
) -> Baseline:
    """Set the figure from which progress of a series is measured."""
    access.require(by, series.pilot, *SETTERS)
    rules.check_figure(series, value)
    former = Baseline.objects.select_for_update().filter(series=series).first()
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
