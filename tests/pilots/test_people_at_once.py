"""Two people act on people at the same moment: one of them is told, nothing happens twice, and an administrator stays."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from pilots import invitations, members
from pilots.models import Door, Membership, Pilot, Role, User
from tests import builders

PAGE = Door.PAGE


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Begin all calls at the same moment and return what came of them: `done`, or `refused`."""
    start, outcomes = Barrier(len(calls)), []

    def turn(call: Callable[[], object]) -> None:
        start.wait(10)
        try:
            call()
            outcomes.append("done")
        except (ValidationError, PermissionDenied):
            outcomes.append("refused")
        finally:
            connection.close()

    turns = [Thread(target=turn, args=[call]) for call in calls]
    for one in turns:
        one.start()
    for one in turns:
        one.join(30)
    return sorted(outcomes)


@pytest.fixture
def lead(own_database):
    return builders.person("a.lead", Role.LEAD, Pilot.objects.get(slug="tianjin"))


@pytest.fixture
def administrators(own_database):
    return [builders.person(name, Role.ADMINISTRATOR) for name in ("first.admin", "second.admin")]


def invited(lead, name):
    return invitations.invite(roles=[Role.VIEWER], pilot=Pilot.objects.get(slug="tianjin"), name=name, by=lead, door=PAGE)[1]


def joining(text, username):
    return lambda: invitations.join(text=text, username=username, name="王芳", password=builders.PASSWORD, door=PAGE)


def test_of_two_who_open_one_link_one_joins(lead):
    text = invited(lead, "王芳")
    assert at_once(joining(text, "first"), joining(text, "second")) == ["done", "refused"]
    assert User.objects.filter(username__in=["first", "second"]).count() == 1


def test_of_two_who_choose_one_username_the_second_is_told(lead):
    first, second = invited(lead, "one"), invited(lead, "two")
    assert at_once(joining(first, "wang"), joining(second, "wang")) == ["done", "refused"]
    assert User.objects.filter(username="wang").count() == 1


def test_of_two_administrators_who_switch_each_other_off_one_stays(administrators):
    first, second = administrators

    def switching(user, by):
        return lambda: members.switch_off(user=user, by=by, door=PAGE, reason="Left")

    assert at_once(switching(first, second), switching(second, first)) == ["done", "refused"]
    assert User.objects.administering().count() == 1


def test_of_two_administrators_who_end_each_others_role_one_stays(administrators):
    first, second = administrators

    def ending(user, by):
        return lambda: members.end(membership=user.memberships.get(), by=by, door=PAGE)

    assert at_once(ending(first, second), ending(second, first)) == ["done", "refused"]
    assert User.objects.administering().count() == 1


def test_of_two_who_give_administrator_and_auditor_one_is_told(administrators):
    nobody = builders.person("nobody")

    def giving(role, by):
        return lambda: members.grant(user=User.objects.get(pk=nobody.pk), role=role, pilot=None, by=by, door=PAGE)

    calls = [giving(role, by) for role, by in zip((Role.ADMINISTRATOR, Role.AUDITOR), administrators, strict=True)]
    assert at_once(*calls) == ["done", "refused"]
    assert Membership.objects.filter(user=nobody, ended_at=None).count() == 1
