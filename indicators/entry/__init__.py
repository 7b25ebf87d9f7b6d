"""The act that writes entries: `record` is the only way a working figure comes to be, one or a million."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from indicators.entry.items import Batch, Item, Outcome
from indicators.entry.settling import compute, settle, write
from indicators.entry.sheet import Sheet
from indicators.entry.weighing import propose, read_period
from indicators.models import Mode, Series
from pilots import access
from pilots.models import Pilot, User

__all__ = ["Batch", "Item", "Outcome", "depends_on", "record"]


@transaction.atomic
def record(*, pilot: Pilot, entries: Sequence[Item], by: User, door: str, partial: bool = False, dry_run: bool = False) -> Batch:
    """Write working figures and everything computed from them, in one transaction, or say for each item why not.

    `by` must be a contributor or a lead of the pilot. Every item is weighed against its cell's state (`wrong_state`), its
    version (`precondition_required`, `stale`) and the hard rules. One refusal keeps back the whole batch unless `partial`;
    `dry_run` writes nothing. What a demo account writes is marked as demo (DECISIONS 12).
    """
    access.require(by, pilot, *access.TEAM)
    outcomes = [Outcome(item) for item in entries]
    spans = [period for outcome in outcomes if (period := read_period(outcome))]
    sheet = Sheet(pilot, {item.series for item in entries}, spans)
    proposed = propose(sheet, outcomes, by)
    computation = compute(sheet, proposed, outcomes)
    applied = not dry_run and (partial or not any(outcome.refused for outcome in outcomes))
    written = settle(sheet, computation, outcomes, by=by, door=door)
    if applied and written:
        write(pilot, sheet, written, by=by, door=door)
    return Batch(outcomes, applied)


def depends_on(series: Series) -> list[Series]:
    """Return the indicators of the pilot that are computed from this input (DECISIONS 5)."""
    if series.variable_id is None:
        return []
    feeds = Q(indicator__numerator=series.variable_id) | Q(indicator__denominator=series.variable_id)
    return list(Series.objects.of(series.pilot).filter(feeds, mode=Mode.INPUTS).select_related("indicator"))
