"""Weighs a book without writing: every row becomes a line that says what it would do, by a dry run of the act that records figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from indicators import entry, periods, workbook
from indicators.entry import Item, Outcome, drafting
from indicators.importing import merging
from indicators.importing.lines import (
    CHANGED,
    CONFLICT,
    EXPLAINED,
    LANGUAGES,
    NEW,
    REFUSED,
    TOLD,
    UNCHANGED,
    Line,
    answer_of,
    in_both,
    same,
    words_of,
)
from indicators.models import Entry
from indicators.periods import Period
from indicators.roster import roster_of
from indicators.workbook import Book, Downloaded, Explained, Problem, Row, Stamped, Told, stamped_in
from pilots.models import Door, Pilot, User

Standing = dict[tuple[str, str], Entry]


def weigh(book: Book, *, pilot: Pilot, period: Period, by: User) -> list[Line]:
    """Return the lines of a book: figures first as they stand in the file, then what is explained and told.

    Refused as a whole: a template of another pilot or period, a stamp that was changed, an old template, a table without a figure
    of this period, and a reading that does not account for every cell.
    """
    stamped = check_stamp(book, pilot, period)
    found = workbook.items_of(book, pilot=pilot, period=period)
    check_versions(found.items, stamped)
    standing = standing_in(pilot, {item.period.year for _row, item in found.items} | {period.year})
    figures = [merge(row, item, standing, stamped) for row, item in found.items]
    for line in figures:
        keep_inside(line, period)
    rehearse(figures, pilot=pilot, by=by)
    problems = worded(found.problems, book, pilot=pilot, period=period)
    lines = [*in_order(book, [*zip(found.items, figures, strict=True)], [*zip(found.problems, problems, strict=True)])]
    lines += [*map(explained, gathered(found.explained)), *map(told, book.told)]
    if sum(line.cells for line in lines) != book.counted:
        raise ValidationError(
            _("The portal cannot account for every cell of this file, so nothing of it is imported. Tell the administrator."),
            code="unaccounted",
        )
    return lines


def in_order(book: Book, figures: Sequence[tuple[tuple[Row, Item], Line]], problems: Sequence[tuple[Problem, Line]]) -> Iterator[Line]:
    """Yield figures and problems as they stand in the file."""
    sheets = {sheet.name: number for number, sheet in enumerate(book.sheets)}
    placed = [(row.place, line) for (row, _item), line in figures] + [(problem.place, line) for problem, line in problems]
    for _place, line in sorted(placed, key=lambda one: (sheets.get(one[0].sheet, 0), one[0].row, one[0].column)):
        yield line


def gathered(found: Iterable[Explained]) -> list[Explained]:
    """Put the cells of one column that are explained alike together, so that last year's column is one line and not a hundred."""
    columns: dict[tuple[str, int, str, str], Explained] = {}
    for one in found:
        key = (one.place.sheet, one.place.column, one.code, one.params.get("name", "") if one.code == "other_year" else str(one.place))
        before = columns.get(key)
        columns[key] = replace(before, count=before.count + one.count) if before else one
    return list(columns.values())


def check_stamp(book: Book, pilot: Pilot, period: Period) -> Stamped | None:
    """Read the stamp of our own template, or refuse one that is for somebody or something else. A table of their own has none."""
    if book.stamp is None:
        return None
    stamped = stamped_in(book.stamp)
    if stamped.pilot != pilot.slug:
        told = {"theirs": stamped.pilot, "ours": pilot.slug}
        raise ValidationError(
            _("This workbook was made for %(theirs)s, and this is %(ours)s. Bring it there."), code="wrong_pilot", params=told
        )
    if stamped.period != period.code:
        told = {"theirs": stamped.period, "ours": period.code}
        raise ValidationError(
            _("This workbook was made for %(theirs)s, and this is %(ours)s. Bring it on the page of that period."),
            code="wrong_period",
            params=told,
        )
    return stamped


