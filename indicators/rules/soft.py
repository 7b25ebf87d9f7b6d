"""The soft rules: each looks at a saved figure and what stands beside it, and warns or is silent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from indicators.rules import slips
from indicators.rules.sight import Sight, Warning, compared, shown

# From how many times as much, or as little, a figure is to be explained. The profile's figures have no year, so they bind less.
FAR = {"last": 2, "earlier": 3, "profile": 5}
# Small whole numbers jump, and repeat, by chance.
SMALL_STEP, SMALL_COUNT = 10, 100


def far(sight: Sight) -> bool:
    """Whether a figure is at least twice, or at most half, what it is compared with."""
    if not sight.leaps or sight.times is None:
        return False
    limit = FAR[sight.reference.kind]
    if Fraction(1, limit) < sight.times < limit:
        return False
    counted = whole(sight.value) and whole(sight.reference.value)
    return not (counted and abs(sight.value - sight.reference.value) < SMALL_STEP)


def whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def ratio(sight: Sight) -> Warning | None:
    """At least twice or at most half of last year."""
    if not far(sight):
        return None
    return Warning("ratio", _("%(compared)s Correct it, or explain.") % {"compared": compared(sight)})


def result(sight: Sight) -> Warning | None:
    """A computed figure that is at least twice or at most half of last year's."""
    if not far(sight):
        return None
    return Warning("result", _("%(compared)s Correct one of its inputs, or explain there.") % {"compared": compared(sight)})


def same(sight: Sight) -> Warning | None:
    """The same as last year to the last digit; constants, grades, zeros, limits and small counts may be."""
    if sight.last is None or sight.value != sight.last or not sight.value:
        return None
    definition = sight.series.definition
    if sight.series.constant or sight.value in (definition.minimum, definition.maximum):
        return None
    if whole(sight.value) and abs(sight.value) < SMALL_COUNT:
        return None
    text = _("The same as last year to the last digit (%(now)s). Check that it is this year's figure, or explain.")
    return Warning("same", text % {"now": shown(sight.value)})


def falling(sight: Sight) -> Warning | None:
    """A cumulative figure that is smaller than an earlier one."""
    if not cumulative(sight) or sight.reference is None or sight.reference.kind == "profile":
        return None
    if sight.value >= sight.reference.value:
        return None
    text = _("This figure is cumulative, yet it has fallen (%(before)s → %(now)s). Correct it, or explain.")
    return Warning("falling", text % {"before": shown(sight.reference.value), "now": shown(sight.value)})


def cumulative(sight: Sight) -> bool:
    """Whether a series only adds up; its definition says so in its name."""
    names = (sight.series.definition, sight.series)
    return any("累计" in one.name_zh or "cumulative" in one.name_en.lower() for one in names)


def area(sight: Sight) -> Warning | None:
    """More land than the pilot has."""
    if sight.series.unit.dimension != "area" or sight.area is None or sight.base <= sight.area:
        return None
    text = _("%(now)s is more than the area of the whole pilot, %(whole)s. Check the unit. Correct it, or explain.")
    own = sight.with_unit(sight.in_own_unit(sight.area))
    return Warning("area", text % {"now": sight.with_unit(sight.value), "whole": own})


def population(sight: Sight) -> Warning | None:
    """More people than live in the pilot."""
    if sight.series.unit.dimension != "person" or sight.population is None or sight.base <= sight.population:
        return None
    text = _("%(now)s is more than the pilot's whole population, %(whole)s. Correct it, or explain.")
    return Warning(
        "population", text % {"now": sight.with_unit(sight.value), "whole": sight.with_unit(sight.in_own_unit(sight.population))}
    )


def parts(sight: Sight) -> Warning | None:
    """Parts that add up to more than their whole."""
    if sight.parts is None or sight.parts <= sight.value:
        return None
    text = _("Its parts add up to %(parts)s, more than %(now)s. Correct one of them, or explain.")
    return Warning("parts", text % {"parts": shown(sight.parts), "now": shown(sight.value)})


Rule = Callable[[Sight], Warning | None]
# In each group the first rule that has something to say speaks for the others: one slip, one warning.
TYPED: tuple[tuple[Rule, ...], ...] = (
    (slips.fraction, slips.misprint, slips.unit, slips.myriad, slips.power, area, population, slips.sign, falling, same, ratio),
    (parts,),
)
COMPUTED: tuple[tuple[Rule, ...], ...] = ((falling, result),)
RULES: tuple[Rule, ...] = (*TYPED[0], *TYPED[1], result)


def look(sight: Sight) -> list[Warning]:
    """Return what the soft rules have to say of a figure."""
    if sight.rated:
        return []
    found = (first(group, sight) for group in (COMPUTED if sight.computed else TYPED))
    return [warning for warning in found if warning is not None]


def first(group: tuple[Rule, ...], sight: Sight) -> Warning | None:
    return next((warning for rule in group if (warning := rule(sight)) is not None), None)
