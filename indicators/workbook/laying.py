"""Lays out the template of a pilot's period: the lines by issue, what stands in each cell, and what may be typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from indicators import collecting, formulas, grid, numbers
from indicators.models import Collection, Entry, Mode, Series
from indicators.periods import Period
from indicators.workbook.stamping import Downloaded, Stamped, sum_of
from pilots.models import Pilot

LANGUAGES = {"zh": "zh-hans", "en": "en"}
TYPED, COMPUTED, KEPT = "typed", "computed", "kept"
SIGNIFICANT = 15


@dataclass(frozen=True)
class Answer:
    """What stands in a cell."""

    value: Decimal | None = None
    qualifier: str = "="
    flag: str = "A"
    reason: str = ""
    until: date | None = None
    source: str = ""
    note: str = ""
    explanation: str = ""
    version: int = 0


@dataclass(frozen=True)
class Line:
    """A line of the template. `kind` says whether somebody types it, the portal computes it, or it is kept as it is (submitted)."""

    series: str
    period: str
    name: str
    unit: str
    answer: Answer
    kind: str = TYPED
    indented: bool = False
    decimals: int = 0
    last: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    owner_unit: str = ""


@dataclass(frozen=True)
class Section:
    """The lines of one issue under its name."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Layout:
    """Everything that the template of a pilot's period shows."""

    pilot: str
    pilot_name: str
    period: Period
    language: str
    owner_unit: str
    made_at: str
    sections: tuple[Section, ...]

    @property
    def lines(self) -> Iterator[Line]:
        return (line for section in self.sections for line in section.lines)

    @property
    def stamped(self) -> Stamped:
        """The stamp that lets the portal recognise the workbook and what it changed."""
        cells = {(line.series, line.period): downloaded(line) for line in self.lines}
        return Stamped(self.pilot, self.period.code, self.language, self.owner_unit.strip(), self.made_at, cells)


@dataclass(frozen=True)
class TeamOf:
    """A reader who sees what the team of one pilot sees."""

    pilot: Pilot

    @property
    def pilot_ids(self) -> tuple[int, ...]:
        return (self.pilot.pk,)


def lay(*, pilot: Pilot, period: Period, user: object, language: str, owner_unit: str = "") -> Layout:
    """Lay out the template as `user` may see the figures; with `owner_unit` only the lines that this unit answers for."""
    with override(LANGUAGES[language]):
        sheet = Sheet(pilot, period, owner_unit)
        found = grid.read(pilot=pilot, period=period, user=user)
        named = ((group.issue.name if group.issue else _("Other inputs"), group) for group in found.groups)
        sections = [Section(title, tuple(sheet.lines(group))) for title, group in named]
        kept = tuple(section for section in sections if section.lines)
        made_at = timezone.localtime().isoformat(timespec="seconds")
        return Layout(pilot.slug, pilot.name, period, language, owner_unit, made_at, kept)


class Sheet:
    """Makes lines of the rows of a grid."""

    def __init__(self, pilot: Pilot, period: Period, owner_unit: str) -> None:
        self.owner_unit = owner_unit
        self.calls = list(Collection.objects.filter(pilot=pilot, start__year=period.year, closed_at=None))
        self.states = collecting.states(self.calls)
        self.owners = self._owners(pilot) if owner_unit else set()

    def _owners(self, pilot: Pilot) -> set[int]:
        """The series of the owner unit: its own, and the inputs without one that its indicators are computed from."""
        series = list(Series.objects.of(pilot).select_related("indicator"))
        own = [one for one in series if one.owner_unit == self.owner_unit]
        needed = {pk for one in own if one.computed for pk in (one.indicator.numerator_id, one.indicator.denominator_id)}
        return {one.pk for one in own} | {one.pk for one in series if one.variable_id in needed and not one.owner_unit}

    def lines(self, group: grid.Group) -> Iterator[Line]:
        """Yield the lines of an issue; what is typed further up is not repeated."""
        for row in group.rows:
            if row.kind == "reference" or (self.owner_unit and row.series.pk not in self.owners):
                continue
            for cell in row.typed or [row.cell]:
                yield self.line(row, cell)

    def line(self, row: grid.Row, cell: grid.Cell) -> Line:
        series = cell.series
        least, most = limits(series)
        return Line(
            series=series.code,
            period=cell.period.code,
            name=series.name,
            unit=series.unit.name,
            answer=answer_of(cell.entry),
            kind=COMPUTED if series.mode == Mode.INPUTS else TYPED if self.open(cell) else KEPT,
            indented=row.kind == "input",
            decimals=series.decimals,
            last=cell.last.value if cell.last else None,
            least=least,
            most=most,
            owner_unit=series.owner_unit,
        )

    def open(self, cell: grid.Cell) -> bool:
        """Whether the figure could be saved now; the act decides again when the workbook comes back."""
        covering = [call for call in self.calls if call.period.contains(cell.period)]
        call = min(covering, key=lambda one: one.period.months, default=None)
        if call is None:
            return False
        return (cell.entry.state if cell.entry else collecting.cell_state(self.states[call.pk])) == Entry.State.OPEN


def limits(series: Series) -> tuple[Decimal | None, Decimal | None]:
    """Return the least and the most that a figure may be, in the series' own unit."""
    definition = series.definition

    def own(limit: Decimal | None) -> Decimal | None:
        return None if limit is None else formulas.store(formulas.convert(limit, unit=definition.unit, into=series.unit))

    return own(definition.minimum), own(definition.maximum)


def answer_of(entry: Entry | None) -> Answer:
    if entry is None:
        return Answer()
    texts = {"source": entry.source, "note": entry.note, "explanation": entry.explanation}
    return Answer(entry.value, entry.qualifier, entry.flag, entry.reason, entry.until, version=entry.version, **texts)


def downloaded(line: Line) -> Downloaded:
    """Return what the stamp keeps of a line; a computed figure as its cell shows it."""
    answer = line.answer
    value = as_shown(line)
    sums = (sum_of(answer.source), sum_of(answer.note), sum_of(answer.explanation))
    until = answer.until.isoformat() if answer.until else ""
    told = (numbers.plain(value) or "", answer.qualifier, answer.flag, answer.reason, until, sums)
    return Downloaded(answer.version, *told, fixed=line.kind == COMPUTED)


def as_shown(line: Line) -> Decimal | None:
    """Return the figure that a cell holds: all its digits where somebody types it, those of its series where it is computed."""
    value = line.answer.value
    return numbers.half_up(value, line.decimals) if value is not None and line.kind == COMPUTED else value


def fits_number(value: Decimal) -> bool:
    """Whether a spreadsheet's number holds every digit; otherwise the figure is written as text."""
    digits = value.normalize().as_tuple().digits
    return len(digits) <= SIGNIFICANT
