"""Rows of a book as items of `entry.record`: each row is an item, or refused at a cell with the fix, or explained."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from django.core.exceptions import ValidationError

from indicators import numbers, periods
from indicators.entry import Item
from indicators.models import Flag, Reason, Series
from indicators.numbers import Figure
from indicators.periods import Period
from indicators.sheets import is_period, period_code
from indicators.workbook import words
from indicators.workbook.book import Book, Cell, Explained, Problem, Row
from indicators.workbook.choices import read_choice
from indicators.workbook.known import Known
from pilots.models import Pilot, Qualifier

# What people write into a cell that has no figure.
NO_FIGURE = frozenset(
    ["-", "--", "---", "—", "——", "―", "…", "……", "...", "/", "\\", ".", "..", "x", "?", "n/a", "na", "#n/a", "nil", "none"]
)
NO_FIGURE |= {
    "null",
    "nd",
    "tbd",
    "无",
    "暂无",
    "没有",
    "无数据",
    "缺",
    "缺失",
    "缺数",
    "未统计",
    "未填",
    "不详",
    "不明",
    "待定",
    "待补",
    "保密",
}
DITTO = frozenset(["〃", "″", '"', "''", "同上", "同左", "同前", "ditto"])
DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")
ANSWERS = ("reason", "until")


@dataclass
class Items:
    """What the rows of a book come to: the cells of `items`, `problems` and `explained` add up to those that are not empty."""

    items: list[tuple[Row, Item]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    explained: list[Explained] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """How many cells are accounted for."""
        imported = sum(len(row.cells) for row, _item in self.items)
        return imported + sum(one.count for one in self.problems) + sum(one.count for one in self.explained)


def items_of(book: Book, *, pilot: Pilot, period: Period) -> Items:
    """Translate the rows of a book into items of `pilot`; `period` is meant where a row names none.

    A figure stands in the column of values, or in the one that is named after the row's period; columns of other periods are
    explained. A row without figure and reason leaves the figure as it is. One cell twice with different content is refused at
    both places. An item has no version unless the table gives one. Refused as a whole: a table with columns for other periods only.
    """
    check_columns(book, period)
    known, found = Known(pilot), Items(explained=list(book.explained))
    for row in book.rows:
        read_row(row, period, known=known, found=found)
    found.items = apart_from_repeated(found)
    if found.counted != book.counted:
        raise words.refusal("unaccounted", {})
    return found


def check_columns(book: Book, period: Period) -> None:
    """Refuse a table whose figures are all of other periods."""
    keys = {key for row in book.rows for key in row.cells}
    years = sorted(key for key in keys if is_period(key))
    if years and not keys & {"value", "period", period.code}:
        raise words.refusal("no_column", {"period": period.code, "found": ", ".join(years)[:60]})


def read_row(row: Row, period: Period, *, known: Known, found: Items) -> None:
    """Make the item of a row, or its problems, or explain it."""
    faults: list[tuple[Cell, ValidationError]] = []

    def attempt(key: str, read: Callable, *given: object) -> object:
        try:
            return read(*given)
        except ValidationError as refusal:
            faults.append((row.cells.get(key) or next(iter(row.cells.values())), refusal))
            return None

    when = attempt("period", read_period, row, period)
    row = without_other_periods(row, when or period, found)
    if not row.cells:
        return
    series = attempt("series" if "series" in row.cells else "name", known.find, row)
    if not row.cells.keys() & {"value", *ANSWERS} and not any(is_period(key) for key in row.cells):
        explain(row, "left_empty" if series else "group", found)
        return
    faults.extend((cell, cell.refusal) for cell in row.cells.values() if cell.fault)
    item = read_item(row, series, when, attempt) if series and when and not faults else None
    if item and not faults:
        found.items.append((row, item))
    refuse(row, faults, found)


def refuse(row: Row, faults: list[tuple[Cell, ValidationError]], found: Items) -> None:
    """Keep the problems of a row; the first one answers for all its cells."""
    for number, (cell, refusal) in enumerate(faults):
        code = row.text("series") or row.text("name")
        found.problems.append(Problem(cell.place, code, cell.raw, refusal, 0 if number else len(row.cells)))


def explain(row: Row, code: str, found: Items) -> None:
    """Keep a whole row as explained."""
    found.explained.append(Explained(row.place, next(iter(row.cells.values())).raw, code, len(row.cells)))


def without_other_periods(row: Row, period: Period, found: Items) -> Row:
    """Explain the figures of other periods; the figure of this one becomes the row's value."""
    kept = {}
    for key, cell in row.cells.items():
        if is_period(key) and key != period.code:
            found.explained.append(Explained(cell.place, cell.raw, "other_year", 1, {"name": key}))
        else:
            kept[key] = cell
    if period.code in kept and "value" not in kept:
        kept["value"] = kept.pop(period.code)
    return Row(row.place, kept)


