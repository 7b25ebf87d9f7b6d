"""Acts on roles: given, changed and ended, never by the person who holds them, and never the last administrator's."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pilots import access, trail
from pilots.models import PILOT_ROLES, PROGRAMME_ROLES, Membership, Pilot, Role, User

# One person never both keeps the settings and audits them (DECISIONS 15).
APART = {Role.ADMINISTRATOR: Role.AUDITOR, Role.AUDITOR: Role.ADMINISTRATOR}


@transaction.atomic
def grant(*, user: User, role: str, pilot: Pilot | None, by: User | None, door: str) -> Membership:
    """Give a person a role in a pilot or, without one, in the programme.

    A lead gives the roles of their own pilot; an administrator or a superuser gives every role. Nobody gives one to themselves,
    but for the superuser of a portal's first day. Refused: a switched-off account, administrator and auditor in one person.
    """
    _require_grant(user, role=role, pilot=pilot, by=by)
    membership, created = _give(user, role=role, pilot=pilot, by=by)
    if created:
        _note("members.grant", membership, by=by, door=door)
    return membership


@transaction.atomic
def end(*, membership: Membership, by: User | None, door: str) -> None:
    """End somebody else's role now, or refuse one that has ended, and the last administrator's; its row stays as history."""
    _require_end(membership, by=by)
    _finish(membership)
    _note("members.end", membership, by=by, door=door)


@transaction.atomic
def change(*, membership: Membership, role: str, by: User | None, door: str) -> Membership:
    """End a role and give another one in the same place, at once; the same role again changes nothing."""
    _require_end(membership, by=by)
    if role == membership.role:
        return membership
    _finish(membership)
    _require_grant(membership.user, role=role, pilot=membership.pilot, by=by)
    given, created = _give(membership.user, role=role, pilot=membership.pilot, by=by)
    _note("members.end", membership, by=by, door=door)
    if created:
        _note("members.grant", given, by=by, door=door)
    return given


def may_give(by: User | None, pilot: Pilot | None, *, role: str) -> bool:
    """Whether `by` (None is a command on the server) gives and ends this role in this place."""
    if by is None:
        return True
    if by.is_active and (by.is_superuser or access.may(by, pilot, Role.ADMINISTRATOR)):
        return True
    return role in PILOT_ROLES and pilot is not None and access.may(by, pilot, Role.LEAD)


def require_granter(by: User | None, pilot: Pilot | None, *, role: str) -> None:
    """Refuse whoever may not give or end this role."""
    if not may_give(by, pilot, role=role):
        raise PermissionDenied(_("Only an administrator gives this role; a lead gives the roles of their own pilot."))


def require_administrator(by: User | None) -> None:
    """Refuse whoever is no administrator; a superuser counts as one, and so does a command on the server."""
    if by is not None and not by.is_superuser:
        access.require(by, None, Role.ADMINISTRATOR)


def require_another(by: User | None, user: User) -> None:
    """Refuse a person who would change themselves."""
    if by == user:
        raise PermissionDenied(_("Nobody changes their own account or roles. Ask another administrator or lead."))


def require_place(role: str, pilot: Pilot | None) -> None:
    """Refuse a role of a pilot without one, and a role of the programme in a pilot."""
    if (pilot is None) == (role in PROGRAMME_ROLES):
        return
    raise ValidationError(
        _("This role belongs to a pilot. Choose the pilot.")
        if pilot is None
        else _("This role belongs to the programme. Choose no pilot."),
        code="role_place",
    )


def require_apart(roles: Iterable[str]) -> None:
    """Refuse administrator and auditor together."""
    held = set(roles)
    if any(APART.get(role) in held for role in held):
        raise ValidationError(_("Nobody is both administrator and auditor. End the other role first."), code="role_apart")


def keep_an_administrator(*, without: User) -> None:
    """Refuse to leave the portal without an administrator; of two who end each other's role at once, the second waits and is refused."""
    list(User.objects.administering().order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    if not User.objects.administering().exclude(pk=without.pk).exists():
        raise ValidationError(
            _("%(person)s is the last administrator. Make another person administrator first.") % {"person": without},
            code="last_administrator",
        )


def _require_grant(user: User, *, role: str, pilot: Pilot | None, by: User | None) -> None:
    require_granter(by, pilot, role=role)
    if by == user and not user.is_superuser:
        raise PermissionDenied(_("Nobody gives a role to themselves. Ask another administrator or lead."))
    require_place(role, pilot)
    standing = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not standing.is_active:
        raise ValidationError(_("This account is switched off. Switch it on first."), code="wrong_state")
    held = user.memberships.filter(ended_at=None, pilot=None).values_list("role", flat=True)
    require_apart([role, *held, *([Role.ADMINISTRATOR] if standing.is_superuser else [])])


def _give(user: User, *, role: str, pilot: Pilot | None, by: User | None) -> tuple[Membership, bool]:
    given = {"granted_by": by, "granted_at": timezone.now()}
    found = Membership.objects.get_or_create(user=user, pilot=pilot, role=role, ended_at=None, defaults=given)
    user.__dict__.pop("grants", None)
    return found


def _require_end(membership: Membership, *, by: User | None) -> None:
    require_granter(by, membership.pilot, role=membership.role)
    if by is None or not by.is_superuser:
        require_another(by, membership.user)
    if membership.role == Role.ADMINISTRATOR:
        keep_an_administrator(without=membership.user)
    standing = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    if standing.ended_at is not None:
        raise ValidationError(_("This role has ended already."), code="wrong_state")


def _finish(membership: Membership) -> None:
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    membership.user.__dict__.pop("grants", None)


def _note(act: str, membership: Membership, *, by: User | None, door: str) -> None:
    key = f"{membership.user.username}:{membership.role}"
    trail.leave(act, kind="membership", key=key, by=by, door=door, pilot=membership.pilot)
