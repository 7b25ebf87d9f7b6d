"""Tokens of programs: made, found again by their text, and revoked; only a hash of the text is kept."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import timedelta
from hmac import compare_digest

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.crypto import hash_token
from knox.settings import CONSTANTS

from pilots import trail
from pilots.models import Pilot, Token, User

LONGEST_DAYS = 365
MOST_ADDRESSES = 20
# Last use is shown to the day; writing it at every pull would turn each read into a write.
USE_NOTED_EVERY = timedelta(minutes=10)


@transaction.atomic
def make(
    *,
    user: User,
    name: str,
    scope: str,
    by: User | None,
    door: str,
    pilot: Pilot | None = None,
    days: int = LONGEST_DAYS,
    addresses: Sequence[str] = (),
) -> tuple[Token, str]:
    """Make a token of `user` for a program and return it with its text, which is shown this once.

    A person makes their own tokens; `by` is None for a command on the server. With `addresses` it can be used from these
    addresses and networks only. Refused: more than a year, a pilot that is not theirs, what is no address.
    """
    if by is not None and by != user:
        raise PermissionDenied(_("Everybody makes their own tokens."))
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError({"days": _("A token lasts from 1 to %(most)s days.") % {"most": LONGEST_DAYS}}, code="days")
    if pilot is not None and pilot.pk not in user.pilot_ids:
        raise ValidationError({"pilot": _("Choose a pilot that you belong to.")}, code="pilot")
    places = [network(address) for address in addresses]
    if len(places) > MOST_ADDRESSES:
        raise ValidationError({"addresses": _("A token knows %(most)s addresses at most.") % {"most": MOST_ADDRESSES}}, code="addresses")
    token, text = Token.objects.create(
        user, expiry=timedelta(days=days), name=name, scope=scope, pilot=pilot, addresses=[str(place) for place in places]
    )
    after = {"name": name, "scope": scope, "days": days, "addresses": token.addresses}
    trail.leave("tokens.make", kind="token", key=token.token_key, by=by, door=door, pilot=pilot, after=after)
    return token, text


@transaction.atomic
def revoke(*, token: Token, by: User | None, door: str) -> None:
    """End a token now; its trail stays."""
    if by is not None and by != token.user:
        raise PermissionDenied(_("Everybody ends their own tokens."))
    trail.leave("tokens.revoke", kind="token", key=token.token_key, by=by, door=door, pilot=token.pilot, before={"name": token.name})
    token.delete()


@transaction.atomic
def revoke_all(*, user: User, by: User | None, door: str, reason: str) -> None:
    """End every token of a person now, with a row for each."""
    held = Token.objects.filter(user=user)
    ended = [trail.Change("token", token.token_key, before={"name": token.name}) for token in held]
    trail.leave_many("tokens.revoke", ended, by=by, door=door, reason=reason)
    held.delete()


def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Read an address or a network such as 203.0.113.0/24, or refuse it."""
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        refusal = ValidationError(
            _("“%(text)s” is not an address. Write one such as 203.0.113.7, or a network such as 203.0.113.0/24."),
            code="addresses",
            params={"text": text[:50]},
        )
        raise ValidationError({"addresses": refusal}, code="addresses") from error


def find(text: str, *, address: str) -> Token | None:
    """Find the token that has this text, unless it has expired, its person is switched off, or it is not for this address."""
    if not text.isprintable():
        return None
    digest = hash_token(text)
    found = Token.objects.filter(token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH]).select_related("user")
    token = next((token for token in found if compare_digest(token.digest, digest)), None)
    if token is None or not token.user.is_active or (token.expiry and token.expiry <= timezone.now()):
        return None
    return token if usable_from(token, address) else None


def usable_from(token: Token, address: str) -> bool:
    """Say whether a token may be used from an address; one that cannot be read is none of a token's own."""
    if not token.addresses:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in ipaddress.ip_network(place) for place in token.addresses)


def narrow(user: User, token: Token) -> User:
    """Give the person, for this request, no more than the token opens: nothing private, one pilot, or all that is theirs."""
    if token.scope == Token.Scope.READ:
        user.grants = ()
    elif token.pilot_id is not None:
        user.grants = tuple((place, role) for place, role in user.grants if place == token.pilot_id)
    return user


def note_use(*, token: Token, by: User, door: str) -> None:
    """Keep when a token was last used, to ten minutes."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)
