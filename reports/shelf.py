"""The shelf: printed files in the private folder, each under the sha256 of its bytes."""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from pilots import storing

# No file takes that long to be written; what is older belongs to a worker that was killed.
ABANDONED_AFTER = timedelta(days=1)


class Kept(NamedTuple):
    """A file on the shelf."""

    sha256: str
    size: int


def keep(data: bytes) -> Kept:
    """Put bytes on the shelf: whole and on the disk before they have their name, so that nobody ever meets half a file.

    The same bytes again change nothing. A full or broken disk raises OSError.
    """
    kept = Kept(hashlib.sha256(data).hexdigest(), len(data))
    storing.put(path_of(kept.sha256), data)
    return kept


def sweep() -> int:
    """Remove the unfinished files that are older than a day, and return how many they were."""
    latest = time.time() - ABANDONED_AFTER.total_seconds()
    abandoned = [file for file in Path(settings.MEDIA_ROOT).rglob(f"{storing.UNFINISHED}*") if file.stat().st_mtime < latest]
    for file in abandoned:
        file.unlink(missing_ok=True)
    return len(abandoned)


def path_of(sha256: str) -> Path:
    """Return where a file lies; two letters of its name are a folder, so that no folder grows too long."""
    return Path(settings.MEDIA_ROOT) / "reports" / sha256[:2] / sha256
