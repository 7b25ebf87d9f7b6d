"""Tends the files of evidence: sums them up again, and sweeps away those that no row names."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction

from indicators.evidence import places
from indicators.evidence.keeping import OF_THE_BROOM
from indicators.models import Evidence
from pilots import storing

# Nobody takes that long from the file on the disk to its row; what is older was left by a process that was killed.
ABANDONED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Trouble:
    """A file of evidence that is not on the disk, or not as it was put."""

    evidence: Evidence
    missing: bool


def rehash() -> Iterator[Trouble]:
    """Sum up every file again and name those that are gone or changed; what the virus scan refused may be gone."""
    for evidence in Evidence.objects.exclude(state=Evidence.State.REFUSED).select_related("pilot").order_by("pk").iterator():
        if not places.sound(evidence.sha256):
            yield Trouble(evidence, not places.path_of(evidence.sha256).is_file())


def sweep() -> int:
    """Remove the files that no row names and that are older than a day, and return how many they were."""
    return sum(removed(path) for path in list(files()) if is_old(path) and not named(path))


def files() -> Iterator[Path]:
    """Give every file of evidence that has its name; unfinished ones are swept with those of the reports."""
    for path in places.root().glob("*/*"):
        if path.is_file() and not path.name.startswith(storing.UNFINISHED):
            yield path


def is_old(path: Path) -> bool:
    """Say whether a file is older than a day."""
    try:
        return os.stat(path).st_mtime < time.time() - ABANDONED_AFTER.total_seconds()
    except FileNotFoundError:
        return False


def named(path: Path) -> bool:
    """Say whether a row names a file."""
    return Evidence.objects.filter(sha256=path.name).exists()


@transaction.atomic
def removed(path: Path) -> bool:
    """Remove a file unless it was put again meanwhile; whoever puts one waits for the end of this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [OF_THE_BROOM])
    if named(path) or not is_old(path):
        return False
    path.unlink(missing_ok=True)
    return True
