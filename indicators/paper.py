"""Figures that a coordinator typed from a paper of the city: what waits for the lead, and the act that confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators import collecting, entry, evidence
from indicators.entry import Batch, Item
from indicators.evidence import Brought
from indicators.models import Collection, Entry, Evidence, Series, Submission
from indicators.periods import Period
from pilots import access, trail
from pilots.models import Pilot, Role, User


@dataclass(frozen=True)
class Seen:
    """A figure as the lead saw it: the local code of its series, its period and its version."""

    series: str
    period: Period
    version: int


@dataclass(frozen=True)
class Free:
    """A cell that may be typed from paper: nobody answered it, or the same person typed it from paper and nobody confirmed it yet."""

    series: Series
    period: Period
    standing: Entry | None


def free_cells(collection: Collection, user: User) -> list[Free]:
    """Return the cells of a collection that `user` may type from paper; what the team answered itself is not among them."""
    if collecting.state_of(collection) not in (collecting.OPEN, Submission.State.RETURNED):
        return []
    entries = Entry.objects.filter(pilot=collection.pilot, state=Entry.State.OPEN).within(collection.period)
    closed = Entry.objects.filter(pilot=collection.pilot).within(collection.period).exclude(state=Entry.State.OPEN)
    held = {(one.series_id, one.period) for one in closed}
    standing = {(one.series_id, one.period): one for one in entries}
    found = [Free(series, period, standing.get((series.pk, period))) for series, period in collecting.expected(collection)]
    return [one for one in found if (one.series.pk, one.period) not in held and free(one.standing, user)]


def free(standing: Entry | None, user: User) -> bool:
    return standing is None or standing.empty or (standing.unconfirmed and standing.written_by_id == user.pk)


@transaction.atomic
def record(*, pilot: Pilot, entries: Sequence[Item], scan: Evidence | Brought, by: User, door: str) -> Batch:
    """Type figures from a paper of the city (`entry.record_on_paper`), whose scan is evidence already or becomes it now.

    What can be written is written; each refused figure stands in its outcome.
    """
    access.require(by, pilot, Role.COORDINATOR)
    page = evidence.put(pilot=pilot, brought=scan, by=by, door=door).evidence if isinstance(scan, Brought) else scan
    return entry.record_on_paper(pilot=pilot, entries=entries, paper=page, by=by, door=door, partial=True)


def unconfirmed(collection: Collection) -> list[Entry]:
    """Return the figures of a collection that were typed from paper and wait for the lead; they keep it from being submitted."""
    waiting = Entry.objects.filter(pilot=collection.pilot, unconfirmed=True).within(collection.period)
    shown_with = ("series__unit", "series__indicator", "series__variable", "paper", "written_by")
    return list(waiting.select_related(*shown_with).order_by("series__order", "start"))


@transaction.atomic
def confirm(*, pilot: Pilot, figures: Sequence[Seen], by: User, door: str) -> list[Entry]:
    """Make figures that were typed from paper the pilot's own, as they stand, and return them. A lead does this.

    One that is not waiting refuses the whole (`wrong_state`), and so does one that changed since the lead saw it (`stale`).
    """
    access.require(by, pilot, Role.LEAD)
    if not figures:
        raise ValidationError(_("Choose at least one figure."), code="required")
    collecting.lock(pilot, sorted({seen.period.year for seen in figures}))
    confirmed = [standing(pilot, seen) for seen in figures]
    Entry.objects.filter(pk__in=[entry.pk for entry in confirmed]).update(unconfirmed=False)
    changes = [
        trail.Change(
            "entry", f"{entry.series.code}/{entry.period}", {"unconfirmed": True}, {"unconfirmed": False, "version": entry.version}
        )
        for entry in confirmed
    ]
    trail.leave_many("paper.confirm", changes, by=by, door=door, pilot=pilot)
    return confirmed


def standing(pilot: Pilot, seen: Seen) -> Entry:
    """Return the waiting figure that the lead saw, or refuse."""
    cell = {"series__code": seen.series, "start": seen.period.start, "frequency": seen.period.frequency}
    found = Entry.objects.filter(pilot=pilot, unconfirmed=True, **cell).select_related("series").first()
    named = {"code": seen.series[:60], "period": seen.period.label}
    if found is None:
        raise ValidationError(_("%(code)s of %(period)s does not wait to be confirmed."), code="wrong_state", params=named)
    if found.version != seen.version:
        raise ValidationError(_("%(code)s of %(period)s was typed again meanwhile. Look at it again."), code="stale", params=named)
    return found
