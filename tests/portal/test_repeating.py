"""A request that comes again under its Idempotency-Key: one effect, the same answer, and no key that sticks."""

import json
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import psycopg2
import pytest
from django.db import connections
from django.utils import timezone

from indicators.models import Collection
from pilots import answers, tokens
from pilots.models import Door, KeptAnswer, OutboxRow, Pilot, Token, TrailRow
from portal.tasks import forget_answers
from tests import builders
from tests.cycles import builders as cycles
from tests.programs import Program
from tests.reports import builders as reports
from tests.visitors import signed_in

CALLS = "pilots/tianjin/collections"
CALL = {"period": "2031", "due": "2032-03-31"}
TIMES = 5


@pytest.fixture
def programs(people):
    return SimpleNamespace(**{who: Program(person) for who, person in vars(people).items()})


def told_of(answer) -> tuple:
    """What a sender can compare: status, body and the headers that are kept."""
    return answer.status_code, answer.content, answer.get("Content-Type"), answer.get("ETag"), answer.get("Location")


def effects() -> int:
    """How many acts left something, and how much work was ordered."""
    return TrailRow.objects.values("batch").distinct().count() + OutboxRow.objects.count()


def test_a_request_that_comes_again_gets_its_answer_and_does_nothing(programs):
    first = programs.coordinator.tell("POST", CALLS, CALL, Idempotency_Key="one")
    done = effects()
    again = programs.coordinator.tell("POST", CALLS, CALL, Idempotency_Key="one")
    assert first.status_code == 201
    assert told_of(again) == told_of(first)
    assert (effects(), Collection.objects.count()) == (done, 1)


def test_without_a_key_it_is_done_again_or_refused(programs):
    assert programs.coordinator.tell("POST", CALLS, CALL).status_code == 201
    assert programs.coordinator.tell("POST", CALLS, CALL).status_code != 201
    assert not KeptAnswer.objects.exists()


def test_a_key_that_stands_for_another_request_is_422(programs):
    programs.coordinator.tell("POST", CALLS, CALL, Idempotency_Key="one")
    other = programs.coordinator.tell("POST", CALLS, {**CALL, "period": "2032"}, Idempotency_Key="one")
    assert (other.status_code, other.json()["code"], other.json()["errors"][0]["field"]) == (422, "key_reused", "Idempotency-Key")
    queried = programs.coordinator.tell("POST", f"{CALLS}?lang=en", CALL, Idempotency_Key="one")
    assert queried.status_code == 422
    assert Collection.objects.count() == 1


def test_the_same_key_at_another_address_is_another_key(programs):
    programs.coordinator.tell("POST", CALLS, CALL, Idempotency_Key="one")
    assert programs.coordinator.tell("POST", "pilots/qujiang/collections", CALL, Idempotency_Key="one").status_code == 201


def test_a_refused_request_gives_its_key_back(programs):
    wrong = programs.coordinator.tell("POST", CALLS, {**CALL, "opens": "2033-01-01"}, Idempotency_Key="one")
    assert wrong.status_code == 400
    assert not KeptAnswer.objects.exists()
    assert programs.coordinator.tell("POST", CALLS, CALL, Idempotency_Key="one").status_code == 201


def test_nobody_gets_the_answer_of_somebody_else(programs, people):
    programs.coordinator.tell("POST", CALLS, CALL, Idempotency_Key="one")
    other = programs.second.tell("POST", CALLS, CALL, Idempotency_Key="one")
    assert (other.status_code, other.json()["code"]) != (201, None)
    assert other.status_code in (400, 409)


def test_a_persons_token_and_session_share_their_keys(programs, people):
    first = programs.coordinator.tell("POST", CALLS, CALL, Idempotency_Key="one")
    same = signed_in(people.coordinator).post(
        f"/api/v1/{CALLS}", json.dumps(CALL), content_type="application/json", headers={"Idempotency-Key": "one"}
    )
    assert told_of(same) == told_of(first)


