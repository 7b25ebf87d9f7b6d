"""A restore proves an archive beside the portal and only then puts it in the portal's place; a damaged one changes nothing."""

import re
import time
from datetime import date
from pathlib import Path

import psycopg2
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from indicators import publishing
from indicators.models import Revision
from pilots import outbox, sealing
from pilots.models import Door, OutboxRow, Pilot, Role, TrailRow, User
from portal import tasks
from portal.management.backups import making, restoring, server
from reports import building, shelf
from reports.models import Report
from tests import archives, builders
from tests.live import live
from tests.reports import builders as reports


@pytest.fixture(autouse=True)
def files(settings, tmp_path) -> Path:
    """A folder of stored files of this test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@pytest.fixture
def portal(own_database):
    """A portal of this test's own with a stored file; databases that restores leave beside it are removed."""
    shelf.keep(b"a file of before")
    yield own_database
    restoring.drop_old(say=lambda words: None)


@pytest.fixture
def sound(portal, tmp_path) -> Path:
    """A sound archive of the portal."""
    return archives.backup(tmp_path / "sound.zip")


def test_restore_brings_back_rows_and_files_and_keeps_the_former_ones(portal, tmp_path, files):
    path, before = archives.backup(tmp_path / "a.zip"), archives.digest()
    archives.somebody_new()
    later = shelf.keep(b"a file of later")
    assert archives.digest() != before
    said = archives.restore(path)
    assert archives.digest() == before
    assert not User.objects.filter(username="later").exists() and not shelf.path_of(later.sha256).exists()
    (kept,) = archives.databases() - {server.name()}
    assert re.fullmatch(rf"{server.name()}_before_\d{{8}}t\d{{6}}", kept) and kept in said
    with server.working_on(kept):
        assert User.objects.filter(username="later").exists()
    (aside,) = files.glob(".before-*")
    assert str(aside) in said and [each.name for each in aside.rglob("*") if each.is_file()] == [later.sha256]


def test_restore_into_an_empty_home_gives_an_equal_digest(portal, tmp_path, files, ground, settings):
    path, before = archives.backup(tmp_path / "a.zip"), archives.digest()
    settings.MEDIA_ROOT = str(tmp_path / "new home" / "media")
    name = f"{server.name()}_home"
    ground.servers.drop_database(name)
    ground.servers.create_database(name)
    try:
        with server.working_on(name):
            said = archives.restore(path)
            assert archives.digest() == before == archives.manifest(path)["digest"]
            assert archives.databases() == {name}
            assert "is kept" not in said
    finally:
        ground.servers.drop_database(name)


def test_verify_says_that_an_archive_would_restore_and_changes_nothing(portal, tmp_path, files):
    path = archives.backup(tmp_path / "a.zip")
    archives.somebody_new()
    before, around = archives.digest(), sorted(files.rglob("*"))
    assert "would restore" in archives.restore(path, verify=True)
    assert (archives.digest(), sorted(files.rglob("*")), archives.databases()) == (before, around, {server.name()})


def test_drop_old_removes_what_restores_have_kept_and_nothing_else(portal, tmp_path, files, ground):
    path = archives.backup(tmp_path / "a.zip")
    shelf.keep(b"a file of later")
    archives.restore(path)
    other = f"{server.name()}_before_lunch"
    ground.servers.create_database(other)
    (files / ".before-lunch").mkdir()
    before = archives.digest()
    try:
        call_command("restore", drop_old=True)
        assert archives.databases() == {server.name(), other}
        assert [each.name for each in files.iterdir()] == [".before-lunch", "reports"] or len(list(files.iterdir())) == 2
        assert archives.digest() == before
    finally:
        ground.servers.drop_database(other)


