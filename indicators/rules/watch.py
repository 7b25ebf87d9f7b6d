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

from indicators import formulas, periods
from indicators.models import Entry, Series, Unit
from indicators.periods import Frequency, Period
from indicators.roster import Roster, roster_of
from indicators.rules.sight import Printed, Sight, Warning
from indicators.rules.soft import look
from pilots.models import Pilot

Cell = tuple[int, Period]

YEARS_BACK = 3
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
    """Looks at the figures of one pilot beside what stands next to them and what its profile says."""

    def __init__(self, roster: Roster, *, entries: Mapping[Cell, Entry]) -> None:
        """Take what the pilot reports and the entries that stand, those of the three years before included."""
        self.roster = roster
        self.by_key = roster.by_key
        self.entries = entries
        self.looked: dict[Cell, list[Warning]] = {}
        self.wholes: dict[tuple[tuple[str, ...], int], Fraction | None] = {}

    @classmethod
    def around(cls, pilot: Pilot, entries: Iterable[Entry], *, reader: object) -> Self:
        """Read what stands beside entries as far as `reader` may see it; the entries themselves count as they are given."""
        roster = roster_of(pilot)
        given = {(entry.series_id, entry.period): entry for entry in entries}
        series = {roster.by_id[key] for key, _period in given if key in roster.by_id}
        days = [period.start for _series, period in given] or [date.max]
        found = standing(roster, series, min(days).year, max(days).year, reader=reader)
        return cls(roster, entries={**found, **given})

    @classmethod
    def beside(cls, roster: Roster, series: Iterable[Series], period: Period, *, reader: object) -> Self:
        """Read some series of a period, with what stands beside them, as far as `reader` may see it."""
        return cls(roster, entries=standing(roster, series, period.year, period.year, reader=reader))

    @classmethod
    def over(cls, pilot: Pilot, period: Period, *, reader: object) -> Self:
        """Read a whole period with the three years before it, as far as `reader` may see them."""
        roster = roster_of(pilot)
        first = period.start.replace(year=period.year - YEARS_BACK, month=1)
        years = Entry.objects.filter(start__gte=first, start__lt=periods.of_year(period.year).next().start)
        standing = years.visible_to(reader).filter(pilot=pilot, series__in=roster.by_id)
        watch = cls(roster, entries={(one.series_id, one.period): one for one in standing})
        for entry in watch.entries.values():
            entry.series = roster.by_id[entry.series_id]
        return watch

    def __call__(self, series: Series, period: Period) -> list[Warning]:
        """Return the warnings of a cell; none where it holds no figure."""
        cell = (series.pk, period)
        if cell not in self.looked:
            self.looked[cell] = self.judge(self.roster.by_id.get(series.pk, series), period, self.entries.get(cell))
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
            source = self.roster.by_variable.get(variable)
            if source is not None:
                coarser = periods.MONTHS[Frequency(source.frequency)] > period.months
                yield source, periods.covering(period, source.frequency) if coarser else period

    def sight(self, series: Series, period: Period, entry: Entry) -> Sight:
        """Gather what stands beside a figure."""
        key, dimension = series.variable.key if series.variable_id else "", series.unit.dimension
        past, facts = tuple(self.past(series, period)), self.facts.get(dimension, ())
        return Sight(
            series,
            period,
            entry.value,
            computed=entry.computed,
            past=past,
            units=self.units.get(dimension, ()),
            printed=() if any(value is not None for value in past) else list(same_thing(facts, series, key)),
            misprinted=[one for one in facts if one.corrected is not None],
            area=self.largest(AREAS, period.year) if dimension == "area" and key not in AREAS else None,
            population=self.largest((POPULATION,), period.year) if dimension == "person" and key != POPULATION else None,
            parts=self.parts_of(series, period, PARTS[key]) if key in PARTS else None,
        )

    def past(self, series: Series, period: Period) -> Iterator[Decimal | None]:
        """Yield the figures of the same part of the three years before, oldest first."""
        for back in range(YEARS_BACK, 0, -1):
            entry = self.entries.get((series.pk, Period(period.start.replace(year=period.year - back), period.frequency)))
            yield entry.value if entry else None

    def largest(self, keys: tuple[str, ...], year: int) -> Fraction | None:
        """Return the largest that this year, the last one and the profile say of the pilot itself, in base units."""
        if (keys, year) not in self.wholes:
            self.wholes[keys, year] = max(self.told_of(keys, year), default=None)
        return self.wholes[keys, year]

    def told_of(self, keys: tuple[str, ...], year: int) -> Iterator[Fraction]:
        """Yield what the figures of two years and the profile say of the pilot's own size, in base units."""
        for key in keys:
            series = self.by_key.get(key)
            for one in (year, year - 1) if series else ():
                entry = self.entries.get((series.pk, periods.of_year(one)))
                if entry is not None and entry.value is not None:
                    yield Fraction(entry.value) * series.unit.factor
            facts = (fact for group in self.facts.values() for fact in group if fact.key in PRINTED_AS[key])
            yield from (Fraction(fact.meant) * fact.unit.factor for fact in facts)

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
    def units(self) -> dict[str, list[Unit]]:
        """The units by dimension."""
        found: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.roster.units.values():
            found[unit.dimension].append(unit)
        return found

    @cached_property
    def facts(self) -> dict[str, list[Printed]]:
        """The figures of the pilot's profile by dimension, as far as their unit is known."""
        found: dict[str, list[Printed]] = defaultdict(list)
        for row in self.roster.facts:
            unit = self.roster.unit_by_key.get(row.unit)
            if unit is None:
                continue
            found[unit.dimension].append(Printed(row.key, row.value, unit, corrected=row.corrected_value, doubted=not row.public))
        return found


def standing(roster: Roster, series: Iterable[Series], first: int, last: int, *, reader: object) -> dict[Cell, Entry]:
    """Read what stands, from three years before the first year on, of some series, their inputs and what may stand beside any figure."""
    wanted = {one.pk for named in series for one in (named, *roster.inputs_of(named))}
    wanted |= {roster.by_key[key].pk for key in BESIDE if key in roster.by_key}
    found = Entry.objects.visible_to(reader).filter(pilot=roster.pilot, series__in=wanted)
    years = found.filter(start__gte=date(first - YEARS_BACK, 1, 1), start__lte=date(last, 12, 31)).order_by()
    return {(one.series_id, one.period): one for one in years}


def same_thing(facts: Iterable[Printed], series: Series, key: str) -> Iterator[Printed]:
    """Yield the facts that say the same as a series: under the name of its input, or under the pilot's own code."""
    names = PRINTED_AS.get(key, ())
    for one in facts:
        if one.doubted and one.corrected is None:
            continue
        if one.key in names or one.key == series.code or one.key.startswith(f"{series.code}-"):
            yield one
