"""Backups made while people write: each, restored to an empty home, is exactly the portal of its moment."""

import json
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from indicators.models import Entry
from pilots.models import Pilot
from portal.management.backups import server
from reports import shelf
from tests import archives, builders
from tests.forks import forked, gone
from tests.reports import builders as reports

ROUNDS = 10
SERIES = "TJ-58"


def write(journal: Path, lead: object, contributor: object, pilot: Pilot) -> None:
    """Save figures and print reports until the process is ended; note each figure once it is acknowledged."""
    version = number = 0
    with journal.open("a") as lines:
        while True:
            number += 1
            batch = builders.record(pilot, contributor, builders.item(SERIES, str(number % 90 + 1), version=version))
            batch.raise_if_refused()
            version = builders.standing(pilot, SERIES).version
            lines.write(json.dumps(version) + "\n")
            lines.flush()
            shelf.keep(os.urandom(2000))
            if number % 40 == 1:
                reports.ready(pilot, lead)


@pytest.fixture
def writer(own_database, settings, tmp_path):
    """A process that writes all the time, and its journal."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    pilot = Pilot.objects.get(slug="tianjin")
    people = builders.cast(pilot, Pilot.objects.get(slug="qujiang"))
    builders.collection(pilot, people.coordinator)
    journal = tmp_path / "journal"
    child = forked(lambda: write(journal, people.lead, people.contributor, pilot))
    yield SimpleNamespace(journal=journal, child=child)
    stopped = gone(child)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert not stopped, "the writer stopped by itself"


def acknowledged(writer: SimpleNamespace) -> int:
    """The last version that was noted."""
    while not writer.journal.exists() or not writer.journal.read_text().endswith("\n"):
        assert not gone(writer.child), "the writer stopped by itself"
        time.sleep(0.01)
    return int(writer.journal.read_text().splitlines()[-1])


def test_backups_under_writing_restore_to_an_equal_digest(writer, own_database, ground, settings, tmp_path):
    home, source = f"{server.name()}_home", settings.MEDIA_ROOT
    counts, begun = [], acknowledged(writer)
    for number in range(ROUNDS):
        before = acknowledged(writer)
        path = archives.backup(tmp_path / f"{number}.zip")
        told = archives.manifest(path)
        ground.servers.drop_database(home)
        ground.servers.create_database(home)
        settings.MEDIA_ROOT = str(tmp_path / f"home {number}")
        try:
            with server.working_on(home):
                archives.restore(path)
                assert archives.digest() == told["digest"], f"round {number}"
                assert Entry.objects.get(series__code=SERIES, start__year=2030).version >= before
            counts.append(len(told["files"]))
        finally:
            settings.MEDIA_ROOT = source
            ground.servers.drop_database(home)
    assert acknowledged(writer) > begun + ROUNDS
    assert counts == sorted(set(counts)), "nothing was written between the backups"
