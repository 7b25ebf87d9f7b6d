"""Acts on passwords: changed by their person, or set anew through a link that works once and for an hour."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import int_to_base36
from django.utils.translation import gettext as _

from pilots import members, outbox, sessions, trail
from pilots.models import FormerPassword, User


@transaction.atomic
def change(*, user: User, password: str, by: User | None, door: str) -> None:
    """Give a person a new password, which ends all their sessions and tokens; the hash of the old one is kept as long as the profile asks.

    `by` is the person, or None for a command on the server itself. The rules of the profile were asked by the door.
    """
    if by is not None and by != user:
        raise PermissionDenied(_("Everybody changes their own password."))
    if settings.PASSWORDS_REMEMBERED and user.has_usable_password():
        FormerPassword.objects.create(user=user, password=user.password, ended_at=timezone.now())
        kept = user.former_passwords.values_list("pk", flat=True)[: settings.PASSWORDS_REMEMBERED]
        user.former_passwords.exclude(pk__in=list(kept)).delete()
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "password_changed_at"])
    trail.leave("passwords.change", kind="person", key=user.username, by=by, door=door)
    sessions.end_access(user=user, by=by, door=door, reason="password")


def ask_link(*, address: str, site: str, language: str, by: User | None, door: str) -> None:
    """Queue the mail with which somebody sets a password anew; for an address that nobody has, the same row with nobody in it.

    `site` is the address of the portal as the reader has it, `language` that of the mail.
    """
    person = User.objects.filter(email__iexact=address, is_active=True).values_list("pk", flat=True).first()
    with transaction.atomic():
        outbox.put("passwords.mail", key="passwords.mail", payload={"person": person, "site": site, "language": language})


@transaction.atomic
def make_link(*, user: User, by: User | None, door: str) -> str:
    """Make the path at which a person sets their password anew, for an administrator to hand over; it works once and for an hour.

    `by` is an administrator or a superuser, or None for a command on the server; never the person. Refused for who is switched off.
    """
    members.require_administrator(by)
    members.require_another(by, user)
    if not user.is_active:
        raise ValidationError(_("This account is switched off. Switch it on first."), code="wrong_state")
    trail.leave("passwords.make_link", kind="person", key=user.username, by=by, door=door)
    return link(user)


def link(user: User) -> str:
    """Compose the path at which a person sets their password anew; a sign-in or a new password ends it."""
    return reverse(
        "account_reset_password_from_key", kwargs={"uidb36": int_to_base36(user.pk), "key": default_token_generator.make_token(user)}
    )
