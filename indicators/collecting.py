"""Calls for data: opened, extended and closed by the coordinator, and how far a pilot has answered them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import news, periods
from indicators.models import Collection, Entry, Series, Submission
from indicators.periods import Frequency, Period
from pilots import access, trail
from pilots.models import Pilot, Role, User

OPEN, CLOSED = "open", "closed"
# How many past years are gathered as one batch; their figures still fit one page.
MOST_YEARS = 10
# Asked with every save: Django takes longer to write these two than the server to answer them.
LOCK = """
SELECT * FROM indicators_collection WHERE pilot_id = %s AND closed_at IS NULL AND extract(year FROM start) = ANY(%s)
ORDER BY id FOR NO KEY UPDATE
"""
STAND = """
SELECT c.id, latest.state, (SELECT word FROM indicators_rosterword) FROM indicators_collection c
LEFT JOIN LATERAL (
  SELECT state FROM indicators_submission s WHERE s.collection_id = c.id AND state <> 'withdrawn' ORDER BY number DESC LIMIT 1
) AS latest ON TRUE WHERE c.id = ANY(%s)
"""


@transaction.atomic
def open_collection(*, pilot: Pilot, period: Period, due: date, by: User, door: str, opens: date | None = None) -> Collection:
    """Call a pilot's data of a period, or refuse one that is called already. A coordinator does this."""
    access.require(by, pilot, Role.COORDINATOR)
    collection = _opened(pilot, period, due, opens=opens, by=by, door=door)
    news.opened([collection], by=by)
    return collection


def _opened(pilot: Pilot, period: Period, due: date, *, opens: date | None = None, by: User, door: str) -> Collection:
    """Write one call for data, with its trail."""
    latest = Collection.objects.filter(pilot=pilot, frequency=period.frequency).order_by("-start").first()
    collection = Collection(
        pilot=pilot,
        start=period.start,
        frequency=period.frequency,
        opens=opens or min(timezone.localdate(), due),
        due=due,
        opened_by=by,
        needs_sign_off=latest is not None and latest.needs_sign_off,
        demo=by.demo,
    )
    collection.full_clean()
    collection.save()
    trail.leave("collecting.open", kind="collection", key=period.code, by=by, door=door, pilot=pilot, after={"due": str(due)})
    return collection


@transaction.atomic
def open_years(*, pilot: Pilot, first: int, last: int, due: date, by: User, door: str) -> list[Collection]:
    """Call a pilot's data of several years at once, `first` to `last`; years that are called already stay as they are.

    A coordinator does this. Refused where nothing is left to open, and beyond MOST_YEARS years.
    """
    access.require(by, pilot, Role.COORDINATOR)
    if last < first:
        raise ValidationError({"last": _("The last year lies before the first. Swap them.")}, code="years")
    if last - first >= MOST_YEARS:
        raise ValidationError({"last": _("Open at most %(count)s years at once.") % {"count": MOST_YEARS}}, code="years")
    called = set(Collection.objects.filter(pilot=pilot, frequency=Frequency.YEAR).values_list("start__year", flat=True))
    years = [year for year in range(first, last + 1) if year not in called]
    if not years:
        raise ValidationError(_("These years are open already."), code="wrong_state")
    collections = [_opened(pilot, periods.of_year(year), due, by=by, door=door) for year in years]
    news.opened(collections, by=by)
    return collections


@transaction.atomic
def extend(*, collection: Collection, due: date, reason: str, by: User, door: str) -> Collection:
    """Move the day by which data are due, with a reason."""
    access.require(by, collection.pilot, Role.COORDINATOR)
    (locked,) = Collection.objects.select_for_update(no_key=True).filter(pk=collection.pk)
    refuse_closed(locked)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the date moves.")}, code="reason")
    before, collection.due = collection.due, due
    collection.full_clean()
    collection.save(update_fields=["due"])
    told = {"before": {"due": str(before)}, "after": {"due": str(due)}, "reason": reason}
    trail.leave("collecting.extend", kind="collection", key=collection.period.code, by=by, door=door, pilot=collection.pilot, **told)
    news.extended(collection, before=before, reason=reason, by=by)
    return collection


@transaction.atomic
def close(*, collection: Collection, by: User, door: str) -> Collection:
    """Close a call for data; nothing more is entered for it. Refused while a submission is under way."""
    access.require(by, collection.pilot, Role.COORDINATOR)
    (locked,) = Collection.objects.select_for_update(no_key=True).filter(pk=collection.pk)
    refuse_closed(locked)
    if state_of(locked) not in (OPEN, Submission.State.VERIFIED):
        raise ValidationError(_("A submission is under way. Verify it or send it back first."), code="wrong_state")
    locked.closed_at = timezone.now()
    locked.save(update_fields=["closed_at"])
    trail.leave("collecting.close", kind="collection", key=locked.period.code, by=by, door=door, pilot=locked.pilot)
    return locked


def refuse_closed(collection: Collection) -> None:
    """Refuse to go on with a call for data that is closed."""
    if collection.closed_at:
        raise ValidationError(_("This collection is closed."), code="wrong_state")


