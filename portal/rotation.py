"""The folder of daily backups: whether the day has its own, which may go, and what the last one came to."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

NAME = re.compile(r"portal-(\d{4}-\d\d-\d\d)\.zip")
NOTE = "last.json"
# A day's backup may be a few hours late before anybody is told.
LATE = timedelta(hours=36)


@dataclass(frozen=True)
class Note:
    """What the last try came to: when, whether it was made, how large, and when an archive was last seen to restore."""

    at: datetime
    made: bool
    name: str = ""
    size: int = 0
    digest: str = ""
    findings: int = 0
    missing: int = 0
    error: str = ""
    verified: bool | None = None
    verified_at: datetime | None = None

    @property
    def sound(self) -> bool:
        """Whether an archive was made lately, with all its files, and none failed its proof."""
        return self.made and not self.missing and self.verified is not False and self.at > timezone.now() - LATE

    def told(self) -> dict[str, object]:
        """The note for a program to read, times as ISO 8601."""
        return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(self).items()}


def folder() -> Path | None:
    """The folder of daily backups, or None where none are made."""
    return Path(settings.BACKUP_DIR) if settings.BACKUP_DIR else None


def place(day: date) -> Path:
    """Where the backup of a day lies."""
    return Path(settings.BACKUP_DIR) / f"portal-{day:%Y-%m-%d}.zip"


def due() -> bool:
    """Whether daily backups are wanted and this day, on the portal's own clock, has none yet."""
    return bool(settings.BACKUP_DIR) and not place(timezone.localdate()).exists()


def standing() -> list[Path]:
    """The daily backups by their day, the oldest first; any other file in the folder is not ours."""
    where = folder()
    return sorted(path for path in where.iterdir() if NAME.fullmatch(path.name)) if where and where.is_dir() else []


def spare(found: list[Path], *, days: int, weeks: int, months: int) -> list[Path]:
    """Which of the daily backups may go: all but the last of each of so many days, weeks and months that have any.

    Days without a backup do not count, so that nothing goes while none are made.
    """
    kept: set[Path] = set()
    for many, mark in ((days, "%Y-%m-%d"), (weeks, "%G-%V"), (months, "%Y-%m")):
        last = {_day(path).strftime(mark): path for path in sorted(found)}
        kept.update(list(last.values())[-many:] if many else [])
    return [path for path in sorted(found)[:-1] if path not in kept]


def last() -> Note | None:
    """What the last try came to, or None before the first."""
    where = folder()
    try:
        facts = json.loads((where / NOTE).read_text(encoding="utf-8")) if where else None
    except (OSError, ValueError):
        return None
    if facts is None:
        return None
    times = {key: datetime.fromisoformat(facts[key]) if facts[key] else None for key in ("at", "verified_at")}
    return Note(**{**facts, **times})


def remember(note: Note) -> None:
    """Keep what the last try came to, whole or not at all."""
    path = Path(settings.BACKUP_DIR) / NOTE
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(note.told(), indent=1), encoding="utf-8")
    fresh.replace(path)


def _day(path: Path) -> date:
    return date.fromisoformat(NAME.fullmatch(path.name)[1])  # type: ignore[index]
