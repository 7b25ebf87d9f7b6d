"""The act that writes entries: `record` is the only way a working figure comes to be, one or a million."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import collecting, numbers, periods, rules
from indicators.entry.computing import Computation
from indicators.entry.items import Batch, Item, Outcome
from indicators.entry.sheet import Cell, Sheet
from indicators.formulas import Part, part_of
from indicators.models import FLAG_OF_REASON, Aggregation, Entry, Mode, Series
from indicators.periods import Frequency, Period
from pilots import access, trail
from pilots.models import Pilot, User

__all__ = ["Batch", "Item", "Outcome", "depends_on", "record"]

CONTENT = ("value", "qualifier", "flag", "reason", "source", "note", "explanation", "numerator", "denominator", "demo")
WRITTEN = (*CONTENT, "given", "computed", "version", "state", "written_by", "written_at", "door")


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


def read_period(outcome: Outcome) -> Period | None:
    """Read the period of an item, keeping the refusal where it is none."""
    period = outcome.item.period
    try:
        return period if isinstance(period, Period) else periods.parse(period)
    except ValidationError as refusal:
        outcome.refuse(refusal)
        return None


def propose(sheet: Sheet, outcomes: list[Outcome], by: User) -> dict[Cell, Entry]:
    """Weigh every item and return the entries that would be written, by cell."""
    proposed: dict[Cell, Entry] = {}
    seen: set[Cell] = set()
    for outcome in outcomes:
        if outcome.refused:
            continue
        try:
            weigh(sheet, outcome, seen, by)
        except ValidationError as refusal:
            outcome.refuse(refusal, outcome.before)
            continue
        if outcome.status != "unchanged":
            proposed[outcome.entry.series_id, outcome.entry.period] = outcome.entry
    return proposed


def weigh(sheet: Sheet, outcome: Outcome, seen: set[Cell], by: User) -> None:
    """Check one item in the order of DECISIONS 18: shape, state, version, rule; and draft its entry."""
    item = outcome.item
    period = item.period if isinstance(item.period, Period) else periods.parse(item.period)
    series = sheet.find(item.series)
    rules.check_texts(item.texts)
    rules.check_answer(item.value, item.qualifier, item.flag, item.reason)
    check_period(series, period)
    if (series.pk, period) in seen:
        raise ValidationError(_("%(code)s of %(period)s stands twice in this batch. Keep one."), code="duplicate", params={"code": series.code, "period": period.label})
    seen.add((series.pk, period))
    standing = outcome.before = sheet.entries.get((series.pk, period))
    check_state(sheet, series, period, standing)
    check_version(item, standing)
    if item.value is not None:
        rules.check_figure(series, item.value)
    draft = draft_entry(sheet, series, period, item, by)
    same = standing is not None and content(draft) == content(standing)
    nothing = standing is None and draft.empty and not any((item.source, item.note, item.explanation))
    outcome.status = "unchanged" if same or nothing else "updated" if standing else "created"
    outcome.entry = standing if same else draft


def check_period(series: Series, period: Period) -> None:
    """Refuse a period that the series is not reported for."""
    own, asked = periods.MONTHS[Frequency(series.frequency)], period.months
    makes_up = series.indicator is None or series.indicator.aggregation != Aggregation.NONE
    if asked < own or (asked > own and makes_up) or not series.expects(period):
        raise ValidationError(
            _("%(code)s is reported by %(frequency)s, so not for %(period)s."),
            code="frequency",
            params={"code": series.code, "frequency": Frequency(series.frequency).label, "period": period.label},
        )


def check_state(sheet: Sheet, series: Series, period: Period, standing: Entry | None) -> None:
    """Refuse a computed cell, a period without a call for data, and a cell that is submitted or verified."""
    if series.computed:
        indicator = series.indicator
        raise ValidationError(
            _("%(code)s is computed. Enter its inputs instead: %(top)s and %(bottom)s."),
            code="wrong_state",
            params={"code": series.code, "top": indicator.numerator.name, "bottom": indicator.denominator.name},
        )
    collection = sheet.collection_of(period)
    if collection is None:
        raise ValidationError(_("No data are being collected for %(period)s. Ask the coordinator to open the collection."), code="wrong_state", params={"period": period.label})
    state = standing.state if standing else collecting.cell_state(sheet.states[collection.pk])
    if state == Entry.State.LOCKED:
        raise ValidationError(_("%(code)s of %(period)s is submitted and locked. Withdraw the submission, or wait for the review."), code="wrong_state", params={"code": series.code, "period": period.label})
    if state == Entry.State.VERIFIED:
        raise ValidationError(_("%(code)s of %(period)s is verified. Ask the coordinator to reopen it."), code="wrong_state", params={"code": series.code, "period": period.label})


def check_version(item: Item, standing: Entry | None) -> None:
    """Refuse a writer who does not say what they saw, or saw something older (DECISIONS 11)."""
    if item.version is None:
        raise ValidationError(_("Say which version you changed: 0 for a new figure."), code="precondition_required")
    if item.version == (standing.version if standing else 0):
        return
    if standing is None:
        raise ValidationError(_("There is no figure here yet; you wrote about version %(version)s."), code="stale", params={"version": item.version})
    shown = numbers.plain(standing.value) or standing.get_reason_display() or _("empty")
    raise ValidationError(
        _("%(who)s changed this to %(value)s meanwhile. Keep theirs, or enter yours again."),
        code="stale",
        params={"who": standing.written_by or _("Somebody"), "value": shown},
    )


def draft_entry(sheet: Sheet, series: Series, period: Period, item: Item, by: User) -> Entry:
    """Make the entry that an item asks for; nothing is written yet."""
    return Entry(
        pilot=sheet.pilot,
        series=series,
        start=period.start,
        frequency=period.frequency,
        value=item.value,
        qualifier=item.qualifier if item.value is not None else "=",
        flag=FLAG_OF_REASON.get(item.reason, item.flag),
        reason=item.reason,
        source=item.source,
        note=item.note,
        explanation=item.explanation,
        given=item.given,
        demo=by.demo,
    )


def content(entry: Entry) -> tuple:
    """Return what makes up an entry's content, so that two can be compared."""
    return tuple(getattr(entry, name) for name in CONTENT)


def compute(sheet: Sheet, proposed: dict[Cell, Entry], outcomes: list[Outcome]) -> Computation:
    """Compute what follows; an item whose consequence breaks a rule is refused and the rest computed again."""
    by_cell = {(o.entry.series_id, o.entry.period): o for o in outcomes if o.entry and not o.refused}
    while True:
        computation = Computation(sheet, proposed)
        broken = computation.run()
        if broken is None:
            return computation
        cell, refusal = broken
        for cause in computation.causes(cell):
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
        for cause in computation.causes((series_id, period)):
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
    figures = {name: numbers.plain(getattr(entry, name)) for name in ("value", "numerator", "denominator") if getattr(entry, name) is not None}
    texts = {name: getattr(entry, name) for name in ("reason", "source", "note", "explanation", "given") if getattr(entry, name)}
    return {**figures, **texts, "qualifier": entry.qualifier, "flag": entry.flag, "version": entry.version, "computed": entry.computed, "demo": entry.demo}
