"""The charts of a report: from a row of its content to a picture, its title and its words for those who cannot see it."""

from decimal import Decimal
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from charts import svg
from charts.options import Point, line
from indicators.figures import format_figure

Row = dict[str, Any]  # a row of the content, in one language

HALF = (302, 168)  # px: two charts side by side on the page
FULL = (627, 190)
HORIZON = 10  # years ahead; a path to a target farther off would squeeze the years that are known


class Plate(TypedDict):
    """A drawn chart with its title, its note and its description in words."""

    svg: str
    alt: str
    title: str
    note: str


def plate(row: Row, *, language: str, wide: bool) -> Plate:
    """The chart of a row: its values over the years, its baseline and the way to its target."""
    width, height = FULL if wide else HALF
    unit = row["unit"]
    title = f"{row['code']}  {row['name']}"
    return {
        "svg": svg.render(_option(row, language), width=width, height=height),
        "alt": _described(row, language),
        "title": f"{title}（{unit}）" if language == "zh" else f"{title} ({unit})",
        "note": _note(row),
    }


def _option(row: Row, language: str) -> dict[str, Any]:
    years = _years(row)
    known = {figure["period"]: figure for figure in row["history"]}
    points = [_point(year, known.get(year), row, language) for year in years]
    baseline = row["baseline"]
    return line(
        points,
        write=lambda tick: format_figure(tick, decimals=None, language=language, scaled=True),
        path=_path(row, years, language),
        baseline=baseline and _point(baseline["period"], baseline, row, language, word=_("Baseline")),
    )


def _point(period: str, figure: Any, row: Row, language: str, word: str = "") -> Point:
    if not figure or figure["value"] is None:
        return Point(period, None)
    value = Decimal(figure["value"])
    text = format_figure(value, decimals=row["decimals"], language=language, scaled=True, qualifier=figure["qualifier"])
    return Point(period, value, f"{word} {text}".strip())


def _years(row: Row) -> list[str]:
    """Every period on the axis: those of the history, and whole years between the baseline and a near target."""
    periods = [figure["period"] for figure in row["history"]]
    if not all(period.isdecimal() for period in periods):
        return periods
    years = [int(period) for period in periods]
    if row["baseline"] and row["baseline"]["period"].isdecimal():
        years.append(int(row["baseline"]["period"]))
    if _near(row):
        years.append(row["target"]["year"])
    return [str(year) for year in range(min(years), max(years) + 1)]


def _near(row: Row) -> bool:
    """Whether the target has a year that the axis can hold: not before the history and not too far after it."""
    target = row["target"]
    if not target or not target["year"]:
        return False
    first, last = (int(row["history"][place]["period"][:4]) for place in (0, -1))
    return first <= target["year"] <= last + HORIZON


def _path(row: Row, years: list[str], language: str) -> list[Point]:
    """The way to the target: level for a standing one, from the baseline or the first value for a dated one."""
    target = row["target"]
    if not target or (target["year"] and str(target["year"]) not in years):
        return []
    goal = Decimal(target["value"])
    words = f"{_('Target')} {format_figure(goal, decimals=row['decimals'], language=language, scaled=True)}"
    if not target["year"]:
        return [Point(year, goal, words) for year in years]
    start = row["baseline"] or next((figure for figure in row["history"] if figure["value"] is not None), None)
    ends = {str(target["year"]): goal}
    if start and start["value"] is not None and start["period"] < str(target["year"]):
        ends[start["period"]] = Decimal(start["value"])
    return [Point(year, ends.get(year), words) for year in years]


def _described(row: Row, language: str) -> str:
    told = [
        f"{point.period} {point.text}"
        for point in (_point(figure["period"], figure, row, language) for figure in row["history"])
        if point.value is not None
    ]
    named = {"name": row["name"], "unit": row["unit"], "values": ", ".join(told)}
    return _("Line chart of %(name)s, in %(unit)s: %(values)s.") % named


def _note(row: Row) -> str:
    source = _("Source: %(source)s") % {"source": row["source"]} if row["source"] else ""
    return " · ".join(part for part in (source, _("Demo data") if row["demo"] else "") if part)
