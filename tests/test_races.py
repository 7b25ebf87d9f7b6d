"""Many people write at once: nothing acknowledged is lost, and what is verified is what was acknowledged."""

import http.client
import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import connections

from indicators import collecting, review
from indicators.models import Collection, Entry, Observation, Series
from pilots import tokens
from pilots.models import Door, Pilot, Role, Token, TrailRow
from tests.builders import PAGE, answer_all, cast, collection, item, person, plausible, record, standing
from tests.live import live

ROUNDS = 200
CLIENTS, EDITS, SHARED = 50, 20, 5


@pytest.fixture
def team(own_database):
    return cast(Pilot.objects.get(slug="tianjin"), Pilot.objects.get(slug="qujiang"))


@pytest.fixture
def call(team):
    """A call for three figures, so that a round of saving, submitting and verifying is short."""
    pilot = Pilot.objects.get(slug="tianjin")
    Series.objects.filter(pilot=pilot).exclude(code__in=("TJ-58", "TJ-60", "plans_adopted")).update(active=False)
    call = collection(pilot, team.coordinator)
    answer_all(call, team.contributor)
    return call


def at_once(*deeds):
    """Do all of these at the same moment, each in a thread with its own connection, and return what each returned."""
    ready = threading.Barrier(len(deeds))

    def run(deed):
        ready.wait()
        try:
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [done.result() for done in [pool.submit(run, deed) for deed in deeds]]


def test_what_is_verified_is_exactly_what_was_acknowledged(call, team):
    told = Counter()
    for number in range(ROUNDS):
        before = standing(call.pilot, "TJ-58")
        value = Decimal(1000 + number)
        waiting = review.submit(collection=call, by=team.lead, door=PAGE) if number % 2 and number > 1 else None
        saved, _submission = at_once(
            lambda value=value, seen=before.version: acknowledged(call, team, value, seen),
            lambda waiting=waiting: decided(call, team, waiting),
        )
        official = Observation.objects.filter(series__code="TJ-58").latest("revision")
        assert official.value == (value if saved else before.value), f"round {number}"
        assert standing(call.pilot, "TJ-58").value == official.value, f"round {number}"
        told[saved] += 1
        review.reopen(pilot=call.pilot, cells=[("TJ-58", call.period)], reason="the next round", by=team.coordinator, door=PAGE)
    assert told.total() == ROUNDS
    assert min(told[True], told[False]) > 0, f"no race was had: {told}"


def acknowledged(call: Collection, team, value: Decimal, seen: int) -> bool:
    """Save a figure; answer whether it was taken. Nothing but the state of its cell may stand against it."""
    (outcome,) = record(call.pilot, team.contributor, item("TJ-58", value, version=seen)).outcomes
    assert outcome.code in ("", "wrong_state")
    return not outcome.refused


def decided(call: Collection, team, waiting) -> None:
    """Verify what waits, or submit it first."""
    submission = waiting or review.submit(collection=call, by=team.lead, door=PAGE)
    review.verify(submission=submission, assessment="good", accept_rest=True, by=team.coordinator, door=PAGE)


@dataclass
class Client:
    """A program with its own connection: it writes about the version that it knows, and learns the current one from a refusal."""

    address: str
    token: str
    number: int
    cells: list[str]
    known: Counter[str] = field(default_factory=Counter)
    taken: list[tuple[str, int, str]] = field(default_factory=list)
    conflicts: int = 0
    strange: list[tuple[int, str]] = field(default_factory=list)

    def run(self) -> None:
        self.wire = http.client.HTTPConnection(self.address, timeout=120)
        for edit in range(EDITS):
            self.write(self.cells[edit], edit)
        self.wire.close()

    def write(self, cell: str, edit: int) -> None:
        value = f"{BASE[cell] + Decimal(self.number * EDITS + edit + 1) / 10000}"
        seen = {"If-Match": f'"{self.known[cell]}"'} if self.known[cell] else {"If-None-Match": "*"}
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json", **seen}
        self.wire.request("PUT", f"/api/v1/entries/tianjin/{cell}/2030", json.dumps({"value": value}), headers)
        answer = self.wire.getresponse()
        body = json.loads(answer.read())
        # The next version after the one that was known: nothing that this program has not seen was overwritten.
        if answer.status in (200, 201) and body["version"] == self.known[cell] + 1:
            self.known[cell] = body["version"]
            self.taken.append((cell, body["version"], value))
        elif answer.status in (409, 412) and body["current"]["value"] and body["current"]["version"] > self.known[cell]:
            self.known[cell] = body["current"]["version"]
            self.conflicts += 1
        else:
            self.strange.append((answer.status, str(body)))


BASE: dict[str, Decimal] = {}


def test_fifty_programs_at_once_lose_no_edit_and_none_overwrites_what_it_has_not_seen(ground, own_database, team, tmp_path):
    pilot = Pilot.objects.get(slug="tianjin")
    collection(pilot, team.coordinator)
    codes = typed_codes(pilot)
    for portal in live(ground, database_url=own_database, folder=tmp_path, only=("web",)):
        address = urlsplit(portal.url).netloc
        clients = [Client(address, token_of(pilot, n), n, cells_of(n, codes)) for n in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(Client.run, clients))
    assert not [strange for client in clients for strange in client.strange]
    taken = {(cell, version): value for client in clients for cell, version, value in client.taken}
    acknowledged = sum(len(client.taken) for client in clients)
    assert acknowledged + sum(client.conflicts for client in clients) == CLIENTS * EDITS
    assert len(taken) == acknowledged, "two edits were given the same version of one figure"
    standing = {entry.series.code: entry for entry in Entry.objects.filter(pilot=pilot, computed=False).select_related("series")}
    assert sum(entry.version for entry in standing.values()) == acknowledged
    assert all(entry.value == Decimal(taken[code, entry.version]) for code, entry in standing.items())
    rows = TrailRow.objects.filter(act="entry.record", door=Door.API, object_key__in=[f"{code}/2030" for code in standing])
    assert rows.count() == acknowledged
    assert acknowledged >= CLIENTS * EDITS // 2 and any(client.conflicts for client in clients)


def typed_codes(pilot: Pilot) -> list[str]:
    """Yearly series of a pilot that people type, the five that are shared first; each with a figure that is within its limits."""
    series = [
        one
        for one, period in collecting.expected(Collection.objects.get(pilot=pilot))
        if period.code == "2030" and not getattr(one.definition, "qualitative", False)
    ]
    BASE.update({one.code: plausible(one) for one in series})
    return [one.code for one in series][: SHARED + CLIENTS]


def cells_of(number: int, codes: list[str]) -> list[str]:
    """Ten edits of the shared cells and ten of a cell of one's own, by turns."""
    own = codes[SHARED + number]
    return [codes[(number + edit // 2) % SHARED] if edit % 2 else own for edit in range(EDITS)]


def token_of(pilot: Pilot, number: int) -> str:
    user = person(f"contributor.{number}", Role.CONTRIBUTOR, pilot)
    return tokens.make(user=user, name="a program", scope=Token.Scope.WRITE, by=user, door=Door.PAGE)[1]
