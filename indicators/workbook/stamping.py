"""The stamp of our own template: for whom and when it was made, and every cell as it stood then, sealed so that a change shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from indicators.sheets import stripped
from indicators.workbook.book import Stamp

# Raised whenever a workbook that is out in the offices could no longer be read as it was meant.
TEMPLATE = 1
MARK = "iso37101-portal"
SALT = "indicators.workbook.stamp"
UNHELD = dict.fromkeys([*(code for code in range(32) if chr(code) not in "\t\n"), 0xFFFE, 0xFFFF])
TEXTS = ("source", "note", "explanation")
HEAD = ("pilot", "period", "language", "owner_unit", "made_at")


@dataclass(frozen=True)
class Downloaded:
    """A cell as it was downloaded: its version and answer; of its texts only their sums. A figure that nobody types is `fixed`."""

    version: int = 0
    value: str = ""
    qualifier: str = "="
    flag: str = "A"
    reason: str = ""
    until: str = ""
    sums: tuple[str, str, str] = ("", "", "")
    fixed: bool = False

    def had(self, name: str) -> bool:
        """Whether a text stood in the cell."""
        return bool(self.sums[TEXTS.index(name)])

    def same(self, name: str, text: str) -> bool:
        """Whether a text is the one that stood in the cell."""
        return self.sums[TEXTS.index(name)] == sum_of(text)

    @property
    def number(self) -> Decimal | None:
        return Decimal(self.value) if self.value else None


@dataclass(frozen=True)
class Stamped:
    """What a stamp says: the pilot's slug, the period's code, the language, the owner unit, the time, and the cells by code and period."""

    pilot: str
    period: str
    language: str
    owner_unit: str
    made_at: str
    cells: Mapping[tuple[str, str], Downloaded] = field(default_factory=dict)


def tidy(text: str) -> str:
    """Write a text as it comes back out of a workbook: one kind of line break, no sign that XML cannot hold, no room around it."""
    return stripped(text.replace("\r\n", "\n").replace("\r", "\n").translate(UNHELD))


def sum_of(text: str) -> str:
    """Sum a text up, or say that there is none."""
    plain = tidy(text)
    return hashlib.sha256(plain.encode()).hexdigest()[:32] if plain else ""


def rows_of(stamped: Stamped) -> Iterator[list[str]]:
    """Yield the rows of the hidden sheet, the seal last."""
    rows = [[MARK, str(TEMPLATE)], *([name, getattr(stamped, name)] for name in HEAD)]
    for (series, period), cell in stamped.cells.items():
        answer = [cell.value, cell.qualifier, cell.flag, cell.reason, cell.until]
        rows.append(["cell", series, period, str(cell.version), "fixed" if cell.fixed else "", *answer, *cell.sums])
    yield from rows
    yield ["seal", seal_of(rows, settings.SECRET_KEY)]


def stamped_in(stamp: Stamp) -> Stamped:
    """Read the stamp of a workbook, or refuse one that was changed, or that belongs to another edition of the template."""
    rows = [trimmed(row) for row in stamp.rows]
    if len(rows[0]) < 2 or rows[0][0] != MARK:
        raise tampered()
    if rows[0][1] != str(TEMPLATE):
        raise ValidationError(
            _(
                "This workbook was made with edition %(theirs)s of the template; now edition %(ours)s is used. "
                "Download the new workbook, copy your figures into it and bring that."
            ),
            code="template",
            params={"theirs": rows[0][1][:20], "ours": TEMPLATE},
        )
    *told, last = rows
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if len(last) != 2 or not any(constant_time_compare(last[1], seal_of(told, key)) for key in keys):
        raise tampered()
    head = {row[0]: row[1] if len(row) > 1 else "" for row in told[1 : 1 + len(HEAD)]}
    return Stamped(**head, cells=dict(cell_of(row) for row in told[1 + len(HEAD) :]))


def cell_of(row: Sequence[str]) -> tuple[tuple[str, str], Downloaded]:
    """Read the row of a cell; rows that were sealed have the shape that they were written in."""
    _cell, series, period, version, fixed, *answer = [*row, *[""] * (13 - len(row))]
    value, qualifier, flag, reason, until, *sums = answer
    return (series, period), Downloaded(int(version), value, qualifier, flag, reason, until, tuple(sums), bool(fixed))


def trimmed(row: Sequence[str]) -> list[str]:
    """Take away the empty cells at the end of a row, which a workbook does not keep."""
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def seal_of(rows: Sequence[Sequence[str]], key: str) -> str:
    """Sum rows up with the portal's own key."""
    told = json.dumps([trimmed(row) for row in rows], ensure_ascii=True)
    return salted_hmac(SALT, told, secret=key, algorithm="sha256").hexdigest()


def tampered() -> ValidationError:
    return ValidationError(
        _(
            "The hidden notes of this workbook were changed, or it was made by another portal. "
            "Download the workbook again and copy your figures into it."
        ),
        code="tampered",
    )
