"""Kills the web server and the worker with SIGKILL at random moments of bringing, reading and applying tables.

Each import is all there or not there at all, no row is without its file, what was acknowledged stands, and a reading that was
interrupted is taken up again.
"""

import contextlib
import hashlib
import http.client
import json
import os
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.conftest import Desk, Filled
from tests.chaos.journal import PATIENCE, Client
from tests.chaos.test_killed_while_saving import READY_SECONDS, kill
from tests.desks import ask, wait

SEED, ROUNDS, CELLS, YEAR = 37105, 10, 4, "2029"
EDGE = "edge-of-the-parts"
BROKEN = (OSError, http.client.HTTPException, ValueError)
STANDING = """SELECT s.code, e.value FROM indicators_entry e
 JOIN indicators_series s ON s.id = e.series_id JOIN pilots_pilot p ON p.id = s.pilot_id
 WHERE p.slug = 'tianjin' AND s.code = ANY(%s) AND extract(year FROM e.start) = 2029"""
BATCHES = "SELECT batch, count(*) FROM pilots_trailrow WHERE act = 'entry.record' AND door = 'workbook' GROUP BY batch"


@dataclass
class Bringer(threading.Thread):
    """One client that brings a table with the next number in all its cells, waits until it is read, and applies it, again and again."""

    desk: Desk
    client: Client
    cells: list[str]
    stop: threading.Event
    first: int = 0
    number: int = 0
    acknowledged: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Go on from what stands until told to stop."""
        with self.desk.asked() as cursor:
            cursor.execute(STANDING, [self.cells])
            self.first = self.number = int(max((value for _cell, value in cursor.fetchall()), default=0))
        with contextlib.closing(self.client):
            while not self.stop.is_set():
                self.number += 1
                with contextlib.suppress(*BROKEN):
                    self.bring()

    def bring(self) -> None:
        """Bring, wait, apply; an answer that does not come ends the round."""
        status, body = self.send("pilots/tianjin/imports", form(self.cells, self.number))
        if status != 202:
            return self.fault(status, body)
        place = f"imports/{body['id']}"
        # The outbox waits two minutes for a worker before it sends a job again.
        deadline = time.monotonic() + 4 * PATIENCE
        while self.client.ask("GET", place)[2].get("state") in ("waiting", "reading"):
            if time.monotonic() > deadline:
                return self.fault(0, {"never read": place})
            self.patience_is_over()
            time.sleep(0.1)
        status, _headers, body = self.client.ask("POST", f"{place}:apply", {"only_valid": False})
        if status == 200:
            self.acknowledged.append(self.number)
            return None
        return self.fault(status, body)

    def fault(self, status: int, body: dict) -> None:
        """Keep what is no lawful answer; an outage is one."""
        if status != 503:
            self.faults.append(f"{status} {str(body)[:300]}")

    def send(self, path: str, data: bytes) -> tuple[int, dict]:
        """Send a form with a file."""
        line = http.client.HTTPConnection(self.client.address.split("//")[1].strip("/"), timeout=20)
        with contextlib.closing(line):
            headers = {"Authorization": f"Token {self.client.token}", "Content-Type": f"multipart/form-data; boundary={EDGE}"}
            line.request("POST", f"/api/v1/{path}", data, headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")

    def patience_is_over(self) -> None:
        """Let the two minutes pass after which a task whose worker was killed is sent again."""
        with contextlib.suppress(Exception), self.desk.asked() as cursor:
            cursor.execute("UPDATE pilots_outboxrow SET due_at = now() WHERE done_at IS NULL AND sent_at < now() - interval '5 seconds'")
            cursor.connection.commit()


def form(cells: list[str], number: int) -> bytes:
    """A form with a table that says one number for each cell."""
    table = "series,value\r\n" + "".join(f"{cell},{number}\r\n" for cell in cells)
    parts = [f'--{EDGE}\r\nContent-Disposition: form-data; name="period"\r\n\r\n{YEAR}\r\n']
    parts += [f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n{table}\r\n--{EDGE}--\r\n']
    return "".join(parts).encode()


def test_an_import_is_whole_or_not_there_whatever_is_killed(desk: Desk, filled: Filled) -> None:
    chance, took, stop = random.Random(SEED), defaultdict(list), threading.Event()
    bringer = Bringer(desk, Client(desk.note["address"], filled.tokens["contributor"]), filled.cells[:CELLS], stop)
    bringer.start()
    assert wait(lambda: bringer.acknowledged, seconds=PATIENCE), bringer.faults
    for number in range(ROUNDS):
        for program in chance.sample(("web", "worker"), 2):
            time.sleep(chance.uniform(0.05, 1.5))
            took[program].append(kill(desk, program, whole=number % 2 == 0))
    before = len(bringer.acknowledged)
    assert wait(lambda: len(bringer.acknowledged) > before, seconds=3 * PATIENCE), bringer.faults
    stop.set()
    bringer.join(120)
    print(f"\nseed {SEED}: {bringer.number - bringer.first} tables brought, {len(bringer.acknowledged)} acknowledged;")
    print("".join(f"  {program} ready again after (best, worst) {min(times):.1f} {max(times):.1f} s\n" for program, times in took.items()))
    reckon(desk, bringer)
    limit = READY_SECONDS * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert {program: min(times) for program, times in took.items() if min(times) > limit} == {}


def reckon(desk: Desk, bringer: Bringer) -> None:
    """Hold the journal, the database, its trail and the disk against each other."""
    assert bringer.faults == []
    with desk.asked() as cursor:
        cursor.execute(STANDING, [bringer.cells])
        standing = dict(cursor.fetchall())
        cursor.execute(BATCHES)
        batches = dict(cursor.fetchall())
        cursor.execute("SELECT state, jsonb_array_length(written), sha256 FROM indicators_import")
        rows = cursor.fetchall()
    assert len(set(standing.values())) == 1 and len(standing) == CELLS, standing
    assert set(batches.values()) == {CELLS}, "each batch is whole"
    applied = [count for state, count, _sha256 in rows if state == "applied"]
    assert set(applied) == {CELLS}
    assert len(applied) == len(batches) >= len(bringer.acknowledged)
    assert int(next(iter(standing.values()))) >= bringer.acknowledged[-1]
    folder = Path(desk.home) / "media" / "imports"
    for _state, _count, sha256 in rows:
        assert hashlib.sha256((folder / sha256[:2] / sha256).read_bytes()).hexdigest() == sha256
    kept = {file.name for file in folder.glob("??/*") if not file.name.startswith(".")}
    unanswered = bringer.number - bringer.first - len(rows)
    assert len(kept - {sha256 for _state, _count, sha256 in rows}) <= max(unanswered, 0), "only a request that died leaves a file alone"
    checked = ask("manage", "check_integrity", home=desk.home)
    assert checked.returncode == 0, checked.stdout + checked.stderr
