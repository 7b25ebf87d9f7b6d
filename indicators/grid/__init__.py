"""The sheet of a pilot's period as people enter and review it: figures by issue, inputs under what they make."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from django.db.models import QuerySet
from django.utils.functional import cached_property

from indicators import collecting, periods, rules
from indicators.grid.rows import YEARS_BACK, Cell, Equation, Grid, Group, Row, plain, shown
from indicators.models import Citation, Comment, Entry, Series
from indicators.models import Mapping as Serving
from indicators.pace import Judgement
from indicators.periods import Period
from indicators.publishing import Judge
from indicators.roster import roster_of
from pilots.models import Issue, Pilot, Role

__all__ = ["Cell", "Equation", "Grid", "Group", "Row", "Sheet", "cells", "part", "plain", "read", "shown"]


def read(*, pilot: Pilot, period: Period, user: object) -> Grid:
    """Read the sheet of a pilot's period as `user` may see it: figures that are not theirs to see are simply not there."""
    roster = roster_of(pilot)
    reported = _reported(roster.series, period)
    watch = rules.Watch(roster, entries=_entries_of(pilot, period, user))
    sheet = Sheet(pilot, period, reported, watch)
    sheet.files, sheet.comments = _files_of(reported, period, user), _comments_of(reported, period, user)
    return sheet.grid()


def part(*, pilot: Pilot, period: Period, user: object, codes: Collection[str], watch: rules.Watch | None = None) -> Grid:
    """Read some series of the sheet and the indicators computed from them, without what a save cannot change: issues, files, comments.

    A save gives its `watch`, which knows already what stands there.
    """
    roster = watch.roster if watch else roster_of(pilot)
    named = [roster.by_code[code] for code in codes if code in roster.by_code]
    series = _reported({one.pk: one for first in named for one in (first, *roster.fed_by(first))}.values(), period)
    watch = watch or rules.Watch.beside(roster, series, period, reader=user)
    return Sheet(pilot, period, series, watch).part()


def cells(*, pilot: Pilot, period: Period, user: object, codes: Collection[str]) -> dict[str, Cell]:
    """Read the cells of a few series by their keys, as a save compares them with what was typed: without all that a page shows beside."""
    roster = roster_of(pilot)
    series = _reported((roster.by_code[code] for code in codes if code in roster.by_code), period)
    standing = Entry.objects.visible_to(user).filter(pilot=pilot, series__in=series).within(period).order_by()
    watch = rules.Watch(roster, entries={(entry.series_id, entry.period): entry for entry in standing})
    sheet = Sheet(pilot, period, series, watch)
    rows = (sheet.row(one, one.kind) for one in series)
    return {cell.key: cell for row in rows for cell in (row.cell, *row.parts)}


def _reported(series: Iterable[Series], period: Period) -> list[Series]:
    """Leave out what is not reported for the period."""
    return [one for one in series if any(True for _part in collecting.reported_for(one, period))]


def _files_of(series: list[Series], period: Period, user: object) -> Counter:
    """Count the files cited for each cell, as far as the reader may know of them."""
    found = Citation.objects.filter(series__in=series)
    member = series and series[0].pilot_id in getattr(user, "pilot_ids", ())
    whole = member or Role.AUDITOR in getattr(user, "programme_roles", frozenset())
    return _counted(found.standing() if whole else found.offered(), period)


def _comments_of(series: list[Series], period: Period, user: object) -> Counter:
    """Count the comments on each cell that the reader may see."""
    return _counted(Comment.objects.visible_to(user).filter(series__in=series, kind=Comment.Kind.WORDS), period)


def _counted(rows: QuerySet, period: Period) -> Counter:
    """Count rows by series and period in one question."""
    near = rows.filter(start__gte=period.start, start__lt=period.next().start).order_by()
    return Counter(
        (pk, Period(start, frequency)) for pk, start, frequency, _row in near.values_list("series", "start", "frequency", "pk").distinct()
    )


