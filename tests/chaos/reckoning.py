"""Saving while something happens to a desk, and the reckoning afterwards: journals, database and trail say the same."""

import contextlib
import threading
from collections.abc import Iterator

from tests.chaos.conftest import YEARS, Desk, Filled
from tests.chaos.journal import PATIENCE, Client, Writer
from tests.desks import ask, wait

ENTRY = """
    SELECT value, version FROM indicators_entry e JOIN indicators_series s ON s.id = e.series_id JOIN pilots_pilot p ON p.id = s.pilot_id
    WHERE p.slug = 'tianjin' AND s.code = %s AND extract(year FROM e.start) = %s"""
TRAIL = "SELECT (after->>'value')::numeric FROM pilots_trailrow WHERE act = 'entry.record' AND object_key = %s ORDER BY id"


@contextlib.contextmanager
def saving(desk: Desk, filled: Filled) -> Iterator[list[Writer]]:
    """Let a client for each open year save while something happens, and let them all come to an end."""
    stop = threading.Event()
    writers = [Writer(Client(desk.note["address"], filled.tokens["contributor"]), filled.cells, year, stop) for year in YEARS]
    for writer in writers:
        writer.start()
    try:
        go_on(writers)
        yield writers
        go_on(writers)
    finally:
        stop.set()
        for writer in writers:
            writer.join(120)


def go_on(writers: list[Writer]) -> None:
    """Wait until every client has had one more save acknowledged."""
    before = [writer.acknowledged for writer in writers]
    assert wait(lambda: all(writer.acknowledged > old for writer, old in zip(writers, before, strict=True)), seconds=PATIENCE), [
        writer.faults for writer in writers
    ]


def sound(desk: Desk, writers: list[Writer]) -> None:
    """Compare journals, database and trail, and ask for the integrity of everything."""
    counts = {name: sum(getattr(writer, name) for writer in writers) for name in ("acknowledged", "unknown", "outages", "applied")}
    print(f"  batches: {counts}")
    faults = [fault for writer in writers for fault in writer.faults]
    assert not faults, faults
    assert not any(writer.is_alive() for writer in writers)
    assert all(writer.acknowledged for writer in writers)
    stands(desk, writers)
    checked = ask("manage", "check_integrity", home=desk.home)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def stands(desk: Desk, writers: list[Writer]) -> None:
    """Compare the database with the journals: each cell's number and version, and one row in the trail for each change."""
    with desk.asked() as cursor:
        for writer in writers:
            for cell in writer.cells:
                cursor.execute(ENTRY, [cell, writer.period])
                assert cursor.fetchall() == [(writer.standing, writer.applied)], (cell, writer.period)
                cursor.execute(TRAIL, [f"{cell}/{writer.period}"])
                told = [value for (value,) in cursor.fetchall()]
                assert len(told) == len(set(told)) == writer.applied, (cell, writer.period)
                assert told[-1] == writer.standing
