"""Passwords: the rules of both profiles, the last ones refused, and a link by mail that tells nobody who has an account."""

import re

import pytest
from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from pilots import outbox, passwords
from pilots.models import Door, OutboxRow, User
from tests.builders import PASSWORD, person
from tests.doors import Browser, deeds

RESET = "/account/password/reset/"
RULES = "portal.accounts.rules."
DJANGO = "django.contrib.auth.password_validation."
LIKENESS = {"NAME": f"{DJANGO}UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("username", "name", "email", "phone")}}
COMMON = {"NAME": f"{DJANGO}CommonPasswordValidator"}
PROFILES = {
    "asvs": [{"NAME": f"{DJANGO}MinimumLengthValidator", "OPTIONS": {"min_length": 15}}, LIKENESS, COMMON],
    "mlps": [
        {"NAME": f"{DJANGO}MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
        LIKENESS,
        COMMON,
        {"NAME": f"{RULES}KindsOfCharacters"},
        {"NAME": f"{RULES}NoWordsOfThisPlace"},
        {"NAME": f"{RULES}NotHadBefore"},
    ],
}
TABLE = [
    ("asvs", "fourteen chars", False),
    ("asvs", "fifteen letters", True),
    ("asvs", "onlysmalllettersinone", True),
    ("asvs", "Tianjin-Eco-City-1", True),
    ("asvs", "123456789987654321", False),
    ("asvs", "wang.xiaoming.2026", False),
    ("mlps", "Kx7-uuuuu", False),
    ("mlps", "Kx7-uuuuuu", True),
    ("mlps", "kx7uuuuuuuuuuuuuu", False),
    ("mlps", "Tianjin-2026!", False),
    ("mlps", "t.i.a.n.j.i.n-Q9", False),
    ("mlps", "Hello天津生态城Q9", False),
    ("mlps", "ISO-37101-rules", False),
    ("mlps", "My-BSI-secret-9", False),
    ("mlps", "Qujiang!District4", False),
    ("mlps", "Password123!", True),
]


@pytest.mark.parametrize(("profile", "password", "good"), TABLE)
def test_a_profile_takes_and_refuses(db, profile, password, good):
    validators = get_password_validators(PROFILES[profile])
    somebody = User(username="wang.xiaoming", name="Wang Xiaoming")
    if good:
        validate_password(password, somebody, validators)
        return
    with pytest.raises(ValidationError):
        validate_password(password, somebody, validators)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_settings_hold_the_rules_of_the_profile(profile):
    from tests.portal.test_settings import SERVER, start

    done = start(
        f"from django.conf import settings; assert settings.AUTH_PASSWORD_VALIDATORS == {PROFILES[profile]!r}",
        **SERVER,
        PASSWORD_PROFILE=profile,
    )
    assert not done.returncode, done.stderr


@pytest.fixture
def five(settings):
    settings.PASSWORDS_REMEMBERED = 5
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": f"{RULES}NotHadBefore"}]


def test_the_last_five_passwords_do_not_come_back(db, five):
    user = person("li.wei")
    for number in range(7):
        passwords.change(user=user, password=f"river number {number}", by=user, door=Door.PAGE)
    for number in range(2, 7):
        with pytest.raises(ValidationError, match="最近 5 次"):
            validate_password(f"river number {number}", user)
    validate_password("river number 1", user)
    assert user.former_passwords.count() == 5


def test_nothing_is_kept_of_old_passwords_where_the_profile_does_not_ask(db):
    user = person("li.wei")
    passwords.change(user=user, password="another river", by=user, door=Door.PAGE)
    assert not user.former_passwords.exists()


def test_nobody_changes_the_password_of_another(db):
    with pytest.raises(PermissionDenied):
        passwords.change(user=person("li.wei"), password="another river", by=person("other"), door=Door.PAGE)


def test_guesses_at_the_old_password_are_counted_like_those_at_the_door(db):
    user, browser = person("li.wei"), Browser()
    browser.sign_in(user)
    words = {"password1": "another river under ten", "password2": "another river under ten"}
    for _try in range(5):
        browser.post("/account/password/", {"oldpassword": "wrong", **words})
    assert browser.post("/account/password/", {"oldpassword": PASSWORD, **words}).status_code == 429
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


@pytest.fixture
def letters(settings):
    settings.MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


def ask(address):
    """Ask for a link, and let the worker send what waits."""
    answer = Browser().post(RESET, {"email": address})
    for row in OutboxRow.objects.filter(task="passwords.mail", done_at=None):
        outbox.deliver(row.pk)
    return answer


def link_in(letter):
    return re.search(r"http://testserver(/account/password/reset/\S+)", letter.body)[1]


def set_new(browser, path, password="another river under ten bridges"):
    form = browser.get(path)
    return browser.post(form.url, {"password1": password, "password2": password}) if form.status_code == 302 else form


def test_a_link_by_mail_sets_a_new_password_once(db, letters):
    user = person("li.wei", email="li.wei@city.cn", language="en")
    there = Browser("10.0.0.3")
    there.sign_in(user)
    assert ask("Li.Wei@city.cn").url == "/account/password/reset/sent/"
    (letter,) = letters
    assert letter.to == ["li.wei@city.cn"]
    assert set_new(Browser(), link_in(letter)).url == "/account/password/reset/done/"
    assert not there.is_in
    assert "passwords.change" in deeds(user)
    assert User.objects.get(pk=user.pk).check_password("another river under ten bridges")
    assert "This link no longer works" in set_new(Browser(), link_in(letter)).content.decode()


def test_a_link_lasts_an_hour(db, letters, settings, monkeypatch):
    from datetime import datetime, timedelta

    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    person("li.wei", email="li.wei@city.cn")
    ask("li.wei@city.cn")
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: datetime.now() + timedelta(minutes=59))  # noqa: DTZ005
    assert Browser().get(link_in(letters[0])).status_code == 302
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: datetime.now() + timedelta(minutes=61))  # noqa: DTZ005
    assert "This link no longer works" in Browser().get(link_in(letters[0])).content.decode()


def test_nobody_gets_a_letter_who_has_no_account_or_is_switched_off(db, letters):
    person("gone", email="gone@city.cn")
    User.objects.filter(username="gone").update(is_active=False)
    assert ask("gone@city.cn").status_code == ask("nobody@city.cn").status_code == 302
    assert not letters


def test_a_dead_mail_server_delays_the_letter_and_names_nobody(db, letters, settings):
    person("li.wei", email="li.wei@city.cn")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 1
    assert Browser().post(RESET, {"email": "li.wei@city.cn"}).status_code == 302
    row = OutboxRow.objects.get(task="passwords.mail")
    with pytest.raises(RuntimeError, match=r"^The mail server refused a message: ConnectionRefusedError$"):
        outbox.deliver(row.pk)
    assert "li.wei" not in OutboxRow.objects.get().error


def test_without_a_mail_server_the_page_says_whom_to_ask(db):
    page = Browser().get(RESET).content.decode()
    assert "This portal sends no mail" in page
    assert '<input type="email"' not in page


def test_a_link_made_by_hand_is_the_same_link(db):
    user = person("li.wei")
    assert set_new(Browser(), passwords.link(user)).url == "/account/password/reset/done/"


def test_a_password_is_judged_at_the_link_too(db):
    user = person("li.wei")
    answer = set_new(Browser(), passwords.link(user), password="short")
    assert answer.status_code == 200
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
