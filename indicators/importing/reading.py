"""Reads what was brought: a worker opens the file in a child process, weighs every row, and makes the preview ready."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from indicators import workbook
from indicators.importing import keeping, weighing
from indicators.importing.lines import Line, count, count_cells, keep, words_of
from indicators.importing.table import UNDER_WAY, State
from indicators.models import Import
from indicators.sheets import BY_COMMAND, ON_A_PAGE
from indicators.workbook import Book
from pilots.models import Door, User

log = logging.getLogger(__name__)
# The first half of the key under which the database keeps two workers from one import.
LOCK = 37105
OPENED, WEIGHED = 10, 60


class Stopped(Exception):
    """The import is not being read any more: somebody cancelled it."""


def read(*, import_id: int, by: User | None, door: str) -> Import:
    """Read what was brought and show what it would do, or say why it cannot be read.

    Safe to call again at any time: a reading that was interrupted is taken up from the beginning, one that is done stays as it is.
    """
    with _alone(import_id):
        found = _begin(import_id, by=by, door=door)
        if found.state != State.READING:
            return found
        try:
            book = open_book(found)
            _go_on(found, WEIGHED)
            lines = weighing.weigh(book, pilot=found.pilot, period=found.period, by=found.brought_by)
            _finish(found, book.kind, lines, by=by, door=door)
        except Stopped:
            log.info("import %s was cancelled while it was read", found.pk)
        except (ValidationError, PermissionDenied) as refusal:
            _fail(found, refusal, by=by, door=door)
    found.refresh_from_db()
    return found


def open_book(found: Import) -> Book:
    """Read the file of an import in a child process; at the command more fits than on a page."""
    limits = BY_COMMAND if found.door == Door.COMMAND else ON_A_PAGE
    return workbook.read(keeping.path_of(found.sha256), name=found.name, limits=limits)


@contextmanager
def _alone(import_id: int) -> Iterator[None]:
    """Keep other workers from the import; the database frees the lock by itself when this worker dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, import_id])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, import_id])


def _begin(import_id: int, *, by: User | None, door: str) -> Import:
    """Take the import into work, or leave it as it is where nothing is to be done."""
    Import.objects.filter(pk=import_id, state__in=UNDER_WAY).update(state=State.READING, percent=OPENED, heard_at=timezone.now())
    return Import.objects.select_related("pilot", "brought_by").get(pk=import_id)


def _go_on(found: Import, percent: int, **more: object) -> None:
    """Write how far the reading is; nothing is written to one that was cancelled, and the work stops."""
    if not Import.objects.filter(pk=found.pk, state=State.READING).update(percent=percent, heard_at=timezone.now(), **more):
        raise Stopped


@transaction.atomic
def _finish(found: Import, kind: str, lines: Sequence[Line], *, by: User | None, door: str) -> None:
    """Keep the lines and make the preview ready, in one step."""
    _go_on(found, 100, state=State.READY, kind=kind[:4], lines=[keep(line) for line in lines], counts=counts_of(lines))
    keeping.leave("ready", found, by=by, door=door, after=count(lines))


def counts_of(lines: Sequence[Line]) -> dict[str, object]:
    """Return what is counted of an import: figures by what becomes of them, and all cells that are not empty."""
    return {**count(lines), "cells": count_cells(lines)}


@transaction.atomic
def _fail(found: Import, refusal: ValidationError | PermissionDenied, *, by: User | None, door: str) -> None:
    """Write down that the file cannot be read, and why; one that was cancelled meanwhile stays cancelled."""
    code = getattr(refusal, "code", None) or "not_allowed"
    failure = {"code": code, **words_of(refusal)}
    moved = Import.objects.filter(pk=found.pk, state=State.READING).update(state=State.FAILED, failure=failure, heard_at=timezone.now())
    if moved:
        keeping.leave("fail", found, by=by, door=door, after={"code": code})
