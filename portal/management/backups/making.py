"""Making an archive: the database and every file, as one moment saw them, whole and on the disk before it has its name."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from indicators import evidence, importing
from indicators.models import Evidence, Import, Revision
from portal import __version__
from portal.management import digest
from portal.management.backups import seal, server
from portal.management.backups.manifest import Manifest, Stored, Summed
from portal.management.backups.seal import Sealed
from portal.management.digest import Table
from portal.management.integrity import CHECKS
from reports import shelf
from reports.models import ReportFile

MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files/"
# A stolen archive lets nobody in by an open session.
LEFT_OUT = ("django_session",)


@dataclass(frozen=True)
class Made:
    """An archive that was made, and its size in bytes."""

    manifest: Manifest
    size: int


def make(target: Path, *, incomplete: bool = False) -> Made:
    """Make an archive in a file of this name, which only its owner may read.

    Until it is whole and on the disk it has another name, and a failure leaves nothing. Refused: a name that is taken; a stored file
    that the database names and the disk has lost, unless `incomplete` is wanted; a disk that has no room.
    """
    refuse_taken(target)
    with _named_when_whole(target) as file:
        return write(file, incomplete=incomplete)


def write(out: BinaryIO, *, incomplete: bool = False, tables: Iterable[Table] | None = None) -> Made:
    """Write an archive to an output that need not be able to seek; memory does not grow with what is in it.

    `tables` are the domain tables and columns that count; by default those of this version of the portal.
    """
    sealed = Sealed(out)
    with digest.moment() as cursor, zipfile.ZipFile(sealed, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[arg-type]
        archive.comment = seal.BLANK
        facts = _of_the_database(cursor, tables)
        dump = _dump(archive, cursor)
        promised = _promised({table.name for table in facts["tables"]})
        files = list(_copies(archive, promised, moment=facts["made_at"]))
        missing = sorted(promised - {file.path for file in files})
        if missing and not incomplete:
            raise CommandError(_says_missing(missing))
        total = digest.files((Path(settings.MEDIA_ROOT) / file.path, file.sha256) for file in files)
        manifest = Manifest(
            **facts,
            digest=digest.whole([*(digest.Part(t.name, t.count, t.sha256) for t in facts["tables"]), total]),
            files_sha256=total.sha256,
            dump=dump,
            files=tuple(files),
            missing=tuple(missing),
            findings=findings() if tables is None else {},
        )
        archive.writestr(_member(MANIFEST), manifest.written())
    sealed.close_with_seal()
    return Made(manifest, sealed.size)


def findings() -> dict[str, int]:
    """How many rows break each check of integrity, where any do."""
    counts = {code: check.faults()[0] for code, check in CHECKS.items()}
    return {code: count for code, count in counts.items() if count}


def refuse_taken(target: Path) -> None:
    """Refuse the name of a file that is there, and a folder that is not."""
    if target.exists():
        raise CommandError(f"{target} is there already, and a backup never takes the place of another. Choose a new name.")
    if not target.parent.is_dir():
        raise CommandError(f"There is no folder {target.parent}. Make it first.")


def settle(folder: Path) -> None:
    """Let the disk know the names in a folder, so that they outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _named_when_whole(target: Path) -> Iterator[BinaryIO]:
    handle, unfinished = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.", suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        refuse_taken(target)
        Path(unfinished).rename(target)
        settle(target.parent)
    except OSError as error:
        raise CommandError(f"The backup was not made, and nothing of it is left: {error.strerror or error}.") from error
    finally:
        Path(unfinished).unlink(missing_ok=True)


def _of_the_database(cursor: CursorWrapper, tables: Iterable[Table] | None) -> dict:
    """What the manifest says of the database, read in the moment that the cursor holds."""
    wanted = digest.tables() if tables is None else list(tables)
    sums = zip(wanted, digest.rows(cursor, wanted), strict=True)
    identity = Revision.objects.values_list("identity", flat=True).first()
    applied = MigrationRecorder(connection).migration_qs.order_by("app", "name").values_list("app", "name")
    return {
        "made_at": timezone.now(),
        "app": __version__,
        "postgresql": server.version(),
        "identity": str(identity or ""),
        "migrations": tuple(applied),
        "tables": tuple(Summed(table.name, table.columns, part.count, part.sha256) for table, part in sums),
    }


def _dump(archive: zipfile.ZipFile, cursor: CursorWrapper) -> Stored:
    """Let pg_dump copy the same moment that the cursor holds."""
    cursor.execute("SELECT pg_export_snapshot()")
    (snapshot,) = cursor.fetchone()
    program, _major = server.tool("pg_dump", at_least=server.version())
    place, env = server.address(server.name())
    argv = [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--dbname={place}"]
    argv += [f"--exclude-table-data={table}" for table in LEFT_OUT]
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words)  # noqa: S603 - no shell
        try:
            stored = _member_from(archive, DUMP, process.stdout, path=DUMP)
            code = process.wait()
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        if code:
            words.seek(0)
            raise CommandError(f"The database could not be copied: {words.read(2000).decode(errors='replace').strip()}")
    return stored


def _copies(archive: zipfile.ZipFile, promised: set[str], *, moment: datetime) -> Iterator[Stored]:
    """Copy every stored file; only files that no row names are ever swept away, so one of those may be gone meanwhile.

    A file that was written after the moment and that no row of the moment names is left out, as is its row.
    """
    root = Path(settings.MEDIA_ROOT)
    for path in digest.walk(root):
        name = path.relative_to(root).as_posix()
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            if name not in promised and os.fstat(file.fileno()).st_mtime > moment.timestamp():
                continue
            yield _member_from(archive, FILES + name, file, path=name)


def _member_from(archive: zipfile.ZipFile, name: str, source: IO[bytes], *, path: str) -> Stored:
    """Copy a source into the archive, and say how long it was and which sha256 it has."""
    total, size = hashlib.sha256(), 0
    with archive.open(_member(name), "w", force_zip64=True) as member:
        while chunk := source.read(seal.CHUNK):
            total.update(chunk)
            size += len(chunk)
            member.write(chunk)
    return Stored(path, size, total.hexdigest())


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
    info.external_attr = 0o100600 << 16
    return info


def _promised(tables: set[str]) -> set[str]:
    """The files that the database of this moment names, by their paths below the folder of files; an early one lacks some of the tables."""
    root = Path(settings.MEDIA_ROOT)
    # What the virus scan refused may have been taken off the disk by the scanner itself.
    named = {
        shelf.path_of: ReportFile.objects.all(),
        evidence.path_of: Evidence.objects.exclude(state=Evidence.State.REFUSED),
        importing.path_of: Import.objects.all(),
    }
    there = {place: rows for place, rows in named.items() if rows.model._meta.db_table in tables}
    paths = (place(sha256) for place, rows in there.items() for sha256 in rows.order_by().values_list("sha256", flat=True).distinct())
    return {path.relative_to(root).as_posix() for path in paths}


def _says_missing(missing: list[str]) -> str:
    return (
        f"{len(missing)} files that the database names are not on the disk, the first of them {missing[0]}. "
        "Bring them back from an earlier backup; check_integrity names the reports and the evidence. "
        "To make a backup without them, which says so, add --incomplete."
    )
