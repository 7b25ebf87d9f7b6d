"""Makes entries in memory, by the thousand: drafts of what is to be written, and what stands in the database."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

from django.db import connection
from django.db.models.base import ModelState

from indicators.models import Entry, Series
from indicators.periods import Period
from pilots.models import Pilot

NAMES = [field.attname for field in Entry._meta.concrete_fields]
# Django takes 25 µs to fill in an entry, field by field; a copy of what it fills in takes two.
BLANK = {name: getattr(Entry(), name) for name in NAMES}
COLUMNS = ", ".join(field.column for field in Entry._meta.concrete_fields)
STANDING = f"SELECT {COLUMNS} FROM indicators_entry WHERE series_id = ANY(%s) AND extract(year FROM start) = ANY(%s)"  # noqa: S608


@contextlib.contextmanager
def collector_resting() -> Iterator[None]:
    """Let Python's garbage collector rest: a batch makes a million objects that all stay, and it would walk them again and again."""
    worked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if worked:
            gc.enable()


def draft(pilot: Pilot, series: Series, period: Period, **content: object) -> Entry:
    """Make an entry that is not written yet; `content` is named as the columns are."""
    place = {"pilot_id": pilot.pk, "series_id": series.pk, "start": period.start, "frequency": period.frequency, "period": period}
    return made({**BLANK, **place, **content}, pilot=pilot, series=series, adding=True)


def standing(pilot: Pilot, series: dict[int, Series], years: list[int]) -> Iterator[Entry]:
    """Yield what stands in the cells of these series, by their keys, in some years."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [list(series), years])
        while rows := cursor.fetchmany(2000):
            for row in rows:
                fields = dict(zip(NAMES, row, strict=True))
                yield made(fields, pilot=pilot, series=series[fields["series_id"]], adding=False)


def made(fields: dict[str, object], *, pilot: Pilot, series: Series, adding: bool) -> Entry:
    entry = Entry.__new__(Entry)
    entry.__dict__ = fields
    state = entry._state = ModelState()
    state.adding = adding
    state.fields_cache = {"pilot": pilot, "series": series}
    return entry
