"""The figures of the report: each indicator with its published value, its years before, its baseline and its target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from indicators import numbers, pace
from indicators.matrix import Figure as Shown
from indicators.matrix import Matrix
from indicators.models import Baseline, Current, Flag, Series, Target
from indicators.models import Mapping as Served
from indicators.periods import Period, of_year, shift
from reports.content.place import both
from reports.schema import Figure, Goal, Row, Text

# Ten years fill the width of a chart; older ones are in the portal.
HISTORY = 10
EXACT = "="


def rows_of(read: Matrix) -> list[Row]:
    """Every indicator of the pilot with what is published of the year, in the pilot's own order."""
    sought = [figure.series.pk for figure in read.figures]
    known = _published(read)
    baselines = {row.series_id: row for row in Baseline.objects.filter(series__in=sought)}
    targets = defaultdict(list)
    for target in Target.objects.filter(series__in=sought, active=True):
        targets[target.series_id].append(target)
    serves = _served(figure.series.indicator_id for figure in read.figures)
    rows = []
    for figure in read.figures:
        series, year = figure.series, read.period.year
        purposes, issue = serves[series.indicator_id]
        baseline = baselines.get(series.pk)
        aim = pace.choose_aim(targets[series.pk], year)
        demo = any(part.demo for part in (figure.current, baseline, aim, *known[series.pk].values()) if part)
        rows.append(
            _named(series)
            | _valued(figure, known[series.pk], read.period)
            | {"issue": issue, "purposes": purposes, "target": goal(aim), "baseline": _begun(baseline), "demo": demo}
        )
    return rows


def drawn(rows: Iterable[Row]) -> list[str]:
    """The codes of the rows that a chart can show: two points, of which one may be the baseline."""
    return [row["code"] for row in rows if len(_points(row)) > 1]


def _points(row: Row) -> set[str]:
    held = [*row["history"], row["baseline"]]
    return {figure["period"] for figure in held if figure and figure["value"] is not None}


def goal(target: Target | None) -> Goal | None:
    """A target as the report tells it."""
    return {"operator": target.operator, "value": numbers.plain(target.value), "year": target.year} if target else None


def name_of(series: Series) -> Text:
    """The pilot's own name for a series, or the shared definition's, in each language."""
    own, shared = both(series, "name"), both(series.definition, "name")
    return {"zh": own["zh"] or shared["zh"], "en": own["en"] or shared["en"]}


def _named(series: Series) -> dict[str, object]:
    return {
        "code": series.code,
        "indicator": series.indicator.code,
        "name": name_of(series),
        "unit": both(series.unit, "name"),
        "decimals": series.decimals,
    }


def _valued(figure: Shown, known: Mapping[Period, Current], year: Period) -> dict[str, object]:
    """What is published of the year, and of the years before; gaps stand as None."""
    current, series = figure.current, figure.series
    shown = current.period if current else year
    return {
        "value": numbers.plain(current.value) if current else None,
        "qualifier": current.qualifier if current else EXACT,
        "flag": current.flag if current else Flag.NORMAL,
        "reason": current.reason if current else "",
        "note": current.note if current else "",
        "source": current.source if current else "",
        "pace": figure.pace,
        "history": _history(known, shown),
        "share": _share(current, series),
        "definition": current.definition if current else series.indicator.version,
    }


def _history(known: Mapping[Period, Current], shown: Period) -> list[Figure]:
    """The periods up to the one that is shown, from the first that has a figure, ten at most."""
    oldest = shift(shown, 1 - HISTORY)
    period = min((p for p in known if p.frequency == shown.frequency and oldest <= p <= shown), default=shown)
    told = []
    while period <= shown:
        current = known.get(period)
        told.append(_figure(period.code, current.value if current else None, current.qualifier if current else EXACT))
        period = period.next()
    return told


def _figure(period: str, value: Decimal | None, qualifier: str) -> Figure:
    return {"period": period, "value": numbers.plain(value), "qualifier": qualifier}


def _begun(baseline: Baseline | None) -> Figure | None:
    return _figure(str(baseline.year), baseline.value, baseline.qualifier) if baseline else None


def _share(current: Current | None, series: Series) -> dict[str, str] | None:
    """The reckoning of a computed figure: numerator / denominator x multiplier."""
    if current is None or current.numerator is None or current.denominator is None:
        return None
    parts = {"numerator": current.numerator, "denominator": current.denominator, "multiplier": series.indicator.multiplier}
    return {name: numbers.plain(part) for name, part in parts.items()}


def _published(read: Matrix) -> dict[int, dict[Period, Current]]:
    """The current observations of the last ten years, by series."""
    since, until = of_year(read.period.year - HISTORY + 1).start, read.period.next().start
    found: dict[int, dict[Period, Current]] = defaultdict(dict)
    for current in Current.objects.visible_to(None).filter(pilot=read.pilot, start__gte=since, start__lt=until):
        found[current.series_id][current.period] = current
    return found


def _served(indicators: Iterable[int]) -> dict[int, tuple[list[str], str]]:
    """The purposes that an indicator serves, and the first issue, under which it is told; none is an empty text."""
    purposes, issues = defaultdict(list), defaultdict(str)
    sought = set(indicators)
    ends = Served.objects.filter(indicator__in=sought, goal=None).order_by("order", "pk")
    for indicator, purpose, issue in ends.values_list("indicator", "purpose__key", "issue__key"):
        if purpose:
            purposes[indicator].append(purpose)
        else:
            issues[indicator] = issues[indicator] or issue
    return {indicator: (purposes[indicator], issues[indicator]) for indicator in sought}
