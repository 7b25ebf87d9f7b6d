"""Walks an extract in slices by its key, so that neither the database nor the server ever holds the whole of it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.utils.translation import gettext as _

from indicators.extracts.columns import Column, Line
from indicators.periods import Frequency

SLICE = 5000
READERS = {
    "pilot_id": int,
    "series_id": int,
    "id": int,
    "revision": int,
    "start": date.fromisoformat,
    "verified_at": datetime.fromisoformat,
    "frequency": lambda text: Frequency(text).value,
}
KEYS = {
    "pilot": ("pilot_id", "series_id", "start", "frequency"),
    "period": ("start", "id"),
    "verified_at": ("verified_at", "id"),
    "revision": ("revision", "id"),
}
# The last key is for walking through changes and is not offered.
ORDERS = ("pilot", "-pilot", "period", "-period", "verified_at", "-verified_at")


@dataclass(frozen=True)
class Order:
    """An order with its key: columns that together name one row."""

    name: str = "pilot"

    @property
    def downwards(self) -> bool:
        return self.name.startswith("-")

    @property
    def key(self) -> tuple[str, ...]:
        return KEYS[self.name.removeprefix("-")]

    @property
    def by(self) -> list[str]:
        """The columns as `order_by` takes them."""
        return [f"-{name}" if self.downwards else name for name in self.key]


class After(Func):
    """Whether a row stands after a key in its order, compared as PostgreSQL compares rows."""

    output_field = BooleanField()

    def __init__(self, order: Order, key: Sequence[object]) -> None:
        """Take the key of the last row that was read."""
        super().__init__(*map(F, order.key), *map(Value, key))
        self.width, self.sign = len(order.key), "<" if order.downwards else ">"

    def as_sql(self, compiler: object, connection: object, **context: object) -> tuple[str, list]:
        """Compare the columns with the key."""
        compiled = [compiler.compile(source) for source in self.source_expressions]
        texts, params = [sql for sql, _given in compiled], [one for _sql, given in compiled for one in given]
        return f"({', '.join(texts[: self.width])}) {self.sign} ({', '.join(texts[self.width :])})", params


def read_slice(
    rows: QuerySet, *, order: Order, columns: Sequence[Column], form: str, size: int, after: Sequence[object] | None = None
) -> tuple[list[str], tuple | None]:
    """Read up to `size` rows as lines of `form`, and the key of the last of them, or None where nothing follows."""
    if after is not None:
        rows = rows.filter(After(order, after))
    found = list(rows.order_by(*order.by).values_list(Line(columns, form), *order.key)[: size + 1])
    more = len(found) > size
    return [row[0] for row in found[:size]], tuple(found[size - 1][1:]) if more else None


def read_all(rows: QuerySet, *, order: Order, columns: Sequence[Column], form: str) -> Iterator[list[str]]:
    """Yield all rows as lines, slice after slice, all of one moment."""
    with one_moment():
        lines, after = read_slice(rows, order=order, columns=columns, form=form, size=SLICE)
        yield lines
        while after:
            lines, after = read_slice(rows, order=order, columns=columns, form=form, size=SLICE, after=after)
            yield lines


@contextmanager
def one_moment() -> Iterator[None]:
    """Hold one state of the database for many slices; within a transaction that has begun, its own state stands."""
    begun = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not begun:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Compiling the expression anew for each slice would cost more than it saves.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL statement_timeout = '120s'")
        yield


def write_cursor(order: Order, key: Sequence[object]) -> str:
    """Write where the next page begins."""
    parts = [order.name, *(part.isoformat() if isinstance(part, date) else part for part in key)]
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(text: str, order: Order) -> tuple:
    """Read where a page begins, or refuse a cursor that was not given for this order."""
    try:
        name, *parts = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if name != order.name:
            raise ValueError(name)
        return tuple(READERS[column](part) for column, part in zip(order.key, parts, strict=True))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        refusal = ValidationError(_("This cursor does not belong to this list. Begin again without it."), code="cursor")
        raise ValidationError({"cursor": refusal}) from error
