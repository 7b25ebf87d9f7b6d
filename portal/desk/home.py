"""The folder that holds one desk's data, its secrets, its logs and the note that says it is running."""

import fcntl
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.desk.account import Account, account_for
from portal.desk.trouble import InUse, Trouble

LONGEST_SOCKET = 107  # bytes, the kernel's limit on a socket's path
LOG_LIMIT = 10 * 1024 * 1024  # bytes; an older log is kept once beside the new one
ROOM = 300 * 1024 * 1024  # bytes that the servers' empty files and a first year of figures take


class Home:
    """One desk's folder. Making the object makes the folder; nothing runs yet."""

    def __init__(self, folder: Path) -> None:
        """Refuses a folder that belongs to somebody else."""
        self.folder = folder.expanduser().resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.account: Account = account_for(self.folder / "postgres")
        # The servers' account must pass through; nobody else may, and root's servers own only their own folders.
        self.folder.chmod(0o711 if self.account.uid is not None else 0o700)
        for name in ("media", "logs"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        self._lock: int | None = None

    def __str__(self) -> str:
        return str(self.folder)

    def check_room(self, *, needed: int = ROOM) -> None:
        """Refuse to begin on a disk with fewer than `needed` bytes free."""
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise Trouble(
                f"The disk that holds {self.folder} has {free // 2**20} MB free and the portal needs {needed // 2**20} MB. "
                "Free some space, or choose another folder with --home."
            )

    def secret(self, name: str) -> str:
        """A secret made once for this home and kept in a file that only its owner reads."""
        path = self.folder / name
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48))
            fresh.replace(path)
        return path.read_text()

    def log(self, name: str) -> Path:
        """Where a program's words go; a long log is set aside first."""
        path = self.folder / "logs" / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".old.log"))
        return path

    def private(self, name: str) -> Path:
        """A data folder that only the servers' account enters."""
        path = self.folder / name
        path.mkdir(mode=0o700, exist_ok=True)
        self.account.own(path)
        return path

    def sockets(self) -> Path:
        """A new short folder for this run's sockets, since a home's own path may be too long for one."""
        for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes a private folder inside
            if len(os.fsencode(parent)) + len("/i37-xxxxxxxx/.s.PGSQL.5432") <= LONGEST_SOCKET:
                break
        folder = Path(tempfile.mkdtemp(prefix="i37-", dir=parent))
        self.account.own(folder)
        return folder

    def lock(self, *, patience: float = 6.0) -> int:
        """Take the home for this process and what it starts, and answer with the locked file.

        After a kill the former watchdog still holds the lock for the few seconds that it needs to end things, so a home whose
        owner is gone is waited for. Refuses a home whose owner is alive.
        """
        descriptor = os.open(self.folder / "desk.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while not _locked(descriptor):
            owner = self.note().get("pid")
            if (owner and alive(owner)) or time.monotonic() > deadline:
                os.close(descriptor)
                raise InUse(
                    f"{self.folder} is in use by another portal (process {owner or 'unknown'}). "
                    "Stop that one first, or choose another folder with --home."
                )
            time.sleep(0.1)
        self._lock = descriptor
        return descriptor

    def free(self) -> None:
        """Give the home back."""
        (self.folder / "desk.json").unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def note(self) -> dict[str, Any]:
        """What the running desk says of itself; empty when none is running or its note cannot be read."""
        try:
            return dict(json.loads((self.folder / "desk.json").read_text()))
        except (FileNotFoundError, ValueError):
            return {}

    def write_note(self, facts: Mapping[str, object]) -> None:
        """Say what runs here, whole or not at all."""
        fresh = self.folder / "desk.json.new"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(dict(facts), indent=1))
        fresh.replace(self.folder / "desk.json")


def alive(pid: int) -> bool:
    """Is there a process of this number?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
