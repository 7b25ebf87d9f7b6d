"""A backup is one archive of the database and every file as one moment saw them, or it is refused and leaves nothing."""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError
from django.db import connection

from pilots.models import Pilot
from portal import __version__
from portal.desk.programs import ROOT
from portal.management.backups import making, restoring, seal, server
from portal.management.backups.archive import opened
from reports import shelf
from tests import archives, builders
from tests.reports import builders as reports

pytestmark = pytest.mark.usefixtures("files")


@pytest.fixture
def files(settings, tmp_path) -> Path:
    """A folder of stored files of this test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@pytest.fixture
def printed(own_database):
    """A pilot with one printed report."""
    pilot = Pilot.objects.get(slug="tianjin")
    return reports.ready(pilot, builders.cast(pilot, Pilot.objects.get(slug="qujiang")).lead)


def test_backup_holds_the_database_every_file_and_a_manifest(printed, tmp_path, files):
    kept = shelf.keep(b"a file that no row names")
    path = archives.backup(tmp_path / "a.zip")
    told = archives.manifest(path)
    content = dict(archives.members(path))
    assert set(content) == {"manifest.json", "database.dump", *(f"files/{file['path']}" for file in told["files"])}
    assert {file["path"].split("/")[-1] for file in told["files"]} == {kept.sha256, printed.files.get().sha256}
    for file in [*told["files"], told["dump"]]:
        data = content.get(f"files/{file['path']}", content["database.dump"] if file is told["dump"] else None)
        assert (len(data), archives.sha256(data)) == (file["size"], file["sha256"])
    assert (told["kind"], told["format"], told["app"]) == ("iso37101-portal-backup", 1, __version__)
    assert ["pilots", "0001_start"] in told["migrations"]
    assert told["digest"] == archives.digest()
    assert (told["missing"], told["findings"]) == ([], {})


def test_backup_belongs_to_its_owner_alone_and_leaves_nothing_beside_it(own_database, tmp_path):
    path = archives.backup(tmp_path / "a.zip")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["a.zip"]


def test_backup_ends_with_the_seal_of_every_byte_before_it(own_database, tmp_path):
    path = archives.backup(tmp_path / "a.zip")
    data = path.read_bytes()
    assert data[-64:].decode() == archives.sha256(data[:-64])
    assert seal.holds(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None


def test_backup_never_takes_the_place_of_another_file(own_database, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"mine")
    with pytest.raises(CommandError, match="is there already"):
        archives.backup(path)
    assert path.read_bytes() == b"mine"
    with pytest.raises(CommandError, match="no folder"):
        archives.backup(tmp_path / "nowhere" / "a.zip")


def test_backup_refuses_to_leave_out_a_file_that_the_database_names(printed, tmp_path):
    file = shelf.path_of(printed.files.get().sha256)
    file.unlink()
    with pytest.raises(CommandError, match=file.name):
        archives.backup(tmp_path / "a.zip")
    assert not [each for each in tmp_path.iterdir() if each.is_file()]
    told = archives.manifest(archives.backup(tmp_path / "a.zip", incomplete=True))
    assert told["missing"] == [f"reports/{file.name[:2]}/{file.name}"]
    assert set(told["findings"]) == {"file-missing"}


def test_backup_leaves_out_a_file_of_later_that_no_row_of_its_moment_names(printed, tmp_path):
    named, other = shelf.path_of(printed.files.get().sha256), shelf.path_of(shelf.keep(b"written while the backup is made").sha256)
    for file in (named, other):
        os.utime(file, (time.time() + 60, time.time() + 60))
    told = archives.manifest(archives.backup(tmp_path / "a.zip"))
    assert [file["path"].split("/")[-1] for file in told["files"]] == [named.name]
    assert "would restore" in archives.restore(tmp_path / "a.zip", verify=True)


def test_backup_notes_a_file_whose_bytes_have_changed_on_the_disk(printed, tmp_path):
    file = shelf.path_of(printed.files.get().sha256)
    file.write_bytes(archives.flipped(file.read_bytes(), 100))
    told = archives.manifest(archives.backup(tmp_path / "a.zip"))
    assert told["findings"] == {"file-changed": 1}
    assert "would restore" in archives.restore(tmp_path / "a.zip", verify=True)


def test_backup_holds_no_open_session(own_database, tmp_path):
    session = SessionStore()
    session["who"] = "somebody"
    session.save()
    path = archives.backup(tmp_path / "a.zip")
    archives.restore(path)
    assert not SessionStore().exists(session.session_key)
    restoring.drop_old(say=lambda words: None)


def test_backup_goes_to_a_pipe_as_well(own_database, tmp_path, ground):
    env = {**ground.environment(own_database.rsplit("/", 1)[1]), "MEDIA_ROOT": str(tmp_path / "media")}
    done = subprocess.run([sys.executable, str(ROOT / "manage.py"), "backup", "-"], env=env, capture_output=True, check=True)
    (tmp_path / "a.zip").write_bytes(done.stdout)
    with opened(tmp_path / "a.zip") as archive:
        assert archive.manifest.digest in done.stderr.decode()
        assert b"It holds what was saved before" in done.stderr


def test_the_password_of_the_database_is_on_no_command_line(own_database):
    words, env = server.address("portal")
    secret = connection.settings_dict["PASSWORD"]
    assert secret and secret not in words
    assert env["PGPASSWORD"] == secret


def test_a_failing_copy_is_refused_and_leaves_nothing(own_database, tmp_path, monkeypatch):
    monkeypatch.setattr(making, "LEFT_OUT", ("public.no such table", "("))
    monkeypatch.setattr(server, "address", lambda database: ("host=/nowhere dbname=x", dict(os.environ)))
    with pytest.raises(CommandError, match="could not be copied"):
        archives.backup(tmp_path / "a.zip")
    assert not [each for each in tmp_path.iterdir() if each.is_file()]


def test_a_tool_older_than_the_server_is_refused_with_what_to_install():
    with pytest.raises(CommandError, match="postgresql-client-99"):
        server.tool("pg_dump", at_least=99)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of eight megabytes."""
    if os.geteuid() != 0:
        message = "Only root can mount a small disk."
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_plainly_and_nothing_is_left(own_database, small_disk, files):
    for number in range(3):
        shelf.keep(bytes([number]) * 4_000_000)
    with pytest.raises(CommandError, match="nothing of it is left: No space left on device"):
        archives.backup(small_disk / "a.zip")
    assert not list(small_disk.iterdir())
    shutil.rmtree(files)
    assert seal.holds(archives.backup(small_disk / "a.zip"))


def test_memory_does_not_grow_with_what_is_backed_up():
    out = SimpleNamespace(write=lambda data: sizes.append(len(data)), flush=lambda: None)
    sizes: list[int] = []
    sealed = seal.Sealed(out)
    for _ in range(1000):
        sealed.write(b"x" * 1000)
        assert len(sealed.held) == seal.LENGTH
    assert sum(sizes) == 1_000_000 - seal.LENGTH


def test_an_output_without_the_place_of_its_seal_is_a_fault_of_ours():
    sealed = seal.Sealed(io.BytesIO())
    sealed.write(json.dumps({}).encode() * 100)
    with pytest.raises(ValueError, match="seal"):
        sealed.close_with_seal()
