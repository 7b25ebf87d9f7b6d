"""Settles a weighed batch: computed figures join the typed ones, and each has its version, writer and time."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.entry.computing import Computation
from indicators.entry.drafting import draft
from indicators.entry.items import Outcome
from indicators.entry.sheet import Cell, Sheet
from indicators.formulas import Part, part_of
from indicators.models import Entry, Series
from indicators.periods import Period
from pilots.models import User


def compute(sheet: Sheet, proposed: dict[Cell, Entry], outcomes: list[Outcome]) -> Computation:
    """Compute what follows; an item whose consequence breaks a rule is refused and the rest computed again."""
    by_cell = {(o.entry.series_id, o.entry.period): o for o in outcomes if o.entry and not o.refused}
    while True:
        computation = Computation(sheet, proposed)
        broken = computation.run()
        if broken is None:
            return computation
        cell, refusal = broken
        for cause in computation.causes[cell]:
            by_cell[cause].refuse(veiled(refusal) if sheet.paper else refusal)
            del proposed[cause]


def veiled(refusal: ValidationError) -> ValidationError:
    """Leave out of a refusal the figures of the team, which are not shown to whoever types from paper."""
    return ValidationError(
        _("This figure does not fit what the team has entered. Check it on the paper and ask the team."), code=refusal.code
    )


def settle(sheet: Sheet, computation: Computation, outcomes: list[Outcome], *, by: User, door: str) -> list[Entry]:
    """Give every entry to be written its version, writer and time; return typed and computed ones."""
    now = timezone.now()
    asked = {(outcome.entry.series_id, outcome.entry.period): outcome for outcome in outcomes if outcome.entry}
    written = [stamp(sheet, cell, entry, by=by, door=door, now=now) for cell, entry in computation.proposed.items()]
    for cell, result in computation.results.items():
        series = computation.series[cell[0]]
        entry = computed_entry(sheet, series, cell[1], result)
        if entry is None:
            continue
        written.append(stamp(sheet, cell, entry, by=by, door=door, now=now))
        for cause in computation.causes[cell]:
            asked[cause].also.append(series.code)
    return written


def computed_entry(sheet: Sheet, series: Series, period: Period, result: Part) -> Entry | None:
    """Make the entry of a computed figure; None where nothing changes."""
    standing = sheet.entries.get((series.pk, period))
    if part_of(standing) == result:
        return None
    return draft(
        sheet.pilot,
        series,
        period,
        value=result.value,
        qualifier=result.qualifier,
        flag=result.flag,
        reason=result.reason,
        numerator=result.numerator,
        denominator=result.denominator,
        demo=result.demo,
        computed=True,
    )


def stamp(sheet: Sheet, cell: Cell, entry: Entry, *, by: User, door: str, now: datetime) -> Entry:
    """Raise the version and name the writer; a changed figure is open again, whatever it was before."""
    standing = sheet.entries.get(cell)
    entry.version = standing.version + 1 if standing else 1
    entry.state = Entry.State.OPEN
    entry.written_by_id, entry.written_at, entry.door = by.pk, now, door
    return entry
