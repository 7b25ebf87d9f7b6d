"""Periods of a year, a half, a quarter or a month: read, ordered, compared and named in both languages."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """How often a series is reported (SDMX CL_FREQ: A, S, Q, M)."""

    YEAR = "year", _("year")
    HALF = "half", _("half-year")
    QUARTER = "quarter", _("quarter")
    MONTH = "month", _("month")


MONTHS = {Frequency.YEAR: 12, Frequency.HALF: 6, Frequency.QUARTER: 3, Frequency.MONTH: 1}
PATTERN = re.compile(r"(?P<year>(?:19|20|21)\d\d)(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """A calendar period: its first day and its frequency."""

    start: date
    frequency: str

    @property
    def months(self) -> int:
        return MONTHS[self.frequency]

    @property
    def end(self) -> date:
        """The last day of the period."""
        return self.next().start - timedelta(days=1)

    @property
    def year(self) -> int:
        return self.start.year

    @property
    def index(self) -> int:
        """The place within the year, from 1."""
        return (self.start.month - 1) // self.months + 1

    @property
    def code(self) -> str:
        """The period as the API writes it: 2024, 2024-H1, 2024-Q1, 2024-03."""
        if self.frequency == Frequency.YEAR:
            return str(self.year)
        if self.frequency == Frequency.MONTH:
            return f"{self.year}-{self.index:02}"
        return f"{self.year}-{self.frequency[0].upper()}{self.index}"

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """The period as a reader of the active language writes it."""
        if not (get_language() or "zh").startswith("zh"):
            return f"{self.start:%B} {self.year}" if self.frequency == Frequency.MONTH else self.code.replace("-", " ")
        if self.frequency == Frequency.HALF:
            return f"{self.year} 年{'上' if self.index == 1 else '下'}半年"
        suffix = {Frequency.YEAR: "", Frequency.QUARTER: f"第 {self.index} 季度", Frequency.MONTH: f" {self.index} 月"}
        return f"{self.year} 年{suffix[Frequency(self.frequency)]}"

    def next(self) -> Period:
        return shift(self, 1)

    def previous(self) -> Period:
        return shift(self, -1)

    def contains(self, other: Period) -> bool:
        """Whether `other` lies wholly inside this period (a period contains itself)."""
        return other.months <= self.months and self.start <= other.start < self.next().start

    def inside(self, frequency: str) -> Iterator[Period]:
        """The periods of `frequency` that make up this one, in order."""
        if frequency == self.frequency:
            yield self
            return
        after, part = self.next().start, Period(self.start, frequency)
        while part.start < after:
            yield part
            part = part.next()


def shift(period: Period, count: int) -> Period:
    """Return the period `count` places later, or earlier where it is negative."""
    months = period.start.year * 12 + period.start.month - 1 + count * period.months
    return Period(date(months // 12, months % 12 + 1, 1), period.frequency)


def of_year(year: int) -> Period:
    return Period(date(year, 1, 1), Frequency.YEAR)


def covering(period: Period, frequency: str) -> Period:
    """Return the period of a coarser (or the same) `frequency` that holds `period`."""
    months = MONTHS[frequency]
    return Period(date(period.year, (period.start.month - 1) // months * months + 1, 1), frequency)


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Period:
    """Read `2024`, `2024-H1`, `2024-Q3` or `2024-03`; anything else is refused."""
    match = PATTERN.fullmatch(text)
    if match is None:
        raise ValidationError(
            _("“%(text)s” is not a period. Write 2024, 2024-H1, 2024-Q1 or 2024-03."), code="period", params={"text": text[:40]}
        )
    year = int(match["year"])
    for name, frequency in (("half", Frequency.HALF), ("quarter", Frequency.QUARTER), ("month", Frequency.MONTH)):
        if match[name]:
            return Period(date(year, (int(match[name]) - 1) * MONTHS[frequency] + 1, 1), frequency)
    return of_year(year)
