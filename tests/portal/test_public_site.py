"""Whether people without an account see what is published is one setting, and holds for pages and programs alike."""

import pytest
from django.test import Client

from tests.programs import Program

pytestmark = pytest.mark.django_db
PAGES = ("/", "/indicators/", "/pilots/tianjin/", "/pilots/tianjin/matrix", "/pilots/tianjin/indicators/TJ-29/", "/help/", "/nowhere/")
LISTS = ("purposes", "pilots", "indicators", "values", "values?format=csv", "releases", "pilots/tianjin/matrix?period=2030")


@pytest.mark.parametrize("address", PAGES)
def test_a_closed_site_sends_strangers_to_the_sign_in_page(settings, address):
    settings.PUBLIC_SITE = False
    answer = Client().get(address)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize("address", LISTS)
def test_a_closed_api_asks_strangers_who_they_are(settings, address):
    assert Client().get(f"/api/v1/{address}").status_code == 200
    settings.PUBLIC_SITE = False
    for header in ({}, {"Authorization": "Basic eDp5"}):
        answer = Client().get(f"/api/v1/{address}", headers=header)
        assert (answer.status_code, answer.json()["status"]) == (401, 401)


def test_a_closed_site_stays_open_to_those_who_belong_to_it(settings, people):
    settings.PUBLIC_SITE = False
    assert Program(people.viewer).ask("values").status_code == 200


@pytest.mark.parametrize("address", ["/account/login/", "/healthz/live", "/healthz/ready"])
def test_a_closed_site_keeps_its_door_and_its_pulse(settings, address):
    settings.PUBLIC_SITE = False
    assert Client().get(address).status_code == 200