def test_a_token_for_one_pilot_gets_no_answer_about_another(people, tianjin):
    body = {"pilot": "tianjin", "entries": []}
    whole, narrow = Program(people.contributor), Program(people.contributor, pilot=tianjin)
    assert whole.tell("POST", "entries:batch", body, Idempotency_Key="one").status_code == 200
    assert narrow.tell("POST", "entries:batch", body, Idempotency_Key="one").status_code == 200
    assert KeptAnswer.objects.filter(key="one").count() == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "é"])
def test_a_key_that_is_none_is_refused(programs, key):
    answer = programs.coordinator.tell("POST", CALLS, CALL, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_a_figure_that_is_sent_again_gets_its_first_answer(programs, tianjin, people):
    builders.collection(tianjin, people.coordinator)
    sent = {"If_None_Match": "*", "Idempotency_Key": "one"}
    first = programs.contributor.tell("PUT", "entries/tianjin/TJ-58/2030", {"value": "1"}, **sent)
    again = programs.contributor.tell("PUT", "entries/tianjin/TJ-58/2030", {"value": "1"}, **sent)
    assert (first.status_code, first["ETag"]) == (201, '"1"')
    assert told_of(again) == told_of(first)
    moved = programs.contributor.tell("PUT", "entries/tianjin/TJ-58/2030", {"value": "1"}, If_Match='"1"', Idempotency_Key="one")
    assert moved.status_code == 422
    gone = {"If_Match": '"1"', "Idempotency_Key": "two"}
    cleared = [programs.contributor.tell("DELETE", "entries/tianjin/TJ-58/2030", **gone) for _ in range(2)]
    assert [told_of(answer) for answer in cleared] == [(204, b"", None, None, None)] * 2


def test_a_token_is_made_once_and_its_text_is_not_kept(people):
    client = signed_in(people.contributor)
    sent = {"content_type": "application/json", "headers": {"Idempotency-Key": "one"}}
    made = client.post("/api/v1/tokens", {"name": "nightly"}, **sent)
    again = client.post("/api/v1/tokens", {"name": "nightly"}, **sent)
    assert (made.status_code, again.status_code, again.json()["code"]) == (201, 409, "shown_once")
    assert made["Location"] in again.json()["detail"]
    assert client.delete(made["Location"]).status_code == 204
    assert made.json()["token"] not in str(list(KeptAnswer.objects.values()))
    assert not Token.objects.filter(user=people.contributor).exists()


def test_a_kept_answer_is_forgotten_after_a_day(programs):
    programs.coordinator.tell("POST", CALLS, CALL, Idempotency_Key="old")
    KeptAnswer.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert programs.coordinator.tell("POST", CALLS, CALL, Idempotency_Key="old").status_code != 201
    programs.coordinator.tell("POST", CALLS, {**CALL, "period": "2032"}, Idempotency_Key="young")
    KeptAnswer.objects.filter(key="young").update(body="kept")
    programs.coordinator.tell("POST", CALLS, {**CALL, "period": "2033"}, Idempotency_Key="other")
    KeptAnswer.objects.filter(key="other").update(expires_at=timezone.now() - timedelta(seconds=1))
    forget_answers.run()
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["young"]
    assert answers.sweep() == 0


def at_once(program: Program, address: str, body: object, key: str) -> list[tuple]:
    """Send a request five times at the same moment, each on a connection of its own."""
    ready = threading.Barrier(TIMES)

    def send(_turn: int) -> tuple:
        try:
            ready.wait(20)
            return told_of(program.tell("POST", address, body, Idempotency_Key=key))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(send, range(TIMES)))


def once(program: Program, address: str, body: object = None) -> dict:
    """Send a request five times at once, and five times again: it is done once, and everybody gets the one answer."""
    before, replies = effects(), at_once(program, address, body or {}, key=address)
    assert len(set(replies)) == 1, (address, replies)
    assert replies[0][0] in (200, 201, 202), (address, replies[0])
    done = effects()
    assert done > before
    assert at_once(program, address, body or {}, key=address) == replies
    assert effects() == done
    return json.loads(replies[0][1])


