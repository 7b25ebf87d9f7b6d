"""A value axis in round steps, reckoned exactly."""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


class Scale(NamedTuple):
    """An axis from `low` to `high` in steps of `step`, both ends on a step."""

    low: Decimal
    high: Decimal
    step: Decimal

    def ticks(self) -> list[Decimal]:
        """Every step from the lower to the upper end."""
        count = int((self.high - self.low) / self.step)
        return [self.low + self.step * n for n in range(count + 1)]


def scale(values: Iterable[Decimal], *, from_zero: bool = False, intervals: int = 4) -> Scale:
    """The round axis that holds all values in about `intervals` steps.

    It starts at zero when asked to, or when zero is near enough that leaving it out would exaggerate a change
    (the lowest value is under half the highest). Otherwise there is room under the lowest value for its words.
    """
    known = list(values)
    low, high = (min(known), max(known)) if known else (Decimal(0), Decimal(1))
    if from_zero or (0 <= low <= high / 2) or (high <= 0 and low / 2 <= high):
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low == high:
        margin = abs(low) / 10 or Decimal(1)
        low, high = low - margin, high + margin
    elif low > 0:
        low -= min(low, (high - low) / 4)
    step = _step((high - low) / intervals)
    return Scale(_snap(low, step, ROUND_FLOOR), _snap(high, step, ROUND_CEILING), step)


def _step(rough: Decimal) -> Decimal:
    magnitude = Decimal(1).scaleb(rough.adjusted())
    return next(magnitude * step for step in STEPS if magnitude * step >= rough)


def _snap(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (value / step).to_integral_value(rounding=rounding) * step
