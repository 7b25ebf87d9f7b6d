"""Sums the portal's logical content up in one sha256: every domain table, and every file that it keeps."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from pilots import storing
from pilots.models import KeptAnswer, OutboxRow, Token, User

APPS = ("pilots", "indicators", "cycles", "reports")
# What comes and goes without anybody deciding anything (DECISIONS 35); sessions and lockouts belong to none of these apps.
PASSING_TABLES = frozenset({KeptAnswer, OutboxRow})
PASSING_COLUMNS = frozenset({(User, "last_login"), (Token, "last_used_at")})
# The same content has the same text whatever the server or the role has set.
HABITS = {"timezone": "UTC", "datestyle": "ISO, YMD", "intervalstyle": "iso_8601", "bytea_output": "hex", "extra_float_digits": "1"}


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
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, value in HABITS.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        for model in sorted(_models(), key=lambda model: model._meta.db_table):
            funnel = Funnel()
            cursor.copy_expert(f"COPY ({_rows(model)}) TO STDOUT (ENCODING 'UTF8')", funnel)
            yield Part(model._meta.db_table, funnel.lines, funnel.sum.hexdigest())
    yield _files(Path(settings.MEDIA_ROOT))


def whole(found: Iterable[Part]) -> str:
    """Return the sha256 over all parts."""
    total = hashlib.sha256()
    for part in found:
        total.update(f"{part.name}\t{part.count}\t{part.sha256}\n".encode())
    return total.hexdigest()


def _models() -> Iterator[type[Model]]:
    """The models that have a table in one of the domain's apps, with the tables between two of them."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if model not in PASSING_TABLES and model._meta.managed:
                yield model


def _rows(model: type[Model]) -> str:
    """The query for a table's rows as text, columns in the order of their names, rows in the order of their bytes."""
    names = sorted(field.column for field in model._meta.concrete_fields if (model, field.column) not in PASSING_COLUMNS)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in names)
    # Only names of our own models stand in this statement.
    rows = f"SELECT ROW({columns})::text AS line FROM {quote(model._meta.db_table)}"  # noqa: S608
    return f'SELECT line FROM ({rows}) AS rows ORDER BY line COLLATE "C"'  # noqa: S608


def _files(root: Path) -> Part:
    """All stored files by path and content; what is still being written has no name yet and does not count."""
    total, count = hashlib.sha256(), 0
    for path in _walk(root):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{content}\t".encode() + bytes(path.relative_to(root)) + b"\0")
        count += 1
    return Part("files", count, total.hexdigest())


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder in the order of their names' bytes, one folder at a time."""
    for path in sorted(folder.iterdir(), key=bytes) if folder.is_dir() else ():
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file() and not path.name.startswith(storing.UNFINISHED):
            yield path
