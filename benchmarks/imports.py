"""Importing tables, half of them updates: the act alone and the whole way from CSV and xlsx, beside a bare COPY and upsert."""

import io
import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from statistics import median

from benchmarks.measure import Measurement
from tests.ground import Ground

SIZES = (10_000, 100_000)
# A pilot that reports pairs of inputs and their ratio, every month: three figures are written for two that are typed.
PAIRS = """
WITH parts AS (
  INSERT INTO indicators_variable SELECT (jsonb_populate_record(v, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('indicators_variable', 'id')), 'key', 'bench-' || n, 'minimum', NULL, 'maximum', NULL))).*
  FROM indicators_variable v, generate_series(1, 2 * %(pairs)s) n WHERE v.key = 'city_population' RETURNING *
), placed AS (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM parts
), ratios AS (
  INSERT INTO indicators_indicator SELECT (jsonb_populate_record(i, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('indicators_indicator', 'id')), 'code', 'bench-ratio-' || n.id, 'numerator_id', n.id,
    'denominator_id', d.id, 'frequency', 'month', 'aggregation', 'none', 'minimum', NULL, 'maximum', NULL, 'part_of_whole', false))).*
  FROM placed n JOIN placed d ON n.place %% 2 = 0 AND d.place = n.place + 1,
    (SELECT i FROM indicators_indicator i JOIN indicators_series s ON s.indicator_id = i.id WHERE s.code = 'TJ-29') AS copied (i)
  RETURNING *
), typed AS (
  INSERT INTO indicators_series SELECT (jsonb_populate_record(s, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('indicators_series', 'id')), 'code', v.key, 'variable_id', v.id, 'unit_id', v.unit_id,
    'frequency', 'month'))).* FROM parts v, indicators_series s WHERE s.code = 'city_population' AND s.pilot_id = %(pilot)s
)
INSERT INTO indicators_series SELECT (jsonb_populate_record(s, jsonb_build_object(
  'id', nextval(pg_get_serial_sequence('indicators_series', 'id')), 'code', i.code, 'indicator_id', i.id, 'frequency', 'month'))).*
FROM ratios i, indicators_series s WHERE s.code = 'TJ-29' AND s.pilot_id = %(pilot)s
"""
STAGE = "CREATE TEMPORARY TABLE staging (code text, start date, value numeric) ON COMMIT DROP"
UPSERT = """
INSERT INTO bare (pilot_id, series_id, start, frequency, value, qualifier, flag, reason, given, source, note, explanation, computed,
  version, state, demo, unconfirmed, written_at, door)
SELECT s.pilot_id, s.id, g.start, 'month', g.value, '=', 'A', '', '', '', '', '', false, 1, 'open', false, false, now(), 'workbook'
FROM staging g JOIN indicators_series s ON s.pilot_id = %s AND s.code = g.code
ON CONFLICT (series_id, start, frequency) DO UPDATE SET value = EXCLUDED.value, version = bare.version + 1
"""


@dataclass(frozen=True)
class Row:
    """A line of the table: the code, the year and month, and the figure."""

    code: str
    year: int
    month: int
    value: int

    @property
    def period(self) -> str:
        return f"{self.year}-{self.month:02}"


def measurements(sizes: Sequence[int] = SIZES) -> Iterator[Measurement]:
    """Yield a line for each way and size; every run has a year of its own, half of whose figures stand there already."""
    ground = Ground()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    ground.start()
    try:
        for size in sizes:
            with ground.own(template="seeded"):
                yield from _sized(Pilot(size), size)
    finally:
        ground.stop()


def _sized(pilot: "Pilot", size: int) -> Iterator[Measurement]:
    """Measure every way with one number of rows: three runs of ten thousand, one of more."""
    ways = {
        "the act alone": (pilot.items, pilot.record),
        "CSV: child, preview, act": (pilot.csv, pilot.bring),
        "xlsx: child, preview, act": (pilot.xlsx, pilot.bring),
    }
    years = iter(range(1950, 2190))
    for what, (prepared, run) in ways.items():
        taken = []
        for year in itertools.islice(years, 3 if size <= SIZES[0] else 1):
            rows = pilot.half_filled(year, size)
            given = prepared(rows)
            taken.append((timed(run, given), timed(pilot.floor, rows)))
        yield Measurement(f"{size} rows, {what}", median(ours for ours, _floor in taken), median(floor for _ours, floor in taken))
    rows = pilot.half_filled(next(years), 1000)
    yield Measurement("1000 rows, two queries for each", timed(pilot.one_by_one, rows), timed(pilot.floor, rows))


