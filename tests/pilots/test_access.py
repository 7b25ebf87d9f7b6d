"""Who belongs where: roles in a pilot and in the programme, asked by every act."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import translation

from pilots import access, members
from pilots.models import Door, Membership, Pilot, Role, User

pytestmark = pytest.mark.django_db
OWN = {"viewer": {"viewer"}, "contributor": {"contributor"}, "lead": {"lead"}}
PROGRAMME = {
    "coordinator": {"coordinator"},
    "second": {"coordinator"},
    "expert": {"expert"},
    "administrator": {"administrator"},
    "auditor": {"auditor"},
}


@pytest.fixture
def qujiang():
    return Pilot.objects.get(slug="qujiang")


def test_pilot_roles_count_in_their_pilot_alone_and_programme_roles_everywhere(tianjin, qujiang, people):
    for place, expected in ((tianjin, {**OWN, **PROGRAMME}), (qujiang, {"stranger": {"lead"}, **PROGRAMME}), (None, PROGRAMME)):
        found = {name: set(access.roles_in(who, place)) for name, who in vars(people).items()}
        assert {name: roles for name, roles in found.items() if roles} == expected


def test_who_is_not_signed_in_has_no_role(tianjin):
    assert access.roles_in(AnonymousUser(), tianjin) == access.roles_in(None, tianjin) == frozenset()


def test_an_ended_role_and_a_disabled_person_open_nothing(tianjin, people):
    members.end(membership=people.lead.memberships.get(), by=people.administrator, door=Door.ADMIN)
    User.objects.filter(pk=people.contributor.pk).update(is_active=False)
    for person in (people.lead, people.contributor):
        again = User.objects.get(pk=person.pk)
        assert access.roles_in(again, tianjin) == frozenset()
        assert again.pilot_ids == frozenset()
        assert not again.is_staff


def test_a_superuser_counts_for_nothing_in_a_pilot(tianjin):
    boss = User.objects.create_superuser("boss", "x")
    assert not access.may(boss, tianjin, *Role.values)
    assert boss.is_staff


def test_a_person_may_hold_roles_in_two_pilots(tianjin, qujiang, people):
    members.grant(user=people.viewer, role=Role.LEAD, pilot=qujiang, by=people.administrator, door=Door.ADMIN)
    person = User.objects.get(pk=people.viewer.pk)
    assert access.roles_in(person, tianjin) == {"viewer"}
    assert access.roles_in(person, qujiang) == {"lead"}


def test_require_passes_whoever_holds_one_of_the_roles(tianjin, people):
    access.require(people.lead, tianjin, Role.CONTRIBUTOR, Role.LEAD)


def test_require_names_who_may(tianjin, people):
    with translation.override("en"), pytest.raises(PermissionDenied, match="contributor or lead"):
        access.require(people.viewer, tianjin, *access.TEAM)


@pytest.mark.parametrize(
    ("role", "opens"),
    [("viewer", False), ("contributor", False), ("lead", True), ("expert", False), ("coordinator", True), ("auditor", True)],
)
def test_the_administration_opens_by_role(people, role, opens):
    assert User.objects.get(pk=getattr(people, role).pk).is_staff == opens


def test_roles_are_read_once_for_each_request(tianjin, people, django_assert_num_queries):
    person = User.objects.get(pk=people.lead.pk)
    with django_assert_num_queries(1):
        assert access.may(person, tianjin, Role.LEAD)
        assert not access.may(person, None, Role.COORDINATOR)


def test_the_database_itself_keeps_pilot_roles_and_programme_roles_apart(tianjin, people):
    from django.db import IntegrityError, transaction
    from django.utils import timezone

    for role, place in ((Role.COORDINATOR, tianjin), (Role.LEAD, None)):
        with pytest.raises(IntegrityError, match="membership_role_fits_its_place"), transaction.atomic():
            Membership.objects.create(user=people.nobody, pilot=place, role=role, granted_at=timezone.now())