def _entries_of(pilot: Pilot, period: Period, user: object) -> dict[tuple[int, Period], Entry]:
    """Return the entries of the period and of the earlier ones shown beside it, by series and period."""
    earliest = periods.shift(period, -YEARS_BACK * (12 // period.months)).start
    found: QuerySet = Entry.objects.visible_to(user).filter(pilot=pilot, start__gte=earliest, start__lt=period.next().start)
    return {(entry.series_id, entry.period): entry for entry in found.select_related("written_by")}


class Sheet:
    """Lays the series of a pilot out as rows: each input stands where it is first needed and is referred to afterwards."""

    def __init__(self, pilot: Pilot, period: Period, series: list[Series], watch: rules.Watch) -> None:
        """Take the series to lay out, and the soft rules with the entries that stand in them."""
        self.pilot = pilot
        self.period = period
        self.series = series
        self.entries = watch.entries
        self.inputs = {one.variable_id: one for one in series if one.variable_id}
        self.fed: dict[int, list[Series]] = defaultdict(list)
        for one in series:
            for variable in self.needed(one):
                self.fed[variable].append(one)
        self.placed: set[int] = set()
        self.watch = watch
        self.purposes: Mapping[int, tuple[str, ...]] = {}
        self.files: Counter = Counter()
        self.comments: Counter = Counter()

    def grid(self) -> Grid:
        """Group the rows by the first issue of each indicator, in the framework's order."""
        issues = {issue.pk: issue for issue in Issue.objects.all()}
        homes, self.purposes = self.ends()
        by_issue: dict[int | None, list[Series]] = defaultdict(list)
        for one in self.series:
            if one.indicator_id:
                by_issue[homes.get(one.indicator_id)].append(one)
        groups = [Group(issue, [row for one in by_issue[pk] for row in self.rows(one)]) for pk, issue in issues.items() if by_issue[pk]]
        rest = [row for one in by_issue[None] for row in self.rows(one)]
        rest += [self.row(one, "input") for one in self.series if one.variable_id and one.pk not in self.placed]
        return Grid(self.pilot, self.period, [*groups, Group(None, rest)] if rest else groups)

    def part(self) -> Grid:
        """Put all rows into one group, for those who look for single cells."""
        rows = [row for one in self.series if one.indicator_id for row in self.rows(one)]
        rows += [self.row(one, "input") for one in self.series if one.variable_id and one.pk not in self.placed]
        return Grid(self.pilot, self.period, [Group(None, rows)])

    def ends(self) -> tuple[dict[int, int], dict[int, tuple[str, ...]]]:
        """Return the first issue of every indicator, and the keys of the purposes that it serves."""
        homes: dict[int, int] = {}
        purposes: dict[int, tuple[str, ...]] = defaultdict(tuple)
        mappings = Serving.objects.filter(indicator__series__in=self.series).order_by("order", "pk")
        for indicator, issue, purpose in mappings.values_list("indicator", "issue", "purpose__key"):
            if issue:
                homes.setdefault(indicator, issue)
            if purpose:
                purposes[indicator] += (purpose,)
        return homes, purposes

    def rows(self, series: Series) -> Iterator[Row]:
        """Yield an indicator and, where it is computed, its inputs below it."""
        inputs = [self.inputs[variable] for variable in self.needed(series) if variable in self.inputs]
        below = [self.row(source, "reference" if source.pk in self.placed else "input") for source in inputs]
        self.placed.update(source.pk for source in inputs)
        cells = (cell for source in inputs or [series] for cell in self.cells(source))
        purposes = self.purposes.get(series.indicator_id, ())
        yield replace(
            self.row(series, "indicator"), needs=tuple(cells), judgement=self.judgement(series), inputs=tuple(inputs), purposes=purposes
        )
        yield from below

    @staticmethod
    def needed(series: Series) -> list[int]:
        """Return the variables that a computed series is made of."""
        return list(dict.fromkeys([series.indicator.numerator_id, series.indicator.denominator_id])) if series.computed else []

    def row(self, series: Series, kind: str) -> Row:
        finer = series.frequency != self.period.frequency
        fed = tuple(self.fed[series.variable_id]) if series.variable_id else ()
        return Row(series, kind, self.cell(series, self.period), self.cells(series) if finer else (), fed)

    def cells(self, series: Series) -> tuple[Cell, ...]:
        """Return the cells of the periods that a series is reported for."""
        return tuple(self.cell(series, part) for part in collecting.reported_for(series, self.period))

    def cell(self, series: Series, period: Period) -> Cell:
        step = self.period.months // period.months
        past = tuple(self.entries.get((series.pk, periods.shift(period, -back * step))) for back in range(YEARS_BACK, 0, -1))
        place = (series.pk, period)
        return Cell(series, period, self.entries.get(place), past, self.watch, self.files[place], self.comments[place])

    @cached_property
    def judge(self) -> Judge:
        """The judge of these figures; a series without a figure is read too, for its target."""
        blank = {"start": self.period.start, "frequency": self.period.frequency}
        indicators = [one for one in self.series if one.indicator_id]
        return Judge([self.entries.get((one.pk, self.period)) or Entry(series=one, **blank) for one in indicators])

    def judgement(self, series: Series) -> Judgement:
        entry = self.entries.get((series.pk, self.period))
        return self.judge(series, self.period, entry.value if entry else None)
