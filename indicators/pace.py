"""Pace: where a figure stands on the straight path from its baseline to its target (DECISIONS 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from indicators import numbers
from indicators.models import Direction, Pace

# A figure that made at least half of the way that the path asks for is behind; below that it is off track.
BEHIND_FROM = Fraction(1, 2)


@dataclass(frozen=True)
class Aim:
    """A target as the arithmetic needs it; without a year it stands for every period."""

    operator: str
    value: Decimal
    year: int | None = None


@dataclass(frozen=True)
class Judgement:
    """The pace with everything that explains it."""

    pace: str
    aim: Aim | None = None
    value: Decimal | None = None
    start_year: int | None = None
    start: Decimal | None = None
    due: Decimal | None = None
    year: int | None = None

    @property
    def words(self) -> str:
        """The arithmetic in a sentence of the reader's language."""
        if self.aim is None:
            return _("No target is set.")
        goal = f"{self.aim.operator} {numbers.plain(self.aim.value)}"
        if self.value is None:
            return _("Target %(goal)s; there is no figure for %(year)s.") % {"goal": goal, "year": self.year}
        facts = {"goal": goal, "by": self.aim.year, "value": numbers.plain(self.value), "year": self.year}
        if self.due is None:
            return _("Target %(goal)s; %(year)s: %(value)s.") % facts
        facts |= {"start": numbers.plain(self.start), "from": self.start_year, "due": numbers.plain(numbers.half_up(self.due, 2))}
        return _("From %(start)s in %(from)s to %(goal)s in %(by)s, the path asks for %(due)s in %(year)s; it is %(value)s.") % facts


def choose_aim(aims: Sequence[Aim], year: int) -> Aim | None:
    """Return the next dated target, else the standing one, else the last one past."""
    dated = sorted((aim for aim in aims if aim.year is not None), key=lambda aim: aim.year)
    ahead = [aim for aim in dated if aim.year >= year]
    standing = [aim for aim in aims if aim.year is None]
    return next(iter([*ahead, *standing, *reversed(dated)]), None)


def met(aim: Aim, value: Decimal) -> bool:
    if aim.operator == "≥":
        return value >= aim.value
    return value <= aim.value if aim.operator == "≤" else value == aim.value


def judge(
    *,
    direction: str,
    aims: Sequence[Aim],
    year: int,
    value: Decimal | None,
    baseline: tuple[int, Decimal] | None,
    past: Mapping[int, Decimal],
) -> Judgement:
    """Judge the figure of a year against its target.

    `past` holds the figures of earlier years; the path starts at the baseline, or at the first of them. A standing target and
    one whose date is past are met or missed; a target of 0 is a target.
    """
    aim = choose_aim(aims, year)
    if aim is None or direction == Direction.NEUTRAL:
        return Judgement(Pace.NO_TARGET if value is not None else Pace.NO_DATA, None, value, year=year)
    if value is None:
        return Judgement(Pace.NO_DATA, aim, None, year=year)
    if met(aim, value):
        return Judgement(Pace.REACHED, aim, value, year=year)
    if aim.year is None or aim.year <= year:
        return Judgement(Pace.OFF_TRACK, aim, value, year=year)
    earlier = {when: figure for when, figure in past.items() if when < year}
    start = baseline or (min(earlier.items()) if earlier else None)
    if start is None or start[0] >= year:
        return Judgement(Pace.TOO_LITTLE, aim, value, year=year)
    return along_the_path(aim, value, year=year, start=start)


def along_the_path(aim: Aim, value: Decimal, *, year: int, start: tuple[int, Decimal]) -> Judgement:
    """Compare the way made with the way that the path asks for by now; where the start met the target, the path holds that."""
    first, begun = start
    if met(aim, begun):
        return Judgement(Pace.OFF_TRACK, aim, value, first, begun, aim.value, year)
    asked = (Fraction(aim.value) - Fraction(begun)) * (year - first) / (aim.year - first)
    made = Fraction(value) - Fraction(begun)
    due = begun + Decimal(asked.numerator) / Decimal(asked.denominator)
    share = made / asked
    pace = Pace.ON_TRACK if share >= 1 else Pace.BEHIND if share >= BEHIND_FROM else Pace.OFF_TRACK
    return Judgement(pace, aim, value, first, begun, due, year)
