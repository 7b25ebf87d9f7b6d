"""No other site makes a reader's browser act here, or is led to by an address of ours."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import PASSWORD, person
from tests.doors import LOGIN, Browser
from tests.isolation import world
from tests.isolation.asking import sent
from tests.isolation.routes import every_route
from tests.visitors import signed_in

EVIL = {"Origin": "https://evil.example", "Referer": "https://evil.example/form"}
ELSEWHERE = [
    "//evil.example",
    "https://evil.example/",
    "///evil.example",
    "/\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "//evil.example/%2e%2e",
]


@pytest.fixture
def a(tianjin, people):
    return world.built(tianjin, people)


def test_no_unsafe_request_of_another_site_is_carried_out(a):
    client, wrong = Client(enforce_csrf_checks=True), []
    client.cookies = signed_in(a.people.lead).cookies
    routes = list(every_route())
    for route in routes:
        endpoint = getattr(route.view, "cls", None)
        methods = ["POST"] if endpoint is None else [method for method in route.methods if method != "GET"]
        for method in methods:
            words = sent(route, method)
            words["headers"] = {**words.get("headers", {}), **EVIL}
            answer = client.generic(method, route.address(a.ids_for(route)), **words)
            if answer.status_code not in {403, 405}:
                wrong.append(f"{method} {route.name}: {answer.status_code}")
    assert len(routes) > 100
    assert not wrong, "\n".join(wrong)


def test_no_answer_lets_another_site_read_it(a):
    client = signed_in(a.people.lead)
    for address in ("/", "/todo", "/api/v1/pilots", "/api/v1/todo", LOGIN):
        answer = client.get(address, headers=EVIL)
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_and_out_leads_nowhere_else(db, target):
    browser = Browser()
    assert browser.sign_in(person("li.wei"), PASSWORD, next=target).url == "/"
    assert browser.get(f"{LOGIN}?next={target}").url == "/"
    assert browser.post("/account/reauthenticate/", {"password": PASSWORD, "next": target}).url == "/"
    assert browser.post(reverse("set_language"), {"language": "en", "next": target}).url == "/"
    assert browser.post("/account/logout/", {"next": target}).url == "/"
