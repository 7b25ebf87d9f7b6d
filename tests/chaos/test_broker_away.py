"""Valkey hangs (SIGSTOP), is killed, and forgets everything (FLUSHALL), while figures are saved and reports are ordered."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator

import pytest
import redis

from tests.chaos.conftest import Town, town
from tests.chaos.journal import Client
from tests.desks import wait

SAVES, ORDERS = 20, 3
# Well above what a save takes, and well below a save that waits for the broker more than once.
BEARABLE = 4.0
SOON = 60.0


@pytest.fixture(scope="module")
def place(filled, tmp_path_factory) -> Iterator[Town]:
    with town(filled, tmp_path_factory.mktemp("town")) as one:
        yield one


@pytest.fixture(autouse=True)
def _everybody_goes_on(place: Town) -> Iterator[None]:
    """No process of the portal ends because the broker is away."""
    before = dict(place.portal.processes)
    yield
    assert {name for name, process in before.items() if process.poll() is not None and process in place.portal.processes.values()} == set()


def broker(place: Town) -> redis.Redis:
    return redis.Redis(unix_socket_path=f"{place.servers.sockets}/valkey.sock", socket_timeout=5)


@contextlib.contextmanager
def hanging(place: Town) -> Iterator[None]:
    """The broker takes connections and never answers."""
    leader = place.servers.processes["valkey"].pid
    os.kill(leader, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(leader, signal.SIGCONT)


@contextlib.contextmanager
def killed(place: Town) -> Iterator[None]:
    """The broker is not there."""
    program = next(program for program in place.servers.programs() if program.name == "valkey")
    place.servers.keeper.end(place.servers.processes["valkey"])
    yield
    place.servers.processes["valkey"] = place.servers.run(program)
    assert wait(lambda: place.servers.answers("valkey"), seconds=20)


def save(client: Client, cell: str, period: str) -> float:
    """Save a figure over the one that stands there, and return the seconds that took."""
    version = client.ask("GET", f"entries/tianjin/{cell}/{period}")[2].get("version", 0)
    item = {"series": cell, "period": period, "value": str(version + 1), "version": version}
    begun = time.monotonic()
    status, _headers, body = client.ask("POST", "entries:batch", {"pilot": "tianjin", "entries": [item]})
    assert status == 200 and body["applied"], (status, body)
    return time.monotonic() - begun


@pytest.mark.parametrize(("outage", "year"), [(hanging, 2001), (killed, 2011)], ids=["hangs", "is killed"])
def test_every_figure_is_saved_and_a_report_waits_while_the_broker(place: Town, outage, year: int) -> None:
    with contextlib.closing(place.client("contributor")) as client:
        before = [save(client, place.filled.cells[0], "2030") for _save in range(SAVES)]
        with outage(place):
            begun = time.monotonic()
            reports = [place.order(year + number) for number in range(ORDERS)]
            ordering = time.monotonic() - begun
            during = [save(client, place.filled.cells[0], "2030") for _save in range(SAVES)]
            assert not any(place.made(report) for report in reports)
    print(f"\na save took at most {max(before):.2f} s before, {max(during):.2f} s during the outage; {ORDERS} orders {ordering:.2f} s")
    assert max(*during, ordering / ORDERS) < BEARABLE
    for report in reports:
        assert wait(lambda one=report: place.made(one), seconds=SOON), place.portal.log("worker").read_text()[-3000:]
        place.made_once(report)


def test_what_the_broker_forgets_is_sent_again(place: Town) -> None:
    report = place.order(2021)
    assert wait(lambda: place.query("SELECT id FROM pilots_outboxrow WHERE sent_at IS NOT NULL AND done_at IS NULL"), seconds=SOON)
    place.portal.kill("worker")
    assert not place.made(report)
    with contextlib.closing(broker(place)) as client:
        client.flushall()
    place.portal.start("worker")
    place.patience_is_over()
    assert wait(lambda: place.made(report), seconds=SOON), place.portal.log("worker").read_text()[-3000:]
    place.made_once(report)
    assert place.query("SELECT count(*) FROM pilots_outboxrow WHERE done_at IS NULL") == [(0,)]