def test_an_archive_that_is_not_there_is_refused(portal, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        archives.restore(tmp_path / "nothing.zip")


def test_restore_refuses_while_the_portal_is_running(sound, portal):
    before = archives.digest()
    with psycopg2.connect(portal) as guest, pytest.raises(CommandError, match="Stop the portal"):
        archives.restore(sound)
    guest.close()
    assert archives.digest() == before
    with psycopg2.connect(portal) as guest:
        assert "would restore" in archives.restore(sound, verify=True)
    guest.close()


def test_restore_refuses_while_an_idle_worker_runs(sound, portal, ground, tmp_path):
    before = archives.digest()
    for running in live(ground, database_url=portal, folder=tmp_path, only=("worker",)):
        while "ready" not in running.log("worker").read_text():
            time.sleep(0.1)
        with pytest.raises(CommandError, match="Stop the portal"):
            archives.restore(sound)
        assert archives.digest() == before


def test_a_portal_that_comes_back_before_the_exchange_stays_as_it_was(sound, portal, files, monkeypatch):
    guests = []
    begin = restoring.publishing.begin_anew

    def returns(**who: object) -> None:
        begin(**who)
        guests.append(psycopg2.connect(portal))

    monkeypatch.setattr(restoring.publishing, "begin_anew", returns)
    archives.somebody_new()
    next(files.rglob("reports/*/*")).unlink()
    before, around = archives.digest(), sorted(files.rglob("*"))
    try:
        with pytest.raises(CommandError, match="could not be exchanged"):
            archives.restore(sound)
    finally:
        guests[0].close()
    assert archives.digest() == before
    assert {path for path in files.rglob("*") if path.is_file()} == {path for path in around if path.is_file()}
    assert archives.databases() == {server.name()}


def test_a_role_that_may_not_make_databases_is_told_what_to_ask_for(sound, ground, portal):
    with ground.servers.superuser() as cursor:
        cursor.execute("CREATE ROLE narrow LOGIN PASSWORD 'narrow'")
    before = connection.settings_dict["USER"], connection.settings_dict["PASSWORD"]
    connection.close()
    connection.settings_dict.update(USER="narrow", PASSWORD="narrow")
    try:
        with pytest.raises(CommandError, match='ALTER ROLE "narrow" CREATEDB'):
            archives.restore(sound)
    finally:
        connection.close()
        connection.settings_dict.update(USER=before[0], PASSWORD=before[1])
        with ground.servers.superuser() as cursor:
            cursor.execute("DROP ROLE narrow")


def test_a_restored_portal_has_another_identity_and_says_once_that_it_was_restored(portal, tmp_path):
    Revision.objects.get_or_create(pk=1)
    path, identity = archives.backup(tmp_path / "a.zip"), Revision.objects.get().identity
    archives.restore(path)
    assert Revision.objects.get().identity != identity
    (row,) = OutboxRow.objects.filter(task="portal.restored", done_at=None)
    for _time in range(3):
        outbox.deliver(row.pk)
        tasks.restored(**row.payload)
    (told,) = TrailRow.objects.filter(act="portal.restore")
    assert told.after["archive"] == "a.zip" and told.after["digest"] == archives.manifest(path)["digest"]


def test_nobody_but_the_server_gives_a_database_another_identity(portal):
    with pytest.raises(PermissionDenied):
        publishing.begin_anew(by=builders.person("admin", Role.ADMINISTRATOR), door=Door.PAGE)


def test_a_report_that_waited_is_made_once_after_the_restore(portal, tmp_path):
    pilot = Pilot.objects.get(slug="tianjin")
    report = reports.ordered(pilot, builders.cast(pilot, Pilot.objects.get(slug="qujiang")).lead)
    path = archives.backup(tmp_path / "a.zip")
    building.build(report_id=report.pk, by=None, door=Door.SYSTEM)
    archives.restore(path)
    assert Report.objects.get().state == "ordered"
    for row_id in [*outbox.waiting(), *outbox.waiting()]:
        outbox.deliver(row_id)
    assert Report.objects.get().state == "ready"
    assert TrailRow.objects.filter(act="building.ready").count() == 1
    assert not OutboxRow.objects.filter(done_at=None).exists()


def test_a_file_that_has_rotted_in_the_portal_comes_back_from_the_archive(portal, tmp_path, files):
    path, before = archives.backup(tmp_path / "a.zip"), archives.digest()
    file = next(path for path in files.rglob("*") if path.is_file())
    file.write_bytes(b"rotten")
    archives.restore(path)
    assert archives.digest() == before
    assert [each.read_bytes() for each in files.glob(".before-*/**/*") if each.is_file()] == [b"rotten"]


def test_what_does_not_fit_together_and_was_not_so_when_backed_up_is_refused(portal, tmp_path):
    pilot = Pilot.objects.get(slug="tianjin")
    report = reports.ready(pilot, builders.cast(pilot, Pilot.objects.get(slug="qujiang")).lead)
    shelf.path_of(report.files.get().sha256).unlink()
    path = archives.backup(tmp_path / "a.zip", incomplete=True)
    assert "would restore" in archives.restore(path, verify=True)
    forged = archives.written(tmp_path / "b.zip", archives.restated(lambda facts: facts.update(findings={}))(archives.members(path)))
    with pytest.raises(CommandError, match="does not fit together"):
        archives.restore(forged)
    assert "is restored" in archives.restore(forged, despite_findings=True)


def test_a_trail_that_was_changed_past_the_acts_is_refused(portal, tmp_path):
    archives.somebody_new()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pilots_trailrow DISABLE TRIGGER USER")
        cursor.execute("UPDATE pilots_trailrow SET object_key = 'another' WHERE object_key = 'later'")
        cursor.execute("ALTER TABLE pilots_trailrow ENABLE TRIGGER USER")
    path = archives.backup(tmp_path / "a.zip")
    with pytest.raises(CommandError, match="does not fit together"):
        archives.restore(path, verify=True)
    assert "verify_trail finds" in archives.restore(path, verify=True, despite_findings=True)


def test_seals_of_another_secret_key_are_told_and_restored(portal, tmp_path, settings):
    sealing.seal(day=date(2026, 1, 1), by=None, door=Door.SYSTEM)
    path, before = archives.backup(tmp_path / "a.zip"), archives.digest()
    assert "former key" not in archives.restore(path)
    settings.SECRET_KEY = "the key of a new home"
    assert "former key" in archives.restore(path)
    assert archives.digest() == before


def test_an_archive_of_the_first_tables_restores_into_this_version(portal, tmp_path, ground, settings):
    settings.MEDIA_ROOT = str(tmp_path / "old" / "media")
    shelf.keep(b"a file of long ago")
    name, first = f"{server.name()}_old", first_tables()
    ground.servers.drop_database(name)
    ground.servers.create_database(name)
    try:
        with server.working_on(name):
            for app, migration in first:
                call_command("migrate", app, migration, verbosity=0, interactive=False)
            state = MigrationLoader(connection).project_state(first).apps
            state.get_model("pilots", "Pilot").objects.create(slug="old", name_en="Old", name_zh="旧")
            state.get_model("pilots", "User").objects.create(username="first", name="第一")
            with (tmp_path / "old.zip").open("wb") as file:
                making.write(file, tables=making.digest.tables(state))
        kept = archives.manifest(tmp_path / "old.zip")
        assert [pair for pair in kept["migrations"] if pair[0] == "pilots"] == [["pilots", "0001_start"]]
        archives.restore(tmp_path / "old.zip")
        assert Pilot.objects.get().slug == "old" and User.objects.get().username == "first"
        assert not call_command("migrate", check_unapplied=True, verbosity=0)
    finally:
        ground.servers.drop_database(name)


def first_tables() -> list[tuple[str, str]]:
    """The first migrations of our apps that make all their tables."""
    return [("pilots", "0001_start"), ("indicators", "0002_start"), ("cycles", "0001_start"), ("reports", "0001_start")]
