"""Acts on accounts: switched off with their sessions and tokens, switched on again, and off by themselves when nobody uses them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pilots import trail
from pilots.members.roles import keep_an_administrator, require_administrator, require_another
from pilots.models import User


@transaction.atomic
def switch_off(*, user: User, by: User | None, door: str, reason: str = "") -> None:
    """Switch somebody else's account off now, with its sessions and tokens; roles and trail stay. Off already changes nothing.

    `by` is an administrator or a superuser, who gives a reason, or None for the server itself. The last administrator stays.
    """
    require_administrator(by)
    require_another(by, user)
    _require_reason(by, reason)
    if User.objects.administering().filter(pk=user.pk).exists():
        keep_an_administrator(without=user)
    standing = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not standing.is_active:
        return
    user.is_active, user.sessions_ended = False, standing.sessions_ended + 1
    user.save(update_fields=["is_active", "sessions_ended"])
    user.__dict__.pop("grants", None)
    after = {"is_active": False, "tokens": _without_tokens(user)}
    trail.leave("members.switch_off", kind="person", key=user.username, by=by, door=door, after=after, reason=reason)


@transaction.atomic
def switch_on(*, user: User, by: User | None, door: str, reason: str = "") -> None:
    """Switch an account on again; its tokens stay revoked. On already changes nothing; one whose name is forgotten stays off."""
    require_administrator(by)
    require_another(by, user)
    _require_reason(by, reason)
    standing = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if standing.anonymised_at is not None:
        raise ValidationError(_("The name of this person is forgotten. Invite them anew."), code="wrong_state")
    if standing.is_active:
        return
    user.is_active, user.active_since = True, timezone.now()
    user.save(update_fields=["is_active", "active_since"])
    user.__dict__.pop("grants", None)
    trail.leave("members.switch_on", kind="person", key=user.username, by=by, door=door, after={"is_active": True}, reason=reason)


def unused(*, within_days: int = 0) -> QuerySet[User]:
    """Return the accounts that nobody has used for UNUSED_DAYS, or will not have in `within_days`; nobody where that is 0."""
    if not settings.UNUSED_DAYS:
        return User.objects.none()
    return User.objects.unused_since(_limit() + timedelta(days=within_days))


def switch_off_unused(*, by: None, door: str) -> int:
    """Switch off every account unused for UNUSED_DAYS and return how many; the last administrator stays (GB/T 22239-2019, 8.1.4.2 c)."""
    done = 0
    for pk in list(unused().order_by("pk").values_list("pk", flat=True)):
        done += _switch_off_if_unused(pk, by=by, door=door)
    return done


def _switch_off_if_unused(pk: int, *, by: None, door: str) -> bool:
    """Look once more under the lock: the person may have signed in since, or be the last administrator by now."""
    reason = _("Not used for %(days)s days.") % {"days": settings.UNUSED_DAYS}
    try:
        with transaction.atomic():
            user = User.objects.unused_since(_limit()).select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
            if user is not None:
                switch_off(user=user, by=by, door=door, reason=reason)
    except ValidationError:
        return False
    return user is not None


def _without_tokens(user: User) -> list[str]:
    """Revoke every token of the person and return their first signs, by which the trail knows them."""
    keys = list(user.auth_token_set.order_by("token_key").values_list("token_key", flat=True))
    user.auth_token_set.all().delete()
    return keys


def _limit() -> datetime:
    return timezone.now() - timedelta(days=settings.UNUSED_DAYS)


def _require_reason(by: User | None, reason: str) -> None:
    if by is not None and not reason.strip():
        raise ValidationError({"reason": _("Say why. The reason stays in the trail.")}, code="reason")
