"""People: added by an administrator, given roles by those who may, their languages their own."""

from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from pilots import members
from pilots.models import PILOT_ROLES, Door, Membership, Pilot, Role, TrailRow, User

pytestmark = pytest.mark.django_db
NOT_ADMINISTRATORS = ("viewer", "contributor", "lead", "stranger", "coordinator", "expert", "auditor", "nobody")


def add(by, username="wang.fang", **more):
    facts = {"name": "王芳", "password": "a long sentence kept for tests", **more}
    return members.add_person(username=username, by=by, door=Door.ADMIN, **facts)


def grant(user, role, pilot, by):
    return members.grant(user=user, role=role, pilot=pilot, by=by, door=Door.ADMIN)


def end(membership, by):
    members.end(membership=membership, by=by, door=Door.ADMIN)


def test_an_administrator_adds_a_person_without_any_role(people):
    person = add(people.administrator, email="Wang@Example.org", phone="13800000000")
    assert person.check_password("a long sentence kept for tests")
    assert (person.grants, person.is_staff, person.is_superuser) == ((), False, False)
    row = TrailRow.objects.get(act="members.add_person", object_key="wang.fang")
    assert (row.actor, row.door) == (people.administrator, "admin")
    assert "long sentence" not in str(row.after)


@pytest.mark.parametrize("who", NOT_ADMINISTRATORS)
def test_nobody_else_adds_people(people, who):
    with pytest.raises(PermissionDenied):
        add(getattr(people, who))
    assert not User.objects.filter(username="wang.fang").exists()


@pytest.mark.parametrize("taken", [{"username": "taken"}, {"email": "TAKEN@example.org"}, {"phone": "13911111111"}])
def test_a_name_an_address_or_a_phone_is_taken_once(people, taken):
    add(people.administrator, "taken", email="taken@example.org", phone="13911111111")
    with pytest.raises(ValidationError):
        add(people.administrator, **{"username": "other", **taken})
    assert User.objects.filter(name="王芳").count() == 1


def test_nobody_gives_a_role_to_themselves(tianjin, people):
    for role, pilot in ((Role.COORDINATOR, None), (Role.LEAD, tianjin)):
        with pytest.raises(PermissionDenied):
            grant(people.administrator, role, pilot, people.administrator)
    with pytest.raises(PermissionDenied):
        grant(people.lead, Role.CONTRIBUTOR, tianjin, people.lead)


def test_who_gives_which_role(tianjin, people):
    qujiang = Pilot.objects.get(slug="qujiang")
    may = {("administrator", role) for role in Role.values} | {("lead", role) for role in PILOT_ROLES}
    for who, role in product(("administrator", *NOT_ADMINISTRATORS), Role.values):
        place = tianjin if role in PILOT_ROLES else None
        if (who, role) in may:
            membership = grant(people.nobody, role, place, getattr(people, who))
            end(membership, getattr(people, who))
        else:
            with pytest.raises(PermissionDenied):
                grant(people.nobody, role, place, getattr(people, who))
    with pytest.raises(PermissionDenied):
        grant(people.nobody, Role.VIEWER, qujiang, people.lead)
    assert not people.nobody.memberships.filter(ended_at=None).exists()


@pytest.mark.parametrize("role", Role.values)
def test_a_role_is_given_in_its_own_place(tianjin, people, role):
    wrong = None if role in PILOT_ROLES else tianjin
    with pytest.raises(ValidationError) as refusal:
        grant(people.nobody, role, wrong, people.administrator)
    assert refusal.value.code == "role_place"


@pytest.mark.parametrize(("held", "wanted"), [("administrator", Role.AUDITOR), ("auditor", Role.ADMINISTRATOR)])
def test_nobody_is_both_administrator_and_auditor(people, held, wanted):
    with pytest.raises(ValidationError) as refusal:
        grant(getattr(people, held), wanted, None, None)
    assert refusal.value.code == "role_apart"
    grant(people.nobody, Role.ADMINISTRATOR, None, None)
    end(getattr(people, held).memberships.get(), None)
    grant(getattr(people, held), wanted, None, None)


def test_giving_a_role_twice_gives_it_once_and_leaves_one_row(tianjin, people):
    first, second = (grant(people.nobody, Role.VIEWER, tianjin, people.lead) for _time in range(2))
    assert first == second
    assert TrailRow.objects.filter(act="members.grant", object_key="nobody:viewer").count() == 1


