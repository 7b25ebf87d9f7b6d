"""A figure with what stands beside it, as the soft rules see it, and what they say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from indicators import formulas, numbers, periods
from indicators.figures import format_figure
from indicators.models import Series, Unit
from indicators.periods import Period

# Scales on which one figure says nothing about the next: grades, yes or no, places in a list.
RATED = frozenset({"rating", "yes or no", "rank"})


@dataclass(frozen=True)
class Warning:
    """Why a saved figure is to be looked at again; `suggestion` is what was probably meant, in the unit of the series."""

    rule: str
    message: str
    suggestion: Decimal | None = None
    suggested_text: str = ""
    explained: bool = False


@dataclass(frozen=True)
class Printed:
    """A figure that the pilot's profile gives, with its correction where a source has it wrong; `unit` is None for an unknown one."""

    key: str
    value: Decimal
    unit: Unit | None
    corrected: Decimal | None = None
    doubted: bool = False

    @property
    def meant(self) -> Decimal:
        return self.value if self.corrected is None else self.corrected


@dataclass(frozen=True)
class Reference:
    """What a figure is compared with: the figure of the year before, of an earlier year (`label`), or of the profile."""

    value: Decimal
    kind: str
    label: str = ""


@dataclass(frozen=True)
class Sight:
    """A figure and what stands beside it.

    `past` are the figures of earlier years, oldest first; `units` those of the same dimension; `printed` the profile's figures for
    the same thing, `misprinted` those of its dimension that are known to be wrong. `area` (in square metres) and `population` (in
    persons) are the pilot's own. `parts` is what the parts of this whole add up to, in the unit of the series.
    """

    series: Series
    period: Period
    value: Decimal
    computed: bool = False
    past: tuple[Decimal | None, ...] = ()
    units: Sequence[Unit] = ()
    printed: Sequence[Printed] = ()
    misprinted: Sequence[Printed] = ()
    area: Fraction | None = None
    population: Fraction | None = None
    parts: Fraction | None = None

    @property
    def rated(self) -> bool:
        return self.series.unit.dimension in RATED

    @property
    def last(self) -> Decimal | None:
        """The figure of the year before."""
        return self.past[-1] if self.past else None

    @cached_property
    def reference(self) -> Reference | None:
        """The nearest earlier figure, or the profile's where there is none."""
        for back, value in enumerate(reversed(self.past), start=1):
            if value is not None:
                step = 12 // self.period.months * back
                return Reference(value, "last" if back == 1 else "earlier", periods.shift(self.period, -step).label)
        return self.nearest_printed

    @property
    def nearest_printed(self) -> Reference | None:
        """The profile's figure for the same thing that comes nearest."""
        known = [formulas.convert(one.meant, unit=one.unit, into=self.series.unit) for one in self.printed if one.meant and one.unit]
        value = Fraction(self.value)
        if not known or not value:
            return None
        nearest = min(known, key=lambda one: max(abs(value / one), abs(one / value)))
        return Reference(exact(nearest), "profile")

    @cached_property
    def times(self) -> Fraction | None:
        """How many times the reference the figure is; None where that says nothing, because one is zero or their signs differ."""
        reference = self.reference
        if reference is None or self.value * reference.value <= 0:
            return None
        return Fraction(self.value) / Fraction(reference.value)

    @cached_property
    def leaps(self) -> bool:
        """Whether the figure is at least twice, or at most half, what it is compared with; told without exact fractions, for speed."""
        reference = self.reference
        if reference is None:
            return False
        now, before = abs(self.value), abs(reference.value)
        return now >= 2 * before or 2 * now <= before

    @property
    def base(self) -> Fraction:
        """The figure in the base unit of its dimension."""
        return Fraction(self.value) * self.series.unit.factor

    def in_own_unit(self, base: Fraction) -> Decimal:
        """Write an amount in base units in the unit of the series."""
        return exact(base / self.series.unit.factor)

    def suggest(self, rule: str, message: str, meant: Decimal | Fraction, **params: object) -> Warning:
        """Warn with the figure that was probably meant."""
        value = exact(Fraction(meant))
        text = self.with_unit(value)
        return Warning(rule, message % {**params, "suggested": text}, value, text)

    def with_unit(self, value: Decimal) -> str:
        """Write an amount with its unit as the reader would: 1.83 km², 1.24 × 10,000 CNY, and a plain count in English alone."""
        number, name = shown(value), self.series.unit.name
        if self.series.unit.key == "count" and language() == "en":
            return number
        if name.startswith("每"):
            return f"{name} {number}"
        return f"{number} × {name}" if name[0].isdigit() else f"{number} {name}"


def exact(number: Fraction) -> Decimal:
    """Write a number with at most twelve digits after the point and no idle zeros."""
    return Decimal(numbers.plain(formulas.store(number)))


def shown(value: Decimal | Fraction) -> str:
    """Write a number for the reader, with all its digits."""
    number = exact(value) if isinstance(value, Fraction) else value
    return format_figure(number, decimals=None, language=language())


def language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def compared(sight: Sight) -> str:
    """Say in a sentence how many times the reference a figure is, or the reference is of it."""
    up = abs(sight.times) >= 1
    times = sight.times if up else 1 / sight.times
    sentences = {
        ("last", True): _("%(times)s times last year (%(before)s → %(now)s)."),
        ("last", False): _("Last year was %(times)s times as much (%(before)s → %(now)s)."),
        ("earlier", True): _("%(times)s times the figure of %(label)s (%(before)s → %(now)s)."),
        ("earlier", False): _("The figure of %(label)s was %(times)s times as much (%(before)s → %(now)s)."),
        ("profile", True): _("%(times)s times the figure in the pilot's profile (%(before)s → %(now)s)."),
        ("profile", False): _("The figure in the pilot's profile is %(times)s times as much (%(before)s → %(now)s)."),
    }
    return sentences[sight.reference.kind, up] % {
        "times": tidy(times),
        "label": sight.reference.label,
        "before": shown(sight.reference.value),
        "now": shown(sight.value),
    }


def tidy(times: Fraction) -> str:
    """Write a ratio with one digit after the point, and without one from a hundred on."""
    number = numbers.half_up(formulas.store(times), 0 if times >= 100 else 1)
    return shown(Decimal(numbers.plain(number)))
