"""Several people at one import at the same moment: it is imported once and whole, or not at all."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction

from indicators import importing
from indicators.models import Entry, Import
from pilots.models import Pilot, TrailRow
from tests.builders import PAGE, cast, collection, item, record, standing
from tests.indicators.books import applied, brought, table
from tests.test_races import at_once

APPLIERS = 6
FIGURES = {"TJ-58": 100, "TJ-60": 200, "TJ-61": 300}


@pytest.fixture
def team(own_database, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    people = cast(Pilot.objects.get(slug="tianjin"), Pilot.objects.get(slug="qujiang"))
    collection(Pilot.objects.get(slug="tianjin"), people.coordinator)
    return people


@pytest.fixture
def pilot(team):
    return Pilot.objects.get(slug="tianjin")


def ready(pilot, team) -> Import:
    """A table of three figures that somebody brought and the portal has read."""
    return brought(pilot, team.contributor, table("编号,数值\n" + "".join(f"{code},{figure}\n" for code, figure in FIGURES.items())))


def tried(deed) -> str:
    """What a deed came to: done, or the code of its refusal."""
    try:
        deed()
    except ValidationError as refusal:
        return refusal.code
    return "done"


def figures(pilot) -> list[int]:
    return [int(standing(pilot, code).value) for code in FIGURES]


def test_of_several_who_apply_one_import_at_the_same_moment_one_does_and_the_others_are_told(team, pilot):
    found = ready(pilot, team)
    people = [team.lead, team.contributor] * (APPLIERS // 2)
    told = at_once(*[lambda by=by: tried(lambda: applied(found, by)) for by in people])
    assert Counter(told) == {"done": 1, "wrong_state": APPLIERS - 1}
    assert TrailRow.objects.filter(act="importing.apply").count() == 1
    written = TrailRow.objects.filter(act="entry.record", object_key__in=[f"{code}/2030" for code in FIGURES])
    assert (written.count(), written.values("batch").distinct().count()) == (3, 1)
    assert {entry.version for entry in Entry.objects.filter(pilot=pilot, series__code__in=FIGURES)} == {1}


def test_of_several_who_undo_one_import_at_the_same_moment_one_does(team, pilot):
    done = applied(ready(pilot, team), team.contributor)
    told = at_once(*[lambda: tried(lambda: importing.undo(found=done, by=team.lead, door=PAGE))] * APPLIERS)
    assert Counter(told) == {"done": 1, "wrong_state": APPLIERS - 1}
    assert TrailRow.objects.filter(act="importing.undo").count() == 1


def test_an_import_that_is_being_cancelled_is_not_applied(team, pilot):
    found = ready(pilot, team)
    told = while_held(
        lambda: tried(lambda: importing.cancel(found=found, by=team.contributor, door=PAGE)),
        lambda: tried(lambda: applied(found, team.lead)),
    )
    assert told == ("done", "wrong_state")
    assert not Entry.objects.filter(pilot=pilot, series__code__in=FIGURES).exists()


def test_a_cell_that_is_being_saved_keeps_an_import_of_it_out_as_a_whole(team, pilot):
    record(pilot, team.lead, *[item(code, "1") for code in FIGURES]).raise_if_refused()
    found = ready(pilot, team)
    told = while_held(lambda: saved(pilot, team, "5000", version=1), lambda: tried(lambda: applied(found, team.contributor)))
    assert told == ("updated", "stale")
    assert figures(pilot) == [1, 5000, 1]
    assert not TrailRow.objects.filter(act="importing.apply").exists()


def test_an_import_that_is_being_applied_wins_wholly_over_a_save_of_one_of_its_cells(team, pilot):
    record(pilot, team.lead, *[item(code, "1") for code in FIGURES]).raise_if_refused()
    found = ready(pilot, team)
    told = while_held(lambda: tried(lambda: applied(found, team.contributor)), lambda: saved(pilot, team, "5000", version=1))
    assert told == ("done", "stale")
    assert figures(pilot) == list(FIGURES.values())


def saved(pilot, team, value: str, *, version: int) -> str:
    """Save a cell of the import on the page; answer what it came to."""
    (outcome,) = record(pilot, team.lead, item("TJ-60", value, version=version)).outcomes
    return outcome.code or outcome.status


def while_held(first, second, *, then=lambda: None) -> tuple:
    """Do one deed and keep its transaction open until another one, begun meanwhile, waits for it; return what both came to.

    `then` is done last in the open transaction.
    """

    def run() -> object:
        try:
            return second()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            told = first()
            begun = pool.submit(run)
            while not (begun.done() or somebody_waits()):
                time.sleep(0.01)
            then()
        return told, begun.result()


def somebody_waits() -> bool:
    """Whether another session waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
        return cursor.fetchone()[0]
