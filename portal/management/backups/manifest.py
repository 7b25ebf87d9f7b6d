"""The manifest of an archive: what was backed up, when, by which version, and by which sums it is known again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.core.management import CommandError
from django.db.migrations.loader import MigrationLoader
from packaging.version import InvalidVersion, Version

from portal import __version__
from portal.management.digest import HIDDEN, Part, Table, whole

KIND, FORMAT = "iso37101-portal-backup", 1


@dataclass(frozen=True)
class Summed:
    """A table as the archive holds it: its columns that count, its rows and the sha256 over them."""

    name: str
    columns: tuple[str, ...]
    count: int
    sha256: str


@dataclass(frozen=True)
class Stored:
    """A member of the archive: its path below the folder of files (or its own name), size in bytes and sha256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Everything an archive says of itself. `findings` counts what `check_integrity` found in the same moment."""

    made_at: datetime
    app: str
    postgresql: int
    identity: str
    migrations: tuple[tuple[str, str], ...]
    digest: str
    tables: tuple[Summed, ...]
    files_sha256: str
    dump: Stored
    files: tuple[Stored, ...]
    missing: tuple[str, ...]
    findings: dict[str, int]

    def parts(self) -> list[Part]:
        """The parts of the digest, as the digest lists them."""
        found = [Part(table.name, table.count, table.sha256) for table in self.tables]
        return [*found, Part("files", len(self.files), self.files_sha256)]

    def counted(self) -> list[Table]:
        """The tables and columns that the digest was taken of."""
        return [Table(table.name, table.columns) for table in self.tables]

    def written(self) -> bytes:
        """The manifest as it stands in the archive."""
        facts = {"kind": KIND, "format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(facts, indent=1, sort_keys=True).encode()


def read(text: bytes) -> Manifest:
    """Read a manifest, or refuse one of another kind or format, or one that does not fit together."""
    try:
        facts = json.loads(text)
        kind, form = facts.pop("kind"), facts.pop("format")
        if kind != KIND or form != FORMAT:
            raise CommandError(f"The archive has the format {kind} {form}, and this portal reads {KIND} {FORMAT}.")
        manifest = Manifest(
            **{
                **facts,
                "made_at": datetime.fromisoformat(facts["made_at"]),
                "migrations": tuple((app, name) for app, name in facts["migrations"]),
                "tables": tuple(Summed(**{**table, "columns": tuple(table["columns"])}) for table in facts["tables"]),
                "dump": Stored(**facts["dump"]),
                "files": tuple(Stored(**file) for file in facts["files"]),
                "missing": tuple(facts["missing"]),
            }
        )
        sound = manifest.digest == whole(manifest.parts()) and all(_lawful(file.path) for file in manifest.files)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CommandError(f"The manifest of the archive cannot be read: {error}. Take another copy of the archive.") from None
    if not sound:
        raise CommandError("The manifest of the archive does not fit together. Take another copy of the archive.")
    return manifest


def refuse_newer(manifest: Manifest) -> None:
    """Refuse an archive that a later version of the portal made: only that version knows its tables."""
    try:
        newer = Version(manifest.app) > Version(__version__)
    except InvalidVersion:
        newer = True
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {*loader.disk_migrations, *(old for new in loader.disk_migrations.values() for old in new.replaces)}
    unknown = [f"{app}.{name}" for app, name in manifest.migrations if app in loader.migrated_apps and (app, name) not in known]
    if newer or unknown:
        more = f" It has {', '.join(unknown[:5])}, which this version does not know." if unknown else ""
        raise CommandError(
            f"The archive was made by version {manifest.app} of the portal and this is {__version__}.{more} "
            "Install the version that made it, or a later one, and restore again."
        )


def _lawful(path: str) -> bool:
    """Whether a path stays below the folder of files and is no hidden one."""
    parts = PurePosixPath(path).parts
    plain = path == "/".join(parts) and "\0" not in path and "\\" not in path
    return plain and bool(parts) and not any(part in {"/", "..", "."} or part.startswith(HIDDEN) for part in parts)
