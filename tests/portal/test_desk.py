"""The desk leaves nothing behind, loses nothing, and says plainly what stops it."""

import json
import os
import re
import signal
import socket
import time
import urllib.request
from decimal import Decimal
from pathlib import Path

import psycopg2
import pytest

from portal.desk.home import Home
from portal.desk.keeper import Keeper
from portal.desk.servers import running
from portal.desk.trouble import Trouble, plainly
from tests.desks import Running, ask, commands, marked, wait

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="these tests look for processes in /proc")


def workers(desk: Running) -> list[int]:
    return [pid for pid, words in commands(desk.note["run"]).items() if "portal.celery worker" in words]


@pytest.fixture
def started(tmp_path: Path):
    """A running desk, killed at the end whatever happened to it."""
    running_desk = Running(tmp_path / "home")
    yield running_desk
    if running_desk.process.poll() is None:
        running_desk.kill(signal.SIGKILL)
        assert wait(lambda: not marked(running_desk.note["run"]), seconds=6)


TEAM = """
from pilots import tokens
from pilots.models import Pilot
from tests import builders
tianjin, qujiang = (Pilot.objects.get(slug=slug) for slug in ("tianjin", "qujiang"))
people = builders.cast(tianjin, qujiang)
builders.collection(tianjin, people.coordinator)
print(tokens.make(user=people.contributor, name="kept", scope="write", by=people.contributor, door="page")[1])
"""


def put_figure(desk: Running, token: str, value: str) -> int:
    """Write a figure over REST and answer the status."""
    request = urllib.request.Request(
        f"{desk.note['address']}api/v1/entries/tianjin/TJ-58/2030", method="PUT", data=json.dumps({"value": value}).encode()
    )
    request.headers |= {"Authorization": f"Token {token}", "Content-type": "application/json", "If-none-match": "*"}
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status


def test_a_killed_desk_leaves_no_process_and_loses_no_acknowledged_figure(started: Running, tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = ask("manage", "shell", "--no-imports", "-c", TEAM, home=home)
    assert made.returncode == 0, made.stderr
    assert len(marked(started.note["run"])) > 5, "servers, web, worker and beat are running"

    assert put_figure(started, made.stdout.strip(), "12345.678901234567") == 201
    started.kill(signal.SIGKILL)

    assert wait(lambda: not marked(started.note["run"]), seconds=5), commands(started.note["run"])
    assert wait(lambda: not Path(started.note["sockets"]).exists(), seconds=1)
    with running(home) as servers, psycopg2.connect(servers.database_url()) as connection, connection.cursor() as cursor:
        cursor.execute("select value, version from indicators_entry")
        assert cursor.fetchall() == [(Decimal("12345.678901234567"), 1)]
    connection.close()


def test_a_process_that_dies_is_started_again_and_the_person_is_told(started: Running) -> None:
    first = workers(started)
    os.kill(min(first), signal.SIGKILL)
    assert started.says("worker has stopped (signal 9)", seconds=5)
    assert wait(lambda: set(workers(started)) - set(first), seconds=10)


def test_a_stopped_desk_says_so_and_leaves_nothing(started: Running) -> None:
    started.kill(signal.SIGTERM)
    assert started.process.returncode == 0
    assert started.words.read_text().rstrip().endswith("Stopping")
    assert marked(started.note["run"]) == []
    assert not Path(started.note["sockets"]).exists()


def test_two_homes_run_side_by_side(tmp_path: Path) -> None:
    with running(tmp_path / "a", durable=False) as one, running(tmp_path / "b", durable=False) as two:
        assert one.sockets != two.sockets
        assert all(servers.answers(name) for servers in (one, two) for name in ("postgres", "valkey"))


def test_a_home_in_use_is_refused_with_the_process_that_holds_it(tmp_path: Path) -> None:
    with running(tmp_path / "a", durable=False):
        refused = ask("--port", 0, "run", home=tmp_path / "a")
    assert refused.returncode == 1
    assert f"is in use by another portal (process {os.getpid()})" in refused.stderr
    assert "--home" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_taken_port_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = ask("--port", taken.getsockname()[1], "run", home=tmp_path / "a")
    assert refused.returncode == 1
    assert re.search(r"Port \d+ is taken by another program\. Choose another with --port", refused.stderr)
    assert "Traceback" not in refused.stderr


def test_a_command_alone_starts_the_servers_passes_its_exit_code_and_stops_them(tmp_path: Path) -> None:
    code = "import os,sys; print(os.environ['DESK_RUN']); sys.exit(3)"
    answer = ask("manage", "shell", "--no-imports", "-c", code, home=tmp_path / "a")
    assert answer.returncode == 3, answer.stderr
    run = answer.stdout.strip()
    assert re.fullmatch(r"[0-9a-f]{16}", run), "nothing but the command's own words"
    assert marked(run) == []


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"has \d+ MB free and the portal needs \d+ MB"):
        Home(tmp_path / "a").check_room(needed=2**62)
    with pytest.raises(Trouble, match="The disk is full"), plainly(), Path("/dev/full").open("w") as full:
        full.write("x")


def test_secrets_are_made_once_and_read_by_their_owner_alone(tmp_path: Path) -> None:
    first = Home(tmp_path / "a").secret("secret_key")
    assert Home(tmp_path / "a").secret("secret_key") == first
    assert (tmp_path / "a" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_sockets_stay_short_in_a_deep_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    sockets = Home(tmp_path / "a").sockets()
    assert len(f"{sockets}/.s.PGSQL.5432") <= 107
    sockets.rmdir()


def test_files_of_a_first_start_that_was_cut_short_do_not_stop_the_next(tmp_path: Path) -> None:
    half = Home(tmp_path / "a").private("postgres.new")
    (half / "PG_VERSION").write_text("18\n")
    with running(tmp_path / "a", durable=False) as servers:
        assert servers.answers("postgres")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change user")
def test_root_runs_the_servers_under_another_account(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with running(closed / "a", durable=False) as servers:
        owners = {Path(f"/proc/{process.pid}").stat().st_uid for process in servers.processes.values()}
        assert owners
        assert 0 not in owners
    assert closed.stat().st_mode & 0o777 == 0o700, "no folder above the home was opened"


def test_what_ignores_its_end_or_left_its_group_is_killed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "sockets").mkdir()
    keeper = Keeper(run="e5d4c3b2a1", sockets=tmp_path / "sockets")
    stubborn = "trap '' TERM; setsid sleep 300 & sleep 300"
    keeper.start(["/bin/sh", "-c", stubborn], env={"PATH": os.defpath}, log=tmp_path / "log")
    assert wait(lambda: len(marked("e5d4c3b2a1")) >= 3, seconds=5)
    begun = time.monotonic()
    keeper.close()
    assert marked("e5d4c3b2a1") == []
    assert time.monotonic() - begun < 5
