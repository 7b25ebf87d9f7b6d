"""Settles a weighed batch: computed figures join the typed ones, and all are written with their trail."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from indicators import numbers
from indicators.entry.computing import Computation
from indicators.entry.items import Outcome
from indicators.entry.sheet import Cell, Sheet
from indicators.entry.weighing import CONTENT
from indicators.formulas import Part, part_of
from indicators.models import Entry, Series
from indicators.periods import Period
from pilots import trail
from pilots.models import Pilot, User

WRITTEN = (*CONTENT, "given", "computed", "version", "state", "written_by", "written_at", "door")


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
            by_cell[cause].refuse(refusal)
            del proposed[cause]


def settle(sheet: Sheet, computation: Computation, outcomes: list[Outcome], *, by: User, door: str) -> list[Entry]:
    """Give every entry to be written its version, writer and time; return typed and computed ones."""
    now = timezone.now()
    written = [stamp(sheet, entry, by=by, door=door, now=now) for entry in computation.proposed.values()]
    for (series_id, period), result in computation.results.items():
        series = computation.series[series_id]
        entry = computed_entry(sheet, series, period, result)
        if entry is None:
            continue
        written.append(stamp(sheet, entry, by=by, door=door, now=now))
        for cause in computation.causes[series_id, period]:
            changed = computation.proposed[cause]
            next(o for o in outcomes if o.entry is changed).also.append(series.code)
    return written


def computed_entry(sheet: Sheet, series: Series, period: Period, result: Part) -> Entry | None:
    """Make the entry of a computed figure; None where nothing changes."""
    standing = sheet.entries.get((series.pk, period))
    if part_of(standing) == result:
        return None
    return Entry(
        pilot=sheet.pilot,
        series=series,
        start=period.start,
        frequency=period.frequency,
        value=result.value,
        qualifier=result.qualifier,
        flag=result.flag,
        reason=result.reason,
        numerator=result.numerator,
        denominator=result.denominator,
        demo=result.demo,
        computed=True,
    )


def stamp(sheet: Sheet, entry: Entry, *, by: User, door: str, now: datetime) -> Entry:
    """Raise the version and name the writer; a changed figure is open again, whatever it was before."""
    standing = sheet.entries.get((entry.series_id, entry.period))
    entry.version = standing.version + 1 if standing else 1
    entry.state = Entry.State.OPEN
    entry.written_by, entry.written_at, entry.door = by, now, door
    return entry


def write(pilot: Pilot, sheet: Sheet, written: list[Entry], *, by: User, door: str) -> None:
    """Write the entries in one statement and leave their trail."""
    Entry.objects.bulk_create(
        written, update_conflicts=True, unique_fields=["series", "start", "frequency"], update_fields=WRITTEN, batch_size=2000
    )
    changes = [
        trail.Change("entry", f"{entry.series.code}/{entry.period}", told(sheet.entries.get((entry.series_id, entry.period))), told(entry))
        for entry in written
    ]
    trail.leave_many("entry.record", changes, by=by, door=door, pilot=pilot)


def told(entry: Entry | None) -> dict | None:
    """Return an entry's content as the trail keeps it."""
    if entry is None:
        return None
    figures = {
        name: numbers.plain(getattr(entry, name)) for name in ("value", "numerator", "denominator") if getattr(entry, name) is not None
    }
    texts = {name: getattr(entry, name) for name in ("reason", "source", "note", "explanation", "given") if getattr(entry, name)}
    return {
        **figures,
        **texts,
        "qualifier": entry.qualifier,
        "flag": entry.flag,
        "version": entry.version,
        "computed": entry.computed,
        "demo": entry.demo,
    }
