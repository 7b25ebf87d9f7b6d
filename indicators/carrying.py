"""Taking the figures of constants, such as a land area, over from the year before; nothing else is ever copied."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators import entry, periods
from indicators.entry import Batch, Item
from indicators.models import Entry, Series
from indicators.periods import Period
from pilots import access
from pilots.models import Pilot, User


@dataclass(frozen=True)
class Carried:
    """A constant that may be taken over: its series, the period to fill, what stands there and the figure of the year before."""

    series: Series
    period: Period
    standing: Entry | None
    before: Entry

    @property
    def key(self) -> str:
        return f"{self.series.code}@{self.period.code}"

    @property
    def version(self) -> int:
        return self.standing.version if self.standing else 0


def year_before(period: Period) -> Period:
    """Return the same period a year earlier."""
    return periods.shift(period, -(12 // period.months))


def offered(pilot: Pilot, period: Period) -> list[Carried]:
    """Return the unanswered constants of a period that have a figure in the year before."""
    constants = Series.objects.of(pilot).with_definitions().filter(variable__constant=True, frequency=period.frequency)
    found = Entry.objects.filter(pilot=pilot, series__in=constants, start__in=[period.start, year_before(period).start])
    by_cell = {(one.series_id, one.period): one for one in found.select_related("series__unit")}
    rows = []
    for series in constants:
        standing, before = by_cell.get((series.pk, period)), by_cell.get((series.pk, year_before(period)))
        if series.expects(period) and before and before.value is not None and (standing is None or standing.empty):
            rows.append(Carried(series, period, standing, before))
    return rows


@transaction.atomic
def carry_over(*, pilot: Pilot, period: Period, versions: dict[str, int], reason: str, by: User, door: str) -> Batch:
    """Answer constants of a period with their figures of the year before; the reason becomes their explanation.

    `versions` says which series, and which version of each the writer saw. Refused without a reason, for what is no constant
    (`not_constant`), and where the year before has no figure (`nothing_before`); else the rules of `entry.record` hold.
    """
    access.require(by, pilot, *access.TEAM)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the figure stays the same.")}, code="reason")
    if not versions:
        raise ValidationError(_("Choose at least one figure."), code="required")
    known = {series.code: series for series in Series.objects.of(pilot).with_definitions().filter(code__in=versions)}
    items = [
        repeated(known.get(code), code=code, period=period, version=version, reason=reason.strip()) for code, version in versions.items()
    ]
    return entry.record(pilot=pilot, entries=items, by=by, door=door)


def repeated(series: Series | None, *, code: str, period: Period, version: int, reason: str) -> Item:
    """Make the answer that repeats the year before, or refuse."""
    named = {"code": code[:60], "period": year_before(period).label}
    if series is None or not series.constant:
        raise ValidationError(
            _("%(code)s is not a constant, so it is not taken over from %(period)s. Enter the figure of this year."),
            code="not_constant",
            params=named,
        )
    earlier = year_before(period)
    before = Entry.objects.filter(series=series, start=earlier.start, frequency=earlier.frequency, value__isnull=False).first()
    if before is None:
        raise ValidationError(_("%(code)s has no figure of %(period)s to take over."), code="nothing_before", params=named)
    return Item(
        series=code,
        period=period,
        value=before.value,
        qualifier=before.qualifier,
        flag=before.flag,
        source=before.source,
        explanation=reason,
        version=version,
    )
