"""The 6 x 12 matrix of a pilot: which figures serve each purpose through each issue, and how they stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from indicators.models import Current, Mapping, Pace, Series
from indicators.periods import Frequency, Period
from pilots.models import Issue, Pilot, Purpose

# A cell shows its most pressing pace; these come first.
PRESSING = (Pace.OFF_TRACK, Pace.BEHIND, Pace.ON_TRACK, Pace.REACHED, Pace.TOO_LITTLE, Pace.NO_TARGET, Pace.NO_DATA)


@dataclass(frozen=True)
class Figure:
    """A reported indicator with its published figure of the year, if there is one."""

    series: Series
    current: Current | None

    @property
    def pace(self) -> str:
        return self.current.pace if self.current else Pace.NO_DATA


@dataclass
class Cell:
    """One of the 72 cells."""

    purpose: Purpose
    issue: Issue
    figures: list[Figure] = field(default_factory=list)

    @property
    def blind(self) -> bool:
        """No indicator looks here."""
        return not self.figures

    @property
    def counts(self) -> dict[str, int]:
        """How many figures stand at each pace, the pressing ones first."""
        found = Counter(figure.pace for figure in self.figures)
        return {pace: found[pace] for pace in PRESSING if found[pace]}

    @property
    def pace(self) -> str:
        """The pace that most of the judged figures have; the more pressing one where two are equal."""
        judged = {pace: count for pace, count in self.counts.items() if pace in PRESSING[:4]}
        pool = judged or self.counts or {Pace.NO_DATA: 0}
        return max(pool, key=lambda pace: (pool[pace], -PRESSING.index(pace)))


@dataclass(frozen=True)
class Row:
    """An issue with its six cells."""

    issue: Issue
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """The matrix of a pilot for a year."""

    pilot: Pilot
    period: Period
    purposes: list[Purpose]
    rows: list[Row]
    figures: list[Figure]

    @property
    def counts(self) -> dict[str, int]:
        """How many indicators of the pilot stand at each pace."""
        found = Counter(figure.pace for figure in self.figures)
        return {pace: found[pace] for pace in PRESSING}

    @property
    def demo(self) -> bool:
        return any(figure.current and figure.current.demo for figure in self.figures)

    def cell(self, issue: str, purpose: str) -> Cell:
        return next(cell for row in self.rows for cell in row.cells if (cell.issue.key, cell.purpose.key) == (issue, purpose))


def read(pilot: Pilot, period: Period) -> Matrix:
    """Read the matrix of a pilot for a year from published figures only, in five queries at any size."""
    series = list(Series.objects.of(pilot).filter(indicator__isnull=False).select_related("indicator", "unit"))
    current = latest_of(pilot, period)
    figures = {one.indicator_id: Figure(one, current.get(one.pk)) for one in series}
    purposes_of, issues_of = served(figures)
    purposes, issues = list(Purpose.objects.all()), list(Issue.objects.all())
    cells = {(issue.pk, purpose.pk): Cell(purpose, issue) for issue in issues for purpose in purposes}
    for indicator, figure in figures.items():
        for key in ((issue, purpose) for issue in issues_of[indicator] for purpose in purposes_of[indicator]):
            cells[key].figures.append(figure)
    rows = [Row(issue, [cells[issue.pk, purpose.pk] for purpose in purposes]) for issue in issues]
    return Matrix(pilot, period, purposes, rows, list(figures.values()))


def latest_of(pilot: Pilot, period: Period) -> dict[int, Current]:
    """Return each series' published figure of the year: the year's own, else the latest one inside it."""
    rows = Current.objects.filter(pilot=pilot, start__gte=period.start, start__lt=period.next().start).order_by("start")
    found: dict[int, Current] = {}
    for row in rows:
        held = found.get(row.series_id)
        if held is None or held.frequency != Frequency.YEAR:
            found[row.series_id] = row
    return found


def served(indicators: Iterable[int]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return the purposes and the issues that each indicator serves, by id."""
    purposes_of, issues_of = defaultdict(list), defaultdict(list)
    for mapping in Mapping.objects.filter(indicator__in=indicators, goal=None):
        if mapping.purpose_id:
            purposes_of[mapping.indicator_id].append(mapping.purpose_id)
        else:
            issues_of[mapping.indicator_id].append(mapping.issue_id)
    return purposes_of, issues_of


def published_years(pilot: Pilot) -> list[int]:
    """Return the years that have published figures, the latest first."""
    return sorted({day.year for day in Current.objects.filter(pilot=pilot).values_list("start", flat=True).distinct()}, reverse=True)
