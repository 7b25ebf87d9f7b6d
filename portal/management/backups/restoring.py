"""Restoring: an archive is brought back beside the portal, proven there, and only then put in the portal's place."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError
from django.utils import timezone
from kombu.exceptions import OperationalError

from indicators import publishing
from pilots import outbox
from pilots.models import Door
from portal.celery import app
from portal.management import digest
from portal.management.backups import proof, seal, server
from portal.management.backups.archive import Archive, opened
from portal.management.backups.making import settle
from portal.management.backups.manifest import Manifest
from portal.management.backups.server import Cursor

STAGED, ASIDE = "_restore_", "_before_"
LEAVING = 3.0  # seconds in which a closed connection may still be counted
Say = Callable[[str], None]


@dataclass(frozen=True)
class Places:
    """Where a restore works: the portal's database and folder, and the names of this run beside them."""

    database: str
    stamp: str

    @property
    def staged(self) -> str:
        """The new database until it is proven."""
        return f"{self.database}{STAGED}{self.stamp}"

    @property
    def aside(self) -> str:
        """The former database afterwards."""
        return f"{self.database}{ASIDE}{self.stamp}"

    @property
    def files(self) -> Path:
        """The folder of stored files."""
        return Path(settings.MEDIA_ROOT)

    @property
    def staged_files(self) -> Path:
        """The archive's files until they are proven; on the same disk, so that a name is all that moves."""
        return self.files / f".restore-{self.stamp}"

    @property
    def aside_files(self) -> Path:
        """Former files that are not in the archive."""
        return self.files / f".before-{self.stamp}"


def restore(path: Path, *, say: Say, despite_findings: bool = False) -> Manifest:
    """Put what an archive holds in the place of the portal's database and files; the former ones are kept under other names.

    The exchange of the databases is one stroke, and before it files are only added: whatever stops this, either the former portal or
    the restored one is there, whole. Refused: an archive that is not sound or not proven, and a portal that is running.
    """
    with opened(path) as archive, server.maintenance() as cursor:
        places = Places(server.name(), _stamp())
        _refuse_running(cursor, places.database)
        with _staged(archive, cursor, places, say=say, despite_findings=despite_findings):
            with server.working_on(places.staged):
                _begin_anew(archive.manifest, path)
            _exchange(archive.manifest, cursor, places)
        _set_aside(archive.manifest, places)
        if _empty(places.aside):
            server.drop(cursor, places.aside)
        else:
            files = f", and files that are not in the archive in {places.aside_files}" if places.aside_files.exists() else ""
            say(f"The former database is kept as {places.aside}{files}. To remove what is kept: restore --drop-old")
        return archive.manifest


def verify(path: Path, *, say: Say, despite_findings: bool = False) -> Manifest:
    """Do everything that a restore does but the exchange, and leave nothing behind. Refused like a restore."""
    with opened(path) as archive, server.maintenance() as cursor:
        places = Places(server.name(), _stamp())
        with _staged(archive, cursor, places, say=say, despite_findings=despite_findings):
            return archive.manifest


def drop_old(*, say: Say) -> None:
    """Remove what earlier restores have kept or, interrupted, left behind."""
    with server.maintenance() as cursor:
        for beginning in (STAGED, ASIDE):
            for database in server.named(cursor, server.name() + beginning):
                server.drop(cursor, database)
                say(f"Removed the database {database}")
    for folder in [*_folders(".restore-"), *_folders(".before-")]:
        shutil.rmtree(folder)
        say(f"Removed the folder {folder}")


@contextmanager
def _staged(archive: Archive, cursor: Cursor, places: Places, *, say: Say, despite_findings: bool) -> Iterator[None]:
    """Bring an archive back beside the portal and prove it; whatever of it stands there at the end is removed."""
    if lack := server.lacks_right(cursor):
        raise CommandError(lack)
    _clear(cursor, places.database)
    try:
        say("The archive is whole. Bringing it back beside the portal.")
        _bring_database(archive, cursor, places)
        _bring_files(archive, places)
        with server.working_on(places.staged), _files_in(places.staged_files):
            proof.same(archive.manifest)
            proof.forward()
            proof.sound(archive.manifest, say=say, despite_findings=despite_findings)
        say(f"Proven: its digest is {archive.manifest.digest}, as when it was made.")
        yield
    except OSError as error:
        raise CommandError(f"The archive could not be brought back, and the portal is as it was: {error.strerror or error}.") from error
    finally:
        server.drop(cursor, places.staged)
        shutil.rmtree(places.staged_files, ignore_errors=True)


