"""Holiday cover: one coordinator stands in for another from day to day, and is told what the other would be told."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pilots import access, notices, trail
from pilots.models import Cover, Membership, Notice, Role, User

# Longer than this is no holiday: somebody else takes over.
LONGEST = 100
ARRANGERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@transaction.atomic
def cover(*, coordinator: User, cover: User, first_day: date, last_day: date, by: User, door: str) -> Cover:
    """Let `cover` stand in for `coordinator` from `first_day` to `last_day`; both of them, and the days between, as Asia/Shanghai counts.

    A coordinator or an administrator arranges it. Refused: oneself, somebody who is no coordinator, days that are past, in the wrong
    order or too many, and days on which one of the two is covered or covers already.
    """
    require_arranger(by)
    _require_days(first_day, last_day)
    if coordinator == cover:
        raise _refusal("cover", "cover_self", _("Nobody covers for themselves. Choose another coordinator."))
    # Both rows are held in one order, so that two covers arranged at once see each other.
    both = sorted((coordinator.pk, cover.pk))
    list(User.objects.filter(pk__in=both).order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    _require_coordinators(coordinator=coordinator, cover=cover)
    _require_free(coordinator, cover, first_day, last_day)
    row = Cover(coordinator=coordinator, cover=cover, first_day=first_day, last_day=last_day, made_by=by, made_at=timezone.now())
    row.full_clean()
    row.save()
    told = {"cover": cover.username, "first_day": str(first_day), "last_day": str(last_day)}
    trail.leave("members.cover", kind="cover", key=coordinator.username, by=by, door=door, after=told)
    _tell(Notice.Kind.COVERING, row, by)
    return row


@transaction.atomic
def end_cover(*, cover: Cover, by: User, door: str) -> Cover:
    """End a cover now, or take it back before it begins; what was told stays told. Refused where it is over already."""
    require_arranger(by)
    row = Cover.objects.select_for_update(of=("self",), no_key=True).select_related("coordinator", "cover").get(pk=cover.pk)
    if row.ended_at is not None or row.last_day < timezone.localdate():
        raise ValidationError(_("This cover is over already."), code="wrong_state")
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    told = {"cover": row.cover.username, "first_day": str(row.first_day), "last_day": str(row.last_day)}
    trail.leave("members.end_cover", kind="cover", key=row.coordinator.username, by=by, door=door, before=told)
    _tell(Notice.Kind.COVER_ENDED, row, by)
    return row


def arranges(by: User) -> bool:
    """Whether the person arranges covers: a coordinator, an administrator, or a superuser, who counts as one."""
    return by.is_superuser or access.may(by, None, *ARRANGERS)


def require_arranger(by: User) -> None:
    """Refuse whoever arranges no covers."""
    if not by.is_superuser:
        access.require(by, None, *ARRANGERS)


def covered_by(user: User) -> list[Cover]:
    """Return the covers in which the person stands in for somebody today."""
    return list(Cover.objects.on(timezone.localdate()).filter(cover=user).select_related("coordinator"))


def _require_days(first_day: date, last_day: date) -> None:
    """Refuse days in the wrong order, over, or too many."""
    if last_day < first_day:
        raise _refusal("last_day", "cover_days", _("The last day lies before the first. Swap them."))
    if last_day < timezone.localdate():
        raise _refusal("last_day", "cover_days", _("This day is past. Choose a later one."))
    if last_day - first_day >= timedelta(days=LONGEST):
        raise _refusal("last_day", "cover_days", _("A cover lasts at most %(most)s days.") % {"most": LONGEST})


def _require_coordinators(**people: User) -> None:
    """Refuse whoever is not a coordinator, or is switched off, naming the field."""
    held = Membership.objects.filter(role=Role.COORDINATOR, pilot=None, ended_at=None, user__is_active=True)
    for field, user in people.items():
        if not held.filter(user=user).exists():
            raise _refusal(field, "cover_role", _("%(person)s is not a coordinator.") % {"person": user})


def _require_free(coordinator: User, cover: User, first_day: date, last_day: date) -> None:
    """Refuse days on which the one who is away covers for somebody or is covered already, or on which the cover is away."""
    there = Cover.objects.filter(ended_at=None, first_day__lte=last_day, last_day__gte=first_day)
    if there.filter(coordinator=coordinator).exists():
        words = _("%(person)s is covered on some of these days already.")
        raise _refusal("coordinator", "cover_twice", words % {"person": coordinator})
    if there.filter(coordinator=cover).exists():
        words = _("%(person)s is away on some of these days. Choose somebody else.")
        raise _refusal("cover", "cover_away", words % {"person": cover})
    if there.filter(cover=coordinator).exists():
        words = _("%(person)s covers for somebody else on some of these days. End that cover first.")
        raise _refusal("coordinator", "cover_chain", words % {"person": coordinator})


def _refusal(field: str, code: str, words: str) -> ValidationError:
    return ValidationError({field: ValidationError(words, code=code)})


def _tell(kind: str, row: Cover, by: User) -> None:
    """Tell both what was arranged, but for whoever arranged it."""
    days = {"first_day": str(row.first_day), "last_day": str(row.last_day)}
    for person in (row.coordinator, row.cover):
        facts = {**days, "coordinator": row.coordinator_id, "cover": row.cover_id}
        notices.tell(kind, people=[person.pk], by=by, key=str(row.pk), once=f"{kind}:{row.pk}", payload=facts)
