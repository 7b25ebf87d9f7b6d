"""Each objective's indicators beside their official figures: read while the cycle runs, copied when Check closes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from cycles.models import Cycle, Measure, Stocktake, StocktakeLine
from indicators import pace
from indicators.models import Baseline, Current, Pace, Series, Target
from indicators.periods import Frequency
from pilots import access, trail
from pilots.models import Role, User


def read(cycle: Cycle) -> list[StocktakeLine]:
    """Return a line for each indicator of each objective with what is published now; nothing is written."""
    measures = list(
        Measure.objects.filter(objective__cycle=cycle)
        .select_related("objective", "series__indicator", "series__variable", "series__unit")
        .order_by("objective__order", "order", "pk")
    )
    series = {measure.series_id for measure in measures}
    figures = _figures(series, cycle)
    targets = defaultdict(list)
    for target in Target.objects.filter(series__in=series, active=True):
        targets[target.series_id].append(target)
    baselines = {row.series_id: row for row in Baseline.objects.filter(series__in=series)}
    return [
        _line(
            measure,
            order,
            cycle=cycle,
            figure=figures.get(measure.series_id),
            baseline=baselines.get(measure.series_id),
            target=pace.choose_aim(targets[measure.series_id], cycle.year),
        )
        for order, measure in enumerate(measures, start=1)
    ]


def lines(cycle: Cycle) -> list[StocktakeLine]:
    """Return the frozen lines of a cycle that has left Check, and what is published now for one that has not."""
    if cycle.stage not in (Cycle.Stage.ACT, Cycle.Stage.CLOSED):
        return read(cycle)
    last = cycle.stocktakes.order_by("-number").first()
    return list(last.lines.select_related("objective")) if last else []


@transaction.atomic
def take(*, cycle: Cycle, by: User, door: str) -> Stocktake:
    """Copy what is published of the objectives into a new stocktake. Called by `stages.advance` inside its transaction."""
    access.require(by, cycle.pilot, Role.COORDINATOR)
    taken = Stocktake.objects.create(cycle=cycle, number=cycle.stocktakes.count() + 1, taken_by=by, taken_at=timezone.now())
    copied = read(cycle)
    for line in copied:
        line.stocktake = taken
    StocktakeLine.objects.bulk_create(copied)
    key = f"{cycle.key}/{taken.number}"
    trail.leave("stocktake.take", kind="stocktake", key=key, by=by, door=door, pilot=cycle.pilot, after={"lines": len(copied)})
    return taken


def _figures(series: Iterable[int], cycle: Cycle) -> dict[int, Current]:
    """Return for each series its figure of the year, or its last one inside the year."""
    period = cycle.period
    found: dict[int, Current] = {}
    rows = Current.objects.filter(series__in=series, start__gte=period.start, start__lt=period.next().start)
    for row in rows.order_by("start"):
        if row.series_id not in found or found[row.series_id].frequency != Frequency.YEAR:
            found[row.series_id] = row
    return found


def _line(
    measure: Measure, order: int, *, cycle: Cycle, figure: Current | None, baseline: Baseline | None, target: Target | None
) -> StocktakeLine:
    """Write one line without saving it."""
    objective, series = measure.objective, measure.series
    line = StocktakeLine(order=order, objective=objective, statement_zh=objective.statement_zh, statement_en=objective.statement_en)
    line.start, line.frequency = cycle.period.start, cycle.period.frequency
    _describe(line, series)
    line.demo = cycle.demo
    if baseline is not None:
        line.baseline, line.baseline_year = baseline.value, baseline.year
        line.demo |= baseline.demo
    if target is not None:
        line.target_operator, line.target, line.target_year = target.operator, target.value, target.year
        line.demo |= target.demo
    if figure is None:
        line.pace = Pace.NO_DATA
        return line
    for name in ("start", "frequency", "value", "qualifier", "flag", "reason", "pace", "release", "observation_id"):
        setattr(line, name, getattr(figure, name))
    line.demo |= figure.demo
    return line


def _describe(line: StocktakeLine, series: Series) -> None:
    """Copy what the series is called and measured in, so that later names do not change the line."""
    definition, unit = series.definition, series.unit
    line.series_code, line.decimals = series.code, series.decimals
    line.name_zh, line.name_en = series.name_zh or definition.name_zh, series.name_en or definition.name_en
    line.unit, line.unit_zh, line.unit_en = unit.key, unit.name_zh, unit.name_en
