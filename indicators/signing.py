"""The sign-off inside the city: who agreed to which figures on paper, and whether they still are those figures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import collecting, evidence, numbers
from indicators.evidence import Brought
from indicators.models import Collection, Entry, Evidence, SignOff, Submission
from pilots import access, trail
from pilots.models import Role, User

# While the figures can still be changed they can be signed; afterwards the submission speaks for them.
SIGNABLE = (collecting.OPEN, Submission.State.RETURNED, Submission.State.VERIFIED)


@dataclass(frozen=True)
class Standing:
    """The latest sign-off of a collection, and how many figures were changed since."""

    sign_off: SignOff | None
    changed: int

    @property
    def holds(self) -> bool:
        """Whether somebody signed exactly these figures."""
        return self.sign_off is not None and not self.changed


def sum_of(collection: Collection) -> str:
    """Return the sha256 over the figures of a collection as they stand: each answered cell with its sign, status and reason."""
    entries = Entry.objects.filter(pilot=collection.pilot, series__active=True).within(collection.period).select_related("series")
    rows = sorted(
        f"{entry.series.code}\t{entry.period}\t{numbers.plain(entry.value)}\t{entry.qualifier}\t{entry.flag}\t{entry.reason}"
        for entry in entries
        if not entry.empty
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def standing(collection: Collection) -> Standing:
    """Find the latest sign-off and count the typed figures that were written after it, where the figures are no longer the same."""
    latest = SignOff.objects.filter(collection=collection).select_related("scan", "recorded_by").order_by("-pk").first()
    if latest is None or latest.figures == sum_of(collection):
        return Standing(latest, 0)
    written = Entry.objects.filter(pilot=collection.pilot, computed=False, written_at__gt=latest.recorded_at).within(collection.period)
    return Standing(latest, max(1, written.count()))


def lacking(collection: Collection) -> str:
    """Say what the sign-off still lacks before a collection may be submitted; nothing where none is asked for or it holds."""
    if not collection.needs_sign_off:
        return ""
    found = standing(collection)
    if found.holds:
        return ""
    if found.sign_off is None:
        return _("The sign-off is missing. Have the figures signed in your city, then record it with the stamped scan.")
    return _("Figures were changed since the sign-off of %(day)s. Have them signed again.") % {"day": found.sign_off.day}


@transaction.atomic
def sign_off(
    *, collection: Collection, figures: str, name: str, day: date, scan: Evidence | Brought, by: User, door: str, post: str = ""
) -> SignOff:
    """Record that a superior agreed to the figures of a collection on paper. A lead does this, with the stamped scan.

    The scan is evidence of the pilot, or a file that becomes evidence now.

    `figures` is the sum that the lead saw (`sum_of`); where the figures differ by now it is refused (`stale`), because other
    figures were signed. Refused too while the figures are submitted or closed, and while there are none.
    """
    access.require(by, collection.pilot, Role.LEAD)
    collecting.lock(collection.pilot, [collection.start.year])
    require_signable(collection)
    scan = evidence.put(pilot=collection.pilot, brought=scan, by=by, door=door).evidence if isinstance(scan, Brought) else scan
    if scan.pilot_id != collection.pilot_id or scan.state == Evidence.State.REFUSED:
        raise ValidationError({"scan": _("Choose a scan of this pilot that is available.")}, code="scan")
    if day > timezone.localdate():
        raise ValidationError({"day": _("This day is still to come. Write the day on the paper.")}, code="day")
    if figures != sum_of(collection):
        raise ValidationError(
            _("Figures were changed meanwhile. See that the signed paper says the same, then record it again."), code="stale"
        )
    made = SignOff(
        collection=collection,
        name=name.strip(),
        post=post.strip(),
        day=day,
        scan=scan,
        figures=figures,
        recorded_by=by,
        recorded_at=timezone.now(),
        demo=by.demo,
    )
    made.full_clean()
    made.save()
    after = {"name": made.name, "post": made.post, "day": str(day), "scan": scan.sha256, "figures": figures}
    trail.leave("signing.sign_off", kind="sign-off", key=collection.period.code, by=by, door=door, pilot=collection.pilot, after=after)
    return made


def require_signable(collection: Collection) -> None:
    """Refuse a collection whose figures cannot change any more, and one without a figure."""
    if collecting.state_of(Collection.objects.get(pk=collection.pk)) not in SIGNABLE:
        raise ValidationError(_("These figures are submitted or closed. A sign-off is recorded before that."), code="wrong_state")
    entries = Entry.objects.filter(pilot=collection.pilot).within(collection.period)
    if not any(not entry.empty for entry in entries):
        raise ValidationError(_("There are no figures yet, so there is nothing to sign."), code="wrong_state")


@transaction.atomic
def require_sign_off(*, collection: Collection, needed: bool, by: User, door: str) -> Collection:
    """Decide whether a collection, and those opened after it, need a sign-off before they are submitted. A lead does this."""
    access.require(by, collection.pilot, Role.LEAD)
    (locked,) = Collection.objects.select_for_update(no_key=True).filter(pk=collection.pk)
    collecting.refuse_closed(locked)
    if locked.needs_sign_off == needed:
        return locked
    locked.needs_sign_off = needed
    locked.save(update_fields=["needs_sign_off"])
    told = {"before": {"needs_sign_off": not needed}, "after": {"needs_sign_off": needed}}
    trail.leave("signing.require_sign_off", kind="collection", key=locked.period.code, by=by, door=door, pilot=locked.pilot, **told)
    return locked