def _bring_database(archive: Archive, cursor: Cursor, places: Places) -> None:
    """Make the new database and let pg_restore fill it."""
    if server.version() < archive.manifest.postgresql:
        raise CommandError(
            f"The archive comes from PostgreSQL {archive.manifest.postgresql} and this server is {server.version()}. "
            "Restore it on a server of that version or a later one."
        )
    program, _major = server.tool("pg_restore", at_least=archive.manifest.postgresql)
    server.make_empty(cursor, places.staged, like=places.database)
    place, env = server.address(places.staged)
    argv = [program, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={place}"]
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=words)  # noqa: S603 - no shell
        # A program that has ended takes no more, and says why.
        with contextlib.suppress(BrokenPipeError), archive.dump() as dump, process.stdin as pipe:
            shutil.copyfileobj(dump, pipe, seal.CHUNK)
        if process.wait():
            words.seek(0)
            said = words.read(2000).decode(errors="replace").strip()
            raise CommandError(f"The database of the archive could not be brought back, and the portal is as it was: {said}")


def _bring_files(archive: Archive, places: Places) -> None:
    """Write the archive's files into a folder of their own, each on the disk before the next."""
    places.staged_files.mkdir(parents=True, mode=0o700)
    for stored in archive.manifest.files:
        target = places.staged_files / stored.path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with archive.file(stored) as source, os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(source, file, seal.CHUNK)
            file.flush()
            os.fsync(file.fileno())


def _exchange(manifest: Manifest, cursor: Cursor, places: Places) -> None:
    """Add the files that the portal lacks, exchange the databases, and take the additions back where that is refused."""
    added = []
    try:
        for stored in manifest.files:
            target = places.files / stored.path
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                added.append(target)
                (places.staged_files / stored.path).rename(target)
                settle(target.parent)
        server.exchange(cursor, old=places.database, aside=places.aside, new=places.staged)
    except BaseException:
        for target in added:
            target.unlink(missing_ok=True)
        raise
    # From here the restored database is the portal's. A file of the same name and another content gives way to the archive's.
    for stored in manifest.files:
        target = places.files / stored.path
        if digest.sha256_of(target) != stored.sha256:
            shutil.copy2(target, _kept(target, places))
            (places.staged_files / stored.path).replace(target)
            settle(target.parent)


def _set_aside(manifest: Manifest, places: Places) -> None:
    """Move the former files that are not in the archive out of the way."""
    kept = {file.path for file in manifest.files}
    for path in list(digest.walk(places.files)):
        if path.relative_to(places.files).as_posix() not in kept:
            path.rename(_kept(path, places))


def _kept(path: Path, places: Places) -> Path:
    """Where a former file is kept, in the folder of what was before."""
    place = places.aside_files / path.relative_to(places.files)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def _begin_anew(manifest: Manifest, path: Path) -> None:
    """Give the restored portal another identity, and let it note in its trail, once it runs, that it was restored."""
    publishing.begin_anew(by=None, door=Door.COMMAND)
    facts = {"digest": manifest.digest, "made_at": manifest.made_at.isoformat(), "restored_at": timezone.now().isoformat()}
    outbox.put("portal.restored", key=manifest.digest[:12], payload={"archive": path.name, **facts})


def _refuse_running(cursor: Cursor, database: str) -> None:
    """Refuse while anybody but this process works on the database; who is just leaving, as this process itself, is waited for."""
    deadline = time.monotonic() + LEAVING
    with server.working_on(database):
        while (found := server.guests(cursor, database)) and time.monotonic() < deadline:
            time.sleep(0.05)
    if found or _a_worker_answers():
        who = f"{found} programs are connected to the database {database}" if found else "A worker of the portal answers"
        raise CommandError(
            f"{who}. Stop the portal (web, worker and beat; a desk with Ctrl-C) and "
            "restore again. To see whether an archive would restore while the portal runs, add --verify."
        )


def _a_worker_answers() -> bool:
    """Whether a worker runs, which between two jobs is connected to no database; without a broker none can work."""
    try:
        return bool(app.control.ping(timeout=1.0, limit=1))
    except (OperationalError, OSError):
        return False


def _clear(cursor: Cursor, database: str) -> None:
    """Remove what an interrupted restore has left; no other one is running, since this one holds the lock."""
    for left in server.named(cursor, database + STAGED):
        server.drop(cursor, left)
    for folder in _folders(".restore-"):
        shutil.rmtree(folder)


def _folders(beginning: str) -> list[Path]:
    root = Path(settings.MEDIA_ROOT)
    return sorted(root.glob(f"{beginning}[0-9]*t[0-9]*"))


def _empty(database: str) -> bool:
    """Whether a database holds no table, as that of a new home."""
    with server.working_on(database):
        return proof.has_no_table()


@contextmanager
def _files_in(folder: Path) -> Iterator[None]:
    """Let this process read the stored files from another folder for a while."""
    before = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = folder
    try:
        yield
    finally:
        settings.MEDIA_ROOT = before


def _stamp() -> str:
    return timezone.now().strftime("%Y%m%dt%H%M%S")
