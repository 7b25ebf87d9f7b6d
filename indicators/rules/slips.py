"""Slips of the keyboard and of units: a figure that would stand beside the others once a factor is taken out of it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from django.utils.translation import gettext as _

from indicators.models import Unit
from indicators.rules.sight import Sight, Warning, compared, exact, shown

# How near the corrected figure must come to the one that it is compared with, as a ratio.
NEAR = Fraction(4, 5), Fraction(5, 4)
# A factor between two units that is smaller than this could be a good or a bad year.
LEAST_FACTOR = 3
POWERS = (1, 2, 3, 5, 6, 7, -1, -2, -3, -5, -6, -7)
MYRIADS = {4: "万", 8: "亿", -4: "万", -8: "亿"}


def near(number: Fraction) -> bool:
    return NEAR[0] <= number <= NEAR[1]


def unit(sight: Sight) -> Warning | None:
    """Another unit of the same dimension: hectares or mu for square kilometres, tonnes for ten thousand tonnes."""
    if not sight.leaps or sight.times is None:
        return None
    fitting = [(one, factor) for one, factor in other_units(sight) if near(sight.times * factor)]
    if not fitting:
        return None
    typed, factor = min(fitting, key=lambda found: (found[0].key[0].isdigit(), distance(sight.times * found[1])))
    return sight.suggest(
        "unit",
        _("%(compared)s In %(unit)s that would fit. Did you mean %(suggested)s? Correct it, or explain."),
        Fraction(sight.value) * factor,
        compared=compared(sight),
        unit=typed.name,
    )


def other_units(sight: Sight) -> Iterator[tuple[Unit, Fraction]]:
    """Yield the units that a figure may be typed in by mistake, with what turns it into the unit of its series."""
    own = sight.series.unit
    for one in sight.units:
        factor = one.factor / own.factor
        if one.pk != own.pk and not 1 / Fraction(LEAST_FACTOR) < factor < LEAST_FACTOR:
            yield one, factor


def distance(number: Fraction) -> Fraction:
    """How far a ratio is from one."""
    return max(number, 1 / number)


def myriad(sight: Sight) -> Warning | None:
    """Ten thousand or a hundred million times too much or too little: 万 or 亿 written twice or forgotten."""
    if not sight.leaps or sight.times is None:
        return None
    for power, sign in MYRIADS.items():
        if near(sight.times / Fraction(10) ** power):
            return sight.suggest(
                "myriad",
                _("%(compared)s A %(sign)s may be missing or too much. Did you mean %(suggested)s? Correct it, or explain."),
                Fraction(sight.value) / Fraction(10) ** power,
                compared=compared(sight),
                sign=sign,
            )
    return None


def power(sight: Sight) -> Warning | None:
    """Ten, a hundred, a thousand times too much or too little: a digit or a point in the wrong place."""
    if not sight.leaps or sight.times is None:
        return None
    for power in POWERS:
        if near(sight.times / Fraction(10) ** power):
            return sight.suggest(
                "power",
                _("%(compared)s Check the digits and the point. Did you mean %(suggested)s? Correct it, or explain."),
                Fraction(sight.value) / Fraction(10) ** power,
                compared=compared(sight),
            )
    return None


def fraction(sight: Sight) -> Warning | None:
    """A fraction where the unit is per cent or per mille: 0.85 for 85 %."""
    own = sight.series.unit
    if own.dimension != "share" or not 0 < sight.value <= 1:
        return None
    meant = Fraction(sight.value) / own.factor
    reference = sight.reference
    if reference is None:
        likely = sight.value < 1 and sight.series.definition.maximum is not None
    else:
        likely = reference.value > 1 and Fraction(1, 2) <= meant / Fraction(reference.value) <= 2
    if not likely:
        return None
    message = _("%(now)s %(unit)s looks like a fraction. Did you mean %(suggested)s? Correct it, or explain.")
    return sight.suggest("fraction", message, meant, now=shown(sight.value), unit=own.name)


def sign(sight: Sight) -> Warning | None:
    """The same size as before with the other sign."""
    reference = sight.reference
    if reference is None or sight.value * reference.value >= 0:
        return None
    if not Fraction(1, 2) <= -Fraction(sight.value) / Fraction(reference.value) <= 2:
        return None
    message = _("The sign has turned (%(before)s → %(now)s). Did you mean %(suggested)s? Correct it, or explain.")
    return sight.suggest("sign", message, -sight.value, before=shown(reference.value), now=shown(sight.value))


def misprint(sight: Sight) -> Warning | None:
    """A figure exactly as a source prints it that is known to be wrong."""
    for one in sight.misprinted:
        if Fraction(one.value) * one.unit.factor == sight.base:
            meant = exact(Fraction(one.meant) * one.unit.factor / sight.series.unit.factor)
            message = _("%(now)s is printed in a source and known to be wrong. Did you mean %(suggested)s? Correct it, or explain.")
            return sight.suggest("misprint", message, meant, now=sight.with_unit(sight.value))
    return None
