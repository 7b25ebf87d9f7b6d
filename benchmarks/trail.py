"""Walking a trail of a million rows, and what hanging rows into their chain adds to saving two thousand figures."""

import os
from collections.abc import Iterator

from benchmarks.measure import Measurement, beside
from tests.ground import Ground

ROWS, FIGURES, YEARS = 1_000_000, 2000, range(2000, 2040)
# The rows come past the triggers, and then hang as the first migration of the chains hung those that it found.
MANY = """
INSERT INTO pilots_trailrow (pilot_id, at, actor_id, door, act, object_kind, object_key, before, after, reason, batch)
SELECT (SELECT min(id) FROM pilots_pilot) + n %% 4, now() + n * interval '1 second', NULL, 'page', 'entry.record', 'entry',
  'TJ-' || n %% 60 || '/2024', jsonb_build_object('value', n::text, 'flag', 'A', 'version', n),
  jsonb_build_object('value', (n + 1)::text, 'flag', 'A', 'version', n + 1), '', gen_random_uuid() FROM generate_series(1, %s) AS n
"""
FLOOR = "SELECT count(sha256(convert_to(r::text, 'UTF8'))) FROM pilots_trailrow r"


def measurements() -> Iterator[Measurement]:
    """The floors: reading and hashing every row once, in no order; and saving the same figures with the chaining switched off."""
    ground = Ground()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    ground.start()
    try:
        with ground.own(template="seeded"):
            yield saving()
        with ground.own(template="seeded"):
            yield walking()
    finally:
        ground.stop()


def sql(statement: str, *given: object) -> None:
    """Run a statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)


def walking() -> Measurement:
    """Walk a million rows in four chains."""
    from importlib import import_module

    from django.db import transaction

    from pilots import sealing

    past = import_module("pilots.migrations.0004_trail_chain").PAST
    with transaction.atomic():
        sql("SET LOCAL session_replication_role = replica")
        sql("DELETE FROM pilots_traillink")
        sql("DELETE FROM pilots_trailhead")
        sql(MANY, ROWS)
        sql(past)
    sql("ANALYZE pilots_trailrow, pilots_traillink, pilots_trailhead")
    verdict = sealing.verify()
    assert not verdict.faults
    assert verdict.rows > ROWS
    return Measurement(f"verify_trail, {ROWS} rows", *beside(sealing.verify, lambda: sql(FLOOR), times=3))


def saving() -> Measurement:
    """Save two thousand figures of one pilot, again and again, with and without the chain."""
    from indicators import entry
    from indicators.entry import Item
    from indicators.models import Series
    from pilots.models import Pilot, Role
    from tests.builders import PAGE, collection, person, plausible

    pilot = Pilot.objects.get(slug="tianjin")
    lead = person("bench.lead", Role.LEAD, pilot)
    typed = [row for row in Series.objects.of(pilot).with_definitions() if row.frequency == "year" and not row.computed]
    cells = [(row, str(year)) for year in YEARS for row in typed][:FIGURES]
    coordinator = person("bench.coordinator", Role.COORDINATOR)
    for year in sorted({int(year) for _row, year in cells}):
        collection(pilot, coordinator, year)
    versions = iter(range(1000))

    def save() -> None:
        version = next(versions)
        items = [Item(row.code, year, plausible(row) - version % 2, version=version) for row, year in cells]
        entry.record(pilot=pilot, entries=items, by=lead, door=PAGE).raise_if_refused()

    def save_without() -> None:
        sql("ALTER TABLE pilots_trailrow DISABLE TRIGGER USER")
        save()
        sql("ALTER TABLE pilots_trailrow ENABLE TRIGGER USER")

    save()
    return Measurement(f"saving {len(cells)} figures with their chain", *beside(save, save_without))
