"""Acts on people: add one, grant a role, end it, choose a language."""

from __future__ import annotations

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pilots import access, trail
from pilots.models import PILOT_ROLES, PROGRAMME_ROLES, Membership, Pilot, Role, User

PHONE = re.compile(r"\+?\d{5,20}", re.ASCII)
# One person never both keeps the settings and audits them (DECISIONS 15).
APART = {Role.ADMINISTRATOR: Role.AUDITOR, Role.AUDITOR: Role.ADMINISTRATOR}


@transaction.atomic
def add_person(
    *,
    username: str,
    name: str,
    password: str | None,
    by: User | None,
    door: str,
    email: str = "",
    phone: str = "",
    language: str = "",
    demo: bool = False,
) -> User:
    """Add a person without any role, or refuse a name, e-mail or phone that is taken.

    `by` is an administrator, a superuser, or None for a command on the server itself.
    """
    if by is not None and not by.is_superuser:
        access.require(by, None, Role.ADMINISTRATOR)
    user = User(username=username, name=name, email=email, phone=plain_phone(phone) or phone, language=language, demo=demo)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    trail.leave("members.add_person", kind="person", key=username, by=by, door=door, after={"name": name, "demo": demo})
    return user


def plain_phone(text: str) -> str:
    """Return a phone number as it is kept, without spaces, dashes and the prefix of China; empty where it is none."""
    digits = re.sub(r"[\s()-]", "", text).removeprefix("+86")
    return digits if PHONE.fullmatch(digits) else ""


@transaction.atomic
def grant(*, user: User, role: str, pilot: Pilot | None, by: User | None, door: str) -> Membership:
    """Give a person a role in a pilot or, without one, in the programme.

    A lead gives the roles of their own pilot; an administrator or a superuser gives every role. Nobody gives one to themselves,
    but for the superuser of a portal's first day.
    """
    require_granter(by, pilot, role=role)
    if by == user and not user.is_superuser:
        raise PermissionDenied(_("Nobody gives a role to themselves. Ask another administrator or lead."))
    if (pilot is None) != (role in PROGRAMME_ROLES):
        raise ValidationError(
            _("This role belongs to a pilot. Choose the pilot.")
            if pilot is None
            else _("This role belongs to the programme. Choose no pilot."),
            code="role_place",
        )
    held = set(user.memberships.filter(ended_at=None, pilot=None).values_list("role", flat=True))
    if APART.get(role) in held:
        raise ValidationError(_("Nobody is both administrator and auditor. End the other role first."), code="role_apart")
    membership, created = Membership.objects.get_or_create(
        user=user, pilot=pilot, role=role, ended_at=None, defaults={"granted_by": by, "granted_at": timezone.now()}
    )
    user.__dict__.pop("grants", None)
    if created:
        trail.leave("members.grant", kind="membership", key=f"{user.username}:{role}", by=by, door=door, pilot=pilot)
    return membership


@transaction.atomic
def end(*, membership: Membership, by: User | None, door: str) -> None:
    """End a role now, or refuse one that has ended; its row stays as history."""
    require_granter(by, membership.pilot, role=membership.role)
    if membership.ended_at is not None:
        raise ValidationError(_("This role has ended already."), code="wrong_state")
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    membership.user.__dict__.pop("grants", None)
    trail.leave(
        "members.end", kind="membership", key=f"{membership.user.username}:{membership.role}", by=by, door=door, pilot=membership.pilot
    )


@transaction.atomic
def switch_off(*, user: User, by: User | None, door: str) -> None:
    """Switch an account off now, with its sessions and tokens; roles and trail stay. Switching off twice changes nothing.

    `by` is an administrator, a superuser, or None for a command on the server itself.
    """
    require_granter(by, None, role=Role.ADMINISTRATOR)
    if not user.is_active:
        return
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.__dict__.pop("grants", None)
    trail.leave("members.switch_off", kind="person", key=user.username, by=by, door=door, after={"is_active": False})


def require_granter(by: User | None, pilot: Pilot | None, *, role: str) -> None:
    """Refuse whoever may not give or end this role."""
    if by is None or by.is_superuser or access.may(by, pilot, Role.ADMINISTRATOR):
        return
    if role in PILOT_ROLES and pilot is not None and access.may(by, pilot, Role.LEAD):
        return
    raise PermissionDenied(_("Only an administrator gives this role; a lead gives the roles of their own pilot."))


def choose_language(*, user: User, language: str, by: User, door: str) -> None:
    """Keep the language that a person reads the portal in."""
    if by != user:
        raise PermissionDenied(_("Everybody chooses their own language."))
    user.language = language
    user.full_clean(exclude=["password"])
    user.save(update_fields=["language"])
    trail.leave("members.choose_language", kind="person", key=user.username, by=by, door=door, after={"language": language})
