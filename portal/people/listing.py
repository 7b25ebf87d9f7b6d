"""People and invitations as their pages list them, each with what the reader may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from pilots import invitations, members
from pilots.models import PILOT_ROLES, PROGRAMME_ROLES, Invitation, Membership, Role, User


@dataclass(frozen=True)
class Person:
    """A person in a list: the account and the roles held now."""

    user: User
    roles: list[Membership]

    @property
    def second_factor(self) -> bool:
        """Whether the person has set up a second factor."""
        return self.user.second_factor_since is not None

    @property
    def last_day(self) -> date | None:
        """The day of the last sign-in, in local time; the hour is nobody's business."""
        return timezone.localtime(self.user.last_login).date() if self.user.last_login else None


@dataclass(frozen=True)
class Held:
    """A role that somebody holds, with whether the reader may change it, and into what."""

    membership: Membership
    person: Person
    may: bool

    @property
    def others(self) -> list[Role]:
        """The other roles of the same place."""
        place = PILOT_ROLES if self.membership.pilot_id else PROGRAMME_ROLES
        return [role for role in place if role != self.membership.role]


@dataclass(frozen=True)
class Asked:
    """An invitation that waits, with whether its link still opens and whether the reader may renew or revoke it."""

    invitation: Invitation
    opens: bool
    may: bool


def people(found: Iterable[User]) -> list[Person]:
    """Read accounts with their roles, in two queries however many they are."""
    users = list(found)
    roles: dict[int, list[Membership]] = {}
    for one in Membership.objects.filter(user__in=users, ended_at=None).select_related("pilot", "granted_by"):
        roles.setdefault(one.user_id, []).append(one)
    return [Person(user, roles.get(user.pk, [])) for user in users]


def held(memberships: QuerySet[Membership], *, by: User) -> list[Held]:
    """Read roles with their people, the name first."""
    found = list(memberships.filter(ended_at=None).select_related("user", "pilot", "granted_by").order_by("user__name", "user__username"))
    by_id = {one.user.pk: one for one in people({one.user for one in found})}
    return [Held(one, by_id[one.user_id], one.user_id != by.pk and members.may_give(by, one.pilot, role=one.role)) for one in found]


def asked(waiting: QuerySet[Invitation], *, by: User) -> list[Asked]:
    """Read the invitations that wait, the newest first."""
    return [
        Asked(one, invitations.stands(one), all(members.may_give(by, one.pilot, role=role) for role in one.roles))
        for one in waiting.waiting().select_related("pilot", "invited_by")
    ]
