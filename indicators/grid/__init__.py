"""The sheet of a pilot's period as people enter and review it: figures by issue, inputs under what they make."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from django.db.models import QuerySet
from django.utils.functional import cached_property

from indicators import collecting, periods
from indicators.grid.rows import YEARS_BACK, Cell, Equation, Grid, Group, Row, plain, shown
from indicators.models import Entry, Mapping, Series
from indicators.pace import Judgement
from indicators.periods import Period
from indicators.publishing import Judge
from pilots.models import Issue, Pilot

__all__ = ["Cell", "Equation", "Grid", "Group", "Row", "plain", "read", "shown"]


def read(*, pilot: Pilot, period: Period, user: object) -> Grid:
    """Read the sheet of a pilot's period as `user` may see it: figures that are not theirs to see are simply not there."""
    series = Series.objects.visible_to(user).of(pilot).with_definitions()
    reported = [one for one in series if any(True for _part in collecting.reported_for(one, period))]
    return Sheet(pilot, period, reported, _entries_of(pilot, period, user)).grid()


def _entries_of(pilot: Pilot, period: Period, user: object) -> dict[tuple[int, Period], Entry]:
    """Return the entries of the period and of the earlier ones shown beside it, by series and period."""
    earliest = periods.shift(period, -YEARS_BACK).start
    found: QuerySet = Entry.objects.visible_to(user).filter(pilot=pilot, start__gte=earliest, start__lt=period.next().start)
    return {(entry.series_id, entry.period): entry for entry in found.select_related("written_by")}


class Sheet:
    """Lays the series of a pilot out as rows: each input stands where it is first needed and is referred to afterwards."""

    def __init__(self, pilot: Pilot, period: Period, series: list[Series], entries: dict[tuple[int, Period], Entry]) -> None:
        self.pilot = pilot
        self.period = period
        self.series = series
        self.entries = entries
        self.inputs = {one.variable_id: one for one in series if one.variable_id}
        self.feeds = Counter(variable for one in series for variable in self.needed(one))
        self.placed: set[int] = set()

    def grid(self) -> Grid:
        """Group the rows by the first issue of each indicator, in the framework's order."""
        issues = {issue.pk: issue for issue in Issue.objects.all()}
        homes = self.homes()
        by_issue: dict[int | None, list[Series]] = defaultdict(list)
        for one in self.series:
            if one.indicator_id:
                by_issue[homes.get(one.indicator_id)].append(one)
        groups = [Group(issue, [row for one in by_issue[pk] for row in self.rows(one)]) for pk, issue in issues.items() if by_issue[pk]]
        rest = [row for one in by_issue[None] for row in self.rows(one)]
        rest += [self.row(one, "input") for one in self.series if one.variable_id and one.pk not in self.placed]
        return Grid(self.pilot, self.period, [*groups, Group(None, rest)] if rest else groups)

    def homes(self) -> dict[int, int]:
        """Return the first issue of every indicator."""
        mappings = Mapping.objects.filter(indicator__series__in=self.series, issue__isnull=False).order_by("-order")
        return dict(mappings.values_list("indicator", "issue"))

    def rows(self, series: Series) -> Iterator[Row]:
        """Yield an indicator and, where it is computed, its inputs below it."""
        inputs = [self.inputs[variable] for variable in self.needed(series) if variable in self.inputs]
        below = [self.row(source, "reference" if source.pk in self.placed else "input") for source in inputs]
        self.placed.update(source.pk for source in inputs)
        cells = (cell for source in inputs or [series] for cell in self.cells(source))
        yield replace(self.row(series, "indicator"), needs=tuple(cells), judgement=self.judgement(series))
        yield from below

    @staticmethod
    def needed(series: Series) -> list[int]:
        """Return the variables that a computed series is made of."""
        return list(dict.fromkeys([series.indicator.numerator_id, series.indicator.denominator_id])) if series.computed else []

    def row(self, series: Series, kind: str) -> Row:
        finer = series.frequency != self.period.frequency
        feeds = self.feeds[series.variable_id] if series.variable_id else 0
        return Row(series, kind, self.cell(series, self.period), self.cells(series) if finer else (), feeds)

    def cells(self, series: Series) -> tuple[Cell, ...]:
        """Return the cells of the periods that a series is reported for."""
        return tuple(self.cell(series, part) for part in collecting.reported_for(series, self.period))

    def cell(self, series: Series, period: Period) -> Cell:
        step = self.period.months // period.months
        past = tuple(self.entries.get((series.pk, periods.shift(period, -back * step))) for back in range(YEARS_BACK, 0, -1))
        return Cell(series, period, self.entries.get((series.pk, period)), past)

    @cached_property
    def judge(self) -> Judge:
        """The judge of these figures; a series without a figure is read too, for its target."""
        blank = {"start": self.period.start, "frequency": self.period.frequency}
        indicators = [one for one in self.series if one.indicator_id]
        return Judge([self.entries.get((one.pk, self.period)) or Entry(series=one, **blank) for one in indicators])

    def judgement(self, series: Series) -> Judgement:
        entry = self.entries.get((series.pk, self.period))
        return self.judge(series, self.period, entry.value if entry else None)