@pytest.fixture
def team(own_database, settings):
    """Tianjin's people on a database with real commits, and their programs."""
    settings.OUTBOX_NUDGE = "tests.errands.nudge"
    people = builders.cast(Pilot.objects.get(slug="tianjin"), Pilot.objects.get(slug="qujiang"))
    writing = ("contributor", "lead", "coordinator")
    return SimpleNamespace(people=people, **{who: Program(getattr(people, who)) for who in writing})


def test_each_step_of_a_review_sent_five_times_at_once_is_done_once(team):
    submissions = "pilots/tianjin/submissions"
    once(team.coordinator, CALLS, {"period": "2030", "due": "2031-03-31"})
    figure = {"pilot": "tianjin", "entries": [{"series": "TJ-58", "period": "2030", "value": "1", "version": 0}]}
    once(team.contributor, "entries:batch", figure)
    builders.answer_all(Collection.objects.get(), team.people.contributor)
    first = once(team.lead, submissions, {"period": "2030"})["id"]
    once(team.lead, f"submissions/{first}:withdraw")
    second = team.lead.tell("POST", submissions, {"period": "2030"}).json()["id"]
    once(team.coordinator, f"submissions/{second}:begin")
    once(team.coordinator, f"submissions/{second}:send_back", {"summary": "Two places."})
    third = team.lead.tell("POST", submissions, {"period": "2030"}).json()["id"]
    once(team.coordinator, f"submissions/{third}:verify", {"assessment": "good"})
    once(team.coordinator, "entries/tianjin/TJ-58/2030:reopen", {"reason": "A slip of the pen."})


def test_each_step_of_cycles_and_reports_sent_five_times_at_once_is_done_once(team):
    tianjin = Pilot.objects.get(slug="tianjin")
    cycle = cycles.opened(tianjin, team.people)
    cycles.planned(cycle, team.people)
    waiting, ready = reports.ordered(tianjin, team.people.lead, year=2022), reports.ready(tianjin, team.people.lead)
    once(team.coordinator, f"cycles/{cycle.pk}:advance", {"override_reason": "The mayor wants it so."})
    once(team.coordinator, f"cycles/{cycle.pk}:reopen", {"reason": "A longer slip of the pen."})
    once(team.lead, "pilots/tianjin/reports", {"year": 2023, "languages": ["en"], "formats": ["pdf"], "audience": "internal"})
    once(team.lead, f"reports/{waiting.pk}:cancel")
    once(team.coordinator, f"reports/{ready.pk}:publish")
    once(team.coordinator, f"reports/{ready.pk}:withdraw", {"reason": "A slip of the pen."})


def test_a_killed_request_leaves_no_key_behind(live_portal):
    coordinator = builders.person("the.coordinator", "coordinator")
    _token, text = tokens.make(user=coordinator, name="a program", scope=Token.Scope.WRITE, by=coordinator, door=Door.API)
    connections.close_all()
    headers = {"Authorization": f"Token {text}", "Content-Type": "application/json", "Idempotency-Key": "one"}
    request = urllib.request.Request(f"{live_portal.url}/api/v1/{CALLS}", json.dumps(CALL).encode(), headers)
    with psycopg2.connect(live_portal.database_url) as holder, ThreadPoolExecutor(1) as pool:
        cursor = holder.cursor()
        cursor.execute("LOCK TABLE indicators_collection IN EXCLUSIVE MODE")
        sent = pool.submit(urllib.request.urlopen, request, timeout=30)
        wait_for_the_lock(live_portal.database_url)
        live_portal.kill("web")
        with pytest.raises(OSError):
            sent.result(30)
        holder.rollback()
    assert not KeptAnswer.objects.exists()
    live_portal.start("web")
    live_portal.wait(port=int(live_portal.url.rsplit(":", 1)[1]))
    replies = [urllib.request.urlopen(request, timeout=30) for _ in range(2)]
    assert [reply.status for reply in replies] == [201, 201]
    assert replies[0].read() == replies[1].read()
    assert Collection.objects.count() == 1


def wait_for_the_lock(url: str) -> None:
    """Wait until a request, its key taken, waits for the locked table."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'indicators_collection'::regclass"
    with psycopg2.connect(url) as watcher, watcher.cursor() as cursor:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("no request waits for the lock")
