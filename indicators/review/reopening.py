"""Reopening verified cells for a correction, while what was published stays."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import collecting, news, periods
from indicators.models import UNDER_WAY, Collection, Entry, Reopening, Series, Submission
from indicators.periods import Period
from indicators.review.table import with_inputs
from pilots import access, trail
from pilots.models import Pilot, Role, User


@transaction.atomic
def reopen(*, pilot: Pilot, cells: Sequence[tuple[str, Period]], reason: str, by: User, door: str, note: str = "") -> list[Entry]:
    """Open verified cells for a correction and return them with the inputs that were opened too.

    What was published stays until the correction is verified (DECISIONS 5 and 9), and then carries `note`, which readers of the
    published figures see; without one it is the reason.
    """
    access.require(by, pilot, Role.COORDINATOR)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why this is reopened.")}, code="reason")
    collecting.lock(pilot, sorted({period.year for _code, period in cells}))
    require_no_review(pilot, {period.year for _code, period in cells})
    opened = [entry for code, period in cells for entry in verified_cells(pilot, code, period)]
    opened = list({entry.pk: entry for entry in opened}.values())
    Entry.objects.filter(pk__in=[entry.pk for entry in opened]).update(state=Entry.State.OPEN)
    for entry in opened:
        entry.state = Entry.State.OPEN
    remember(opened, reason, note.strip() or reason, by)
    changes = [trail.Change("entry", f"{entry.series.code}/{entry.period}") for entry in opened]
    trail.leave_many("review.reopen", changes, by=by, door=door, pilot=pilot, reason=reason)
    news.reopened(pilot, opened, reason=reason, by=by)
    return opened


def remember(opened: Sequence[Entry], reason: str, note: str, by: User) -> None:
    """Write down, for each call for data and each series of it, why it was reopened and what readers are told."""
    calls = Collection.objects.filter(pilot__in={entry.pilot_id for entry in opened})
    found = {(call, entry.series) for call in calls for entry in opened if call.period.contains(entry.period)}
    fields = {"reason": reason, "note": note, "reopened_by": by, "reopened_at": timezone.now()}
    rows = sorted(found, key=lambda one: (one[0].pk, one[1].order, one[1].code))
    Reopening.objects.bulk_create([Reopening(collection=call, series=series, **fields) for call, series in rows])


def require_no_review(pilot: Pilot, years: set[int]) -> None:
    """Refuse while the same year is being reviewed; a mark does the same there."""
    if Submission.objects.filter(pilot=pilot, collection__start__year__in=years, state__in=UNDER_WAY).exists():
        raise ValidationError(_("A submission of this year is under way. Send it back with a mark instead."), code="wrong_state")


def verified_cells(pilot: Pilot, code: str, period: Period) -> list[Entry]:
    """Return the verified entries behind a cell: its own, its parts where it is made of finer periods, and their inputs."""
    series = Series.objects.of(pilot).filter(code=code).select_related("indicator").first()
    if series is None:
        raise ValidationError(
            _("%(pilot)s has no series “%(code)s”."), code="unknown_series", params={"pilot": pilot.short_name, "code": code[:60]}
        )
    year = periods.of_year(period.year)
    found = Entry.objects.filter(series__in=with_inputs(pilot, [series]), state=Entry.State.VERIFIED).select_related("series")
    inside = [entry for entry in found.within(year) if touches(entry.period, period)]
    if not any(entry.series_id == series.pk and entry.period == period for entry in inside):
        raise ValidationError(
            _("%(code)s of %(period)s is not verified, so there is nothing to reopen."),
            code="wrong_state",
            params={"code": code, "period": period.label},
        )
    return inside


def touches(one: Period, other: Period) -> bool:
    """Whether two periods lie in each other; a correction of either changes both."""
    return one.contains(other) or other.contains(one)
