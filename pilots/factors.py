"""Acts on second factors: set up and switched off by their person, reset by an administrator when the phone is lost."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from pilots import members, sessions, trail
from pilots.models import User


@transaction.atomic
def switch_on(*, user: User, by: User, door: str) -> None:
    """Keep that a person has set up a second factor; their other sessions end."""
    _turn(user, on=True, by=by, act="factors.switch_on", door=door)


@transaction.atomic
def switch_off(*, user: User, by: User, door: str) -> None:
    """Keep that a person has switched their second factor off; their other sessions end."""
    _turn(user, on=False, by=by, act="factors.switch_off", door=door)


def renew_codes(*, user: User, by: User, door: str) -> None:
    """Keep that a person has made new recovery codes; the old ones are void."""
    _require_own(user, by)
    trail.leave("factors.renew_codes", kind="person", key=user.username, by=by, door=door)


def spend_code(*, user: User, left: int, by: User, door: str) -> None:
    """Keep that a person came in with a recovery code, and how many are left."""
    _require_own(user, by)
    trail.leave("factors.spend_code", kind="person", key=user.username, by=by, door=door, after={"left": left})


@transaction.atomic
def reset(*, user: User, by: User | None, door: str, reason: str = "") -> None:
    """Take the second factor from a person who has lost it, and end their sessions; they set up a new one where their role asks for it.

    `by` is an administrator or a superuser, or None for a command on the server; never the person.
    """
    members.require_administrator(by)
    members.require_another(by, user)
    import_string(settings.SECOND_FACTOR_FORGET)(user)
    user.second_factor_since = None
    user.save(update_fields=["second_factor_since"])
    trail.leave("factors.reset", kind="person", key=user.username, by=by, door=door, reason=reason)
    sessions.end_all(user=user, by=by, door=door, reason="second factor")


def _turn(user: User, *, on: bool, by: User, act: str, door: str) -> None:
    _require_own(user, by)
    user.second_factor_since = timezone.now() if on else None
    user.save(update_fields=["second_factor_since"])
    trail.leave(act, kind="person", key=user.username, by=by, door=door)
    sessions.end_all(user=user, by=by, door=door, reason="second factor")


def _require_own(user: User, by: User) -> None:
    if by != user:
        raise PermissionDenied(_("Everybody sets up their own second factor."))
