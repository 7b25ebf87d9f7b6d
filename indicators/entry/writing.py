"""Writes settled entries in one statement, one or a hundred thousand, and leaves their trail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import attrgetter

from django.db import connection, models

from indicators import numbers
from indicators.entry.sheet import Sheet
from indicators.entry.weighing import CONTENT
from indicators.models import Entry
from pilots import trail
from pilots.models import Pilot, User

KEY = ("series", "start", "frequency")
WRITTEN = (*CONTENT, "given", "computed", "version", "state", "paper", "unconfirmed", "written_by", "written_at", "door")


def fields(names: Iterable[str]) -> list[models.Field]:
    return [Entry._meta.get_field(name) for name in names]


def columns(names: Iterable[str]) -> str:
    return ", ".join(field.column for field in fields(names))


# Every column goes as one array, which the server takes apart: a row costs it no parsing, and one row costs no more than by itself.
ROW = ("pilot", *KEY, *WRITTEN)
FIGURES, TEXTS = ("value", "numerator", "denominator"), ("reason", "source", "note", "explanation", "given")
figures_of, texts_of = attrgetter(*FIGURES), attrgetter(*TEXTS)
VALUES = attrgetter(*(field.attname for field in fields(ROW)))
UPSERT = f"""
INSERT INTO {Entry._meta.db_table} ({columns(ROW)}) SELECT * FROM unnest({{arrays}})
ON CONFLICT ({columns(KEY)}) DO UPDATE SET {", ".join(f"{field.column} = EXCLUDED.{field.column}" for field in fields(WRITTEN))}
RETURNING id
"""  # noqa: S608


def write(pilot: Pilot, sheet: Sheet, written: list[Entry], *, by: User, door: str) -> None:
    """Write the entries in one statement and leave their trail."""
    rows = zip(*map(VALUES, written), strict=True)
    # Without its length a type refuses what is too long, instead of cutting it.
    arrays = ", ".join(f"%s::{re.sub(r'[(].*[)]', '', field.db_type(connection))}[]" for field in fields(ROW))
    with connection.cursor() as cursor:
        cursor.execute(UPSERT.format(arrays=arrays), [array(column) for column in rows])
        for entry, (key,) in zip(written, cursor.fetchall(), strict=True):
            entry.pk, entry._state.adding = key, False
    changes = [
        trail.Change("entry", f"{entry.series.code}/{entry.period}", told(sheet.entries.get((entry.series_id, entry.period))), told(entry))
        for entry in written
    ]
    trail.leave_many("entry.record", changes, by=by, door=door, pilot=pilot)


def array(values: tuple) -> str:
    """Write a column as PostgreSQL reads an array."""
    words = {value: word(value) for value in set(values)}
    return "{" + ",".join([words[value] for value in values]) + "}"


def word(value: object) -> str:
    """Write one value of an array."""
    if value is None:
        return "NULL"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def told(entry: Entry | None) -> dict | None:
    """Return an entry's content as the trail keeps it."""
    if entry is None:
        return None
    figures = {name: numbers.plain(value) for name, value in zip(FIGURES, figures_of(entry), strict=True) if value is not None}
    texts = {name: text for name, text in zip(TEXTS, texts_of(entry), strict=True) if text}
    if entry.until:
        texts["until"] = str(entry.until)
    paper = {"paper": entry.paper_id, "unconfirmed": entry.unconfirmed} if entry.paper_id else {}
    return {
        **figures,
        **texts,
        **paper,
        "qualifier": entry.qualifier,
        "flag": entry.flag,
        "version": entry.version,
        "computed": entry.computed,
        "demo": entry.demo,
    }
