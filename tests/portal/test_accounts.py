"""The sign-in page lets invited people in, counts failed tries, and makes no accounts."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from pilots.models import User
from portal.accounts.rules import KindsOfCharacters

PASSWORD = "quiet river under nine bridges"


@pytest.fixture
def li(db, settings):
    # The tries are many, and the slowness of the real hash is not what is tried here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_user("li.wei", PASSWORD, email="li.wei@city.cn", phone="13800138000")


def sign_in(name="li.wei", password=PASSWORD, address="10.0.0.1", **headers):
    """Try to sign in from an address and answer whether the door opened, and how."""
    client = Client(REMOTE_ADDR=address)
    answer = client.post("/account/login/", {"login": name, "password": password}, headers=headers)
    return "_auth_user_id" in client.session, answer


@pytest.mark.parametrize("name", ["li.wei", "li.wei@city.cn", "13800138000", "+86 138-0013-8000"])
def test_sign_in_by_username_email_or_phone(li, name):
    opened, answer = sign_in(name)
    assert opened
    assert answer.status_code == 302


@pytest.mark.parametrize("name", ["13800138000", "13911111111", "nobody"])
def test_every_wrong_try_costs_one_comparison(li, name, monkeypatch):
    made = []
    monkeypatch.setattr("django.contrib.auth.hashers.MD5PasswordHasher.encode", lambda *words: made.append(words) or "md5$salt$0")
    sign_in(name, password="wrong")
    assert len(made) == 1


def test_tries_under_one_phone_count_together_however_it_is_written(li):
    for written in ("13800138000", "138 0013 8000", "138-0013-8000", "+8613800138000", "+86 13800138000"):
        sign_in(written, password="wrong")
    opened, answer = sign_in("13800138000")
    assert (opened, answer.status_code) == (False, 429)


def test_sign_in_refuses_a_wrong_password(li):
    opened, answer = sign_in(password="wrong")
    assert not opened
    assert answer.status_code == 200


def test_sign_in_closes_after_five_wrong_tries_even_to_the_right_password(li):
    for _try in range(5):
        sign_in(password="wrong")
    opened, answer = sign_in()
    assert not opened
    assert answer.status_code == 429


def test_sign_in_counts_tries_whatever_address_is_claimed(li):
    for number in range(5):
        sign_in(password="wrong", **{"X-Forwarded-For": f"10.9.9.{number}"})
    opened, _answer = sign_in(**{"X-Forwarded-For": "10.9.9.99"})
    assert not opened


def test_sign_in_counts_tries_in_capital_letters_too(li):
    for name in ("li.wei", "LI.WEI", "Li.Wei", "lI.wei", "li.WEI"):
        sign_in(name, password="wrong")
    assert not sign_in()[0]


def test_sign_in_believes_the_proxy_that_stands_before_it(li, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _try in range(5):
        sign_in(password="wrong", **{"X-Forwarded-For": "10.9.9.1"})
    assert not sign_in(**{"X-Forwarded-For": "10.9.9.1"})[0]
    assert sign_in(**{"X-Forwarded-For": "10.9.9.2"})[0]


def test_a_lock_does_not_keep_the_person_out_elsewhere(li):
    for _try in range(6):
        sign_in(password="wrong")
    assert sign_in(address="10.0.0.2")[0]


def test_nobody_makes_an_account_at_the_door(db):
    Client().post("/account/signup/", {"username": "new", "email": "new@city.cn", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(username="new").exists()


def test_the_admin_sends_strangers_to_the_same_door(db):
    answer = Client().get("/admin/login/")
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/")


@pytest.mark.parametrize("password", ["Abcdefghij1", "abc-defgh-1", "ABC-abc-abc", "试点Aa1bbbbb"])
def test_kinds_of_characters_takes_three_kinds(password):
    KindsOfCharacters().validate(password)


@pytest.mark.parametrize("password", ["abcdefghij", "Abcdefghij", "abcdefghi1", "1234567890"])
def test_kinds_of_characters_refuses_two_kinds(password):
    with pytest.raises(ValidationError):
        KindsOfCharacters().validate(password)


def test_signing_in_says_nothing_and_changing_the_password_says_so_plainly(li):
    client = Client()
    answer = client.post("/account/login/", {"login": "li.wei", "password": PASSWORD}, follow=True)
    assert not list(answer.context["messages"])
    words = {"oldpassword": PASSWORD, "password1": "another river under ten bridges", "password2": "another river under ten bridges"}
    answer = client.post("/account/password/", words, follow=True)
    assert "密码已修改。" in answer.content.decode()
