"""Reads in bulk what stands beside figures, so that the soft rules cost a page the same few queries however long it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Self

from django.db.models import Q

from indicators import formulas, periods
from indicators.models import Entry, Series, Unit, Variable
from indicators.periods import Frequency, Period
from indicators.rules.sight import Printed, Sight, Warning
from indicators.rules.soft import look
from pilots.models import Fact, Pilot, Qualifier

Cell = tuple[int, Period]

YEARS_BACK = 3
# A fact that says "at least" or "more than" measures nothing.
MEASURES = (Qualifier.EXACT, Qualifier.ABOUT)
# A word or two is no explanation.
LEAST_EXPLANATION = 10
POPULATION = "city_population"
AREAS = ("city_area_km2", "district_area_ha")
# The keys of the facts that say the same as a shared input.
PRINTED_AS = {
    POPULATION: ("residents", "population"),
    **dict.fromkeys(AREAS, ("area", "area-pilot", "area-extended")),
}
# Wholes whose parts have no formula of their own: no part is counted in two of them (ISO 37120, 16.3 to 16.8 for the waste).
PARTS = {
    "msw_total": ("msw_recycled", "msw_landfilled", "msw_energy", "msw_biological", "msw_open_dump", "msw_other"),
    "labour_force": ("youth_labour_force",),
    "unemployed_residents": ("youth_unemployed",),
}
# What may stand beside any figure.
BESIDE = (POPULATION, *AREAS, *PARTS, *(key for keys in PARTS.values() for key in keys))


def explains(text: str) -> bool:
    """Whether a text is long enough to explain a figure."""
    return len(text.strip()) >= LEAST_EXPLANATION


class Watch:
    """Looks at the figures of one pilot; its facts and the units are read once, when the first figure is looked at."""

    def __init__(self, pilot: Pilot, *, series: Iterable[Series], entries: Mapping[Cell, Entry]) -> None:
        """Take the series that matter and the entries that stand, those of the three years before included."""
        self.pilot = pilot
        self.by_id = {one.pk: one for one in series}
        self.by_variable = {one.variable_id: one for one in self.by_id.values() if one.variable_id}
        self.by_key = {one.variable.key: one for one in self.by_variable.values()}
        self.entries = entries
        self.looked: dict[Cell, list[Warning]] = {}

    @classmethod
    def around(cls, pilot: Pilot, entries: Iterable[Entry], *, reader: object) -> Self:
        """Read what stands beside entries as far as `reader` may see it; the entries themselves count as they are given."""
        given = {(entry.series_id, entry.period): entry for entry in entries}
        ids = {series for series, _period in given}
        inputs = Variable.objects.filter(Q(as_numerator__series__in=ids) | Q(as_denominator__series__in=ids))
        beside = Q(variable__in=inputs) | Q(variable__key__in=BESIDE)
        series = list(Series.objects.of(pilot).filter(Q(pk__in=ids) | beside).with_definitions())
        days = [period.start for _series, period in given] or [date.max]
        standing = Entry.objects.visible_to(reader).filter(series__in=series, start__lte=max(days).replace(month=12, day=31))
        years = standing.filter(start__year__gte=min(days).year - YEARS_BACK)
        return cls(pilot, series=series, entries={**{(one.series_id, one.period): one for one in years}, **given})

    @classmethod
    def over(cls, pilot: Pilot, period: Period, *, reader: object) -> Self:
        """Read a whole period with the three years before it, as far as `reader` may see them."""
        series = list(Series.objects.of(pilot).with_definitions())
        first = period.start.replace(year=period.year - YEARS_BACK, month=1)
        years = Entry.objects.filter(start__gte=first, start__lt=periods.of_year(period.year).next().start)
        standing = years.visible_to(reader).filter(series__in=series)
        watch = cls(pilot, series=series, entries={(one.series_id, one.period): one for one in standing})
        for entry in watch.entries.values():
            entry.series = watch.by_id[entry.series_id]
        return watch

    def __call__(self, series: Series, period: Period) -> list[Warning]:
        """Return the warnings of a cell; none where it holds no figure."""
        cell = (series.pk, period)
        if cell not in self.looked:
            self.looked[cell] = self.judge(self.by_id.get(series.pk, series), period, self.entries.get(cell))
        return self.looked[cell]

    def judge(self, series: Series, period: Period, entry: Entry | None) -> list[Warning]:
        """Look at a figure. A computed one is silent where an input speaks, and is explained where an input is."""
        if entry is None or entry.value is None:
            return []
        inputs = list(self.inputs(series, period)) if entry.computed else []
        if any(self(*cell) for cell in inputs):
            return []
        found = look(self.sight(series, period, entry))
        if not found:
            return []
        beside = [self.entries.get((one.pk, part)) for one, part in inputs]
        explained = any(explains(one.explanation) for one in (entry, *beside) if one)
        return [replace(warning, explained=explained) for warning in found]

    def inputs(self, series: Series, period: Period) -> Iterator[tuple[Series, Period]]:
        """Yield the cells that a computed one follows from: its parts of a year, or its numerator and denominator."""
        if period.frequency != series.frequency:
            yield from ((series, part) for part in period.inside(series.frequency))
            return
        for variable in {series.indicator.numerator_id, series.indicator.denominator_id} if series.indicator_id else ():
            source = self.by_variable.get(variable)
            if source is not None:
                coarser = periods.MONTHS[Frequency(source.frequency)] > period.months
                yield source, periods.covering(period, source.frequency) if coarser else period

    def sight(self, series: Series, period: Period, entry: Entry) -> Sight:
        """Gather what stands beside a figure."""
        key, dimension = series.variable.key if series.variable_id else "", series.unit.dimension
        return Sight(
            series,
            period,
            entry.value,
            computed=entry.computed,
            past=tuple(self.past(series, period)),
            units=self.units.get(dimension, ()),
            printed=self.printed_for(series, key),
            misprinted=[one for one in self.facts if one.corrected is not None and one.unit.dimension == dimension],
            area=None if key in AREAS else self.largest(AREAS, period),
            population=None if key == POPULATION else self.largest((POPULATION,), period),
            parts=self.parts_of(series, period, PARTS[key]) if key in PARTS else None,
        )

    def past(self, series: Series, period: Period) -> Iterator[Decimal | None]:
        """Yield the figures of the same part of the three years before, oldest first."""
        for back in range(YEARS_BACK, 0, -1):
            entry = self.entries.get((series.pk, periods.shift(period, -back * (12 // period.months))))
            yield entry.value if entry else None

    def largest(self, keys: Iterable[str], period: Period) -> Fraction | None:
        """Return the largest that this year, the last one and the profile say of the pilot itself, in base units."""
        known = [
            Fraction(entry.value) * series.unit.factor
            for key in keys
            if (series := self.by_key.get(key)) is not None
            for year in (period.year, period.year - 1)
            if (entry := self.entries.get((series.pk, periods.of_year(year)))) is not None and entry.value is not None
        ]
        known += [Fraction(one.meant) * one.unit.factor for key in keys for one in self.facts if one.key in PRINTED_AS[key]]
        return max(known, default=None)

    def printed_for(self, series: Series, key: str) -> list[Printed]:
        """Return what the profile gives for a series: under the name of the input, or under the pilot's own code."""
        names = PRINTED_AS.get(key, ())
        return [
            one
            for one in self.facts
            if one.unit.dimension == series.unit.dimension
            and not (one.doubted and one.corrected is None)
            and (one.key in names or one.key == series.code or one.key.startswith(f"{series.code}-"))
        ]

    def parts_of(self, whole: Series, period: Period, keys: Iterable[str]) -> Fraction | None:
        """Add up the parts of a whole that are there, in its unit."""
        found = [
            formulas.convert(entry.value, unit=series.unit, into=whole.unit)
            for key in keys
            if (series := self.by_key.get(key)) is not None
            and (entry := self.entries.get((series.pk, period))) is not None
            and entry.value is not None
        ]
        return sum(found) if found else None

    @cached_property
    def all_units(self) -> dict[str, Unit]:
        return {unit.key: unit for unit in Unit.objects.all()}

    @cached_property
    def units(self) -> dict[str, list[Unit]]:
        """The units by dimension."""
        found: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.all_units.values():
            found[unit.dimension].append(unit)
        return found

    @cached_property
    def facts(self) -> list[Printed]:
        """The figures of the pilot's profile whose unit is known."""
        rows = Fact.objects.filter(pilot=self.pilot, unit__in=self.all_units, qualifier__in=MEASURES).exclude(value=None)
        return [
            Printed(fact.key, fact.value, self.all_units[fact.unit], corrected=fact.corrected_value, doubted=not fact.public)
            for fact in rows
        ]
