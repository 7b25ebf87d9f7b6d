"""Keeps the files that people bring for import: each under the sha256 of its bytes, on the disk before its row is there."""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import Import
from indicators.periods import Period
from pilots import access, outbox, storing, trail
from pilots.models import Door, Pilot, User

MEGABYTE = 1024 * 1024
LARGEST = {Door.COMMAND: 100 * MEGABYTE}
LARGEST_ON_A_PAGE = 10 * MEGABYTE
# All the files that a pilot has brought; at 40 kB a workbook that is a lifetime's.
ROOM = 1024 * MEGABYTE
# The first half of the key under which the database makes those wait who put files, and who sweep files away.
OF_THE_BROOM = 37104
ABANDONED_AFTER = timedelta(days=1)


@transaction.atomic
def bring(*, pilot: Pilot, period: Period, name: str, data: bytes, by: User, door: str) -> Import:
    """Keep a workbook or table for a period of a pilot; a worker reads it as soon as the transaction is committed.

    A contributor or a lead does this. Refused: an empty file, one that is too large, and one for which the pilot has no room.
    """
    found = keep(pilot=pilot, period=period, name=name, data=data, by=by, door=door)
    outbox.put("importing.read", key=f"import-{found.pk}", payload={"import_id": found.pk})
    return found


@transaction.atomic
def keep(*, pilot: Pilot, period: Period, name: str, data: bytes, by: User, door: str) -> Import:
    """Keep a file and make its row, which waits to be read."""
    access.require(by, pilot, *access.TEAM)
    check_size(data, door)
    check_room(pilot, len(data))
    sha256 = hashlib.sha256(data).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [OF_THE_BROOM])
    storing.put(path_of(sha256), data)
    found = Import(
        pilot=pilot,
        start=period.start,
        frequency=period.frequency,
        name=tidy(name),
        sha256=sha256,
        size=len(data),
        brought_by=by,
        brought_at=timezone.now(),
        door=door,
        demo=by.demo,
    )
    found.full_clean(exclude=["kind"])
    found.save()
    leave("bring", found, by=by, door=door, after={"period": period.code, "name": found.name, "sha256": sha256, "size": found.size})
    return found


def check_size(data: bytes, door: str) -> None:
    """Refuse a file without content, and one that is larger than its door takes."""
    if not data:
        raise ValidationError(_("The file is empty. Save the workbook again and bring that."), code="empty")
    most = LARGEST.get(door, LARGEST_ON_A_PAGE)
    if len(data) > most:
        raise ValidationError(
            _("The file is larger than %(most)s MB. Remove pictures and sheets without figures, or bring it in parts."),
            code="too_large",
            params={"most": most // MEGABYTE},
        )


def check_room(pilot: Pilot, size: int) -> None:
    """Refuse a file for which the pilot has no room left."""
    used = Import.objects.filter(pilot=pilot).aggregate(sum=Sum("size"))["sum"] or 0
    if used + size > ROOM:
        raise ValidationError(
            _("%(pilot)s has no room for this file: what it brings may take %(most)s MB. Ask the administrator."),
            code="quota",
            params={"pilot": pilot.short_name, "most": ROOM // MEGABYTE},
        )


def tidy(name: str) -> str:
    """Return the last part of a file's name, without signs that do not print, as long as the row takes."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if sign.isprintable()).strip()
    return plain[-255:] or "table"


def path_of(sha256: str) -> Path:
    """Return where a file lies; two letters of its name are a folder, so that no folder grows too long."""
    return Path(settings.MEDIA_ROOT) / "imports" / sha256[:2] / sha256


@transaction.atomic
def sweep() -> int:
    """Remove the files that no row names, which a server that was killed has left; return how many they were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [OF_THE_BROOM])
    latest = time.time() - ABANDONED_AFTER.total_seconds()
    named = set(Import.objects.values_list("sha256", flat=True))
    folder = Path(settings.MEDIA_ROOT) / "imports"
    found = [file for file in folder.glob("??/*") if file.name not in named and file.stat().st_mtime < latest]
    for file in found:
        file.unlink(missing_ok=True)
    return len(found)


def leave(step: str, found: Import, *, by: User | None, door: str, **told: object) -> None:
    """Leave the trail row of a step of an import."""
    trail.leave(f"importing.{step}", kind="import", key=str(found.pk), by=by, door=door, pilot=found.pilot, **told)
