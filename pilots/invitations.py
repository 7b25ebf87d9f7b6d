"""Acts on invitations: made by whoever gives the roles, opened by whoever holds the link, once, within a week."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from pilots import members, outbox, trail
from pilots.models import Invitation, Pilot, User

LASTS = timedelta(days=7)
# Names of an invitation that nobody took up are kept this long after it expired, so that it can be sent again.
KEPT = timedelta(days=30)


@transaction.atomic
def invite(
    *,
    roles: Collection[str],
    pilot: Pilot | None,
    by: User | None,
    door: str,
    name: str = "",
    email: str = "",
    phone: str = "",
    language: str = "zh-hans",
    address: str = "",
) -> tuple[Invitation, str]:
    """Invite somebody to a pilot or the programme and return the invitation with the signs of its link, which are shown this once.

    Whoever gives the roles invites to them. Where mail is sent, the link goes to `email` too, below `address`, the portal's own
    as the inviter sees it. Refused: no name, no role, a role of another place, an invitation that the same person has already.
    """
    chosen = sorted(set(roles))
    _require_roles(chosen, pilot=pilot, by=by)
    if not (name or email or phone):
        raise ValidationError({"name": _("Say who is invited: a name, an e-mail or a phone.")}, code="nobody")
    members.require_phone(phone)
    now = timezone.now()
    invitation = Invitation(name=name, email=email, phone=members.plain_phone(phone) or phone, language=language, pilot=pilot, roles=chosen)
    invitation.invited_by, invitation.invited_at = by, now
    text = _new_link(invitation)
    invitation.full_clean()
    _refuse_twice(invitation)
    invitation.save()
    _mail(invitation, address)
    trail.leave("invitations.invite", kind="invitation", key=str(invitation.pk), by=by, door=door, pilot=pilot, after={"roles": chosen})
    return invitation, text


@transaction.atomic
def renew(*, invitation: Invitation, by: User | None, door: str, address: str = "") -> tuple[Invitation, str]:
    """Give a waiting invitation a new link for another week and return both; the old link opens nothing any more."""
    _require_roles(invitation.roles, pilot=invitation.pilot, by=by)
    standing = _waiting(invitation)
    standing.invited_by, standing.invited_at = by, timezone.now()
    text = _new_link(standing)
    standing.save()
    _mail(standing, address)
    trail.leave("invitations.renew", kind="invitation", key=str(standing.pk), by=by, door=door, pilot=standing.pilot)
    return standing, text


@transaction.atomic
def revoke(*, invitation: Invitation, by: User | None, door: str) -> None:
    """Take an invitation back that was not accepted; its link opens nothing any more, and its names are forgotten."""
    _require_roles(invitation.roles, pilot=invitation.pilot, by=by)
    standing = _waiting(invitation)
    standing.revoked_at = timezone.now()
    _forget(standing)
    trail.leave("invitations.revoke", kind="invitation", key=str(standing.pk), by=by, door=door, pilot=standing.pilot)


@transaction.atomic
def join(*, text: str, username: str, name: str, password: str, door: str, by: None = None) -> User:
    """Make the account of an invited person, give it the roles of the invitation, and return it; the link is used up.

    Refused: a link that opens nothing, a name, e-mail or phone that is taken, a password against the portal's rules.
    """
    invitation = _held(text)
    known = {"email": invitation.email, "phone": invitation.phone, "language": invitation.language}
    _require_password(password, User(username=username, name=name, email=invitation.email))
    demo = invitation.invited_by is not None and invitation.invited_by.demo
    user = members.add_person(username=username, name=name, password=password, demo=demo, by=by, door=door, **known)
    _take_up(invitation, user, door=door)
    return user


@transaction.atomic
def accept(*, text: str, by: User, door: str) -> Invitation:
    """Give the roles of an invitation to a person who has an account; the link is used up.

    Refused: a link that opens nothing, one's own invitation, administrator and auditor in one person.
    """
    invitation = _held(text)
    _take_up(invitation, by, door=door)
    return invitation


@transaction.atomic
def forget_expired(*, by: None, door: str) -> int:
    """Take back whatever was not accepted within 30 days after it expired, with its names, and return how many."""
    late = Invitation.objects.select_for_update(of=("self",), no_key=True).waiting().filter(expires_at__lt=timezone.now() - KEPT)
    gone = list(late.select_related("pilot").order_by("pk"))
    for invitation in gone:
        invitation.revoked_at = timezone.now()
        _forget(invitation)
    for invitation in gone:
        trail.leave("invitations.revoke", kind="invitation", key=str(invitation.pk), by=by, door=door, pilot=invitation.pilot)
    return len(gone)


def find(text: str) -> Invitation | None:
    """Find what a link opens: one query where it opens nothing, whether used, revoked, expired or never made."""
    found = Invitation.objects.open().select_related("pilot", "invited_by").filter(digest=_digest(text)).first()
    return found if found is not None and stands(found) else None


def stands(invitation: Invitation) -> bool:
    """Whether a link still opens: it waits, and whoever made it may still give its roles."""
    by, pilot = invitation.invited_by, invitation.pilot
    return invitation.open and all(members.may_give(by, pilot, role=role) for role in invitation.roles)


def link_of(invitation: Invitation) -> str:
    """Return the signs of an invitation's link, made anew from its seed and the portal's key."""
    return salted_hmac("pilots.invitations", invitation.seed, algorithm="sha256").hexdigest()[:40]


def gone() -> ValidationError:
    """The one answer to every link that opens nothing."""
    said = _("This link opens nothing. It may have been used, taken back or expired. Ask whoever invited you for a new one.")
    return ValidationError(said, code="gone")


def _require_roles(roles: Collection[str], *, pilot: Pilot | None, by: User | None) -> None:
    if not roles:
        raise ValidationError({"roles": _("Choose at least one role.")}, code="roles")
    for role in roles:
        members.require_granter(by, pilot, role=role)
        members.require_place(role, pilot)
    members.require_apart(roles)


def _require_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        raise ValidationError({"password": refusal.error_list}) from None


def _refuse_twice(invitation: Invitation) -> None:
    """Refuse a second open invitation of the same person to the same place."""
    same = Q(name=invitation.name, email="", phone="")
    if invitation.email or invitation.phone:
        same = Q(email__iexact=invitation.email, phone=invitation.phone)
    if Invitation.objects.open().filter(same, pilot=invitation.pilot).exists():
        raise ValidationError(_("This person has an open invitation already. Make a new link for it in the list below."), code="invited")


def _new_link(invitation: Invitation) -> str:
    invitation.seed = secrets.token_hex(16)
    text = link_of(invitation)
    invitation.digest, invitation.expires_at = _digest(text), timezone.now() + LASTS
    return text


def _digest(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()


def _mail(invitation: Invitation, address: str) -> None:
    if invitation.email and settings.MAIL:
        payload = {"invitation_id": invitation.pk, "address": address}
        outbox.put("invitations.mail", key=f"invitation:{invitation.pk}", payload=payload)


def _waiting(invitation: Invitation) -> Invitation:
    standing = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("pilot").get(pk=invitation.pk)
    if standing.accepted_at is not None or standing.revoked_at is not None:
        raise ValidationError(_("This invitation was accepted or revoked already."), code="wrong_state")
    return standing


def _held(text: str) -> Invitation:
    """Hold an invitation by its link, so that of two people who open it at once the second is refused."""
    locked = Invitation.objects.select_for_update(of=("self",), no_key=True).open().select_related("pilot", "invited_by")
    invitation = locked.filter(digest=_digest(text)).first()
    if invitation is None or not stands(invitation):
        raise gone()
    return invitation


def _take_up(invitation: Invitation, user: User, *, door: str) -> None:
    invitation.accepted_by, invitation.accepted_at = user, timezone.now()
    _forget(invitation)
    for role in invitation.roles:
        members.grant(user=user, role=role, pilot=invitation.pilot, by=invitation.invited_by, door=door)
    after = {"person": user.username, "roles": invitation.roles}
    trail.leave("invitations.accept", kind="invitation", key=str(invitation.pk), by=user, door=door, pilot=invitation.pilot, after=after)


def _forget(invitation: Invitation) -> None:
    invitation.name = invitation.email = invitation.phone = ""
    invitation.save()
