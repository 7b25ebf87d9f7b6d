"""Fills the disk of PostgreSQL's write-ahead log, which stops PostgreSQL, on a desk of its own while figures are saved.

Only root can mount the small disk in memory on which the log lies here.
"""

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from portal.desk.servers import running
from tests.chaos.conftest import Desk, Filled
from tests.chaos.disks import Disk, disk, only_root
from tests.chaos.journal import Client
from tests.chaos.reckoning import saving, sound
from tests.desks import marked, wait

MARGIN_MB = 36
SOON = 60.0


@pytest.fixture
def log(filled: Filled, tmp_path: Path) -> Iterator[tuple[Desk, Disk]]:
    """A desk whose write-ahead log lies on a disk that has hardly room for it."""
    only_root()
    home = tmp_path / "home"
    with running(home, durable=False) as servers:
        filled.into(servers.database_url())
    place, aside = home / "postgres" / "pg_wal", tmp_path / "aside"
    place.rename(aside)
    size = sum(file.stat().st_size for file in aside.rglob("*") if file.is_file())
    with disk(place, size // 2**20 + MARGIN_MB) as small:
        owner = aside.stat()
        shutil.copytree(aside, place, dirs_exist_ok=True)
        for file in (place, *place.rglob("*")):
            os.chown(file, owner.st_uid, owner.st_gid)
        desk = Desk(home)
        yield desk, small
        small.free()
        desk.kill(signal.SIGKILL)
        assert wait(lambda: not marked(desk.note["run"]), seconds=20)


def test_a_full_disk_of_the_log_stops_saving_until_there_is_room_and_loses_nothing(log: tuple[Desk, Disk], filled: Filled) -> None:
    desk, small = log
    with saving(desk, filled) as writers, contextlib.closing(Client(desk.note["address"], filled.tokens["lead"])) as reader:
        small.fill()
        assert wait(lambda: fallen(desk), seconds=SOON), "the log found no room for its next part"
        assert wait(lambda: reader.send("GET", "/api/v1/pilots/tianjin")[0] == 503, seconds=SOON)
        small.free()
        assert wait(lambda: desk.back("postgres", after=0), seconds=SOON)
    sound(desk, writers)


def fallen(desk: Desk) -> bool:
    """Ask for the next part of the log; has PostgreSQL stopped over it?"""
    try:
        with desk.asked() as cursor:
            cursor.execute("SELECT pg_switch_wal()")
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        return True
    return False
