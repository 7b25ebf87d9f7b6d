"""Synthetic figures: they hang on the seed alone, stay near a base, and no part is larger than its whole."""

from decimal import ROUND_HALF_UP, Decimal

from indicators import collecting, periods
from indicators.entry import Item
from indicators.models import Collection, Series
from indicators.periods import Period
from portal.management.demo.figures import chance

SOURCE = "合成数据，非实测 · synthetic data, not measured"
REPEATED = "合成数据与上年相同。 Synthetic data that repeat last year's."
SPREAD = Decimal("0.04")
# Where the figures of a variable or a typed indicator lie; parts keep well below their wholes.
BASES = {
    "city_population": 500_000,
    "end_use_energy": 40_000_000,
    "renewable_end_use_energy": 8_000_000,
    "firefighters": 500,
    "msw_recycled": 70_000,
    "msw_total": 200_000,
    "green_area": 900,
    "people_sewered": 400_000,
    "iso37120-5.1": 4,
    "iso37120-5.8": 1200,
    "iso37120-8.1": 40,
    "iso37120-8.2": 70,
    "iso37120-11.1": 78,
    "iso37120-19.3": 45,
}


def items(collection: Collection, *, seed: int, part: bool = False) -> list[Item]:
    """An answer to every typed cell of a collection, or only to every second one."""
    cells = collecting.expected(collection)
    return [item(series, period, seed) for series, period in cells[:: 2 if part else 1]]


def item(series: Series, period: Period, seed: int) -> Item:
    """The answer to one cell; one that happens to repeat last year's figure says that it does."""
    now, before = value(series, period, seed), value(series, periods.shift(period, -12 // period.months), seed)
    return Item(series.code, period, now, source=SOURCE, explanation=REPEATED if now == before else "", version=0)


def value(series: Series, period: Period, seed: int) -> Decimal:
    """The figure of a cell, rounded as its series is."""
    name = series.variable.key if series.variable_id else series.indicator.code
    near = BASES[name] * (1 + SPREAD * chance(seed, series.pilot.slug, name, period.code))
    return near.quantize(Decimal(1).scaleb(-series.decimals), rounding=ROUND_HALF_UP)