def check_versions(items: Iterable[tuple[Row, Item]], stamped: Stamped | None) -> None:
    """Refuse a template whose hidden versions are not those of its stamp."""
    for _row, item in items if stamped else ():
        was = stamped.cells.get((item.series, item.period.code))
        if was is not None and item.version not in (None, was.version):
            raise ValidationError(
                _("The hidden versions of this workbook were changed at %(series)s. Download it again and copy your figures into it."),
                code="tampered",
                params={"series": item.series},
            )


def merge(row: Row, item: Item, standing: Standing, stamped: Stamped | None) -> Line:
    key = item.series, item.period.code
    was: Downloaded | None = stamped.cells.get(key) if stamped else None
    return merging.merge(row, item, standing=standing.get(key), was=was)


def keep_inside(line: Line, period: Period) -> None:
    """Refuse a row of another period than the one that it was brought for."""
    if not period.contains(periods.parse(line.period)):
        refusal = ValidationError(
            _("This row is for %(theirs)s, and this is %(ours)s. Bring it on the page of that period."),
            code="wrong_period",
            params={"theirs": line.period, "ours": period.code},
        )
        line.status, line.code, line.said = REFUSED, refusal.code, words_of(refusal)


def standing_in(pilot: Pilot, years: Iterable[int]) -> Standing:
    """Return what stands in the cells of some years, by code and period."""
    found = drafting.standing(pilot, roster_of(pilot).by_id, sorted(set(years)))
    return {(one.series.code, one.period.code): one for one in found}


def rehearse(lines: Sequence[Line], *, pilot: Pilot, by: User) -> None:
    """Let the act say what it would refuse, and why, in both languages; nothing is written."""
    tried = [line for line in lines if line.written or line.status == CONFLICT]
    refused: list[Line] = []
    for language, code in LANGUAGES.items():
        with override(code):
            items = [line.as_brought() for line in tried]
            batch = entry.record(pilot=pilot, entries=items, by=by, door=Door.WORKBOOK, partial=True, dry_run=True)
        refused = [judged(line, outcome, language) for line, outcome in zip(tried, batch.outcomes, strict=True) if outcome.refused]
        if not refused:
            break
    for line in refused:
        line.status = CONFLICT if line.status == CONFLICT and line.code == "stale" else REFUSED


def judged(line: Line, outcome: Outcome, language: str) -> Line:
    """Keep with a line why it is refused, in one language."""
    line.code, line.said[language] = outcome.code, outcome.message
    return line


def look_again(lines: Sequence[Line], *, pilot: Pilot, by: User) -> None:
    """Weigh lines once more: what moved on since the preview becomes a conflict, unless it says the same by now."""
    figures = [line for line in lines if line.answer or line.status == CONFLICT]
    standing = standing_in(pilot, {int(line.period[:4]) for line in figures})
    for line in figures:
        now = standing.get((line.series, line.period))
        version = now.version if now else 0
        if version == line.version:
            line.status = line.status if line.status != REFUSED else CHANGED if now else NEW
            continue
        line.seen = line.version if line.seen is None else line.seen
        line.was, line.now, line.version = line.was or line.now, answer_of(now) if now else None, version
        line.status = UNCHANGED if same(line.answer, line.now or {}) else CONFLICT
    rehearse(figures, pilot=pilot, by=by)


def worded(problems: Sequence[Problem], book: Book, *, pilot: Pilot, period: Period) -> list[Line]:
    """Return problems as lines, worded in both languages; names of units and series are those of each language."""
    if not problems:
        return []
    said: dict[str, list[str]] = {}
    for language, code in LANGUAGES.items():
        with override(code):
            said[language] = [one.message for one in workbook.items_of(book, pilot=pilot, period=period).problems]
    return [
        Line(
            REFUSED,
            str(one.place),
            one.raw[:200],
            one.series[:60],
            period.code,
            one.code,
            {language: messages[place] for language, messages in said.items()},
            cells=one.count,
        )
        for place, one in enumerate(problems)
    ]


def explained(one: Explained) -> Line:
    return Line(EXPLAINED, str(one.place), one.raw[:200], code=one.code, said=in_both(lambda: one.message), cells=one.count)


def told(one: Told) -> Line:
    return Line(TOLD, str(one.place), code=one.code, said=in_both(lambda: one.message))
