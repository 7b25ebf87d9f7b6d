"""What a chart shows, as plain ECharts options made from plain data.

Values are exact decimals and stay so up to the edge; every word and figure on a chart is prepared by the caller,
so this module speaks no language and rounds nothing.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from charts import palette
from charts.scale import Scale, scale

Option = dict[str, Any]
Write = Callable[[Decimal], str]

SIZE = 11
HEAD = 22
FOOT = 24
LEAN = 10  # px by which leaning words pass their point
NARROW, WIDE = 6, 11  # px a Latin and a Chinese character take at SIZE


class Point(NamedTuple):
    """One period: its label under the axis, its value (None is a gap) and the figure as a reader sees it."""

    period: str
    value: Decimal | None
    text: str = ""


class Cell(NamedTuple):
    """One cell of a heat map: column, row, the value that colours it and the words in it."""

    column: int
    row: int
    value: Decimal | None
    text: str = ""


def line(
    points: Sequence[Point],
    *,
    write: Write,
    path: Sequence[Point] = (),
    baseline: Point | None = None,
    peers: Sequence[Sequence[Point]] = (),
) -> Option:
    """A series over its periods: the line in the accent, its last value written, gaps left open.

    `path` is the dashed way to the target (one point per period, None between its ends is bridged; the text of
    its last point is written). `baseline` is a ring with its words. `peers` are thin grey lines. `write` writes
    the figures of the value axis.
    """
    axis = scale(_known([*points, *path, *([baseline] if baseline else []), *(p for peer in peers for p in peer)]))
    over = _path_ends_above(points, path)
    series = [_peer(peer) for peer in peers]
    if path:
        series.append(_path(path, axis, above=over))
    if baseline and baseline.value is not None:
        series.append(_baseline(points, axis, baseline))
    series.append(_line(points, axis, above=not over))
    return _frame([p.period for p in points], axis, write) | {"series": series}


def bars(points: Sequence[Point], *, write: Write) -> Option:
    """Bars from zero, each with its figure; a gap has no bar."""
    axis = scale(_known(points), from_zero=True)
    data = [_item(p.value, p.text, above=p.value is None or p.value >= 0, lean="") for p in points]
    series = {"type": "bar", "data": data, "barMaxWidth": 28, "itemStyle": {"color": palette.ACCENT}} | _still()
    return _frame([p.period for p in points], axis, write) | {"series": [series]}


def heat(cells: Sequence[Cell], *, columns: Sequence[str], rows: Sequence[str], top: Decimal) -> Option:
    """A table of cells shaded from paper (0) to accent (`top`), row one uppermost; a cell without value stays empty."""
    data = [{"value": [c.column, c.row, c.value], "label": {"show": True, "formatter": c.text}} for c in cells if c.value is not None]
    axis = {"type": "category", "axisTick": {"show": False}, "axisLine": {"show": False}, "axisLabel": _words()}
    left = max((_width(text) for text in rows), default=0) + 14
    return _still() | {
        "textStyle": _words(),
        "grid": {"left": left, "right": 8, "top": HEAD, "bottom": 8, "outerBoundsMode": "none"},
        "xAxis": axis | {"data": list(columns), "position": "top"},
        "yAxis": axis | {"data": list(rows), "inverse": True},
        "visualMap": {"show": False, "min": 0, "max": top, "inRange": {"color": [palette.PAPER, palette.ACCENT]}},
        "series": [{"type": "heatmap", "data": data, "itemStyle": {"borderColor": palette.LINE, "borderWidth": 1}}],
    }


def _frame(periods: list[str], axis: Scale, write: Write) -> Option:
    labels = [write(tick) for tick in axis.ticks()]
    left = max(_width(label) for label in labels) + 12
    return _still() | {
        "textStyle": _words(),
        "grid": {"left": left, "right": 12, "top": HEAD, "bottom": FOOT, "outerBoundsMode": "none"},
        "xAxis": {
            "type": "category",
            "data": periods,
            "axisTick": {"show": False},
            "axisLine": {"onZero": False, "lineStyle": {"color": palette.PEER}},
            "axisLabel": _words() | {"hideOverlap": True},
        },
        "yAxis": {
            "type": "value",
            "min": axis.low,
            "max": axis.high,
            "interval": axis.step,
            "splitLine": {"lineStyle": {"color": palette.FAINT}},
            "axisLabel": _words() | {"formatter": labels},
        },
    }


def _line(points: Sequence[Point], axis: Scale, *, above: bool) -> Option:
    data = [_item(p.value, text, above=above or _low(p, axis), lean=lean) for p, text, lean in _last_written(points)]
    return _still() | {
        "type": "line",
        "data": data,
        "symbol": "circle",
        "symbolSize": 5,
        "showAllSymbol": True,
        "itemStyle": {"color": palette.ACCENT},
        "lineStyle": {"color": palette.ACCENT, "width": 2},
        "z": 4,
    }


def _path(path: Sequence[Point], axis: Scale, *, above: bool) -> Option:
    data = [_item(p.value, text, above=above or _low(p, axis), lean=lean, bold=False) for p, text, lean in _last_written(path)]
    return _still() | {
        "type": "line",
        "data": data,
        "connectNulls": True,
        "symbol": "none",
        "itemStyle": {"color": palette.INK},
        "lineStyle": {"color": palette.INK, "width": 1, "type": [4, 3]},
    }


def _baseline(points: Sequence[Point], axis: Scale, baseline: Point) -> Option:
    lean = "left" if points and points[0].period == baseline.period else ""
    mark = _item(baseline.value, baseline.text, above=_low(baseline, axis), lean=lean, bold=False)
    data = [mark if p.period == baseline.period else None for p in points]
    ring = {"color": palette.PAPER, "borderColor": palette.INK, "borderWidth": 1.2}
    return _still() | {
        "type": "line",
        "data": data,
        "symbol": "circle",
        "symbolSize": 9,
        "showAllSymbol": True,
        "itemStyle": ring,
        "z": 3,
    }


def _peer(points: Sequence[Point]) -> Option:
    return _still() | {
        "type": "line",
        "data": [p.value for p in points],
        "symbol": "none",
        "lineStyle": {"color": palette.PEER, "width": 1},
        "z": 1,
    }


def _item(value: Decimal | None, text: str, *, above: bool, lean: str, bold: bool = True) -> Option | None:
    if value is None:
        return None
    if not text:
        return {"value": value}
    look = _words() | {"show": True, "formatter": text, "position": "top" if above else "bottom", "distance": 6}
    if lean:
        look |= {"align": lean, "offset": [LEAN if lean == "right" else -LEAN, 0]}
    if bold:
        look |= {"color": palette.INK, "fontWeight": "bold"}
    return {"value": value, "label": look, "symbol": "circle"}


def _last_written(points: Sequence[Point]) -> list[tuple[Point, str, str]]:
    """Each point with its words, which only the last value has, leaning inwards where the picture ends."""
    last = max((n for n, p in enumerate(points) if p.value is not None), default=None)
    lean = "right" if last == len(points) - 1 else ""
    return [(p, p.text if n == last else "", lean) for n, p in enumerate(points)]


def _low(point: Point, axis: Scale) -> bool:
    """Whether the point lies so near the foot of the chart that words under it would meet the axis."""
    return point.value is not None and (point.value - axis.low) * 6 < axis.high - axis.low


def _path_ends_above(points: Sequence[Point], path: Sequence[Point]) -> bool:
    """Whether the path ends above the last value, so that the two labels keep out of each other's way."""
    value = next((p.value for p in reversed(points) if p.value is not None), None)
    target = next((p.value for p in reversed(path) if p.value is not None), None)
    return value is not None and target is not None and target > value


def _known(points: Sequence[Point]) -> list[Decimal]:
    return [p.value for p in points if p.value is not None]


def _words() -> Option:
    return {"color": palette.SECONDARY, "fontSize": SIZE}


def _still() -> Option:
    return {"animation": False, "silent": True, "emphasis": {"disabled": True}}


def _width(text: str) -> int:
    return sum(NARROW if character < "\u2e80" else WIDE for character in text)
