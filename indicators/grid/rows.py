"""The lines of a sheet: cells with what stood there before, rows with their parts and their equation, groups by issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.utils.functional import cached_property
from django.utils.translation import get_language

from indicators import numbers, periods
from indicators.figures import format_figure
from indicators.models import Entry, Series, Unit
from indicators.pace import Judgement
from indicators.periods import Period
from indicators.rules import Warning, Watch
from pilots.models import Issue, Pilot

YEARS_BACK = 3
# A change beyond this says more about the typing than about the city.
LARGEST_CHANGE = Decimal(100_000)


@dataclass(frozen=True)
class Cell:
    """One figure of the sheet: a series and a period, what stands there now and what stood there in earlier years."""

    series: Series
    period: Period
    entry: Entry | None = None
    past: tuple[Entry | None, ...] = ()
    watch: Watch | None = field(default=None, compare=False, repr=False)
    files: int = 0
    comments: int = 0

    @property
    def warnings(self) -> list[Warning]:
        """What the soft rules ask about the figure; explained ones are among them and say so."""
        return self.watch(self.series, self.period) if self.watch and self.entry else []

    @property
    def doubtful(self) -> bool:
        """Whether a warning still waits for a correction or an explanation."""
        return any(not warning.explained for warning in self.warnings)

    @property
    def key(self) -> str:
        """How forms and links name the cell: `TJ-01@2024`."""
        return f"{self.series.code}@{self.period.code}"

    @property
    def version(self) -> int:
        return self.entry.version if self.entry else 0

    @property
    def computed(self) -> bool:
        """Whether the figure follows from others and is not typed."""
        return self.series.computed or self.of_parts

    @property
    def of_parts(self) -> bool:
        """Whether the cell is of a coarser period than its series is reported for."""
        return self.period.frequency != self.series.frequency

    @property
    def answered(self) -> bool:
        return self.entry is not None and self.entry.answered

    @property
    def text(self) -> str:
        """The figure with the decimals of its series, or nothing."""
        return shown(self.entry, self.series.decimals)

    @property
    def plain(self) -> str:
        """The figure in bare digits, as the page's script reckons with it."""
        return numbers.plain(self.entry.value) or "" if self.entry else ""

    @property
    def exact(self) -> str:
        """The figure with all its digits, as the entry field holds it."""
        return shown(self.entry, None)

    @property
    def earlier(self) -> list[str]:
        """The figures of the earlier years, oldest first."""
        return [shown(entry, self.series.decimals) for entry in self.past]

    @property
    def last(self) -> Entry | None:
        return self.past[-1] if self.past else None

    @property
    def change(self) -> str:
        """The change since a year ago in per cent, signed; nothing where there is no figure to compare with."""
        now, before = self.entry and self.entry.value, self.last and self.last.value
        if now is None or not before:
            return ""
        with localcontext(prec=60):
            share = ((now - before) / abs(before) * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        if abs(share) > LARGEST_CHANGE:
            return ""
        return f"{'+' if share > 0 else ''}{format_figure(share, decimals=1, language=language())} %"


@dataclass(frozen=True)
class Equation:
    """How a computed figure came about: in words and, once the inputs are there, in numbers."""

    top_name: str
    bottom_name: str
    multiplier: str
    top: str
    bottom: str
    result: str


@dataclass(frozen=True)
class Reckoning:
    """A division as a script repeats it: the keys of both inputs, what turns each into its variable's unit, as a whole-number ratio."""

    top: str
    bottom: str
    top_factor: str
    bottom_factor: str
    multiplier: str
    decimals: int


@dataclass(frozen=True)
class Row:
    """A line of the sheet: an indicator, an input under it, or a reference to an input that is typed further up.

    `cell` is the figure of the whole period; `parts` are the finer periods that are typed instead; `needs` are the cells that
    somebody types so that the indicator has its figure; `fed` are the indicators that change with an input.
    """

    series: Series
    kind: str
    cell: Cell
    parts: tuple[Cell, ...] = ()
    fed: tuple[Series, ...] = ()
    needs: tuple[Cell, ...] = ()
    judgement: Judgement | None = None
    inputs: tuple[Series, ...] = ()
    purposes: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether every cell that the indicator needs is answered, its inputs wherever they are typed."""
        return bool(self.needs) and all(cell.answered for cell in self.needs)

    @property
    def feeds(self) -> int:
        """How many indicators change with this input."""
        return len(self.fed)

    @property
    def constant(self) -> bool:
        """Whether the figure may be taken over from the year before."""
        return self.series.constant

    @property
    def target(self) -> str:
        """What is to be reached, as the reader writes it."""
        aim = self.judgement.aim if self.judgement else None
        return f"{aim.operator} {plain(aim.value)}" if aim else ""

    @cached_property
    def reckoning(self) -> Reckoning | None:
        """What the page's script needs to divide at once."""
        if not self.inputs or self.parts:
            return None
        indicator, period = self.series.indicator, self.cell.period.code
        above, below = self.inputs[0], self.inputs[-1]
        return Reckoning(
            f"{above.code}@{period}",
            f"{below.code}@{period}",
            _factor(above.unit, indicator.numerator.unit),
            _factor(below.unit, indicator.denominator.unit),
            numbers.plain(indicator.multiplier),
            self.series.decimals,
        )

    @property
    def typed(self) -> list[Cell]:
        """The cells of this row that a person fills."""
        if self.kind == "reference" or self.series.computed:
            return []
        return list(self.parts) or [self.cell]

    @property
    def answered(self) -> int:
        return sum(part.answered for part in self.parts)

    @cached_property
    def equation(self) -> Equation | None:
        """The division behind a computed indicator."""
        if not self.series.computed:
            return None
        indicator, entry = self.series.indicator, self.cell.entry
        return Equation(
            indicator.numerator.name,
            indicator.denominator.name,
            "" if indicator.multiplier == 1 else plain(indicator.multiplier),
            plain(entry.numerator if entry else None),
            plain(entry.denominator if entry else None),
            self.cell.text,
        )


@dataclass
class Group:
    """The rows of one issue; `issue` is None for what belongs to no issue."""

    issue: Issue | None
    rows: list[Row] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(bool(row.needs) for row in self.rows)

    @property
    def done(self) -> int:
        return sum(row.done for row in self.rows)


@dataclass
class Grid:
    """The sheet of one pilot and period."""

    pilot: Pilot
    period: Period
    groups: list[Group]

    @property
    def columns(self) -> list[Period]:
        """The earlier periods shown beside the present one, oldest first."""
        return [periods.shift(self.period, -back) for back in range(YEARS_BACK, 0, -1)]

    @property
    def rows(self) -> Iterator[Row]:
        return (row for group in self.groups for row in group.rows)

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """Every cell by its key, references left out."""
        return {cell.key: cell for row in self.rows if row.kind != "reference" for cell in (row.cell, *row.parts)}

    @property
    def demo(self) -> bool:
        return any(cell.entry and cell.entry.demo for cell in self.cells.values())

    def touching(self, codes: Iterable[str]) -> list[Row]:
        """Return the rows of these series, references included."""
        wanted = set(codes)
        return [row for row in self.rows if row.series.code in wanted]


def _factor(unit: Unit, into: Unit) -> str:
    """Write the exact factor between two units as `1000/1`; nothing where they are the same."""
    if unit.pk == into.pk:
        return ""
    share = unit.factor / into.factor
    return f"{share.numerator}/{share.denominator}"


def language() -> str:
    """Return "zh" or "en", the language that the reader reads."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def shown(entry: Entry | None, decimals: int | None) -> str:
    """Write an entry's figure for the reader, rounded to `decimals` or with all its digits; nothing for no figure."""
    if entry is None or entry.value is None:
        return ""
    return format_figure(entry.value, decimals=decimals, language=language(), qualifier=entry.qualifier)


def plain(value: Decimal | None) -> str:
    """Write a number of an equation with its own digits."""
    if value is None:
        return ""
    return format_figure(value, decimals=None, language=language())
