"""Saving one figure through the real page and API of a real web server, beside one bare statement; many clients at once; the entry page."""

import http.client
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg2

from benchmarks.measure import Measurement
from tests.ground import Ground

SAVES, CLIENTS, EACH, YEAR, TOGETHER = 200, 32, 25, 2030, 2031
SERIES = "TJ-58"
# What a save cannot do without: the version asked and raised, the figure written, who did what kept, all durable.
FLOOR = """
WITH saved AS (UPDATE bare SET value = %s, version = version + 1 WHERE id = 1 AND version = %s RETURNING id, version, value)
INSERT INTO bare_trail (at, what) SELECT now(), to_jsonb(saved) FROM saved
"""


def measurements() -> Iterator[Measurement]:
    """Yield the medians of one client in turns with the floor, the seconds a save with many clients, and the page."""
    ground = Ground(durable=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    ground.start()
    try:
        with ground.own(template="seeded") as url, tempfile.TemporaryDirectory(prefix="i37-bench-") as folder:
            yield from _live(ground, url, Path(folder))
    finally:
        ground.stop()


def _live(ground: Ground, url: str, folder: Path) -> Iterator[Measurement]:
    from pilots.models import Pilot, Role
    from tests.builders import collection, person
    from tests.live import live

    pilot = Pilot.objects.get(slug="tianjin")
    lead = person("bench.lead", Role.LEAD, pilot)
    coordinator = person("bench.coordinator", Role.COORDINATOR)
    collection(pilot, coordinator, YEAR)
    counted = queries(pilot, lead)
    for portal in live(ground, database_url=url, folder=folder, only=("web",)):
        writer, bare = Writer(portal, lead), Bare(url)
        yield Measurement(f"one save at the API ({counted['api']} queries)", *in_turns(writer.api, bare.save, times=SAVES))
        yield Measurement(f"one save on the page ({counted['page']} queries)", *in_turns(writer.page, bare.save, times=SAVES))
        yield Measurement("the entry page beside a page that says ok", *in_turns(writer.read, writer.live, times=20))
        yield at_once(portal, coordinator, floor=statistics.median(timed(bare.save) for _save in range(SAVES)))


def timed(work: Callable[[], object]) -> float:
    """The seconds that one run takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turns(work: Callable[[], object], floor: Callable[[], object], *, times: int) -> tuple[float, float]:
    """The medians of two kinds of run that take turns, after a few that warm up."""
    for _warm in range(5):
        work(), floor()
    pairs = [(timed(work), timed(floor)) for _run in range(times)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def queries(pilot: object, lead: object) -> dict[str, int]:
    """Count the queries of a save through each door, after one that warmed up."""
    from django.db import connection
    from django.test.utils import setup_test_environment

    from tests.programs import Program
    from tests.visitors import signed_in

    setup_test_environment()
    program, visitor, asked, found = Program(lead), signed_in(lead), [], {}
    for version in range(4):
        asked.clear()
        with connection.execute_wrapper(lambda execute, *rest: asked.append(rest[0]) or execute(*rest)):
            if version < 2:
                since = {"If_Match": f'"{version}"'} if version else {"If_None_Match": "*"}
                answer = program.tell("PUT", f"entries/{pilot.slug}/{SERIES}/{YEAR}", {"value": str(20 + version)}, **since)
            else:
                answer = visitor.post(address(pilot.slug), field(20 + version, version), headers={"X-Requested-With": "fetch"})
        assert answer.status_code < 300, answer.content
        found["api" if version < 2 else "page"] = len(asked)
    return found


def address(slug: str) -> str:
    """The entry page of the year."""
    return f"/pilots/{slug}/data/{YEAR}/"


def field(value: int, version: int) -> dict[str, str]:
    """What the page sends when one cell changed."""
    return {f"{SERIES}@{YEAR}.value": str(value), f"{SERIES}@{YEAR}.version": str(version)}


class Bare:
    """The floor: a connection of its own that sends one statement."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.cursor.execute("CREATE TABLE bare (id int PRIMARY KEY, value numeric, version int); INSERT INTO bare VALUES (1, 0, 0)")
        self.cursor.execute("CREATE TABLE bare_trail (id bigserial PRIMARY KEY, at timestamptz, what jsonb)")
        self.version = 0

    def save(self) -> None:
        """Save once."""
        self.cursor.execute(FLOOR, [20 + self.version % 2, self.version])
        assert self.cursor.rowcount == 1
        self.version += 1


class Writer:
    """A lead with a kept connection, at the API with a token and on the page in a session; knows the version of the cell."""

    def __init__(self, portal: object, lead: object) -> None:
        from tests.programs import Program
        from tests.remote import CSRF, Visitor

        visitor = Visitor(portal, lead.username)
        self.wire = http.client.HTTPConnection(urlsplit(portal.url).netloc, timeout=60)
        self.csrf = CSRF.search(visitor.open(address("tianjin")))[1]
        self.token = Program(lead).sent["Authorization"]
        self.cookie = "; ".join(f"{name}={text}" for name, text in visitor.cookies.items())
        self.referer, self.version = portal.url, 4

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> bytes:
        """Send a request and return the body of a good answer."""
        self.wire.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
        answer = self.wire.getresponse()
        told = answer.read()
        assert answer.status < 300, (answer.status, told[:300])
        return told

    def api(self) -> None:
        """Save at the API."""
        sent = {"Authorization": self.token, "Content_Type": "application/json", "If_Match": f'"{self.version}"'}
        self.ask("PUT", f"/api/v1/entries/tianjin/{SERIES}/{YEAR}", json.dumps({"value": str(20 + self.version % 2)}), **sent)
        self.version += 1

    def page(self) -> None:
        """Save as the script of the page does."""
        sent = {"Cookie": self.cookie, "X_CSRFToken": self.csrf, "Referer": self.referer, "X_Requested_With": "fetch"}
        body = urlencode(field(20 + self.version % 2, self.version))
        told = json.loads(self.ask("POST", address("tianjin"), body, Content_Type="application/x-www-form-urlencoded", **sent))
        assert told["outcomes"][f"{SERIES}@{YEAR}"]["status"] == "updated", told
        self.version += 1

    def read(self) -> None:
        """Read the whole entry page."""
        self.ask("GET", address("tianjin"), Cookie=self.cookie)

    def live(self) -> None:
        """Read a page that asks nothing of anybody."""
        self.ask("GET", "/healthz/live")


def at_once(portal: object, coordinator: object, *, floor: float) -> Measurement:
    """Let the teams of all pilots save at once, each client its own cell; no answer may be an error of the server and no save be lost."""
    from pilots.models import Pilot, Role
    from tests.builders import collection, person

    rivals = []
    for pilot in Pilot.objects.order_by("pk"):
        lead = person(f"bench.{pilot.slug}", Role.LEAD, pilot)
        collection(pilot, coordinator, TOGETHER)
        codes = free_codes(pilot)
        rivals += [Rival(portal.url, lead, pilot.slug, code) for code, _client in zip(codes, range(CLIENTS // 4), strict=False)]
    before, begun = versions(), time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(Rival.run, rivals))
    each = (time.perf_counter() - begun) / (len(rivals) * EACH)
    assert versions() - before == len(rivals) * EACH, "a save was lost"
    return Measurement(f"{len(rivals)} clients at once: {1 / each:.0f} saves a second", each, floor)


def free_codes(pilot: object) -> list[str]:
    """The typed series of a pilot that take any figure: a part beyond its whole, and a ratio beyond its limit, are rightly refused."""
    from django.db.models import Q

    from indicators.models import Indicator, Series

    limited = Indicator.objects.filter(Q(part_of_whole=True) | Q(maximum__isnull=False)).values_list("numerator", "denominator")
    typed = Series.objects.of(pilot).filter(frequency="year", mode="direct").exclude(indicator__maximum__isnull=False)
    return list(typed.exclude(variable__in={variable for pair in limited for variable in pair if variable}).values_list("code", flat=True))


def versions() -> int:
    """How many saves all typed figures have seen."""
    from django.db.models import Sum

    from indicators.models import Entry

    return Entry.objects.filter(computed=False).aggregate(sum=Sum("version"))["sum"] or 0


class Rival:
    """A program that writes one figure again and again while all the others do the same with theirs."""

    def __init__(self, url: str, lead: object, slug: str, code: str) -> None:
        from tests.programs import Program

        self.wire = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
        self.sent = {"Authorization": Program(lead).sent["Authorization"], "Content-Type": "application/json"}
        self.address = f"/api/v1/entries/{slug}/{code}/{TOGETHER}"

    def run(self) -> None:
        """Write it, each time about the version before."""
        for version in range(EACH):
            known = {"If-Match": f'"{version}"'} if version else {"If-None-Match": "*"}
            self.wire.request("PUT", self.address, json.dumps({"value": str(20 + version)}), self.sent | known)
            answer = self.wire.getresponse()
            told = answer.read()
            assert answer.status in (200, 201), (answer.status, told[:300])
