"""Kills the worker with all its children (SIGKILL) at random moments of making reports, and delivers every message three times.

Afterwards each report is ready with whole files, once, or failed with its reason; nothing waits and nothing is half made.
"""

import hashlib
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import tasks
from portal.celery import app
from tests.chaos.conftest import Town, town
from tests.desks import wait

SEED = 37101
KILLS = 10
AT_ONCE = 3
REPORTS = range(2001, 2007)
DELIVERIES = 3
# After the last kill everything comes to an end within three minutes, also on a machine that is busy.
END = 180.0


@pytest.fixture
def place(filled, tmp_path: Path) -> Iterator[Town]:
    with town(filled, tmp_path) as one:
        yield one


def deliver_again(place: Town) -> None:
    """Send each message that is not done once more than was asked for, and again."""
    with app.connection_for_write(url=place.portal.env["REDIS_URL"]) as broker:
        for (row,) in place.query("SELECT id FROM pilots_outboxrow WHERE done_at IS NULL"):
            for _time in range(DELIVERIES):
                tasks.deliver.apply_async((row,), connection=broker)


def states(place: Town) -> dict[int, tuple[str, str]]:
    return {pk: (state, error) for pk, state, error in place.query("SELECT id, state, error FROM reports_report")}


def attempts(place: Town) -> int:
    """How often a worker has begun to make a report."""
    ((begun,),) = place.query("SELECT sum(attempts) FROM reports_report")
    return begun


def over(place: Town) -> bool:
    """Is no report under way any more? What was lost with a killed worker is sent again."""
    place.patience_is_over()
    time.sleep(1)
    return {state for state, _error in states(place).values()} <= {"ready", "failed"}


def test_reports_are_made_once_and_whole_however_often_their_worker_is_killed(place: Town) -> None:
    chance = random.Random(SEED)
    years = iter(range(1991, 2100))
    for _kill in range(KILLS):
        while sum(state in {"ordered", "building"} for state, _error in states(place).values()) < AT_ONCE:
            place.order(next(years))
        begun = attempts(place)
        place.patience_is_over()
        assert wait(lambda before=begun: attempts(place) > before, seconds=60), states(place)
        time.sleep(chance.uniform(0.0, 0.8))
        place.portal.kill("worker")
        deliver_again(place)
        place.portal.start("worker")
    last = place.order(next(years))
    assert wait(lambda: over(place), seconds=END), states(place)
    ended = states(place)
    interrupted = attempts(place) - len(ended)
    print(f"\nseed {SEED}, {KILLS} kills interrupted the making of a report {interrupted} times: {sorted(ended.values())}")
    assert interrupted >= KILLS / 2
    assert ended[last] == ("ready", "")
    assert set(ended.values()) <= {("ready", ""), ("failed", "interrupted")}
    for report, (state, _error) in ended.items():
        if state == "ready":
            place.made_once(report)
    assert place.query(
        "SELECT count(*) FROM reports_reportfile f JOIN reports_report r ON r.id = f.report_id WHERE r.state <> 'ready'"
    ) == [(0,)]
    assert place.query("SELECT id, task, attempts, error FROM pilots_outboxrow WHERE done_at IS NULL") == []
    only_whole_files(Path(place.portal.env["MEDIA_ROOT"]))


def only_whole_files(media: Path) -> None:
    """Assert that every file is whole under the name of its bytes, or unfinished by its name and swept once it is a day old."""
    unfinished = []
    for file in (media / "reports").rglob("*"):
        if file.name.startswith(".unfinished-"):
            unfinished.append(file)
        elif file.is_file():
            assert hashlib.sha256(file.read_bytes()).hexdigest() == file.name
    print(f"{len(unfinished)} unfinished files were left")


def test_two_clocks_set_off_each_thing_once(place: Town) -> None:
    program = place.portal.programs["beat"]
    second = place.portal.keeper.start(program.argv, env=program.env, log=place.portal.log("second beat"))
    place.portal.kill("worker")
    reports = [place.order(year) for year in REPORTS]
    assert wait(lambda: rounds(place, "beat") and rounds(place, "second beat"), seconds=60), "both clocks have struck"
    place.portal.start("worker")
    assert wait(lambda: all(place.made(report) for report in reports), seconds=END), states(place)
    for report in reports:
        place.made_once(report)
    assert place.query("SELECT attempts, count(*) FROM pilots_outboxrow GROUP BY attempts") == [(1, len(reports))]
    assert second.poll() is None, "the second clock was there all the time"


def rounds(place: Town, clock: str) -> int:
    """How often a clock has asked for the relay."""
    return place.portal.log(clock).read_text().count("Sending due task relay")
