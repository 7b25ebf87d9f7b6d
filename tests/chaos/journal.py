"""Clients that save without pause and keep a journal: what was acknowledged, what was refused, and what became of the rest."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PATIENCE = 60.0
# How long a client waits for one answer; a server that was killed never sends it.
ANSWER = 20.0
# The server hangs up after two idle seconds, so a client that has paused opens a new line.
IDLE = 1.0


@dataclass
class Client:
    """A program that speaks to the API with a token, over one connection that it opens again when it breaks."""

    address: str
    token: str
    line: http.client.HTTPConnection | None = None
    asked: float = 0.0

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, str], dict]:
        """Send one request; answer with status, headers and body. Raises OSError or HTTPException when no whole answer comes."""
        status, headers, text = self.send(method, f"/api/v1/{path}", body)
        return status, headers, json.loads(text or b"{}")

    def send(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, str], bytes]:
        """The same for any address of the portal, with the answer's bytes."""
        if time.monotonic() - self.asked > IDLE:
            self.close()
        self.asked = time.monotonic()
        if self.line is None:
            self.line = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=ANSWER)
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json", "Accept-Language": "en"}
        try:
            self.line.request(method, path, None if body is None else json.dumps(body), headers)
            answer = self.line.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self.line is not None:
            self.line.close()
            self.line = None


@dataclass
class Writer(threading.Thread):
    """One client with cells of its own: writes the same number into all of them, in one batch, again and again."""

    client: Client
    cells: list[str]
    period: str
    stop: threading.Event
    standing: int | None = None
    applied: int = 0
    acknowledged: int = 0
    unknown: int = 0
    outages: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.number, self.versions = 0, {}

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Save until told to stop; whatever is no lawful answer is written down as a fault."""
        seen = [self.look(cell) for cell in self.cells]
        self.versions = {cell: version for cell, (_value, version) in zip(self.cells, seen, strict=True)}
        self.standing, self.applied = seen[0]
        self.number = self.standing or 0
        with contextlib.closing(self.client):
            while not self.stop.is_set():
                self.save()

    def save(self) -> None:
        """Write the next number; after anything but an answer, look what became of it."""
        self.number += 1
        items = [{"series": cell, "period": self.period, "value": str(self.number), "version": self.versions[cell]} for cell in self.cells]
        try:
            status, headers, body = self.client.ask("POST", "entries:batch", {"pilot": "tianjin", "entries": items})
        except (OSError, http.client.HTTPException):
            self.unknown += 1
            return self.settle()
        if status == 200 and body["applied"]:
            self.acknowledged += 1
            self.keep(self.number, {row["series"]: row["version"] for row in body["data"]})
        elif status == 503 and headers.get("Retry-After", "").isdigit():
            self.outages += 1
            self.settle()
        else:
            self.faults.append(f"{status} {headers.get('Retry-After')} {str(body)[:300]}")
            self.settle()
        return None

    def keep(self, number: int, versions: dict[str, int]) -> None:
        """Write down what stands in the cells now."""
        self.standing, self.versions = number, versions
        self.applied += 1

    def settle(self) -> None:
        """After an answer that did not come: find either the new number in every cell, or the old one in every cell."""
        deadline = time.monotonic() + PATIENCE
        seen: list[tuple[int | None, int]] = []
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                # Two looks that agree: a killed server can leave a last commit on its way.
                before, seen = seen, [self.look(cell) for cell in self.cells]
                if before == seen and len({value for value, _version in seen}) == 1:
                    return self.judge(seen)
            time.sleep(0.1)
        self.faults.append(f"half of it, or no answer: {seen} after {self.standing} and {self.number}")
        return None

    def judge(self, seen: list[tuple[int | None, int]]) -> None:
        """Take what stands there as the truth, if it is one of the two things that may stand there."""
        value = seen[0][0]
        if value == self.number:
            self.keep(value, {cell: version for cell, (_value, version) in zip(self.cells, seen, strict=True)})
        elif value != self.standing:
            self.faults.append(f"{value} stands there after {self.standing} and {self.number}")

    def look(self, cell: str) -> tuple[int | None, int]:
        """Read one cell: its number and its version."""
        status, _headers, body = self.client.ask("GET", f"entries/tianjin/{cell}/{self.period}")
        if status == 404:
            return None, 0
        if status != 200:
            raise http.client.HTTPException(status)
        return int(body["value"]), body["version"]


@dataclass
class Reader(threading.Thread):
    """Somebody who reads pages and values without pause, and counts how they were answered."""

    client: Client
    addresses: list[str]
    stop: threading.Event
    answers: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Read until told to stop; only 200, and 503 with a time to come back, are lawful."""
        with contextlib.closing(self.client):
            for address in itertools.cycle(self.addresses):
                if self.stop.is_set():
                    return
                try:
                    status, headers, _text = self.client.send("GET", address)
                except (OSError, http.client.HTTPException) as error:
                    self.faults.append(f"{address}: {error!r}")
                    continue
                self.answers[status] += 1
                if status == 503:
                    time.sleep(0.1)
                if status != 200 and not (status == 503 and headers.get("Retry-After", "").isdigit()):
                    self.faults.append(f"{address}: {status}")
