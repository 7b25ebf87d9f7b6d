"""Who belongs where: the one place that says which roles a person holds and asks for them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from pilots.models import PILOT_ROLES, Pilot, Role

# Named groups of roles (DECISIONS 15), so that acts say what they mean.
TEAM = (Role.CONTRIBUTOR, Role.LEAD)
MEMBERS = PILOT_ROLES
READERS = (*MEMBERS, Role.COORDINATOR, Role.EXPERT, Role.AUDITOR)


def roles_in(user: object, pilot: Pilot | None) -> frozenset[str]:
    """Return the person's roles in `pilot` together with those in the programme; nobody has none."""
    if not getattr(user, "is_authenticated", False):
        return frozenset()
    here = pilot.pk if pilot else None
    return frozenset(role for place, role in user.grants if place is None or place == here)


def find_pilot(user: object, slug: str) -> Pilot:
    """Return the pilot of a slug that the person may see; a person's own pilots are known with the roles. Raises `Pilot.DoesNotExist`."""
    own = user.own_pilots.get(slug) if getattr(user, "grants", ()) else None
    return own if own and own.active else Pilot.objects.visible_to(user).get(slug=slug)


def may(user: object, pilot: Pilot | None, *roles: str) -> bool:
    """Say whether the person holds one of `roles` in `pilot` or in the programme."""
    return not roles_in(user, pilot).isdisjoint(roles)


def require(user: object, pilot: Pilot | None, *roles: str) -> None:
    """Refuse a person who holds none of `roles`, naming who may."""
    if may(user, pilot, *roles):
        return
    names = _(" or ").join(str(Role(role).label) for role in roles)
    raise PermissionDenied(_("Only a %(roles)s may do this. Ask one of them, or ask the administrator for the role.") % {"roles": names})
