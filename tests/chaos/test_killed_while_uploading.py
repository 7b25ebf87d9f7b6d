"""Kills the web server (SIGKILL) at random moments of uploads: every acknowledged file is there, and no row is without its file."""

from __future__ import annotations

import hashlib
import http.client
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chaos.conftest import Filled, Town, town
from tests.desks import wait

SEED = 37101
KILLS = 20
UPLOADERS = 3
SIZE = 3_000_000
BOUNDARY = "----a-boundary-of-the-test"


@pytest.fixture
def place(filled: Filled, tmp_path: Path) -> Iterator[Town]:
    with town(filled, tmp_path) as one:
        yield one


class Uploader(threading.Thread):
    """A program that puts one file after the other and remembers the sums of those that were acknowledged."""

    def __init__(self, url: str, token: str, *, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.host, self.token, self.stop = urlsplit(url).netloc, token, stop
        self.chance, self.number = random.Random(SEED + number), number
        self.acknowledged: set[str] = set()
        self.cut_off = 0
        self.faults: list[str] = []

    def run(self) -> None:
        """Put files until told to stop."""
        while not self.stop.is_set():
            data = b"%PDF-1.4\n" + self.chance.randbytes(SIZE).hex().encode() + b"\n%%EOF\n"
            try:
                status = self.put(data)
            except (OSError, http.client.HTTPException):
                self.cut_off += 1
                time.sleep(0.1)
                continue
            if status == 201:
                self.acknowledged.add(hashlib.sha256(data).hexdigest())
            elif status != 503:
                self.faults.append(str(status))

    def put(self, data: bytes) -> int:
        """Send one file and return the status of the answer."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        body = head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        line = http.client.HTTPConnection(self.host, timeout=30)
        try:
            headers = {"Authorization": f"Token {self.token}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
            line.request("POST", "/api/v1/pilots/tianjin/evidence", body, headers)
            answer = line.getresponse()
            answer.read()
            return answer.status
        finally:
            line.close()


def test_no_row_is_without_its_file_however_often_the_web_server_is_killed_while_files_come_in(place: Town, filled: Filled) -> None:
    chance, stop = random.Random(SEED), threading.Event()
    token = filled.tokens["contributor"]
    uploaders = [Uploader(place.portal.url, token, number=number, stop=stop) for number in range(UPLOADERS)]
    port = urlsplit(place.portal.url).port
    for uploader in uploaders:
        uploader.start()
    for _kill in range(KILLS):
        done = sum(len(uploader.acknowledged) for uploader in uploaders)
        assert wait(lambda before=done: sum(len(one.acknowledged) for one in uploaders) > before, seconds=60), "nothing comes in"
        time.sleep(chance.uniform(0.0, 0.5))
        place.portal.kill("web")
        place.portal.start("web")
        place.portal.wait(port=port)
    stop.set()
    for uploader in uploaders:
        uploader.join(60)
    assert [fault for uploader in uploaders for fault in uploader.faults] == []
    kept = {sha256 for (sha256,) in place.query("SELECT sha256 FROM indicators_evidence")}
    acknowledged = set().union(*(uploader.acknowledged for uploader in uploaders))
    root = Path(place.portal.env["MEDIA_ROOT"]) / "evidence"
    named = {path.name: path for path in root.glob("*/*") if not path.name.startswith(".")}
    cut_off = sum(uploader.cut_off for uploader in uploaders)
    print(f"\nseed {SEED}, {KILLS} kills cut {cut_off} uploads off; {len(acknowledged)} acknowledged, {len(kept)} rows, {len(named)} files")
    assert cut_off >= KILLS / 2
    assert acknowledged <= kept <= set(named)
    assert [sha256 for sha256 in kept if hashlib.sha256(named[sha256].read_bytes()).hexdigest() != sha256] == []
