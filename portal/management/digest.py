"""Sums the portal's logical content up in one sha256: every domain table, and every file that it keeps."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.extensions import quote_ident

from pilots import storing

APPS = ("pilots", "indicators", "cycles", "reports")
# What comes and goes without anybody deciding anything (DECISIONS 35); sessions and lockouts belong to none of these apps.
PASSING_TABLES = frozenset({"pilots_outboxrow", "pilots_keptanswer", "pilots_notice", "pilots_digest", "indicators_rosterword"})
# A restored database takes another identity, so that sync tokens of the former one are known as such (DECISIONS 10).
PASSING_COLUMNS = frozenset({("pilots_user", "last_login"), ("pilots_token", "last_used_at"), ("indicators_revision", "identity")})
# The same content has the same text whatever the server or the role has set; a long answer is not cut off.
HABITS = {
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
# Files that are still being written, brought back or set aside; they are no content yet, or no more.
HIDDEN = (storing.UNFINISHED, ".restore-", ".before-")


class Table(NamedTuple):
    """One domain table and the columns of it that count, in the order of their names."""

    name: str
    columns: tuple[str, ...]


class Part(NamedTuple):
    """One table, or all files: its name, the number of its rows or files, and the sha256 over them."""

    name: str
    count: int
    sha256: str


class Funnel:
    """Takes what PostgreSQL copies out, and keeps only its sha256 and the number of its lines."""

    def __init__(self) -> None:
        self.sum, self.lines = hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        """Take some bytes; the end of a row is the only line break that a copy holds."""
        self.sum.update(data)
        self.lines += data.count(b"\n")


def parts() -> Iterator[Part]:
    """Give every domain table in the order of the names, as one moment saw them, and then the files under MEDIA_ROOT.

    Rows are sorted by the server and flow through, so memory does not grow with them. Refused inside a transaction.
    """
    with moment() as cursor:
        yield from rows(cursor, tables())
    yield stored_files()


@contextmanager
def moment() -> Iterator[CursorWrapper]:
    """Hold one moment of the database, in which everything read belongs together. Refused inside a transaction."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, value in HABITS.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        yield cursor


def tables(registry: Apps = apps) -> list[Table]:
    """List the domain tables by name; the registry may be that of an earlier state of the migrations."""
    found = []
    for label in APPS:
        for model in registry.get_app_config(label).get_models(include_auto_created=True):
            name = model._meta.db_table
            if name not in PASSING_TABLES and model._meta.managed:
                columns = sorted(field.column for field in model._meta.concrete_fields if (name, field.column) not in PASSING_COLUMNS)
                found.append(Table(name, tuple(columns)))
    return sorted(found)


def rows(cursor: CursorWrapper, wanted: Iterable[Table]) -> Iterator[Part]:
    """Sum each table up in the moment that the cursor holds."""
    for table in wanted:
        funnel = Funnel()
        cursor.copy_expert(f"COPY ({_query(table)}) TO STDOUT (ENCODING 'UTF8')", funnel)
        yield Part(table.name, funnel.lines, funnel.sum.hexdigest())


def files(found: Iterable[tuple[Path, str]]) -> Part:
    """Sum up stored files, given with their sha256 in the order of `walk`."""
    total, count, root = hashlib.sha256(), 0, Path(settings.MEDIA_ROOT)
    for path, content in found:
        total.update(f"{content}\t".encode() + bytes(path.relative_to(root)) + b"\0")
        count += 1
    return Part("files", count, total.hexdigest())


def stored_files() -> Part:
    """Sum up every file under MEDIA_ROOT."""
    return files((path, sha256_of(path)) for path in walk(Path(settings.MEDIA_ROOT)))


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def whole(found: Iterable[Part]) -> str:
    """Return the sha256 over all parts."""
    total = hashlib.sha256()
    for part in found:
        total.update(f"{part.name}\t{part.count}\t{part.sha256}\n".encode())
    return total.hexdigest()


def walk(folder: Path) -> Iterator[Path]:
    """Give the stored files below a folder in the order of their names' bytes, one folder at a time."""
    for path in sorted(folder.iterdir(), key=bytes) if folder.is_dir() else ():
        if path.name.startswith(HIDDEN):
            continue
        if path.is_dir():
            yield from walk(path)
        elif path.is_file():
            yield path


def _query(table: Table) -> str:
    """The query for a table's rows as text, rows in the order of their bytes."""
    connection.ensure_connection()
    name, *columns = (quote_ident(word, connection.connection) for word in (table.name, *table.columns))
    # Only quoted names stand in this statement.
    lines = f"SELECT ROW({', '.join(columns)})::text AS line FROM {name}"  # noqa: S608
    return f'SELECT line FROM ({lines}) AS lines ORDER BY line COLLATE "C"'  # noqa: S608