def lock(pilot: Pilot, years: Sequence[int]) -> list[Collection]:
    """Lock the open calls for data of these years, always in the same order, so that saving, submitting and verifying queue up."""
    if not years:
        return []
    return list(Collection.objects.raw(LOCK, [pilot.pk, list(years)]))


def states(collections: Iterable[Collection]) -> dict[int, str]:
    """Return the state of each collection: that of its latest submission, else `open` or `closed`."""
    return stand(collections)[0]


def stand(collections: Iterable[Collection]) -> tuple[dict[int, str], UUID | None]:
    """Return the states, and from the same question the word of what is reported (`roster`); no word where there is no collection."""
    rows = list(collections)
    with connection.cursor() as cursor:
        cursor.execute(STAND, [[row.pk for row in rows]])
        found = cursor.fetchall()
    latest = {pk: state for pk, state, _word in found}
    return {row.pk: CLOSED if row.closed_at else latest[row.pk] or OPEN for row in rows}, found[0][2] if found else None


def state_of(collection: Collection) -> str:
    """Return `open`, `submitted`, `in-review`, `returned`, `verified` or `closed`; "open" is derived, never stored (DECISIONS 4)."""
    return states([collection])[collection.pk]


def cell_state(state: str) -> str:
    """Return the state of a cell that has no entry yet: locked while a submission waits, else open.

    Submitting gives every cell an entry, so later only a series adopted since then has none.
    """
    return Entry.State.LOCKED if state in (Submission.State.SUBMITTED, Submission.State.IN_REVIEW) else Entry.State.OPEN


def reported_for(series: Series, period: Period) -> Iterator[Period]:
    """Yield the periods that a series is reported for within `period`: its own, or none where it is coarser."""
    if periods.MONTHS[Frequency(series.frequency)] > period.months:
        return
    yield from (part for part in period.inside(series.frequency) if series.expects(part))


def expected(collection: Collection) -> list[tuple[Series, Period]]:
    """Return every cell that a pilot types for a collection."""
    typed = [series for series in Series.objects.of(collection.pilot).with_definitions() if not series.computed]
    return [(series, period) for series in typed for period in reported_for(series, collection.period)]


@dataclass(frozen=True)
class Completeness:
    """How many indicators of a collection are answered, of the required and of the recommended ones."""

    required_done: int
    required: int
    other_done: int
    other: int

    @property
    def done(self) -> int:
        return self.required_done + self.other_done

    @property
    def total(self) -> int:
        return self.required + self.other


@dataclass(frozen=True)
class Gap:
    """An unanswered cell, with the indicator that waits for it."""

    indicator: Series
    series: Series
    period: Period

    @property
    def text(self) -> str:
        """What to do about it."""
        return _("Enter the figure, or say why there is none.")


def gaps(collection: Collection) -> list[Gap]:
    """Return the unanswered cells of every indicator; an input that several need stands once, with the first."""
    all_series = list(Series.objects.of(collection.pilot).with_definitions())
    by_variable = {series.variable_id: series for series in all_series if series.variable_id}
    answered = {
        (entry.series_id, entry.period)
        for entry in Entry.objects.filter(pilot=collection.pilot).within(periods.of_year(collection.start.year))
        if entry.answered
    }
    found: dict[tuple[int, Period], Gap] = {}
    for indicator in (series for series in all_series if series.indicator_id):
        for series, period in typed_for(indicator, collection.period, by_variable=by_variable):
            if (series.pk, period) not in answered:
                gap = found.get((series.pk, period))
                if gap is None or (indicator.required and not gap.indicator.required):
                    found[series.pk, period] = Gap(indicator, series, period)
    return sorted(found.values(), key=lambda gap: (gap.indicator.order, gap.series.order, gap.period))


def typed_for(indicator: Series, span: Period, *, by_variable: dict[int, Series]) -> Iterator[tuple[Series, Period]]:
    """Yield the cells that somebody types so that an indicator has its figures within `span`."""
    for period in reported_for(indicator, span):
        if not indicator.computed:
            yield indicator, period
            continue
        for variable in (indicator.indicator.numerator_id, indicator.indicator.denominator_id):
            series = by_variable.get(variable)
            if series is not None:
                coarser = periods.MONTHS[Frequency(series.frequency)] > period.months
                yield series, periods.covering(period, series.frequency) if coarser else period


def completeness(collection: Collection) -> Completeness:
    """Count the indicators whose every cell is answered."""
    all_series = list(Series.objects.of(collection.pilot).with_definitions())
    by_variable = {series.variable_id: series for series in all_series if series.variable_id}
    open_cells = {(gap.series.pk, gap.period) for gap in gaps(collection)}
    counts = {True: [0, 0], False: [0, 0]}
    for indicator in (series for series in all_series if series.indicator_id):
        cells = {(series.pk, period) for series, period in typed_for(indicator, collection.period, by_variable=by_variable)}
        if cells:
            counts[indicator.required][1] += 1
            counts[indicator.required][0] += cells.isdisjoint(open_cells)
    return Completeness(*counts[True], *counts[False])
