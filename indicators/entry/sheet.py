"""The cells that a batch touches: their series, what depends on them, and what stands in them now."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from indicators import collecting, periods
from indicators.entry.drafting import standing
from indicators.models import Aggregation, Collection, Entry, Evidence, Mode, Series
from indicators.periods import Frequency, Period
from pilots.models import Pilot

Cell = tuple[int, Period]


class Sheet:
    """Part of a pilot's data sheet, read and locked for one batch; `paper` is the scan that the batch was read from, if any."""

    def __init__(self, pilot: Pilot, codes: set[str], spans: Iterable[Period], *, paper: Evidence | None = None) -> None:
        self.pilot = pilot
        self.paper = paper
        years = sorted({period.year for period in spans})
        self.collections = collecting.lock(pilot, years)
        self.calls: dict[Period, Collection | None] = {}
        self.by_code: dict[str, Series] = {}
        self.by_variable: dict[int, Series] = {}
        self.dependents: dict[int, list[Series]] = defaultdict(list)
        self.read_series(codes)
        self.entries: dict[Cell, Entry] = {}
        self.read_entries(years)
        self.states = collecting.states(self.collections)

    def read_series(self, codes: set[str]) -> None:
        """Read the named series, the indicators computed from them, and the other inputs of those."""
        series = Series.objects.of(self.pilot).with_definitions().order_by()
        # No code holds a sign that does not print, and the database refuses even to look for some of them.
        named = list(series.filter(code__in=[code for code in codes if code.isprintable()]))
        self.by_code = {one.code: one for one in named}
        variables = {one.variable_id for one in named if one.variable_id}
        computed: list[Series] = []
        if variables:
            feeds = Q(indicator__numerator__in=variables) | Q(indicator__denominator__in=variables)
            computed = list(series.filter(feeds, mode=Mode.INPUTS))
        needed = {v for one in computed for v in (one.indicator.numerator_id, one.indicator.denominator_id)}
        others = series.filter(variable__in=needed - variables) if needed - variables else []
        self.by_variable = {one.variable_id: one for one in [*named, *others] if one.variable_id}
        for one in computed:
            for variable in (one.indicator.numerator_id, one.indicator.denominator_id):
                self.dependents[variable].append(one)

    def read_entries(self, years: list[int]) -> None:
        """Read what stands in the cells of all these series in the years at hand."""
        known = {*self.by_code.values(), *self.by_variable.values(), *(s for group in self.dependents.values() for s in group)}
        ids = {series.pk: series for series in known}
        self.entries |= {(entry.series_id, entry.period): entry for entry in standing(self.pilot, ids, years)}

    def find(self, code: str) -> Series:
        """Return the series of a code, or refuse naming the nearest one."""
        series = self.by_code.get(code)
        if series is not None:
            return series
        codes = Series.objects.of(self.pilot).values_list("code", flat=True)
        nearest = difflib.get_close_matches(code, codes, n=1)
        hint = _(" Did you mean %(code)s?") % {"code": nearest[0]} if nearest else ""
        raise ValidationError(
            _("%(pilot)s has no series “%(code)s”.%(hint)s"),
            code="unknown_series",
            params={"pilot": self.pilot.short_name, "code": code[:60], "hint": hint},
        )

    def collection_of(self, period: Period) -> Collection | None:
        """Return the narrowest open call for data that covers the period."""
        if period not in self.calls:
            covering = [c for c in self.collections if c.period.contains(period)]
            self.calls[period] = min(covering, key=lambda c: c.period.months, default=None)
        return self.calls[period]

    def computed_from(self, series: Series, period: Period) -> Iterator[tuple[Series, Period]]:
        """Yield the computed cells that hang on a cell: ratios at their own period, then the year made of its parts."""
        for dependent in self.dependents.get(series.variable_id, []):
            if periods.MONTHS[dependent.frequency] > period.months:
                continue
            for part in period.inside(dependent.frequency):
                yield dependent, part
                yield from self.year_of(dependent, part)
        yield from self.year_of(series, period)

    def year_of(self, series: Series, period: Period) -> Iterator[tuple[Series, Period]]:
        """Yield the year that finer periods of an indicator make up."""
        if period.months < periods.MONTHS[Frequency.YEAR] and series.indicator and series.indicator.aggregation != Aggregation.NONE:
            yield series, periods.of_year(period.year)