def read_period(row: Row, period: Period) -> Period:
    """Read the period of a row: 2024, 2024年, 2024年第一季度, 2024-03."""
    text = row.text("period")
    if row.cells.get("period") and row.cells["period"].fault:
        raise row.cells["period"].refusal or words.refusal("date", {"raw": text})
    return periods.parse(period_code(text) or text) if text else period


def read_item(row: Row, series: Series, when: Period, attempt: Callable) -> Item | None:
    """Read the cells of a row whose series and period are known; what is refused goes to `attempt`."""
    units = series.unit.spellings
    figure = attempt("value", read_figure, row, units)
    attempt("unit", check_unit, row.text("unit"), units)
    qualifier = attempt("qualifier", read_qualifier, row.text("qualifier"), figure)
    flag = attempt("flag", read_choice, "flag", row.text("flag"), Flag)
    reason = attempt("reason", read_choice, "reason", row.text("reason"), Reason)
    version = attempt("version", read_version, row.text("version"))
    until = attempt("until", read_day, row.text("until"))
    written = {key: row.text(key) for key in ("source", "note", "explanation")}
    return Item(
        series=series.code,
        period=when,
        value=figure.value if figure else None,
        qualifier=qualifier or "=",
        flag=flag or "A",
        reason=reason or "",
        given=row.cells["value"].raw[:200] if "value" in row.cells else "",
        version=version,
        until=until,
        **written,
    )


def read_figure(row: Row, units: tuple[str, ...]) -> Figure | None:
    """Read the figure of a row with the one strict reader; what only says that there is none is refused with what to do."""
    texts = [cell.text for key, cell in row.cells.items() if key == "value" or is_period(key)]
    if len(set(texts)) > 1:
        raise words.refusal("two_values", {"first": texts[0][:40], "second": texts[1][:40]})
    text = next(iter(texts), "")
    if not text:
        return None
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    if folded in DITTO or text in DITTO:
        raise words.refusal("ditto", {"raw": text[:60]})
    if folded in NO_FIGURE or text in NO_FIGURE:
        raise words.refusal("no_figure", {"raw": text[:60]})
    return numbers.read(text, units=units)


def check_unit(text: str, units: tuple[str, ...]) -> None:
    """Refuse a row that counts in another unit than its series."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.casefold() not in {unicodedata.normalize("NFKC", unit).casefold() for unit in units} and plain.casefold() not in NO_FIGURE:
        numbers.check_unit(plain, units)


def read_qualifier(text: str, figure: Figure | None) -> str:
    """Return the qualifier of the column or of the figure, which must not contradict each other."""
    beside = read_choice("qualifier", text, Qualifier) or "="
    within = figure.qualifier if figure else "="
    if beside != within and "=" not in (beside, within):
        raise words.refusal("qualified", {"beside": beside, "within": within})
    return within if beside == "=" else beside


def read_version(text: str) -> int | None:
    """Read the version that a template of ours carries."""
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise words.refusal("version", {"raw": text[:40]})
    return int(text) if text else None


def read_day(text: str) -> date | None:
    """Read a day as people write it: 2025-03-31, 2025/3/31, 2025年3月31日."""
    if not text:
        return None
    found = DAY.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", "")[:20])
    with contextlib.suppress(ValueError):
        if found:
            return date(*map(int, found.groups()))
    raise words.refusal("day", {"raw": text[:40]})


def apart_from_repeated(found: Items) -> list[tuple[Row, Item]]:
    """Return the items that stand once; the same one again is explained, and two that differ are both refused."""
    groups: dict[tuple[str, Period], list[tuple[Row, Item]]] = {}
    for row, item in found.items:
        groups.setdefault((item.series, item.period), []).append((row, item))
    kept = []
    for group in groups.values():
        (row, item), *more = group
        if not more:
            kept.append((row, item))
        elif all(same(item, other) for _row, other in more):
            kept.append((row, item))
            for again, _item in more:
                explain(again, "repeated", found)
        else:
            for one, (mine, its) in enumerate(group):
                other = group[0 if one else 1][0]
                place = mine.cells.get("value") or next(iter(mine.cells.values()))
                refusal = words.refusal("differs", {"series": its.series, "other": str(other.place)})
                refuse(mine, [(place, refusal)], found)
    return kept


def same(one: Item, other: Item) -> bool:
    """Whether two rows say the same, however they write it."""
    return replace(one, given="", version=None) == replace(other, given="", version=None)
