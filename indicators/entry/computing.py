"""Computes the figures that follow from a batch, on top of what stands in the sheet."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from indicators import formulas, periods, rules
from indicators.formulas import Part
from indicators.models import Entry, Series
from indicators.periods import Frequency, Period

if TYPE_CHECKING:
    from indicators.entry.sheet import Cell, Sheet


class Computation:
    """The results that follow from proposed entries, in an order in which parts come before what they make."""

    def __init__(self, sheet: Sheet, proposed: dict[Cell, Entry]) -> None:
        self.sheet = sheet
        self.proposed = proposed
        self.results: dict[Cell, Part] = {}
        self.parts: dict[Cell, Part] = {}
        self.series: dict[int, Series] = {}
        self.causes: dict[Cell, list[Cell]] = defaultdict(list)
        self.cells = self.follow()

    def run(self) -> tuple[Cell, ValidationError] | None:
        """Compute everything; return the first cell whose result breaks a hard rule, with the refusal."""
        for series, period in self.cells:
            result = self.year(series, period) if self.is_year_of_parts(series, period) else self.ratio(series, period)
            if result is None:
                continue
            try:
                rules.check_result(series, result, period=period)
            except ValidationError as refusal:
                return (series.pk, period), refusal
            self.results[series.pk, period] = result
            self.series[series.pk] = series
        return None

    def follow(self) -> list[tuple[Series, Period]]:
        """Find each computed cell once, with the proposed cells that it hangs on: all ratios first, then the years made of parts."""
        found: dict[Cell, tuple[Series, Period]] = {}
        for cell, entry in self.proposed.items():
            for series, period in self.sheet.computed_from(entry.series, cell[1]):
                key = (series.pk, period)
                found[key] = (series, period)
                if cell not in self.causes[key]:
                    self.causes[key].append(cell)
        return sorted(found.values(), key=lambda cell: (self.is_year_of_parts(*cell), cell[0].pk, cell[1]))

    @staticmethod
    def is_year_of_parts(series: Series, period: Period) -> bool:
        return period.frequency == Frequency.YEAR != series.frequency

    def part(self, series: Series, period: Period) -> Part:
        """Return what a cell holds after the batch: computed now, proposed, or standing."""
        cell = (series.pk, period)
        if cell in self.results:
            return self.results[cell]
        if cell not in self.parts:
            self.parts[cell] = formulas.part_of(self.proposed.get(cell) or self.sheet.entries.get(cell))
        return self.parts[cell]

    def input(self, variable_id: int, period: Period) -> tuple[Series, Part] | None:
        """Return an input's series with its figure of the period, or of the coarser one that it is reported for."""
        series = self.sheet.roster.by_variable.get(variable_id)
        if series is None:
            return None
        coarser = periods.MONTHS[series.frequency] > period.months
        return series, self.part(series, periods.covering(period, series.frequency) if coarser else period)

    def ratio(self, series: Series, period: Period) -> Part | None:
        """Compute a ratio; nothing where the pilot does not report one of its inputs."""
        above = self.input(series.indicator.numerator_id, period)
        below = self.input(series.indicator.denominator_id, period)
        return formulas.ratio(series, above=above, below=below) if above and below else None

    def year(self, series: Series, period: Period) -> Part:
        """Make a year of its parts."""
        parts = [self.part(series, part) for part in period.inside(series.frequency)]
        return formulas.aggregate(parts, series.indicator.aggregation, multiplier=series.indicator.multiplier)
