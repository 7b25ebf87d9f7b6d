"""Figures that a coordinator typed from a paper of the city: what waits for the lead, and the act that confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators import collecting
from indicators.models import Collection, Entry
from indicators.periods import Period
from pilots import access, trail
from pilots.models import Pilot, Role, User


@dataclass(frozen=True)
class Seen:
    """A figure as the lead saw it: the local code of its series, its period and its version."""

    series: str
    period: Period
    version: int


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
    entry = Entry.objects.filter(pilot=pilot, unconfirmed=True, **cell).select_related("series").first()
    named = {"code": seen.series[:60], "period": seen.period.label}
    if entry is None:
        raise ValidationError(_("%(code)s of %(period)s does not wait to be confirmed."), code="wrong_state", params=named)
    if entry.version != seen.version:
        raise ValidationError(_("%(code)s of %(period)s was typed again meanwhile. Look at it again."), code="stale", params=named)
    return entry
