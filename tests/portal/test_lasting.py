"""A session has an end: by age, by idleness, by a new password, by the button, by an administrator; always at the next request."""

import pytest
from django.core.exceptions import PermissionDenied

from pilots import members, sessions
from pilots.models import Door, Role, TrailRow
from tests.builders import PASSWORD, person
from tests.doors import Browser, Clock, deeds
from tests.programs import Program

NEW = "another river under ten bridges"


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def li(db, clock):
    return person("li.wei")


@pytest.fixture
def two(li):
    """Two browsers of one person."""
    found = Browser("10.0.0.1"), Browser("10.0.0.2")
    for browser in found:
        browser.sign_in(li)
        assert browser.is_in
    return found


def test_signing_in_gives_the_session_a_new_key(li):
    browser = Browser()
    browser.get("/account/login/")
    browser.session["planted"] = 1
    before = browser.session.session_key
    browser.cookies["sessionid"] = before or "planted0planted0planted0planted0"
    browser.sign_in(li)
    assert browser.cookies["sessionid"].value not in {before, "planted0planted0planted0planted0"}


def test_a_session_ends_after_twelve_hours_however_busy(li, clock):
    browser = Browser()
    browser.sign_in(li)
    for _hour in range(11):
        clock.go(hours=1)
        assert browser.is_in
    clock.go(minutes=59)
    assert browser.is_in
    clock.go(minutes=1)
    assert not browser.is_in
    assert TrailRow.objects.filter(act="sessions.end").first().reason == "age"
    assert "a sign-in lasts 12 hours" in browser.get("/account/login/").content.decode()


def test_an_idle_session_ends_in_the_strict_profile_only(li, clock, settings):
    settings.SESSION_IDLE_SECONDS = 1800
    browser = Browser()
    browser.sign_in(li)
    for _time in range(3):
        clock.go(minutes=29)
        assert browser.is_in
    clock.go(minutes=30)
    assert not browser.is_in
    assert "left alone for a while" in browser.get("/account/login/").content.decode()
    settings.SESSION_IDLE_SECONDS = 0
    browser.sign_in(li)
    clock.go(hours=5)
    assert browser.is_in


def test_the_api_ends_an_old_session_too(li, clock):
    browser = Browser()
    browser.sign_in(li)
    assert browser.get("/api/v1/todo").status_code == 200
    clock.go(hours=12)
    assert browser.get("/api/v1/todo").status_code == 401


def test_a_new_password_ends_the_other_sessions_and_every_token(li, two):
    here, there = two
    program = Program(li)
    assert program.ask("todo").status_code == 200
    words = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/account/password/", words).status_code == 302
    assert here.is_in
    assert not there.is_in
    assert program.ask("todo").status_code == 401
    assert {"passwords.change", "sessions.end_all"} <= set(deeds(li))
    assert TrailRow.objects.filter(act="tokens.revoke").count() == 1


def test_an_account_switched_off_and_on_again_has_no_session_and_no_token(li, two):
    program, administrator = Program(li), person("administrator", Role.ADMINISTRATOR)
    members.switch_off(user=li, by=administrator, door=Door.ADMIN, reason="left")
    assert not any(browser.is_in for browser in two)
    assert program.ask("todo").status_code == 401
    members.switch_on(user=li, by=administrator, door=Door.ADMIN, reason="back")
    assert not any(browser.is_in for browser in two)
    assert program.ask("todo").status_code == 401


def test_the_button_signs_out_everywhere_but_here(li, two):
    here, there = two
    page = here.get("/account/sessions/").content.decode()
    assert page.count("Chrome on Windows") == 2
    assert page.count("(this one)") == 1
    assert "10.0.*.*" in page
    assert "10.0.0.1" not in page
    assert here.post("/account/sessions/").status_code == 302
    assert here.is_in
    assert not there.is_in
    assert here.get("/account/sessions/").content.decode().count("Chrome on Windows") == 1


def test_an_administrator_ends_the_sessions_of_another_and_a_stranger_does_not(li, two):
    with pytest.raises(PermissionDenied):
        sessions.end_all(user=li, by=person("stranger"), door=Door.PAGE)
    assert two[0].is_in
    sessions.end_all(user=li, by=person("administrator", Role.ADMINISTRATOR), door=Door.ADMIN)
    assert not any(browser.is_in for browser in two)


def test_one_sign_in_more_than_the_profile_allows_ends_the_oldest(li, settings):
    settings.SESSIONS_AT_ONCE = 3
    found = [Browser(f"10.0.0.{number}") for number in range(4)]
    for browser in found:
        browser.sign_in(li)
    assert [browser.is_in for browser in found] == [False, True, True, True]


def test_signing_out_ends_the_session_and_leaves_nothing_in_the_browser(li, two):
    here, there = two
    cookie = here.cookies["sessionid"].value
    answer = here.post("/account/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    here.cookies["sessionid"] = cookie
    assert not here.is_in
    assert there.is_in
    assert deeds(li)[-1] == "sessions.end"
