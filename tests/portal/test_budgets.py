"""The budgets of the API: who has used one up waits for the next minute, everybody else goes on."""

import json
import socket
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.test import Client

from pilots.models import Token
from portal import budgets
from tests.live import live
from tests.programs import Program
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
CALL = {"period": "2031", "due": "2032-03-31"}


@pytest.fixture(autouse=True)
def _fresh_counter(settings, ground):
    """Begin each test with small budgets and nothing counted."""
    settings.RATE_ANONYMOUS, settings.RATE_SIGNED_IN, settings.RATE_WRITES, settings.RATE_WHOLE = 3, 4, 2, 1
    budgets.Budget.paused_until = 0.0
    for key in budgets.counter().scan_iter("budget:*"):
        budgets.counter().delete(key)


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch):
    """Let the minute stand still; the clock of everything else runs on."""
    monkeypatch.setattr(budgets.time, "time", lambda: 1_900_000_040.0)


def statuses(ask, times: int) -> list[int]:
    return [ask().status_code for _ in range(times)]


def test_an_address_has_its_budget_and_is_told_when_to_come_back():
    asked = [Program().ask("purposes", Accept_Language="en") for _ in range(4)]
    assert [answer.status_code for answer in asked] == [200, 200, 200, 429]
    problem = asked[3].json()
    assert (problem["status"], problem["code"], asked[3]["Content-Type"]) == (429, "too_many", "application/problem+json")
    assert asked[3]["Retry-After"] == "40"
    assert problem["detail"] == "You have asked more often than one minute allows. Ask again in 40 seconds."


def test_the_next_minute_begins_anew(monkeypatch):
    assert statuses(lambda: Program().ask("purposes"), 4)[-1] == 429
    monkeypatch.setattr(budgets.time, "time", lambda: 1_900_000_080.0)
    assert Program().ask("purposes").status_code == 200


def test_each_address_counts_alone_and_an_ipv6_network_together():
    def ask(address):
        return Client(REMOTE_ADDR=address).get("/api/v1/purposes").status_code

    assert [ask("192.0.2.1") for _ in range(4)] == [200, 200, 200, 429]
    assert ask("192.0.2.2") == 200
    assert [ask(f"2001:db8::{n}") for n in range(4)] == [200, 200, 200, 429]
    assert ask("2001:db8:0:1::1") == 200


def test_a_forged_header_gives_no_budget_and_a_proxy_names_the_reader():
    def ask(forwarded):
        return Client(headers={"X-Forwarded-For": forwarded}).get("/api/v1/purposes").status_code

    assert [ask(f"192.0.2.{n}") for n in range(4)] == [200, 200, 200, 429]


def test_behind_a_proxy_each_reader_has_a_budget(settings):
    from rest_framework.settings import api_settings

    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert api_settings.NUM_PROXIES == 1

    def ask(forwarded):
        return Client(headers={"X-Forwarded-For": forwarded}).get("/api/v1/purposes").status_code

    assert [ask(f"203.0.113.{n}, 192.0.2.7") for n in range(4)] == [200, 200, 200, 429]
    assert ask("192.0.2.8") == 200


def test_tokens_and_sessions_have_budgets_of_their_own(people):
    one, other = Program(people.lead, scope=Token.Scope.OWN), Program(people.lead, scope=Token.Scope.OWN)
    assert statuses(lambda: one.ask("purposes"), 5) == [200] * 4 + [429]
    assert other.ask("purposes").status_code == 200
    browser = signed_in(people.lead)
    assert statuses(lambda: browser.get("/api/v1/purposes"), 5) == [200] * 4 + [429]
    assert signed_in(people.lead).get("/api/v1/purposes").status_code == 429
    assert Program().ask("purposes").status_code == 200


def test_writing_and_whole_selections_have_budgets_of_their_own(people):
    program = Program(people.coordinator)
    sent = statuses(lambda: program.tell("POST", "pilots/tianjin/collections", CALL), 3)
    assert (sent[0], sent[2]) == (201, 429)
    assert program.ask("pilots/tianjin/collections").status_code == 200
    assert statuses(lambda: Program().ask("values?format=csv"), 2) == [200, 429]
    assert Program().ask("values", Accept="text/csv").status_code == 429
    assert Program().ask("values").status_code == 200


def test_wrong_tokens_count_against_their_address():
    tried = [Program().ask("purposes", Authorization=f"Token i37_{n}").status_code for n in range(4)]
    assert tried == [401, 401, 401, 429]


def test_what_cannot_be_read_counts_too():
    assert [Program().ask("values?colour=red").status_code for _ in range(4)] == [400, 400, 400, 429]


def test_the_description_has_a_budget(client):
    assert [client.get("/api/v1/schema/").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_zero_sets_no_limit_and_asks_no_counter(settings, monkeypatch):
    settings.RATE_ANONYMOUS = 0
    monkeypatch.setattr(budgets, "counter", None)
    assert statuses(lambda: Program().ask("purposes"), 5) == [200] * 5


def test_a_counter_that_is_gone_or_silent_holds_nobody_back(settings, tmp_path, caplog):
    silent = socket.socket(socket.AF_UNIX)
    silent.bind(str(tmp_path / "silent"))
    silent.listen()
    for address in ("redis+socket:///nowhere/valkey.sock?virtual_host=0", f"redis+socket://{tmp_path}/silent?virtual_host=0"):
        settings.CELERY_BROKER_URL = address
        budgets.counter.cache_clear()
        budgets.Budget.paused_until = 0.0
        assert statuses(lambda: Program().ask("purposes"), 5) == [200] * 5
        assert "Requests are not counted" in caplog.text
        # One line, and one wait, for all five.
        assert len(caplog.records) == 1
        caplog.clear()
    budgets.counter.cache_clear()
    silent.close()


def test_several_web_processes_share_one_budget(ground, own_database, tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("RATE_ANONYMOUS", "20")
    with contextmanager(live)(ground, database_url=own_database, folder=tmp_path, only=("web",)) as portal:
        assert asked_within_a_minute(portal.url, 60) == {200: 20, 429: 40}


def asked_within_a_minute(url: str, times: int) -> dict[int, int]:
    """Ask many times from several connections and count the answers; once more where a minute ended meanwhile."""
    while True:
        before = time.time() // 60
        with ThreadPoolExecutor(8) as pool:
            found = Counter(pool.map(status_of, [f"{url}/api/v1/purposes"] * times))
        if time.time() // 60 == before:
            return dict(found)
        time.sleep(1)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            json.load(answer)
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
