"""Counts what the catalogue holds, so that a load can be compared with the reference it was made from."""

from __future__ import annotations

from indicators.models import Indicator, Series
from pilots.models import Goal, GoalTarget, Issue, Purpose, Standard


def holdings() -> str:
    """Say in one line how much of the framework, of the definitions and of what pilots report stands in the database."""
    shared = Indicator.objects.filter(pilot=None)
    iso = " + ".join(str(shared.filter(code__startswith=f"{standard}-").count()) for standard in ("iso37120", "iso37122", "iso37123"))
    counts = (
        (Purpose.objects.count(), "purposes"),
        (Issue.objects.count(), "issues"),
        (Standard.objects.count(), "standards"),
        (Goal.objects.count(), "goals"),
        (GoalTarget.objects.count(), "targets"),
        (shared.filter(kind=Indicator.Kind.SDG, retired=False).count(), "SDG 11 indicators"),
        (iso, "ISO indicators"),
        (Series.objects.filter(variable=None).count(), "pilot indicators"),
    )
    return ", ".join(f"{count} {what}" for count, what in counts)
