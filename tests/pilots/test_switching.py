"""Accounts are switched off and on by administrators with a reason, and off by themselves when nobody uses them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from pilots import members, tokens
from pilots.models import Door, Token, TrailRow, User
from tests.programs import Program
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
NOT_ADMINISTRATORS = ("viewer", "contributor", "lead", "stranger", "coordinator", "expert", "auditor", "nobody")


def switch_off(user, by, reason="Left the bureau"):
    members.switch_off(user=user, by=by, door=Door.PAGE, reason=reason)


def switch_on(user, by, reason="Came back"):
    members.switch_on(user=user, by=by, door=Door.PAGE, reason=reason)


def long_ago(*users, days=91):
    User.objects.filter(pk__in=[user.pk for user in users]).update(active_since=timezone.now() - timedelta(days=days))


def test_a_switched_off_account_opens_nothing_and_one_row_says_why(people):
    for _twice in range(2):
        switch_off(people.contributor, people.administrator)
    contributor = User.objects.get(pk=people.contributor.pk)
    assert (contributor.is_active, contributor.grants, people.contributor.grants) == (False, (), ())
    row = TrailRow.objects.get(act="members.switch_off")
    assert (row.actor, row.reason) == (people.administrator, "Left the bureau")


def test_session_and_token_die_with_the_next_request_and_stay_dead(people):
    browser, program = signed_in(people.contributor), Program(people.contributor)
    assert (browser.get("/todo").status_code, program.ask("pilots").status_code) == (200, 200)
    switch_off(people.contributor, people.administrator)
    assert (browser.get("/todo").status_code, program.ask("pilots").status_code) == (302, 401)
    switch_on(people.contributor, people.administrator)
    assert (browser.get("/todo").status_code, program.ask("pilots").status_code) == (302, 401)
    assert not Token.objects.filter(user=people.contributor).exists()


@pytest.mark.parametrize("act", [switch_off, switch_on])
@pytest.mark.parametrize("who", NOT_ADMINISTRATORS)
def test_nobody_else_switches_an_account(people, who, act):
    with pytest.raises(PermissionDenied):
        act(people.contributor, getattr(people, who))
    assert User.objects.get(pk=people.contributor.pk).is_active


@pytest.mark.parametrize("act", [switch_off, switch_on])
def test_nobody_switches_themselves_and_nobody_without_a_reason(people, act):
    with pytest.raises(PermissionDenied):
        act(people.administrator, people.administrator)
    with pytest.raises(ValidationError) as refusal:
        act(people.contributor, people.administrator, "  ")
    assert "reason" in refusal.value.error_dict


def test_the_last_administrator_stays_on(people):
    with pytest.raises(ValidationError) as refusal:
        members.switch_off(user=people.administrator, by=None, door=Door.COMMAND)
    assert refusal.value.code == "last_administrator"
    User.objects.create_superuser("root.person")
    assert User.objects.administering().count() == 2
    members.switch_off(user=people.administrator, by=None, door=Door.COMMAND)


@pytest.fixture
def ninety(settings):
    settings.UNUSED_DAYS = 90


def test_accounts_unused_for_ninety_days_are_switched_off_once(people, ninety):
    long_ago(people.viewer, people.contributor, people.lead)
    User.objects.filter(pk=people.contributor.pk).update(last_login=timezone.now() - timedelta(days=89))
    token, _text = tokens.make(user=people.lead, name="plant", scope=Token.Scope.READ, by=people.lead, door=Door.PAGE)
    Token.objects.filter(pk=token.pk).update(last_used_at=timezone.now())
    assert [members.switch_off_unused(by=None, door=Door.SYSTEM) for _twice in range(2)] == [1, 0]
    assert list(User.objects.filter(is_active=False)) == [people.viewer]
    row = TrailRow.objects.get(act="members.switch_off")
    assert (row.actor, row.door, row.object_key, "90" in row.reason) == (None, "system", "a.viewer", True)


def test_the_last_administrator_is_not_switched_off_for_being_away(people, ninety):
    long_ago(people.administrator, people.viewer)
    assert members.switch_off_unused(by=None, door=Door.SYSTEM) == 1
    assert User.objects.get(pk=people.administrator.pk).is_active


def test_who_is_switched_on_again_has_ninety_days_anew(people, ninety):
    long_ago(people.viewer)
    members.switch_off_unused(by=None, door=Door.SYSTEM)
    switch_on(User.objects.get(pk=people.viewer.pk), people.administrator)
    assert members.switch_off_unused(by=None, door=Door.SYSTEM) == 0


def test_who_is_soon_switched_off_is_listed_before(people, ninety):
    long_ago(people.viewer, days=80)
    assert not members.unused().exists()
    assert list(members.unused(within_days=14)) == [people.viewer]


def test_without_the_rule_nobody_is_switched_off(people, settings):
    settings.UNUSED_DAYS = 0
    long_ago(*User.objects.all(), days=9999)
    assert members.switch_off_unused(by=None, door=Door.SYSTEM) == 0
