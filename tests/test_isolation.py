"""Nobody sees or does what is not theirs: every route of the URLconf, asked by everybody, answers as the page of roles says."""

import re

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.isolation import table, world
from tests.isolation.asking import ask
from tests.isolation.routes import UNSAFE, every_route

pytestmark = pytest.mark.django_db
ROUTES = list(every_route())
ASKED = [(method, route) for route in ROUTES for method in route.methods]
# Whoever must never read a working figure of A before it is submitted.
INSIDERS = ("A viewer", "A contributor", "A lead", "auditor", "A lead's token that reads", "A lead's token that writes")
EVERYBODY = (*world.ACTORS, *world.PROGRAMS)
STRANGERS = tuple(actor for actor in EVERYBODY if actor not in INSIDERS)
# The description itself and the page that shows it.
UNDESCRIBED = ("api:schema", "api:docs")
# Addresses beside the plain routes where a figure could slip out.
SIDE_DOORS = (
    "/api/v1/values?pilot=tianjin&period=2030",
    "/api/v1/values?pilot=tianjin&indicator=TJ-58&format=csv",
    "/api/v1/values?pilot=tianjin&count=1",
    "/api/v1/pilots/tianjin/matrix?period=2030",
    "/pilots/tianjin/matrix?year=2030",
    "/api/v1/entries/tianjin/new_patents/2030",
    "/api/v1/entries/tianjin/TJ-29/2030",
    "/admin/indicators/entry/?q=TJ-58",
    "/admin/pilots/trailrow/?q=TJ-58",
)


@pytest.fixture
def a(tianjin, people):
    return world.built(tianjin, people)


def test_every_route_stands_in_the_page_of_roles_and_nothing_else_does():
    law = table.read()
    assert {(method, route.name) for method, route in ASKED} == set(law.cells)
    assert set(EVERYBODY) == {*table.COLUMNS, *law.like}
    assert {cell[1:] for cell in law.exceptions} <= set(law.cells)


@pytest.mark.parametrize("actor", EVERYBODY)
def test_every_route_answers_as_the_page_of_roles_says_and_with_no_byte_of_a_hidden_draft(a, actor):
    law, wrong = table.read(), []
    for method, route in ASKED:
        answer = ask(a.clients[actor], route, method, route.address(a.ids_for(route)))
        lawful = law.answer(actor, method, route.name)
        if answer.word != lawful:
            wrong.append(f"{method} {route.name}: {answer.word}, not {lawful}")
        if actor in STRANGERS and leaks(answer):
            wrong.append(f"{method} {route.name}: holds the draft")
    assert not wrong, "\n".join(wrong)


def leaks(answer):
    return any(canary in answer.body for canary in world.DRAFT_BYTES)


@pytest.mark.parametrize("actor", STRANGERS)
def test_no_side_door_gives_a_byte_of_a_hidden_draft(a, actor):
    assert not [address for address in SIDE_DOORS if leaks(ask(a.clients[actor], ROUTES[0], "GET", address))]


def test_those_who_may_read_the_draft_do_read_it(a):
    entry, cell = (next(route for route in ROUTES if route.name == name) for name in ("indicators:entry", "indicators:cell"))
    for actor in ("A viewer", "A contributor", "A lead", "auditor"):
        body = ask(a.clients[actor], entry, "GET", entry.address(a.ids_for(entry))).body
        assert world.DRAFT_BYTES[0] in body.replace(b",", b"")
        assert world.DRAFT_BYTES[2] in ask(a.clients[actor], cell, "GET", cell.address(a.ids_for(cell))).body


def test_to_a_stranger_what_is_hidden_answers_just_like_what_does_not_exist(a):
    law, client, told = table.read(), a.clients["B lead"], []
    hidden = [(method, route) for method, route in ASKED if route.parts and law.answer("B lead", method, route.name) == "404"]
    for method, route in hidden:
        real, absent = a.ids_for(route), absent_ids(route, a.ids_for(route))
        there, gone = (without(route.address(ids), ask(client, route, method, route.address(ids))) for ids in (real, absent))
        # That a pilot takes part is public, so looking further for its hidden things may take one more query.
        alike = there == gone or (absent["slug"] == "nowhere" and there[:3] == gone[:3])
        if not alike or gone[0] != 404:
            told.append(f"{method} {route.name}: {there[0]} and {gone[0]}, {there[3]} and {gone[3]} queries")
    assert len(hidden) > 100
    assert not told, "\n".join(told)


def without(address, answer):
    """All that an answer tells, without the address that was asked for."""
    return answer.status, answer.body.replace(address.encode(), b""), answer.headers, answer.queries


def absent_ids(route, ids):
    """Ids of the same shape that nothing has; where the pilot alone is named, a pilot that does not exist."""
    known = {part: ABSENT[part] for part in route.parts if part in ABSENT}
    return {**ids, **(known or {"slug": "nowhere", "pilot": "nowhere"})}


ABSENT = {"pk": 987654321, "id": 987654321, "object_id": 987654322, "number": 99, "period": "2077", "prefix": "absent00", "year": 2077}


@pytest.mark.parametrize("actor", ["anonymous", "A lead", "B lead"])
def test_head_answers_like_get_without_a_body(a, actor):
    for method, route in ASKED:
        # Django's own sign-in page to the administration tells HEAD from GET, and sends whoever is signed in on only by GET.
        if method == "GET" and route.name != "admin:login":
            address, client = route.address(a.ids_for(route)), a.clients[actor]
            head, whole = ask(client, route, "HEAD", address), ask(client, route, "GET", address)
            assert (route.name, head.status, head.body) == (route.name, whole.status, b"")


@pytest.mark.parametrize("actor", ["anonymous", "A lead", "B lead"])
def test_no_page_takes_another_method_and_no_endpoint_one_that_it_does_not_declare(a, actor):
    for route in ROUTES:
        address = route.address(a.ids_for(route))
        for method in {"OPTIONS", "TRACE", *UNSAFE} - set(route.methods):
            answer = ask(a.clients[actor], route, method, address)
            lawful = {405} if actor == "A lead" or not route.name.startswith("api:") else {401, 404, 405}
            assert (method, route.name, answer.status in lawful) == (method, route.name, True), answer.status


def test_the_description_of_the_api_and_its_routes_name_the_same_operations():
    endpoints = [route for route in ROUTES if route.name.startswith("api:") and route.name not in UNDESCRIBED]
    walked = {(re.sub(r"<(?:\w+:)?(\w+)>", "{}", f"/{route.pattern}"), method.lower()) for route in endpoints for method in route.methods}
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    described = {(re.sub(r"{\w+}", "{}", path), method) for path, operations in paths.items() for method in operations}
    assert walked == described
