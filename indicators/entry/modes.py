"""Whether a pilot types an indicator as it is or computes it from inputs, and what changes when it decides otherwise (DECISIONS 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from indicators import collecting
from indicators.entry.computing import Computation
from indicators.entry.settling import settle
from indicators.entry.sheet import Cell, Sheet
from indicators.entry.writing import write
from indicators.formulas import Part, part_of
from indicators.models import Collection, Entry, Indicator, Mode, Reason, Series, Variable
from indicators.periods import Period
from indicators.roster import Roster
from pilots import access, trail
from pilots.models import Pilot, Role, User

# What a figure says that was computed until its series became a typed one (`Entry.given`).
COMPUTED_BEFORE = "computed before"


@dataclass(frozen=True)
class Changed:
    """A figure of an open period before and after the switch."""

    series: Series
    period: Period
    before: Part
    after: Part

    @property
    def differs(self) -> bool:
        """Whether the figure itself becomes another one, and not only the way to it."""
        return (self.before.value, self.before.qualifier, self.before.reason) != (self.after.value, self.after.qualifier, self.after.reason)


@dataclass
class Switch:
    """What choosing a mode does: inputs that are asked for from now on or no more, and the figures of open periods that are written."""

    series: Series
    mode: str
    added: list[Series] = field(default_factory=list)
    dropped: list[Series] = field(default_factory=list)
    figures: list[Changed] = field(default_factory=list)


@transaction.atomic
def foresee_mode(*, series: Series, mode: str) -> Switch:
    """Say what `choose_mode` would do, and change nothing; refuses what it would refuse."""
    return Move(series, mode).switch


@transaction.atomic
def choose_mode(*, series: Series, mode: str, by: User, door: str) -> Switch:
    """Type an indicator as it is from now on, or compute it from its inputs. A lead does this.

    Computed figures of open periods stay as typed ones ("computed before"); typed ones give way to what the inputs make. Inputs
    that are missing are asked for, those that nothing needs any more are not. What is verified stays. Refused while a figure of
    the series is submitted, for what has no formula, and where a result would break a hard rule.
    """
    access.require(by, series.pilot, Role.LEAD)
    list(Series.objects.select_for_update(no_key=True).filter(pk=series.pk))
    move = Move(series, mode)
    before = Series.objects.values_list("mode", flat=True).get(pk=series.pk)
    Series.objects.filter(pk=series.pk).update(mode=mode)
    for one in move.switch.added:
        one.active, one.demo = True, one.demo or by.demo
        one.save()
    Series.objects.filter(pk__in=[one.pk for one in move.switch.dropped]).update(active=False)
    written = settle(move.sheet, move.computation, [], by=by, door=door)
    if written:
        write(series.pilot, move.sheet, written, by=by, door=door)
    after = {"mode": mode, "added": codes(move.switch.added), "dropped": codes(move.switch.dropped)}
    told = {"before": {"mode": before}, "after": after}
    trail.leave("entry.choose_mode", kind="mode", key=series.code, by=by, door=door, pilot=series.pilot, **told)
    series.mode = mode
    return move.switch


def codes(group: Iterable[Series]) -> list[str]:
    return [series.code for series in group]


class Move:
    """The switch of one series, worked out on its sheet in memory; nothing is written here."""

    def __init__(self, series: Series, mode: str) -> None:
        require_possible(series, mode)
        self.switch = Switch(series, mode)
        self.pilot: Pilot = series.pilot
        self.calls = list(Collection.objects.filter(pilot=self.pilot, closed_at=None))
        inputs = inputs_of(series)
        # The series changes under our hands, so the roster is our own.
        own = Roster(self.pilot.pk)
        self.sheet = Sheet(self.pilot, {series.code, *codes(inputs)}, [call.period for call in self.calls], roster=own)
        self.series = self.sheet.by_code[series.code]
        self.series.mode = mode
        proposed = self.to_inputs(inputs) if mode == Mode.INPUTS else self.to_direct(inputs)
        self.computation = Computation(self.sheet, proposed)
        if mode == Mode.INPUTS:
            self.computation.cells = [*self.open_cells, *self.open_years]
        broken = self.computation.run()
        if broken:
            raise broken[1]
        self.computation.causes.clear()
        self.switch.figures = sorted(self.changes(), key=lambda one: (one.series.pk != series.pk, one.period.start))

    @property
    def open_cells(self) -> list[tuple[Series, Period]]:
        """The cells of the series in open calls for data that are neither submitted nor verified."""
        cells = {period for call in self.calls for period in collecting.reported_for(self.series, call.period)}
        return [(self.series, period) for period in sorted(cells, key=lambda period: period.start) if self.is_open(period)]

    @property
    def open_years(self) -> list[tuple[Series, Period]]:
        """The years that these cells make up."""
        years = {year for _series, period in self.open_cells for _one, year in self.sheet.year_of(self.series, period)}
        return [(self.series, year) for year in sorted(years, key=lambda year: year.start) if self.is_open(year)]

    def is_open(self, period: Period) -> bool:
        standing = self.sheet.entries.get((self.series.pk, period))
        return standing is None or standing.state == Entry.State.OPEN

    def to_inputs(self, inputs: list[Series]) -> dict[Cell, Entry]:
        """Put the inputs beside the series; every open cell is computed from them."""
        self.switch.added = [one for one in inputs if not one.active or one.pk is None]
        self.sheet.read_entries([one for one in inputs if one.pk], [call.start.year for call in self.calls])
        self.sheet.roster.by_variable |= {one.variable_id: one for one in inputs}
        return {}

    def to_direct(self, inputs: list[Series]) -> dict[Cell, Entry]:
        """Keep each computed figure of an open cell as a typed one."""
        self.switch.dropped = [one for one in inputs if one.pk and one.active and not needed_elsewhere(one, self.series)]
        standing = [(period, self.sheet.entries.get((self.series.pk, period))) for _series, period in self.open_cells]
        return {(self.series.pk, period): typed(entry) for period, entry in standing if entry is not None and entry.computed}

    def changes(self) -> Iterable[Changed]:
        """Yield every figure that is written, with what stood there."""
        for cell, entry in self.computation.proposed.items():
            yield Changed(entry.series, cell[1], part_of(self.sheet.entries.get(cell)), part_of(entry))
        for cell, result in self.computation.results.items():
            before = part_of(self.sheet.entries.get(cell))
            if before != result:
                yield Changed(self.computation.series[cell[0]], cell[1], before, result)


def require_possible(series: Series, mode: str) -> None:
    """Refuse an unknown mode, the one that holds already, a series without a formula, and one that is submitted."""
    if mode not in Mode.values:
        known = ", ".join(Mode.values)
        raise ValidationError(
            _("“%(code)s” is not a way to report. Use one of %(known)s."), code="mode", params={"code": mode[:60], "known": known}
        )
    if series.indicator is None or not series.indicator.has_formula:
        raise ValidationError(
            _("%(code)s has no formula, so it is always entered directly."), code="no_formula", params={"code": series.code}
        )
    if Series.objects.filter(pk=series.pk, mode=mode).exists():
        raise ValidationError(
            _("%(code)s is reported this way already: %(mode)s."),
            code="wrong_state",
            params={"code": series.code, "mode": Mode(mode).label},
        )
    if Entry.objects.filter(series=series, state=Entry.State.LOCKED).exists():
        raise ValidationError(
            _("A figure of %(code)s is submitted. Withdraw the submission, or wait for the review."),
            code="wrong_state",
            params={"code": series.code},
        )


def inputs_of(series: Series) -> list[Series]:
    """Return the input series of the formula, the missing ones made but not saved."""
    formula: Indicator = series.indicator
    standing = {
        one.variable_id: one for one in Series.objects.filter(pilot=series.pilot, variable__in=variables_of(formula)).with_definitions()
    }
    return [standing.get(one.pk) or input_of(series, one, place=place) for place, one in enumerate(variables_of(formula), start=1)]


def variables_of(formula: Indicator) -> list[Variable]:
    return list({one.pk: one for one in (formula.numerator, formula.denominator)}.values())


def input_of(series: Series, variable: Variable, *, place: int) -> Series:
    """Make the series of an input as often as its indicator is reported, right after it in order."""
    return Series(
        pilot=series.pilot,
        code=variable.key,
        variable=variable,
        frequency=series.frequency,
        unit=variable.unit,
        decimals=variable.decimals,
        order=series.order + place,
    )


def needed_elsewhere(one: Series, but: Series) -> bool:
    """Whether another indicator of the pilot is computed from this input."""
    feeds = Q(indicator__numerator=one.variable_id) | Q(indicator__denominator=one.variable_id)
    return Series.objects.of(one.pilot).filter(feeds, mode=Mode.INPUTS).exclude(pk=but.pk).exists()


def typed(entry: Entry) -> Entry:
    """Make the typed figure that a computed one becomes; "division" is no reason that anybody types."""
    reason = Reason.NOT_APPLICABLE if entry.reason == Reason.DIVISION else entry.reason
    return Entry(
        pilot=entry.pilot,
        series=entry.series,
        start=entry.start,
        frequency=entry.frequency,
        value=entry.value,
        qualifier=entry.qualifier,
        flag=entry.flag,
        reason=reason,
        source=entry.source,
        note=entry.note,
        explanation=entry.explanation,
        given=COMPUTED_BEFORE,
        demo=entry.demo,
    )
