"""Each day has its backup whoever asks, older ones go once a newer one is sound, and what it came to is told."""

import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from pilots.models import Role
from portal import rotation, tasks
from portal.environment import kept
from portal.management.backups import daily, making, restoring, seal, server
from portal.rotation import Note
from reports import shelf
from tests import archives, builders
from tests.visitors import signed_in


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """A folder of daily backups and one of stored files of this test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.BACKUP_DIR = tmp_path / "backups"
    return tmp_path / "backups"


@pytest.fixture
def proven(monkeypatch):
    """Note which archives were to be proven; proving itself is shown in its own test."""
    asked = []
    monkeypatch.setattr(restoring, "verify", lambda path, say: asked.append(path.name))
    return asked


def standing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("portal-*"))


def old(folder: Path, *days: str) -> None:
    folder.mkdir(exist_ok=True)
    for day in days:
        (folder / f"portal-{day}.zip").write_bytes(b"an archive of then")


def test_the_day_has_one_backup_however_often_it_is_asked(own_database, folder, proven):
    assert rotation.due()
    made = daily.make()
    assert made.path.name == f"portal-{timezone.localdate()}.zip" and seal.holds(made.path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not rotation.due()
    assert daily.make() is None
    assert standing(folder) == [made.path.name]


def test_two_clocks_make_one_backup(own_database, folder, proven):
    made = []

    def ask() -> None:
        made.append(daily.make())
        connection.close()

    clocks = [Thread(target=ask) for _each in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert len([each for each in made if each]) == 1
    assert len(standing(folder)) == 1


def test_the_worker_makes_the_backup_in_a_process_of_its_own(own_database, folder, ground, monkeypatch):
    env = {**ground.environment(server.name()), "BACKUP_DIR": str(folder)}
    for name in ("DATABASE_URL", "MEDIA_ROOT", "BACKUP_DIR"):
        monkeypatch.setenv(name, env[name])
    tasks.backup()
    assert len(standing(folder)) == 1
    assert rotation.last().verified is True
    first = (folder / standing(folder)[0]).stat().st_mtime_ns
    tasks.backup()
    assert (folder / standing(folder)[0]).stat().st_mtime_ns == first


def test_without_a_folder_no_backup_is_made(settings):
    settings.BACKUP_DIR = None
    assert not rotation.due() and rotation.standing() == [] and rotation.last() is None
    with pytest.raises(CommandError, match="BACKUP_DIR is empty"):
        daily.make()


def test_the_newest_is_proven_once_a_week(own_database, folder, proven):
    first = daily.make()
    assert proven == [first.path.name]
    for days, times in ((6, 1), (8, 2)):
        for path in rotation.standing():
            path.unlink()
        then = timezone.now() - timedelta(days=days)
        rotation.remember(Note(at=then, made=True, verified=True, verified_at=then))
        daily.make()
        assert len(proven) == times
        assert rotation.last().verified is True


def test_an_archive_that_does_not_prove_is_noted_and_told(own_database, folder, monkeypatch, client):
    def refuse(path: Path, say: object) -> None:
        raise CommandError("its rows are others")

    monkeypatch.setattr(restoring, "verify", refuse)
    daily.make()
    note = rotation.last()
    assert (note.made, note.verified, note.error) == (True, False, "its rows are others")
    assert client.get("/healthz/ready").json()["backup"] == "failing"


def test_a_failing_backup_is_noted_and_the_next_try_makes_it(own_database, folder, proven, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(making, "_dump", lambda *words: (_ for _ in ()).throw(CommandError("no pg_dump")))
        with pytest.raises(CommandError, match="no pg_dump"):
            daily.make()
    assert (rotation.last().made, rotation.last().error) == (False, "no pg_dump")
    assert standing(folder) == []
    (folder / "portal-2020-01-01.zip.abc.partial").write_bytes(b"left by a killed one")
    assert daily.make()
    assert rotation.last().made and len(standing(folder)) == 1


def test_a_lost_file_does_not_stop_the_daily_backup_but_is_told(own_database, folder, proven, monkeypatch, client):
    monkeypatch.setattr(making, "_promised", lambda tables: {"reports/ab/lost"})
    daily.make()
    assert (rotation.last().made, rotation.last().missing) == (True, 1)
    assert client.get("/healthz/ready").json()["backup"] == "failing"


def test_older_backups_go_and_what_is_not_ours_stays(own_database, folder, proven, settings):
    settings.BACKUP_KEEP = (2, 0, 0)
    old(folder, "2020-01-01", "2020-01-02", "2020-01-03")
    others = ["notes.txt", "portal-2020-01-01.zip.old", "my-portal-2020-01-01.zip", "portal-2020.zip"]
    for name in others:
        (folder / name).write_bytes(b"mine")
    made = daily.make()
    assert {path.name for path in folder.iterdir()} == {*others, "portal-2020-01-03.zip", made.path.name, rotation.NOTE, ".lock"}


def test_nothing_goes_when_the_new_backup_is_damaged_on_its_disk(own_database, folder, proven, settings, monkeypatch):
    settings.BACKUP_KEEP = (1, 0, 0)
    old(folder, "2020-01-01", "2020-01-02")
    monkeypatch.setattr(seal, "holds", lambda path: False)
    daily.make()
    assert len(standing(folder)) == 3


def days_of(paths: list[Path]) -> list[str]:
    return [path.name[7:17] for path in paths]


def year_of_backups() -> list[Path]:
    return [Path(f"portal-{date(2024, 1, 1) + timedelta(days=number)}.zip") for number in range(366)]


def test_kept_are_the_last_of_so_many_days_weeks_and_months():
    found = year_of_backups()
    gone = set(rotation.spare(found, days=7, weeks=4, months=12))
    left = days_of([path for path in found if path not in gone])
    assert left[-7:] == [f"2024-12-{day}" for day in range(25, 32)]
    assert {"2024-12-22", "2024-12-15", "2024-12-29"} <= set(left)
    assert [day for day in left if day < "2024-12-01"] == [
        f"2024-{month:02}-{days}" for month, days in zip(range(1, 12), (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30), strict=True)
    ]


def test_days_without_a_backup_do_not_count_and_the_newest_never_goes():
    found = [Path(f"portal-{day}.zip") for day in ("2019-05-05", "2021-01-01", "2024-01-01")]
    assert rotation.spare(found, days=7, weeks=4, months=12) == []
    assert days_of(rotation.spare(found, days=1, weeks=0, months=0)) == ["2019-05-05", "2021-01-01"]
    assert rotation.spare(found[-1:], days=0, weeks=0, months=0) == []


@pytest.mark.parametrize("text", ["", "7", "7,4", "7,4,x", "0,4,12", "7,4,-1"])
def test_the_numbers_that_are_kept_are_three_and_keep_at_least_a_day(text):
    with pytest.raises(ValueError):
        kept(text)
    assert kept("7, 4,12") == (7, 4, 12)


@pytest.mark.parametrize(
    ("changes", "sound"),
    [
        ({}, True),
        ({"verified": True}, True),
        ({"made": False}, False),
        ({"missing": 1}, False),
        ({"verified": False}, False),
        ({"at": datetime(2020, 1, 1, tzinfo=UTC)}, False),
    ],
    ids=str,
)
def test_a_backup_is_well_when_it_is_new_whole_and_not_refused(changes, sound):
    assert Note(**{"at": timezone.now(), "made": True, **changes}).sound is sound


def test_administrators_see_what_the_last_backup_came_to_and_others_do_not(db, folder, client):
    folder.mkdir()
    rotation.remember(Note(at=timezone.now(), made=True, name="portal-2026-01-01.zip", size=123, verified=True, verified_at=timezone.now()))
    for other in (client, signed_in(builders.person("lead", Role.COORDINATOR))):
        assert "last_backup" not in other.get("/healthz/ready").json()
    told = signed_in(builders.person("admin", Role.ADMINISTRATOR)).get("/healthz/ready").json()
    assert told["backup"] == "ok"
    assert {"name": "portal-2026-01-01.zip", "size": 123, "verified": True}.items() <= told["last_backup"].items()


def test_a_note_that_cannot_be_read_is_none(folder):
    folder.mkdir()
    (folder / rotation.NOTE).write_text("{torn")
    assert rotation.last() is None


def test_the_command_wants_a_file_or_the_day(own_database, folder, proven):
    for words in ({}, {"file": "x.zip", "daily": True}):
        with pytest.raises(CommandError, match="Say where"):
            call_command("backup", **words)
    shelf.keep(b"a file")
    call_command("backup", daily=True)
    assert len(archives.manifest(rotation.standing()[0])["files"]) == 1
    call_command("backup", daily=True)
