"""Invented figures for the demo: smooth, within limits, the same at every load, and consistent with each other."""

import csv
import hashlib
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

from indicators import collecting, periods
from indicators.entry import Item
from indicators.models import Aggregation, Collection, Direction, Indicator, Series
from indicators.periods import Frequency, Period
from pilots.models import Pilot

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "demo"
FIRST = 2021
SOURCE = "演示数据，非实测 · demo data, not measured"
# How much more of a bad thing winter brings, month by month, in hundredths; good things mirror it.
SEASON = (18, 12, 5, -2, -8, -12, -15, -12, -5, 2, 8, 9)


def table(name: str) -> list[dict[str, str]]:
    """The rows of one table of the demo."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def chance(*words: object) -> Decimal:
    """A number from -1 to 1 that hangs on the words alone."""
    digest = hashlib.sha256("/".join(map(str, words)).encode()).digest()
    return Decimal(int.from_bytes(digest[:4], "big")) / Decimal(2**31) - 1


@dataclass(frozen=True)
class Trend:
    """Where a demo figure starts in 2021, what a year adds, and what it is meant to reach by 2026."""

    first: Decimal
    step: Decimal
    target: Decimal | None


class Sheet:
    """The invented figures of one pilot."""

    def __init__(self, pilot: Pilot) -> None:
        """Read the pilot's trends and exceptions, and the series that they are for."""
        self.pilot = pilot
        self.trends = {
            row["code"]: Trend(Decimal(row["first"]), Decimal(row["step"]), Decimal(row["target"]) if row["target"] else None)
            for row in table("figures")
            if row["pilot"] == pilot.slug
        }
        self.exceptions = {(row["code"], int(row["year"])): row for row in table("exceptions") if row["pilot"] == pilot.slug}
        self.series = list(Series.objects.of(pilot).with_definitions())

    @cached_property
    def makers(self) -> dict[str, Series]:
        """The computed series that says how large each numerator is, by the numerator's key."""
        found: dict[str, Series] = {}
        for series in self.series:
            if series.computed:
                found.setdefault(series.indicator.numerator.key, series)
        return found

    def items(self, collection: Collection, *, chosen: frozenset[str] | None = None) -> list[Item]:
        """An answer to every typed cell of a collection, or only to what the chosen indicators need."""
        return [
            self.item(series, period)
            for series, period in collecting.expected(collection)
            if chosen is None or chosen & self.served_by(series)
        ]

    def served_by(self, series: Series) -> set[str]:
        """The codes of the indicators that a typed series answers."""
        if series.indicator_id:
            return {series.code}
        own = series.variable_id
        return {one.code for one in self.series if one.computed and own in (one.indicator.numerator_id, one.indicator.denominator_id)}

    def item(self, series: Series, period: Period) -> Item:
        """The answer to one cell, with the qualifier or the reason that the table of exceptions gives it."""
        told = self.exceptions.get((series.code, period.year), {})
        reason, qualifier = told.get("reason", ""), told.get("qualifier") or "="
        value = None if reason else self.value(series, period)
        return Item(
            series.code,
            period,
            value,
            qualifier=qualifier if value is not None else "=",
            reason=reason,
            source=SOURCE,
            note=told.get("note", ""),
            version=0,
        )

    def value(self, series: Series, period: Period) -> Decimal:
        """The invented figure of a typed cell, rounded as the series is."""
        if series.code in self.trends:
            return self.fit(series, self.trend(series, period))
        return self.numerator(series, period)

    def numerator(self, series: Series, period: Period) -> Decimal:
        """So much of an input that its indicator follows its own trend; a part is never more than its whole."""
        maker = self.makers[series.code]
        below = self.value(self.input(maker.indicator.denominator.key), period)
        wanted = self.fit(maker, self.trend(maker, period)) * below / maker.indicator.multiplier
        value = self.fit(series, wanted)
        return min(value, below) if maker.indicator.part_of_whole else value

    def input(self, key: str) -> Series:
        """The series of an input."""
        return next(series for series in self.series if series.code == key)

    def trend(self, series: Series, period: Period) -> Decimal:
        """The figure that the trend gives for a year, or for a part of it."""
        known = self.trends[series.code]
        years = Decimal(period.year - FIRST)
        year = known.first + known.step * (years + chance(self.pilot.slug, series.code, period.year) / 3)
        if period.frequency == Frequency.YEAR:
            return year
        if series.definition.aggregation == Aggregation.SUM:
            return year * share(period) * (1 + season(series, period) / 2)
        reached = Decimal(period.index * period.months) / 12
        return (year - known.step * (1 - reached)) * (1 + season(series, period))

    def fit(self, series: Series, value: Decimal) -> Decimal:
        """Round and keep within the limits of the definition."""
        rounded = value.quantize(Decimal(1).scaleb(-series.decimals), rounding=ROUND_HALF_UP)
        low, high = series.definition.minimum, series.definition.maximum
        rounded = rounded if low is None else max(rounded, low)
        return rounded if high is None else min(rounded, high)

    def aims(self) -> Iterator[tuple[Series, Trend]]:
        """The series that the demo gives a baseline and a target."""
        for series in self.series:
            known = self.trends.get(series.code)
            if series.indicator_id and known and known.target is not None:
                yield series, known


def share(period: Period) -> Decimal:
    """The part of its year that a period is, by days."""
    days = (period.next().start - period.start).days
    return Decimal(days) / (366 if isleap(period.year) else 365)


def season(series: Series, period: Period) -> Decimal:
    """How far a part of the year departs from the mean: only what hangs on weather or trade does."""
    definition = series.definition
    if not isinstance(definition, Indicator) or (definition.has_formula and definition.mode == "inputs"):
        return Decimal(0)
    if definition.aggregation not in (Aggregation.SUM, Aggregation.MEAN) or definition.unit.key not in (
        "ug-per-m3",
        "day-per-year",
        "visits-per-year",
    ):
        return Decimal(0)
    months = range(period.start.month - 1, period.start.month - 1 + period.months)
    mean = Decimal(sum(SEASON[month] for month in months)) / period.months / 100
    return mean if definition.direction == Direction.LOWER else -mean


def of_year(year: int) -> Period:
    """The period of a calendar year."""
    return periods.of_year(year)
