"""Numerator, denominator and multiplier: how a figure follows from others, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from indicators.models import FLAG_OF_REASON, Aggregation, Entry, Flag, Reason, Series, Unit, Variable

# Stored figures carry twelve digits after the point (DECISIONS 6).
GRAIN = Decimal(1).scaleb(-12)
# Enough digits that a product of two stored figures is exact and a quotient is rounded only once, when it is stored.
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Part:
    """A figure that goes into another one; neither value nor reason means that it is still to come."""

    value: Decimal | None = None
    qualifier: str = "="
    flag: str = Flag.NORMAL
    reason: str = ""
    demo: bool = False
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def awaited(self) -> bool:
        return self.value is None and not self.reason


AWAITED = Part()


def part_of(entry: Entry | None) -> Part:
    """See an entry as a part of a formula."""
    if entry is None:
        return AWAITED
    return Part(entry.value, entry.qualifier, entry.flag, entry.reason, entry.demo, entry.numerator, entry.denominator)


def store(number: Fraction) -> Decimal:
    """Write an exact ratio with twelve digits after the point, half away from zero."""
    return EXACT.quantize(EXACT.divide(Decimal(number.numerator), Decimal(number.denominator)), GRAIN)


def convert(value: Decimal, *, unit: Unit, into: Unit) -> Fraction:
    """Convert a figure between two units of one dimension, exactly."""
    if unit.pk == into.pk:
        return Fraction(value)
    return Fraction(value) * unit.factor / into.factor


def weaker(*qualifiers: str) -> str:
    """Return the qualifier of a figure made of qualified ones: the weaker wins, and ≥ with ≤ gives ≈ (DECISIONS 6)."""
    signs = set(qualifiers) - {"="}
    if not signs:
        return "="
    if signs <= {">", "≥"}:
        return ">" if signs == {">"} else "≥"
    return "≤" if signs == {"≤"} else "≈"


def turned(qualifier: str) -> str:
    """Return what a qualifier says once its figure stands below the fraction line."""
    return {">": "≤", "≥": "≤", "≤": "≥"}.get(qualifier, qualifier)


def missing(parts: Sequence[Part]) -> Part | None:
    """Return the answer where a part is not there: awaited before missing, and missing with the first reason."""
    if all(part.value is not None for part in parts):
        return None
    if any(part.awaited for part in parts):
        return Part(demo=any(part.demo for part in parts))
    first = next(part for part in parts if part.value is None)
    return Part(flag=first.flag, reason=first.reason, demo=any(part.demo for part in parts))


def flag_of(parts: Sequence[Part]) -> str:
    """Return the strongest caution among the parts: provisional, estimated, break, normal."""
    flags = {part.flag for part in parts}
    return next((flag for flag in (Flag.PROVISIONAL, Flag.ESTIMATED, Flag.BREAK) if flag in flags), Flag.NORMAL)


def divide(above: Part, below: Part, *, multiplier: Decimal, top: Fraction | None = None, bottom: Fraction | None = None) -> Part:
    """Compute a ratio; `top` and `bottom` are the values in the variables' own units where those differ.

    A missing input gives missing with its reason; a zero denominator gives missing, `division`.
    """
    lacking = missing([above, below])
    if lacking:
        return lacking
    demo = above.demo or below.demo
    numerator = EXACT.quantize(above.value, GRAIN) if top is None else store(top)
    denominator = EXACT.quantize(below.value, GRAIN) if bottom is None else store(bottom)
    if not (below.value if bottom is None else bottom):
        return Part(None, "=", FLAG_OF_REASON[Reason.DIVISION], Reason.DIVISION, demo, numerator, denominator)
    if top is None and bottom is None:
        # The same figure as with fractions, at a fifth of the cost: most inputs are counted in their variable's own unit.
        value = EXACT.quantize(EXACT.divide(EXACT.multiply(above.value, multiplier), below.value), GRAIN)
    else:
        top, bottom = (Fraction(part.value) if amount is None else amount for part, amount in ((above, top), (below, bottom)))
        value = store(top / bottom * Fraction(multiplier))
    return Part(value, weaker(above.qualifier, turned(below.qualifier)), flag_of([above, below]), "", demo, numerator, denominator)


def ratio(series: Series, *, above: tuple[Series, Part], below: tuple[Series, Part]) -> Part:
    """Compute an indicator from its two inputs, each given with the series whose unit it is in."""
    indicator = series.indicator
    (above_series, top), (below_series, bottom) = above, below
    return divide(
        top,
        bottom,
        multiplier=indicator.multiplier,
        top=converted(top, unit=above_series, into=indicator.numerator),
        bottom=converted(bottom, unit=below_series, into=indicator.denominator),
    )


def converted(part: Part, *, unit: Series, into: Variable) -> Fraction | None:
    """Return a part in its variable's unit; nothing where it is in that unit already, or is not there."""
    if part.value is None or unit.unit_id == into.unit_id:
        return None
    return convert(part.value, unit=unit.unit, into=into.unit)


def aggregate(parts: Sequence[Part], how: str, *, multiplier: Decimal) -> Part:
    """Make the figure of a coarser period from all of its finer ones (DECISIONS 2)."""
    lacking = missing(parts)
    if lacking:
        return lacking
    values = [Fraction(part.value) for part in parts]
    sign, flag, demo = weaker(*(part.qualifier for part in parts)), flag_of(parts), any(part.demo for part in parts)
    if how == Aggregation.SUM:
        return Part(store(sum(values)), sign, flag, demo=demo)
    if how == Aggregation.MEAN:
        return Part(store(sum(values) / len(values)), sign, flag, demo=demo)
    if how == Aggregation.RATIO_OF_SUMS:
        return ratio_of_sums(parts, sign, multiplier=multiplier)
    last = parts[-1]
    return Part(last.value, last.qualifier, last.flag, demo=last.demo, numerator=last.numerator, denominator=last.denominator)


def ratio_of_sums(parts: Sequence[Part], sign: str, *, multiplier: Decimal) -> Part:
    """Divide the sum of the numerators by the sum of the denominators; nothing where a part was typed without them."""
    if any(part.numerator is None for part in parts):
        return AWAITED
    demo = any(part.demo for part in parts)
    above = Part(store(sum(Fraction(part.numerator) for part in parts)), sign, flag_of(parts), demo=demo)
    below = Part(store(sum(Fraction(part.denominator) for part in parts)), demo=demo)
    return divide(above, below, multiplier=multiplier)
