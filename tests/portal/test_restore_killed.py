"""A restore or an upgrade that is killed leaves the former portal or the new one, whole, and the next try succeeds."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from pilots import members
from pilots.models import Door, Pilot, User
from portal.management import digest
from portal.management.backups import making, restoring, server
from reports import shelf
from tests import archives, builders
from tests.forks import forked
from tests.reports import builders as reports

PACKAGE = "portal/management/backups/"
# Each function after whose return the restore is killed, and whether the restored portal stands then.
MOMENTS = {
    "make_empty": False,
    "_bring_database": False,
    "_bring_files": False,
    "same": False,
    "forward": False,
    "sound": False,
    "_begin_anew": False,
    "settle": False,
    "exchange": True,
    "_kept": True,
    "_set_aside": True,
    "_empty": True,
}


def killed(work: Callable[[], object], *, file: str, function: str, event: str = "return", time: int = 1) -> None:
    """Do the work in a process of its own that is killed, as by kill -9, at an event of a function."""
    left = [time]

    def look(frame, what: str, _more: object) -> None:
        if what == event and frame.f_code.co_name == function and file in frame.f_code.co_filename:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched() -> None:
        sys.setprofile(look)
        work()

    child = forked(watched)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, "the work ended before it was killed"


def rows() -> list[digest.Part]:
    with digest.moment() as cursor:
        return list(digest.rows(cursor, digest.tables()))


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_either_portal_stands_whole(own_database, settings, tmp_path, moment):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    pilot = Pilot.objects.get(slug="tianjin")
    report = reports.ready(pilot, builders.cast(pilot, Pilot.objects.get(slug="qujiang")).lead)
    file = shelf.path_of(report.files.get().sha256)
    path, restored = archives.backup(tmp_path / "a.zip"), rows()
    members.add_person(username="later", name="后来", password=None, by=None, door=Door.COMMAND)
    shelf.keep(b"a file of later")
    if moment == "settle":
        file.unlink()
    former = rows()
    killed(lambda: restoring.restore(path, say=lambda words: None), file=PACKAGE, function=moment)
    stands = MOMENTS[moment]
    assert rows() == (restored if stands else former)
    assert User.objects.filter(username="later").exists() is not stands
    assert making.findings() == {} or (moment == "settle" and set(making.findings()) == {"file-missing"})
    archives.restore(path)
    assert archives.digest() == archives.manifest(path)["digest"]
    assert not list(Path(settings.MEDIA_ROOT).glob(".restore-*"))
    with server.maintenance() as cursor:
        assert server.named(cursor, server.name() + restoring.STAGED) == []
    restoring.drop_old(say=lambda words: None)


@pytest.mark.parametrize("time", [40, 120])
def test_an_upgrade_that_is_killed_in_a_migration_succeeds_when_it_is_run_again(ground, own_database, time):
    name = f"{server.name()}_empty"
    ground.servers.drop_database(name)
    ground.servers.create_database(name)
    try:
        with server.working_on(name):
            upgrade = lambda: call_command("migrate", verbosity=0, interactive=False)  # noqa: E731
            killed(upgrade, file="django/db/migrations/operations", function="database_forwards", event="call", time=time)
            assert connection.introspection.table_names()
            upgrade()
            call_command("migrate", check_unapplied=True, verbosity=0)
    finally:
        ground.servers.drop_database(name)
