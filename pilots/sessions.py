"""Acts on sessions: what is kept of every coming and going, and the end of all sessions of a person at once."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from pilots import members, tokens, trail
from pilots.models import User


def begin(*, user: User, how: str, address: str, by: User, door: str) -> None:
    """Keep that a person has signed in: how (such as password+totp) and from which address."""
    trail.leave("sessions.begin", kind="person", key=user.username, by=by, door=door, after={"how": how, "address": address})


def refuse(*, name: str, reason: str, address: str, by: User | None, door: str) -> None:
    """Keep that a sign-in was refused: for a password, for a code, or because the door was locked.

    `name` is a username, or the hash of what was typed where nobody has that name: people type passwords there by mistake.
    """
    trail.leave("sessions.refuse", kind="person", key=name, by=by, door=door, after={"address": address}, reason=reason)


def lock(*, name: str, address: str, by: User | None, door: str) -> None:
    """Keep that the door was locked after too many refusals."""
    trail.leave("sessions.lock", kind="person", key=name, by=by, door=door, after={"address": address})


def end(*, user: User, reason: str, address: str, by: User, door: str) -> None:
    """Keep that a session has ended: signed out, idle for too long, or at its longest age."""
    trail.leave("sessions.end", kind="person", key=user.username, by=by, door=door, after={"address": address}, reason=reason)


@transaction.atomic
def end_all(*, user: User, by: User | None, door: str, reason: str = "") -> None:
    """End every session of a person; each is refused at its next request.

    `by` is the person, an administrator, a superuser, or None for a command on the server itself.
    """
    if by != user:
        members.require_administrator(by)
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
    trail.leave("sessions.end_all", kind="person", key=user.username, by=by, door=door, reason=reason)


@transaction.atomic
def end_access(*, user: User, by: User | None, door: str, reason: str) -> None:
    """End every session and every token of a person who has a new password."""
    end_all(user=user, by=by, door=door, reason=reason)
    tokens.revoke_all(user=user, by=by, door=door, reason=reason)


@transaction.atomic
def unlock(*, user: User, by: User | None, door: str) -> None:
    """Open the door again to a person who typed too many wrong passwords or codes; nobody does this for themselves."""
    members.require_administrator(by)
    members.require_another(by, user)
    import_string(settings.LOCKOUT_FORGET)(user)
    trail.leave("sessions.unlock", kind="person", key=user.username, by=by, door=door)
