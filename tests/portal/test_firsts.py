"""Whoever must change a password or set up a second factor first reaches nothing else, by no door."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from pilots import members
from pilots.models import Door, Role, User
from tests.builders import person
from tests.visitors import signed_in

FACTOR, PASSWORD = "/account/factor/set-up/", "/account/password/"
EVERYWHERE = (
    "/",
    "/todo",
    "/account/",
    "/account/sessions/",
    "/account/factor/",
    "/admin/",
    "/admin/pilots/user/",
    "/nowhere/",
    "/reviews/",
)


@pytest.fixture
def on_a_server(settings):
    settings.SECOND_FACTOR = "roles"


def set_up(user):
    """Give a person a second factor without the way over the page."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "none"})


def led_to(client, address):
    answer = client.get(address)
    return answer.status_code == 302 and answer.url


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_these_roles_are_led_to_a_second_factor_from_every_page(on_a_server, db, role):
    client = signed_in(person("somebody", role))
    assert {led_to(client, address) for address in EVERYWHERE} == {FACTOR}
    assert client.post("/todo").url == FACTOR
    assert client.get(FACTOR).status_code == 200


def test_a_superuser_is_led_there_too(on_a_server, db):
    client = signed_in(User.objects.create_superuser("root", "a long sentence kept for tests"))
    assert {led_to(client, address) for address in EVERYWHERE} == {FACTOR}


def test_their_session_is_nobodys_at_the_api(on_a_server, db):
    user = person("somebody", Role.COORDINATOR)
    client = signed_in(user)
    assert client.get("/api/v1/todo").status_code == 401
    assert client.get("/api/v1/pilots").status_code == 200
    set_up(user)
    assert client.get("/api/v1/todo").status_code == 200


@pytest.mark.parametrize("role", [Role.EXPERT, None])
def test_other_roles_and_people_with_a_second_factor_go_on(on_a_server, db, role):
    assert signed_in(person("somebody", role)).get("/todo").status_code == 200
    coordinator = person("coordinator", Role.COORDINATOR)
    set_up(coordinator)
    assert signed_in(coordinator).get("/todo").status_code == 200


def test_a_role_given_to_somebody_signed_in_takes_effect_at_the_next_request(on_a_server, db):
    user = person("somebody")
    client = signed_in(user)
    assert client.get("/todo").status_code == 200
    members.grant(user=user, role=Role.COORDINATOR, pilot=None, by=None, door=Door.COMMAND)
    assert led_to(client, "/todo") == FACTOR


def test_everybody_and_optional_mean_what_they_say(settings, db):
    viewer, coordinator = signed_in(person("viewer")), signed_in(person("coordinator", Role.COORDINATOR))
    settings.SECOND_FACTOR = "everybody"
    assert led_to(viewer, "/todo") == FACTOR
    settings.SECOND_FACTOR = "optional"
    assert coordinator.get("/todo").status_code == 200


def test_people_led_there_can_still_sign_out_and_change_the_language(on_a_server, db):
    client = signed_in(person("somebody", Role.COORDINATOR))
    assert client.post("/i18n/", {"language": "en"}).status_code == 302
    assert client.post("/account/logout/").url == "/"
    assert client.get("/todo").url.startswith("/account/login/")


@pytest.mark.parametrize(("days", "age", "due"), [(90, 89, False), (90, 90, True), (0, 4000, False)])
def test_a_password_is_changed_after_the_days_of_the_profile(settings, db, days, age, due):
    settings.PASSWORD_DAYS = days
    user = person("somebody")
    User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - timedelta(days=age))
    assert (led_to(signed_in(user), "/todo") == PASSWORD) is due


def test_a_password_that_an_administrator_chose_is_changed_first(db):
    administrator = person("administrator", Role.ADMINISTRATOR)
    new = members.add_person(username="new", name="New", password="a first long sentence", by=administrator, door=Door.ADMIN)
    client = signed_in(new)
    assert {led_to(client, address) for address in EVERYWHERE} == {PASSWORD}
    assert client.get("/api/v1/todo").status_code == 401
    words = {"oldpassword": "a first long sentence", "password1": "my own words over rivers", "password2": "my own words over rivers"}
    assert client.post(PASSWORD, words).status_code == 302
    assert client.get("/todo").status_code == 200


def test_who_has_no_password_here_has_none_to_change(db, settings):
    settings.PASSWORD_DAYS = 90
    administrator = person("administrator", Role.ADMINISTRATOR)
    new = members.add_person(username="new", name="New", password=None, by=administrator, door=Door.ADMIN)
    assert signed_in(new).get("/todo").status_code == 200
    assert "Ask an administrator for a link" in signed_in(new).get(PASSWORD).content.decode()
