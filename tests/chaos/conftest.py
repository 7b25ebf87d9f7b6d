"""What the chaos tests kill: desks and servers of their own, filled from a copy of the seeded database."""

import contextlib
import hashlib
import http.client
import json
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
import redis

from portal.desk.home import Home
from portal.desk.programs import environment
from portal.desk.servers import Servers, _postgres, running
from tests.chaos.journal import Client
from tests.desks import Running, commands, marked, wait
from tests.ground import Ground
from tests.live import LivePortal, live

YEARS = ("2028", "2029", "2030")


@dataclass(frozen=True)
class Filled:
    """A seeded database with a team, as a file to fill others with: tokens of its contributor, lead and coordinator, and the
    cells that they may write in the open years."""

    file: Path
    tokens: dict[str, str]
    cells: list[str]

    def into(self, url: str) -> None:
        """Fill an empty database."""
        restore = [str(_postgres("pg_restore")), "--no-owner", "--exit-on-error", "--dbname", url, str(self.file)]
        subprocess.run(restore, check=True)


@pytest.fixture(scope="session")
def filled(ground: Ground, tmp_path_factory: pytest.TempPathFactory, django_db_blocker) -> Filled:
    """The dump of a seeded database in which Tianjin's team has its collections of three years open."""
    from indicators.models import Mode, Series
    from indicators.periods import Frequency
    from pilots import tokens
    from pilots.models import Pilot
    from tests import builders

    file = tmp_path_factory.mktemp("filled") / "database"
    with django_db_blocker.unblock(), ground.own(template="seeded") as url:
        tianjin, qujiang = (Pilot.objects.get(slug=slug) for slug in ("tianjin", "qujiang"))
        people = builders.cast(tianjin, qujiang)
        for year in YEARS:
            builders.collection(tianjin, people.coordinator, int(year))
        texts = {
            name: tokens.make(user=person, name=name, scope="write", by=person, door="page")[1]
            for name, person in vars(people).items()
            if name in {"contributor", "lead", "coordinator"}
        }
        direct = Series.objects.of(tianjin).filter(mode=Mode.DIRECT, frequency=Frequency.YEAR, indicator__isnull=False)
        codes = list(direct.filter(indicator__maximum=None).values_list("code", flat=True))
        subprocess.run([str(_postgres("pg_dump")), "--format=custom", "--file", str(file), url], check=True)
    return Filled(file, texts, codes)


# The load of these tests is that of many people; none of them is to be held back.
UNLIMITED = {"RATE_WRITES": "0", "RATE_SIGNED_IN": "0", "RATE_ANONYMOUS": "0"}


class Desk(Running):
    """A whole desk whose processes can be found by what they do."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, **UNLIMITED)
        self.home = home

    def group(self, program: str) -> int:
        """The process group of web, worker, beat, postgres or valkey, by the number of its first process; 0 where there is none."""
        if program == "postgres":
            return int((self.home / "postgres" / "postmaster.pid").read_text().split()[0])
        if program == "valkey":
            # It writes its own name over the mark by which the others are found.
            with redis.Redis(unix_socket_path=f"{self.note['sockets']}/valkey.sock", socket_timeout=1) as client:
                return int(client.info("server")["process_id"])
        run = commands(self.note["run"])
        return next((pid for pid, words in run.items() if group_of(pid) == pid and WORDS[program] in words), 0)

    def back(self, program: str, *, after: int) -> bool:
        """Is there a new process for the program, and does the portal say that every part of it is ready?"""
        try:
            if self.group(program) in {0, after}:
                return False
            with urllib.request.urlopen(f"{self.note['address']}healthz/ready", timeout=2) as answer:
                return json.load(answer)["status"] == "ready"
        except (OSError, ValueError, http.client.HTTPException, redis.exceptions.RedisError):
            return False

    @contextlib.contextmanager
    def asked(self) -> Iterator["psycopg2.extensions.cursor"]:
        """A cursor on its database."""
        servers = Servers(Home(self.home), sockets=Path(self.note["sockets"]))
        with contextlib.closing(psycopg2.connect(servers.database_url())) as database, database.cursor() as cursor:
            yield cursor


WORDS = {"web": "-m gunicorn", "worker": "portal.celery worker", "beat": "portal.celery beat"}


def group_of(pid: int) -> int:
    """The group of a process, 0 for one that has just ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[2])
    except OSError:
        return 0