def timed(work: Callable[[object], object], given: object) -> float:
    """The seconds that one run takes."""
    begun = time.perf_counter()
    work(given)
    return time.perf_counter() - begun


class Pilot:
    """A pilot that reports enough series for the table, and the ways in which the table becomes entries."""

    def __init__(self, size: int) -> None:
        from django.db import connection

        from indicators.models import Series
        from pilots.models import Pilot, Role
        from tests.builders import person

        self.pilot = Pilot.objects.get(slug="tianjin")
        with connection.cursor() as cursor:
            cursor.execute(PAIRS, {"pilot": self.pilot.pk, "pairs": size // 24 + 1})
            cursor.execute("CREATE TABLE bare (LIKE indicators_entry INCLUDING ALL)")
            cursor.execute("ANALYZE")
        self.lead = person("bench.lead", Role.LEAD, self.pilot)
        self.coordinator = person("bench.coordinator", Role.COORDINATOR)
        typed = Series.objects.filter(code__startswith="bench-", variable__isnull=False)
        self.codes = list(typed.order_by("pk").values_list("code", flat=True))

    def half_filled(self, year: int, size: int) -> list[Row]:
        """Call for a year, fill every other month, and return rows for the whole of it with other figures."""
        from tests.builders import collection

        collection(self.pilot, self.coordinator, year)
        rows = [Row(code, year, month, 1000 + month) for code in self.codes for month in range(1, 13)][:size]
        odd = [row for row in rows if row.month % 2]
        self.record(self.items(odd))
        self.floor(odd)
        return [replace(row, value=row.value + 1) for row in rows]

    def items(self, rows: list[Row]) -> list:
        """Make what the act takes, on top of the versions that stand."""
        from indicators import periods
        from indicators.entry import Item
        from indicators.models import Entry

        standing = Entry.objects.filter(pilot=self.pilot, start__year=rows[0].year)
        found = standing.values_list("series__code", "start__month", "version")
        versions = {(code, month): version for code, month, version in found}
        return [
            Item(row.code, periods.parse(row.period), Decimal(row.value), version=versions.get((row.code, row.month), 0)) for row in rows
        ]

    def record(self, items: list) -> None:
        """Record items as one batch."""
        from indicators import entry

        entry.record(pilot=self.pilot, entries=items, by=self.lead, door="workbook").raise_if_refused()

    def csv(self, rows: list[Row]) -> tuple[int, str, bytes]:
        """Write the rows as a table."""
        lines = ("编号,时期,数值", *(f"{row.code},{row.period},{row.value}" for row in rows))
        return rows[0].year, "table.csv", "\n".join(lines).encode()

    def xlsx(self, rows: list[Row]) -> tuple[int, str, bytes]:
        """Write the rows as a workbook."""
        import xlsxwriter

        written = io.BytesIO()
        with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate([("编号", "时期", "数值"), *((row.code, row.period, row.value) for row in rows)]):
                sheet.write_row(place, 0, row)
        return rows[0].year, "table.xlsx", written.getvalue()

    def bring(self, given: tuple[int, str, bytes]) -> None:
        """Import a file as the command does: keep it, read it in a child, weigh it, keep the preview, write."""
        from indicators import importing, periods
        from indicators.models import Import

        year, name, data = given
        found = importing.run(pilot=self.pilot, period=periods.of_year(year), name=name, data=data, by=self.lead, door="command")
        assert found.state == Import.State.APPLIED, (found.state, found.failure, found.counts)

    def floor(self, rows: list[Row]) -> None:
        """Copy the rows to the server and upsert them, without any rule."""
        from django.db import connection, transaction

        text = "".join(f"{row.code},{row.period}-01,{row.value}\n" for row in rows)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(STAGE)
            cursor.copy_expert("COPY staging FROM STDIN CSV", io.StringIO(text))
            cursor.execute(UPSERT, [self.pilot.pk])

    def one_by_one(self, rows: list[Row]) -> None:
        """Do what a stock list serializer does: look each row up and write it; without rule, version, computed figure and trail."""
        from django.utils import timezone

        from indicators.models import Entry, Series

        series = {one.code: one for one in Series.objects.filter(pilot=self.pilot)}
        for row in rows:
            place = {"series": series[row.code], "start": date(row.year, row.month, 1), "frequency": "month"}
            told = {"pilot": self.pilot, "value": row.value, "written_at": timezone.now(), "door": "api"}
            Entry.objects.update_or_create(**place, defaults=told)