def test_a_role_counts_at_once_and_ends_at_once(tianjin, people):
    assert people.nobody.pilot_ids == frozenset()
    membership = grant(people.nobody, Role.VIEWER, tianjin, people.lead)
    assert people.nobody.pilot_ids == {tianjin.pk}
    end(membership, people.lead)
    assert membership.user.pilot_ids == frozenset()
    assert Membership.objects.get(pk=membership.pk).ended_at is not None
    assert TrailRow.objects.filter(act="members.end", object_key="nobody:viewer").count() == 1


def test_a_role_ends_once_and_its_day_stays(tianjin, people):
    membership = people.viewer.memberships.get()
    end(membership, people.lead)
    ended = membership.ended_at
    with pytest.raises(ValidationError) as refusal:
        end(membership, people.lead)
    assert refusal.value.code == "wrong_state"
    assert Membership.objects.get(pk=membership.pk).ended_at == ended


@pytest.mark.parametrize("who", [*(name for name in NOT_ADMINISTRATORS if name != "lead")])
def test_a_role_is_ended_by_those_who_may_give_it(people, who):
    with pytest.raises(PermissionDenied):
        end(people.lead.memberships.get(), getattr(people, who))


def test_everybody_chooses_their_own_language_from_those_there_are(people):
    members.choose_language(user=people.viewer, language="en", by=people.viewer, door=Door.PAGE)
    assert User.objects.get(pk=people.viewer.pk).language == "en"
    with pytest.raises(PermissionDenied):
        members.choose_language(user=people.viewer, language="zh-hans", by=people.administrator, door=Door.ADMIN)
    with pytest.raises(ValidationError):
        members.choose_language(user=people.viewer, language="tlh", by=people.viewer, door=Door.PAGE)
    assert User.objects.get(pk=people.viewer.pk).language == "en"


def test_the_trail_of_a_new_person_holds_no_name(people):
    add(people.administrator)
    assert "王芳" not in str(TrailRow.objects.filter(act="members.add_person").values_list("after", flat=True))


def test_a_role_is_changed_in_its_place_at_once(tianjin, people):
    membership = people.viewer.memberships.get()
    given = members.change(membership=membership, role=Role.CONTRIBUTOR, by=people.lead, door=Door.PAGE)
    assert (given.pilot, given.role, given.granted_by) == (tianjin, Role.CONTRIBUTOR, people.lead)
    assert User.objects.get(pk=people.viewer.pk).grants == ((tianjin.pk, Role.CONTRIBUTOR),)
    assert [row.act for row in TrailRow.objects.filter(object_key__startswith="a.viewer:")[:2]] == ["members.grant", "members.end"]


def test_changing_a_role_to_itself_changes_nothing(people):
    membership = people.viewer.memberships.get()
    assert members.change(membership=membership, role=Role.VIEWER, by=people.lead, door=Door.PAGE) == membership
    assert Membership.objects.get(pk=membership.pk).ended_at is None


def test_a_change_of_role_that_is_refused_leaves_the_old_one(people):
    membership = people.viewer.memberships.get()
    with pytest.raises(PermissionDenied):
        members.change(membership=membership, role=Role.COORDINATOR, by=people.lead, door=Door.PAGE)
    assert Membership.objects.get(pk=membership.pk).ended_at is None


def test_nobody_ends_or_changes_their_own_role(people):
    mine = people.lead.memberships.get()
    for act in (lambda: end(mine, people.lead), lambda: members.change(membership=mine, role=Role.VIEWER, by=people.lead, door=Door.PAGE)):
        with pytest.raises(PermissionDenied):
            act()
    assert Membership.objects.get(pk=mine.pk).ended_at is None


def test_the_last_administrator_keeps_the_role(people):
    with pytest.raises(ValidationError) as refusal:
        end(people.administrator.memberships.get(), None)
    assert refusal.value.code == "last_administrator"
    grant(people.nobody, Role.ADMINISTRATOR, None, people.administrator)
    end(people.administrator.memberships.get(role=Role.ADMINISTRATOR), people.nobody)


def test_no_role_is_given_to_a_switched_off_account(tianjin, people):
    members.switch_off(user=people.nobody, by=None, door=Door.COMMAND)
    with pytest.raises(ValidationError) as refusal:
        grant(people.nobody, Role.VIEWER, tianjin, people.lead)
    assert refusal.value.code == "wrong_state"


def test_a_superuser_is_no_auditor(people):
    root = User.objects.create_superuser("root.person")
    with pytest.raises(ValidationError) as refusal:
        grant(root, Role.AUDITOR, None, None)
    assert refusal.value.code == "role_apart"


def test_the_database_itself_keeps_administrator_and_auditor_apart(people):
    held = people.auditor.memberships.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=held.user, role=Role.ADMINISTRATOR, granted_at=held.granted_at)