@pytest.fixture(scope="session")
def desk(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A running desk with the filled database, shared by the tests that kill its processes; nothing is left of it afterwards."""
    home = tmp_path_factory.mktemp("desk") / "home"
    with running(home, durable=False) as servers:
        filled.into(servers.database_url())
    one = Desk(home)
    yield one
    if one.process.poll() is None:
        one.kill(signal.SIGKILL)
    assert wait(lambda: not marked(one.note["run"]), seconds=20)


@dataclass
class OwnGround:
    """Servers that are one test's own, in the form in which a live portal wants them."""

    servers: Servers
    queue: int = 0

    def environment(self, database: str) -> dict[str, str]:
        """What a process of the portal is told to work here."""
        return environment(self.servers.home, sockets=self.servers.sockets, database=database)


@dataclass
class Town:
    """A portal with its own PostgreSQL and Valkey, whose processes a test starts, stops and kills by itself."""

    servers: Servers
    filled: Filled
    portal: LivePortal

    def client(self, name: str) -> Client:
        """A program of the contributor, the lead or the coordinator."""
        return Client(self.portal.url, self.filled.tokens[name])

    def query(self, words: str, *values: object) -> list[tuple]:
        """Ask the database, or change it as nothing else in the portal could."""
        with contextlib.closing(psycopg2.connect(self.portal.database_url)) as database, database, database.cursor() as cursor:
            cursor.execute(words, values)
            return cursor.fetchall() if cursor.description else []

    def order(self, year: int) -> int:
        """Order the report of a year and return its number."""
        with contextlib.closing(self.client("lead")) as lead:
            status, _headers, body = lead.ask("POST", "pilots/tianjin/reports", {"year": year})
        assert status == 202, body
        return body["id"]

    def patience_is_over(self) -> None:
        """Let the two minutes pass after which the outbox sends again what has not been done, and the clock strike."""
        from portal import tasks
        from portal.celery import app

        self.query("UPDATE pilots_outboxrow SET due_at = now() WHERE done_at IS NULL")
        with app.connection_for_write(url=self.portal.env["REDIS_URL"]) as broker:
            tasks.relay.apply_async(connection=broker)

    def made(self, report: int) -> bool:
        """Is the report ready?"""
        return self.query("SELECT state FROM reports_report WHERE id = %s", report) == [("ready",)]

    def made_once(self, report: int) -> None:
        """Assert that a ready report has one file for each language, its bytes under their own sha256, and became ready once."""
        files = self.query("SELECT language, sha256, size FROM reports_reportfile WHERE report_id = %s ORDER BY language", report)
        assert [language for language, _sha256, _size in files] == ["en", "zh"]
        for _language, sha256, size in files:
            data = (Path(self.portal.env["MEDIA_ROOT"]) / "reports" / sha256[:2] / sha256).read_bytes()
            assert (hashlib.sha256(data).hexdigest(), len(data)) == (sha256, size)
        ((code,),) = self.query("SELECT 'tianjin-' || year || '-' || number FROM reports_report WHERE id = %s", report)
        assert self.query("SELECT count(*) FROM pilots_trailrow WHERE act = 'building.ready' AND object_key = %s", code) == [(1,)]


@contextlib.contextmanager
def town(filled: Filled, folder: Path, *, only: tuple[str, ...] = ("web", "worker", "beat"), **environ: str) -> Iterator[Town]:
    """A town with a filled database; nothing is left of it afterwards."""
    with running(folder / "home", durable=False) as servers:
        filled.into(servers.database_url())
        ground, url = OwnGround(servers), servers.database_url()
        for portal in live(ground, database_url=url, folder=folder, only=only, **UNLIMITED, **environ):
            yield Town(servers, filled, portal)
