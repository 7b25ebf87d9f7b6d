"""Brings, reads and imports a table in one go, for whoever works at the server itself."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.utils import timezone

from indicators import workbook
from indicators.importing import applying, keeping, reading, weighing
from indicators.importing.lines import CONFLICT, REFUSED, keep, lines_of, preview_of
from indicators.importing.table import State
from indicators.models import Import
from indicators.periods import Period
from indicators.sheets import BY_COMMAND
from pilots import access
from pilots.models import Pilot, User


def run(
    *, pilot: Pilot, period: Period, name: str, data: bytes, by: User, door: str, only_valid: bool = False, dry_run: bool = False
) -> Import:
    """Import a file at once, or with `dry_run` only say what it would do and keep nothing.

    With problems and without `only_valid` nothing is imported: the import is left read, to be looked at and applied on its page.
    """
    if dry_run:
        return rehearsed(pilot=pilot, period=period, name=name, data=data, by=by, door=door)
    found = keeping.keep(pilot=pilot, period=period, name=name, data=data, by=by, door=door)
    found = reading.read(import_id=found.pk, by=by, door=door)
    held = any(line.status in (REFUSED, CONFLICT) for line in lines_of(found)) and not only_valid
    if found.state != State.READY or held:
        return found
    return applying.apply(found=found, preview=preview_of(found), only_valid=only_valid, by=by, door=door)


def rehearsed(*, pilot: Pilot, period: Period, name: str, data: bytes, by: User, door: str) -> Import:
    """Return an import that is kept nowhere, as it would be read."""
    access.require(by, pilot, *access.TEAM)
    keeping.check_size(data, door)
    with tempfile.NamedTemporaryFile(prefix="import-") as file:
        file.write(data)
        file.flush()
        book = workbook.read(Path(file.name), name=name, limits=BY_COMMAND)
    lines = weighing.weigh(book, pilot=pilot, period=period, by=by)
    told = {"start": period.start, "frequency": period.frequency, "name": keeping.tidy(name), "kind": book.kind[:4], "size": len(data)}
    rows = {"lines": [keep(line) for line in lines], "counts": reading.counts_of(lines), "percent": 100}
    return Import(pilot=pilot, state=State.READY, brought_by=by, brought_at=timezone.now(), door=door, **told, **rows)
