"""Whoever of B puts an id of A's into an address, a query, a body or a header learns nothing and changes nothing."""

from types import SimpleNamespace

import pytest

from pilots.models import Pilot
from tests.isolation import foreign, table, world
from tests.isolation.asking import ask
from tests.isolation.foreign import ABSENT, Attempt
from tests.isolation.routes import every_route

pytestmark = pytest.mark.django_db
# Signing in and the second factor know nothing of pilots.
# What B's lead may do at home is what A's lead may do at A; anything else is refused before it is read.
LAW = table.read()
AT_HOME = [
    (method, route)
    for route in every_route()
    if not route.name.startswith(("account_", "mfa_"))
    for method in route.methods
    if LAW.answer("A lead", method, route.name) in {"200", "201", "202", "204", "302", "400", "409"}
]
LEAST, SHARES = 3000, 4


@pytest.fixture(autouse=True)
def _ids_of_a_are_nobody_elses(db):
    foreign.apart(7_000_000)


@pytest.fixture
def a(tianjin, people):
    return world.built(tianjin, people)


@pytest.fixture
def b(a):
    """B with everything of its own that A has, so that B's requests get as far as they can."""
    foreign.apart(8_000_000)
    own = {"viewer": a.people.b_viewer, "contributor": a.people.b_contributor, "lead": a.people.stranger}
    pilot, people = Pilot.objects.get(slug="qujiang"), SimpleNamespace(**{**vars(a.people), **own})
    return world.World(pilot, people, a.clients, world.furnished(pilot, people))


@pytest.mark.parametrize("share", range(SHARES))
def test_an_id_of_a_tells_b_no_more_than_an_id_that_nothing_has_and_moves_nothing(a, b, share):
    ids, client, before = foreign.ids_of(a), a.clients["B lead"], foreign.fingerprint(a.pilot)
    wrong, made, nothing = [], 0, {}
    for attempt in foreign.attempts(AT_HOME[share::SHARES], b, ids):
        key = (attempt.route.name, attempt.method, attempt.place, attempt.shape)
        if key not in nothing:
            none = absent(attempt)
            nothing[key] = foreign.told(none, ask(client, none.route, none.method, none.address, sending=none.sent))
        answer = ask(
            client, attempt.route, attempt.method, attempt.address, sending=attempt.sent, then=lambda: foreign.fingerprint(a.pilot)
        )
        made += 1
        if answer.after not in (None, before):
            wrong.append(f"{key} {attempt.value} changed something of A")
        if foreign.told(attempt, answer) != nothing[key]:
            wrong.append(f"{key} {attempt.value}: {answer.status}, and {nothing[key][0]} for nothing")
        if any(canary in answer.body for canary in world.DRAFT_BYTES):
            wrong.append(f"{key} {attempt.value} holds the draft")
    assert not wrong, f"{len(wrong)} of {made}\n" + "\n".join(wrong[:200])
    assert made >= LEAST // SHARES


def absent(attempt: Attempt) -> Attempt:
    """The same request with an id that nothing has."""
    value = ABSENT[attempt.shape]
    address = attempt.address.replace(attempt.value, value)
    sent = {key: part.replace(attempt.value, value) if isinstance(part, str) else part for key, part in attempt.sent.items()}
    if "headers" in sent:
        sent["headers"] = {name: text.replace(attempt.value, value) for name, text in sent["headers"].items()}
    return Attempt(attempt.route, attempt.method, attempt.place, value, attempt.shape, address, sent)
