"""The daily backup: made once a day whoever asks, proven once a week, and older ones let go once a newer one is sound."""

from __future__ import annotations

import dataclasses
import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.utils import timezone

from portal import rotation
from portal.management.backups import making, restoring, seal, server
from portal.management.backups.making import Made
from portal.rotation import Note

PROVEN_EVERY = timedelta(days=7)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Daily:
    """The backup of a day and where it lies."""

    made: Made
    path: Path


def make() -> Daily | None:
    """Make this day's backup unless it is there or being made; prove the newest once a week; let older ones go.

    A stored file that the disk has lost does not stop it: that is noted instead, so that the rest is saved. What it came to is kept
    beside the archives and logged. Refused where BACKUP_DIR is empty.
    """
    where = rotation.folder()
    if where is None:
        raise CommandError("BACKUP_DIR is empty, so no daily backups are made. Set it to a folder, best on another disk.")
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(where) as mine:
        if not mine or not rotation.due():
            return None
        return _make(rotation.place(timezone.localdate()))


def _make(path: Path) -> Daily:
    for left in path.parent.glob("portal-*.zip.*.partial"):
        left.unlink()
    before = rotation.last()
    proven = {"verified": before.verified, "verified_at": before.verified_at} if before else {}
    try:
        made = making.make(path, incomplete=True)
    except Exception as error:
        _note(Note(at=timezone.now(), made=False, error=str(error)[:500], **proven))
        raise
    manifest = made.manifest
    note = Note(
        at=manifest.made_at,
        made=True,
        name=path.name,
        size=made.size,
        digest=manifest.digest,
        findings=len(manifest.findings),
        missing=len(manifest.missing),
        **proven,
    )
    _note(note)
    if note.verified_at is None or note.verified_at < timezone.now() - PROVEN_EVERY:
        note = _proven(note, path)
        _note(note)
    _let_go(path)
    return Daily(made, path)


def _proven(note: Note, path: Path) -> Note:
    """Bring the archive back beside the portal, and note whether it would restore."""
    with server.maintenance() as cursor:
        lack = server.lacks_right(cursor)
    if lack:
        return dataclasses.replace(note, verified=None, error=lack)
    try:
        restoring.verify(path, say=log.info)
    except CommandError as error:
        return dataclasses.replace(note, verified=False, verified_at=None, error=str(error)[:500])
    return dataclasses.replace(note, verified=True, verified_at=timezone.now(), error="")


def _let_go(newest: Path) -> None:
    """Remove the backups that are no longer kept, once the newest is seen to lie whole on the disk."""
    days, weeks, months = settings.BACKUP_KEEP
    if not seal.holds(newest):
        log.error("The new backup %s is damaged on its disk; no older one was removed", newest.name)
        return
    for path in rotation.spare(rotation.standing(), days=days, weeks=weeks, months=months):
        path.unlink()
        log.info("The backup %s is no longer kept", path.name)


def _note(note: Note) -> None:
    rotation.remember(note)
    told = log.info if note.sound else log.error
    told(
        "Backup %s: made %s, %s bytes, verified %s, missing %s %s", note.name, note.made, note.size, note.verified, note.missing, note.error
    )


@contextmanager
def _alone(where: Path) -> Iterator[bool]:
    """Say whether this process has the folder for itself; the hold ends with the process."""
    handle = os.open(where / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
