"""One indicator of one pilot: its published figures, the way to its target, and how each figure came about."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charts import options, svg
from indicators.figures import format_figure
from indicators.models import Baseline, Current, Series, Target
from indicators.pace import Judgement
from indicators.periods import Frequency, Period, of_year
from indicators.publishing import Judge
from indicators.templatetags.figures import reader_language
from pilots import access
from pilots.models import Pilot, Role

SERVED = ("purpose__order", "issue__order", "goal__number")
# Wide for a desk, narrow for a phone, so that the words on the chart keep their size.
SIZES = {"wide": {"width": 760, "height": 280}, "narrow": {"width": 400, "height": 260}}
FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif"


@dataclass(frozen=True)
class Published:
    """What is public of one series: its latest observations in order of time, its baseline and its targets."""

    series: Series
    currents: list[Current]
    yearly: list[Current]
    baseline: Baseline | None
    targets: list[Target]

    @property
    def compared(self) -> list[Current]:
        """The figures that a target is compared with: those of years where there are any, else the series' own."""
        return self.yearly or self.currents

    @property
    def frequency(self) -> str:
        return Frequency.YEAR if self.yearly else self.series.frequency

    @property
    def latest(self) -> Current | None:
        return next((current for current in reversed(self.compared) if current.value is not None), None)

    @property
    def target(self) -> Target | None:
        """The target in view: the next one after the latest figure, else the last one set."""
        since = self.latest.period.year if self.latest else 0
        ahead = [target for target in self.targets if target.year is None or target.year >= since]
        return (ahead or self.targets[-1:] or [None])[0]


@login_not_required
@require_safe
def indicator(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show the series as chart and as table, with the arithmetic of its latest figure."""
    published = _published(request.user, slug, code)
    series = published.series
    context = {
        "pilot": series.pilot,
        "series": series,
        "published": published,
        "feeds": _fed_by(series),
        "may_choose": access.may(request.user, series.pilot, Role.LEAD) and series.indicator is not None and series.indicator.has_formula,
        "tables": [_with_changes(figures) for figures in (published.yearly, published.currents) if figures],
        "mappings": series.indicator.mappings.select_related("purpose", "issue", "goal").order_by(*SERVED) if series.indicator else [],
        "judgement": _judged(published),
        "demo": any(current.demo for current in published.currents),
    }
    return render(request, "indicators/indicator.html", context)


@login_not_required
@require_safe
def chart(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Draw the series with its baseline and the way to its target, as SVG."""
    size = SIZES.get(request.GET.get("size", "wide"))
    if size is None:
        raise Http404
    image = drawn(_published(request.user, slug, code), **size)
    return HttpResponse(image, content_type="image/svg+xml")


def _published(user: object, slug: str, code: str) -> Published:
    pilot = get_object_or_404(Pilot.objects.visible_to(user), slug=slug)
    found = Series.objects.visible_to(user).with_definitions().select_related("pilot")
    series = get_object_or_404(found, pilot=pilot, code=code)
    rows = list(Current.objects.visible_to(user).filter(series=series).order_by("start"))
    own = [row for row in rows if row.frequency == series.frequency]
    yearly = [row for row in rows if row.frequency == Frequency.YEAR and row.frequency != series.frequency]
    return Published(series, own, yearly, series.baselines.first(), list(series.targets.filter(active=True)))


def _judged(published: Published) -> Judgement | None:
    """The arithmetic behind the pace of the latest figure."""
    latest = published.latest
    return Judge([latest])(published.series, latest.period, latest.value) if latest else None


def _fed_by(series: Series) -> list[Series]:
    """The pilot's indicators that an input feeds; none for an indicator."""
    if not series.variable_id:
        return []
    ours = Series.objects.visible_to(None).filter(pilot=series.pilot, mode="inputs").select_related("indicator")
    return [other for other in ours if series.variable_id in (other.indicator.numerator_id, other.indicator.denominator_id)]


def _with_changes(currents: list[Current]) -> list[dict[str, object]]:
    """The figures, newest first, each beside its change from the period just before."""
    known = {current.period: current.value for current in currents}
    rows = []
    for current in reversed(currents):
        before = known.get(current.period.previous())
        change = None if before is None or current.value is None else current.value - before
        rows.append({"current": current, "change": change, "rise": change is not None and change > 0})
    return rows


def drawn(published: Published, *, width: int, height: int) -> str:
    """Draw the figures with the baseline and the way to the target, as SVG in the reader's language."""
    series, language = published.series, reader_language()
    periods = _axis(published)

    def write(value: Decimal) -> str:
        return format_figure(value, decimals=None, language=language)

    def figure(value: Decimal, qualifier: str = "=") -> str:
        return format_figure(value, decimals=series.decimals, language=language, qualifier=qualifier)

    known = {c.period: c for c in published.compared if c.value is not None}
    points = [
        options.Point(p.code, known[p].value, figure(known[p].value, known[p].qualifier)) if p in known else options.Point(p.code, None)
        for p in periods
    ]
    option = options.line(points, write=write, path=_path(published, periods, figure), baseline=_baseline(published, figure))
    label = _("%(name)s, %(pilot)s. The table below holds the same figures.") % {"name": series.name, "pilot": series.pilot.short_name}
    return svg.render(option, width=width, height=height, font=FONT, label=label)


def _axis(published: Published) -> list[Period]:
    """Every period from the baseline or the first figure to the last figure or the target's year."""
    years = [current.period.year for current in published.compared]
    years += [published.baseline.year] if published.baseline else []
    years += [published.target.year] if published.target and published.target.year else []
    if not years:
        return []
    return [period for year in range(min(years), max(years) + 1) for period in of_year(year).inside(published.frequency)]


def _path(published: Published, periods: list[Period], figure: object) -> list[options.Point]:
    """The dashed way: from the baseline (or the first figure) to the target, level from there on.

    A target without a year, and one whose year is past, stands level over the figures.
    """
    target = published.target
    if target is None or not periods:
        return []
    due = max((p for p in periods if p.year == target.year), default=periods[0]) if target.year else periods[0]
    ends = {due: target.value, periods[-1]: target.value}
    start = _start(published)
    if start and start[0] < due:
        ends[start[0]] = start[1]
    words = _("target %(figure)s") % {"figure": figure(target.value, target.operator)}
    return [options.Point(p.code, ends.get(p), words if p == periods[-1] else "") for p in periods]


def _start(published: Published) -> tuple[Period, Decimal] | None:
    """Where the way to the target begins (the same as for the pace)."""
    if published.baseline:
        return next(of_year(published.baseline.year).inside(published.frequency)), published.baseline.value
    return next(((current.period, current.value) for current in published.compared if current.value is not None), None)


def _baseline(published: Published, figure: object) -> options.Point | None:
    baseline = published.baseline
    if baseline is None:
        return None
    first = next(of_year(baseline.year).inside(published.frequency))
    words = _("baseline %(figure)s") % {"figure": figure(baseline.value, baseline.qualifier)}
    return options.Point(first.code, baseline.value, words)
