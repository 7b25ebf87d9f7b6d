"""A second factor: a code works once, a lost phone is no end, a thief with the password cannot guess, and nothing lies open."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import connection

from pilots import factors
from pilots.models import Door, Role, TrailRow, User
from portal.accounts import second
from tests.builders import person
from tests.doors import CODE, SET_UP, Browser, Clock, deeds, picture, secret_of, shown_now

SWITCH_OFF, RENEW = "/account/factor/switch-off/", "/account/factor/codes/renew/"


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def li(db, clock):
    """Somebody with a second factor, whose last code is spent."""
    user = person("li.wei")
    browser = Browser()
    browser.sign_in(user)
    user.codes = ["".join(pair) for pair in browser.set_up()]
    user.browser = browser
    clock.go(seconds=60)
    return user


def at_the_code(user):
    """A browser that has typed the password and is asked for a code."""
    browser = Browser("10.0.0.7")
    assert browser.sign_in(user).url == CODE
    return browser


def test_setting_up_shows_a_picture_of_its_own_and_the_key_as_text(db):
    browser = Browser()
    browser.sign_in(person("li.wei"))
    page = browser.get(SET_UP)
    assert b"<svg" in picture(page.content.decode())
    assert "http" not in picture(page.content.decode()).decode().replace("http://www.w3.org/2000/svg", "")
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]


def test_a_code_follows_the_password(li):
    browser = at_the_code(li)
    assert not browser.is_in
    assert browser.type_code(shown_now(li)).url == "/"
    assert browser.is_in
    assert TrailRow.objects.filter(act="sessions.begin").first().after["how"] == "password+totp"


def test_a_code_works_once(li):
    code = shown_now(li)
    assert at_the_code(li).type_code(code).status_code == 302
    answer = at_the_code(li).type_code(code)
    assert answer.status_code == 200
    assert "Each code works once" in answer.content.decode()


def test_the_code_that_set_it_up_does_not_sign_in(db, clock):
    user, browser = person("li.wei"), Browser()
    browser.sign_in(user)
    browser.set_up()
    assert at_the_code(user).type_code(shown_now(user)).status_code == 200


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False), (20, False)])
def test_a_code_may_be_one_step_early_or_late(li, clock, steps, opens):
    clock.go(minutes=10)
    assert (at_the_code(li).type_code(shown_now(li, steps)).status_code == 302) is opens


def test_an_earlier_code_does_not_follow_a_later_one(li):
    assert at_the_code(li).type_code(shown_now(li, 1)).status_code == 302
    assert at_the_code(li).type_code(shown_now(li, 0)).status_code == 200


def test_a_recovery_code_signs_in_once_and_leaves_a_row(li):
    assert len(set(li.codes)) == 10
    browser = at_the_code(li)
    assert browser.type_code(li.codes[3]).status_code == 302
    assert browser.is_in
    assert TrailRow.objects.get(act="factors.spend_code").after == {"left": 9}
    assert at_the_code(li).type_code(li.codes[3]).status_code == 200


def test_recovery_codes_are_shown_once(li):
    page = li.browser.get("/account/factor/codes/").content.decode()
    assert not any(code in page.replace(" ", "") for code in li.codes)
    assert "10 codes are left" in page


def test_new_recovery_codes_end_the_old_ones(li):
    assert li.browser.post(RENEW).status_code == 302
    assert "factors.renew_codes" in deeds(li)
    assert at_the_code(li).type_code(li.codes[0]).status_code == 200


def test_wrong_codes_close_the_door_to_codes_from_everywhere(li):
    for number in range(5):
        browser = Browser(f"10.0.1.{number}")
        browser.sign_in(li)
        browser.type_code("000000")
    answer = at_the_code(li).type_code(shown_now(li))
    assert answer.status_code == 429
    assert "wrong password or code" in answer.content.decode()
    assert deeds(li).count("sessions.refuse") == 6
    assert deeds(li).count("sessions.lock") == 1


def test_nobody_without_the_password_closes_the_door_to_codes(li):
    for name in (f"code:{li.pk}", "li.wei"):
        for number in range(6):
            Browser(f"10.0.2.{number}").sign_in(name, "wrong")
    assert at_the_code(li).type_code(shown_now(li)).status_code == 302


def test_secrets_lie_encrypted_in_the_database(li):
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, '') FROM mfa_authenticator")
        (kept,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM django_session WHERE session_data LIKE %s", [f"%{secret_of(li)}%"])
        assert cursor.fetchone() == (0,)
    assert secret_of(li) not in kept
    assert not any(code in kept for code in li.codes)


def test_a_key_of_another_server_refuses_its_owner_and_breaks_nothing(li, settings, caplog):
    code = shown_now(li)
    browser = at_the_code(li)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 5, [settings.SECRET_KEY]
    assert browser.type_code(code).status_code == 200
    assert "SECRET_KEY was changed" in caplog.text


def test_setting_up_and_switching_off_end_the_other_sessions(li, clock):
    other = at_the_code(li)
    other.type_code(shown_now(li))
    assert other.is_in
    assert li.browser.post(SWITCH_OFF).status_code == 302
    assert li.browser.is_in
    assert not other.is_in
    assert not second.held(li)
    plain = Browser("10.0.0.9")
    plain.sign_in(li)
    assert plain.is_in
    li.browser.set_up()
    assert li.browser.is_in
    assert not plain.is_in
    assert [deed for deed in deeds(li) if deed.startswith("factors")] == ["factors.switch_on", "factors.switch_off", "factors.switch_on"]


def test_a_factor_is_not_touched_in_a_session_left_open_without_the_password(li, clock):
    clock.go(minutes=6)
    for address in (SWITCH_OFF, RENEW):
        assert li.browser.get(address).url.startswith("/account/reauthenticate/")
        assert li.browser.post(address).url.startswith("/account/reauthenticate/")
    assert second.held(li)


def test_an_administrator_resets_the_factor_of_somebody_else(li):
    administrator = person("administrator", Role.ADMINISTRATOR)
    factors.reset(user=li, by=administrator, door=Door.ADMIN, reason="lost phone")
    assert not Authenticator.objects.filter(user=li).exists()
    assert User.objects.get(pk=li.pk).second_factor_since is None
    assert not li.browser.is_in
    assert TrailRow.objects.get(act="factors.reset").reason == "lost phone"


@pytest.mark.parametrize("who", ["li.wei", "lead"])
def test_nobody_else_resets_a_factor_and_nobody_their_own(li, tianjin, who):
    by = User.objects.get(username=who) if who == "li.wei" else person("lead", Role.LEAD, tianjin)
    with pytest.raises(PermissionDenied):
        factors.reset(user=li, by=by, door=Door.ADMIN)
    administrator = person("administrator", Role.ADMINISTRATOR)
    with pytest.raises(PermissionDenied):
        factors.reset(user=administrator, by=administrator, door=Door.ADMIN)


def test_two_sends_of_one_code_open_one_door(own_database, clock):
    from concurrent.futures import ThreadPoolExecutor

    user, browser = person("li.wei"), Browser()
    browser.sign_in(user)
    browser.set_up()
    clock.go(seconds=60)
    code = shown_now(user)

    def spend(_number):
        try:
            return second.spend(user, code) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(spend, range(4))) == [False, False, False, True]
