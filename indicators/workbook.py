"""The door for rows of a table: each becomes an item of `entry.record`, and every row is accounted for."""

from __future__ import annotations

import csv
import difflib
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators import entry, numbers, periods
from indicators.entry import Item
from indicators.models import Entry, Series
from indicators.periods import Period
from pilots.models import Pilot, User

LIMIT = 100_000
COLUMNS = {
    "series": ("series", "indicator", "编号", "指标编号"),
    "period": ("period", "时期", "年份"),
    "value": ("value", "数值"),
    "qualifier": ("qualifier", "限定"),
    "flag": ("flag", "状态"),
    "reason": ("reason", "缺失原因"),
    "source": ("source", "来源"),
    "note": ("note", "备注"),
    "explanation": ("explanation", "说明"),
    "version": ("version", "版本"),
}
NAMED = {name: key for key, names in COLUMNS.items() for name in names}
NEEDED = ("series", "value")


@dataclass(frozen=True)
class Row:
    """A row as it stands in the file: its number there, counting the heading, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Problem:
    """Why a row is not imported: where it stands, what stands there, and what to do."""

    row: int
    series: str
    raw: str
    code: str
    message: str


@dataclass(frozen=True)
class Imported:
    """What became of a table; the counts add up to its rows."""

    counts: dict[str, int]
    problems: list[Problem]
    applied: bool


def read_rows(data: bytes) -> list[Row]:
    """Read a CSV table in UTF-8 (with or without BOM) or GB18030, separated by comma, semicolon or tab.

    The first row names the columns, in English or Chinese. Blank rows are passed over and keep their numbers. Refused: an unknown
    column, a missing one, another kind of file, more than 100,000 rows.
    """
    text = decode(data)
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = [(table.line_num, line) for line in table]
    except csv.Error as fault:
        raise ValidationError(
            _("Line %(line)s cannot be read as CSV. Save the table again as CSV (UTF-8)."), params={"line": table.line_num}
        ) from fault
    if len(lines) > LIMIT + 1:
        raise ValidationError(_("The table has more than %(limit)s rows. Split it."), params={"limit": LIMIT})
    keys = read_heading(lines[0][1] if lines else [])
    return [
        Row(number, dict(zip(keys, (cell.strip() for cell in line), strict=False)))
        for number, line in lines[1:]
        if any(cell.strip() for cell in line)
    ]


def decode(data: bytes) -> str:
    """Decode a table, or refuse a file that is no text."""
    if data[:2] in (b"PK", b"\xd0\xcf"):
        raise ValidationError(_("This is a workbook file, not CSV. In Excel or WPS choose “Save as” and CSV (UTF-8)."), code="kind")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("This file is neither UTF-8 nor GB18030 text. Save the table again as CSV (UTF-8)."), code="kind")


def read_heading(names: Sequence[str]) -> list[str]:
    """Return the keys of the columns, or refuse a heading that does not say what they are."""
    keys = []
    for name in (name.strip().lower() for name in names):
        if name not in NAMED:
            nearest = difflib.get_close_matches(name, NAMED, n=1)
            hint = _(" Did you mean “%(name)s”?") % {"name": nearest[0]} if nearest else ""
            raise ValidationError(_("The column “%(name)s” is not known.%(hint)s"), code="column", params={"name": name[:60], "hint": hint})
        keys.append(NAMED[name])
    for key in NEEDED:
        if keys.count(key) != 1:
            raise ValidationError(_("The table needs one column “%(name)s”."), code="column", params={"name": key})
    return keys


def import_rows(
    *, pilot: Pilot, rows: Sequence[Row], by: User, door: str, period: Period | None = None, only_valid: bool = False, dry_run: bool = False
) -> Imported:
    """Hand the rows of a table to `entry.record` as one batch and account for each of them.

    `period` is meant where a row names none. A row without a version replaces what stands when the table is read. One problem
    keeps back everything unless `only_valid`.
    """
    versions = standing_versions(pilot)
    units = {series.code: series.unit.spellings for series in Series.objects.of(pilot).select_related("unit")}
    items: list[tuple[Row, Item]] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            items.append((row, read_item(row, period, units=units, versions=versions)))
        except ValidationError as refusal:
            problems.append(problem(row, code=refusal.code or "invalid", message=" ".join(refusal.messages)))
    held = bool(problems) and not only_valid
    batch = entry.record(pilot=pilot, entries=[item for _row, item in items], by=by, door=door, partial=only_valid, dry_run=dry_run or held)
    for (row, _item), outcome in zip(items, batch.outcomes, strict=True):
        if outcome.refused:
            problems.append(problem(row, code=outcome.code, message=outcome.message))
    counts = Counter(outcome.status for outcome in batch.outcomes)
    told = {"new": counts["created"], "changed": counts["updated"], "unchanged": counts["unchanged"], "refused": len(problems)}
    return Imported(told, sorted(problems, key=lambda p: p.row), batch.applied)


def standing_versions(pilot: Pilot) -> dict[tuple[str, str], int]:
    """Return the version of every entry of a pilot, by local code and period."""
    rows = Entry.objects.filter(pilot=pilot).values_list("series__code", "start", "frequency", "version")
    return {(code, Period(start, frequency).code): version for code, start, frequency, version in rows}


def read_item(row: Row, period: Period | None, *, units: dict[str, tuple[str, ...]], versions: dict[tuple[str, str], int]) -> Item:
    """Translate a row into an item; numbers are read by the one strict reader."""
    cells = row.cells
    code = cells.get("series", "")
    when = periods.parse(cells["period"]) if cells.get("period") else period
    if when is None:
        raise ValidationError(_("The row names no period. Write one, such as 2024."), code="period")
    figure = numbers.read(cells["value"], units=units.get(code, ())) if cells.get("value") else None
    return Item(
        series=code,
        period=when,
        value=figure.value if figure else None,
        qualifier=cells.get("qualifier") or (figure.qualifier if figure else "="),
        flag=cells.get("flag") or "A",
        reason=cells.get("reason", ""),
        source=cells.get("source", ""),
        note=cells.get("note", ""),
        explanation=cells.get("explanation", ""),
        given=cells.get("value", ""),
        version=read_version(cells["version"]) if cells.get("version") else versions.get((code, when.code), 0),
    )


def read_version(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValidationError(
            _("“%(text)s” is not a version. Leave the column as it was downloaded."), code="version", params={"text": text[:40]}
        )
    return int(text)


def problem(row: Row, *, code: str, message: str) -> Problem:
    return Problem(row.number, row.cells.get("series", ""), row.cells.get("value", ""), code, message)
