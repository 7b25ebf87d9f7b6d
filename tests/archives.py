"""Archives for tests: made by the command, and forged, so that only the fault under test is wrong with them."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from pilots import members as people
from pilots.models import Door, User
from portal.management.backups import seal, server
from portal.management.backups.seal import Sealed
from portal.management.digest import Part, whole

Members = list[tuple[str, bytes]]


def backup(path: Path, **options: object) -> Path:
    """Make a backup by the command."""
    call_command("backup", str(path), stderr=StringIO(), **options)
    return path


def restore(path: Path, **options: object) -> str:
    """Restore, or verify, by the command; answer what it says."""
    out = StringIO()
    call_command("restore", str(path), stdout=out, **options)
    return out.getvalue()


def digest() -> str:
    """What the command says of the portal's content now."""
    out = StringIO()
    call_command("digest", stdout=out, skip_checks=True)
    return out.getvalue().strip()


def databases() -> set[str]:
    """The databases of this portal and those that restores have made beside it."""
    with server.maintenance() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [server.name()])
        return {name for (name,) in cursor.fetchall()}


def somebody_new() -> User:
    """Somebody whom an archive of before does not know."""
    return people.add_person(username="later", name="后来", password=None, by=None, door=Door.COMMAND)


def members(path: Path) -> Members:
    """The members of an archive."""
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def manifest(path: Path) -> dict:
    """What an archive says of itself."""
    return json.loads(dict(members(path))["manifest.json"])


def written(path: Path, content: Members, *, packing: int = zipfile.ZIP_STORED) -> Path:
    """Write members as an archive whose seal fits."""
    raw = io.BytesIO()
    sealed = Sealed(raw)
    with zipfile.ZipFile(sealed, "w", packing) as archive:
        archive.comment = seal.BLANK
        for name, data in content:
            with warnings.catch_warnings(action="ignore"):
                archive.writestr(name, data)
    sealed.close_with_seal()
    path.write_bytes(raw.getvalue())
    return path


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Members], Members]:
    """Make the forgery that changes one member and leaves the manifest as it is."""
    return lambda content: [(each, change(data) if each.startswith(name) else data) for each, data in content]


def restated(change: Callable[[dict], None]) -> Callable[[Members], Members]:
    """Make the forgery that changes what the manifest says."""

    def forge(data: bytes) -> bytes:
        facts = json.loads(data)
        change(facts)
        return json.dumps(facts).encode()

    return changed("manifest.json", forge)


def with_dump(dump: bytes) -> Callable[[Members], Members]:
    """Make the forgery that carries another copy of a database, and says so in its manifest."""

    def forge(content: Members) -> Members:
        told = restated(lambda facts: facts.update(dump={"path": "database.dump", "size": len(dump), "sha256": sha256(dump)}))
        return told(changed("database.dump", lambda _data: dump)(content))

    return forge


def resummed(facts: dict) -> None:
    """Let a changed manifest fit together again."""
    parts = [Part(table["name"], table["count"], table["sha256"]) for table in facts["tables"]]
    facts["digest"] = whole([*parts, Part("files", len(facts["files"]), facts["files_sha256"])])


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def flipped(data: bytes, place: int) -> bytes:
    """The bytes with one bit of one of them turned over."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
