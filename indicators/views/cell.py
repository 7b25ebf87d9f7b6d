"""The details of one cell: a page of its own, and the panel beside the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from indicators import collecting, comments, entry, evidence, periods
from indicators.details import TEXTS, Details
from indicators.evidence import Brought, kinds
from indicators.forms import read_version, tidy
from indicators.models import Citation, Evidence, Series
from indicators.periods import Period
from indicators.views.indicator import SIZES, Published, drawn
from pilots import access
from pilots.models import Door, Pilot

# The panel's own script asks so, and is answered with the panel alone.
BY_SCRIPT = "fetch"
PANEL = {"width": 400, "height": 220}


def find(request: HttpRequest, slug: str, period: str, key: str) -> Details:
    """Find the cell of an address; a stranger is told that there is none."""
    pilot = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
    if not access.may(request.user, pilot, *access.READERS):
        raise Http404
    code, _at, part = key.rpartition("@")
    whole, one = read_period(period), read_period(part)
    if not (whole.start <= one.start and one.end <= whole.end) or not code.isprintable():
        raise Http404
    series = get_object_or_404(Series.objects.visible_to(request.user).of(pilot).with_definitions().select_related("pilot"), code=code)
    if not any(True for _part in collecting.reported_for(series, one)):
        raise Http404
    return Details(pilot, series, one, request.user)


def read_period(text: str) -> Period:
    """Read a period of an address, or say that there is nothing there."""
    try:
        return periods.parse(text)
    except ValidationError:
        raise Http404 from None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: HttpRequest, slug: str, period: str, key: str) -> HttpResponse:
    """Show everything about a cell, or do one thing to it: its texts, its evidence, its thread."""
    details = find(request, slug, period, key)
    if request.method != "POST":
        return shown(request, details, period)
    act = DEEDS.get(request.POST.get("deed", ""))
    try:
        if act is None:
            raise ValidationError(_("Choose what to do."), code="required")
        done, troubles = act(request, details)
    except ValidationError as refusal:
        status = {"wrong_state": 409, "stale": 412}.get(getattr(refusal, "code", ""), 400)
        return shown(request, find(request, slug, period, key), period, refusal=refusal.messages, status=status)
    if by_script(request) or troubles:
        status = 200 if done or not troubles else 400
        return shown(request, find(request, slug, period, key), period, done=done, refusal=troubles, status=status)
    messages.success(request, done)
    return here(slug, period, key)


def here(slug: str, period: str, key: str) -> HttpResponseRedirect:
    """Go back to the cell."""
    return redirect("indicators:cell", slug=slug, period=period, key=key)


def by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == BY_SCRIPT


def shown(
    request: HttpRequest, details: Details, period: str, *, refusal: Iterable[str] = (), done: str = "", status: int = 200
) -> HttpResponse:
    """Show the cell: the panel alone to the page's script, else a whole page."""
    typed = {name: request.POST[name] for name in (*TEXTS, "text", "quote", "page") if refusal and name in request.POST}
    texts = {name: typed.get(name, getattr(details.entry, name) if details.entry else "") for name in TEXTS}
    context = {"details": details, "pilot": details.pilot, "period": period, "texts": texts, "typed": typed}
    context |= {"refusal": list(refusal), "done": done, "accepts": ",".join(kinds.KINDS), "megabytes": kinds.LARGEST // kinds.MEGABYTE}
    return render(request, "indicators/cell_panel.html" if by_script(request) else "indicators/cell.html", context, status=status)


Done = tuple[str, list[str]]


def write_texts(request: HttpRequest, details: Details) -> Done:
    """Save source, note and explanation beside the figure as it stands."""
    typed = {name: tidy(request.POST.get(name, "")) for name in TEXTS}
    return record(request, details, **typed)


def confirm_source(request: HttpRequest, details: Details) -> Done:
    """Take the source of a year ago over."""
    return record(request, details, source=details.proposed_source)


def record(request: HttpRequest, details: Details, **texts: str) -> Done:
    """Write the figure again with other texts, by the act that writes every figure."""
    item = details.item(**texts, version=read_version(request.POST.get("version", "")))
    batch = entry.record(pilot=details.pilot, entries=[item], by=request.user, door=Door.PAGE)
    batch.raise_if_refused()
    return _("Saved."), []


def say(request: HttpRequest, details: Details) -> Done:
    """Say something about the cell."""
    comments.write(series=details.series, period=details.period, text=request.POST.get("text", ""), by=request.user, door=Door.PAGE)
    return _("Your comment is there."), []


def resolve(request: HttpRequest, details: Details) -> Done:
    """Settle the thread."""
    comments.resolve(series=details.series, period=details.period, by=request.user, door=Door.PAGE)
    return _("Resolved."), []


def reopen(request: HttpRequest, details: Details) -> Done:
    """Open the thread again."""
    comments.reopen(series=details.series, period=details.period, by=request.user, door=Door.PAGE)
    return _("Open again."), []


def bring(request: HttpRequest, details: Details) -> Done:
    """Put files and cite each of them here."""
    files = [Brought(one.name or "", one.file) for one in request.FILES.getlist("files")]
    if not files:
        access.require(request.user, details.pilot, *access.TEAM)
        raise ValidationError(_("Choose a file."), code="required")
    cell = (details.series, details.period)
    found = evidence.bring(pilot=details.pilot, files=files, cell=cell, **words(request), by=request.user, door=Door.PAGE)
    return told(found)


def told(outcomes: list[evidence.Outcome]) -> Done:
    """Say how many files are there now, and what is wrong with the others."""
    kept = [outcome for outcome in outcomes if outcome.refusal is None]
    troubles = [message for outcome in outcomes for message in (outcome.refusal.messages if outcome.refusal else outcome.warnings)]
    done = ngettext("%(count)s file is there.", "%(count)s files are there.", len(kept)) % {"count": len(kept)} if kept else ""
    return done, troubles


def cite(request: HttpRequest, details: Details) -> Done:
    """Cite a file that is there already."""
    chosen = chosen_by(request, "evidence")
    kept = get_object_or_404(Evidence.objects.visible_to(request.user).filter(pilot=details.pilot), pk=chosen)
    evidence.cite(evidence=kept, series=details.series, period=details.period, **words(request), by=request.user, door=Door.PAGE)
    return _("Cited."), []


def end_citation(request: HttpRequest, details: Details) -> Done:
    """Take a file away from the cell."""
    standing = Citation.objects.visible_to(request.user).standing().filter(**details.place)
    citation = get_object_or_404(standing.select_related("series__pilot", "evidence"), pk=chosen_by(request, "citation"))
    evidence.end_citation(citation=citation, by=request.user, door=Door.PAGE)
    return _("This figure no longer cites the file."), []


def chosen_by(request: HttpRequest, name: str) -> int:
    """Read which row a form names; nothing is chosen where it names none."""
    number = read_version(request.POST.get(name, ""))
    if number is None:
        raise ValidationError(_("Choose a file."), code="required")
    return number


def words(request: HttpRequest) -> dict[str, str]:
    """Read the page and the quote of a citation."""
    return {"page": tidy(request.POST.get("page", "")), "quote": tidy(request.POST.get("quote", ""))}


DEEDS: dict[str, Callable[[HttpRequest, Details], Done]] = {
    "texts": write_texts,
    "source": confirm_source,
    "say": say,
    "resolve": resolve,
    "reopen": reopen,
    "bring": bring,
    "cite": cite,
    "end": end_citation,
}


@login_required
@require_safe
def chart(request: HttpRequest, slug: str, period: str, key: str) -> HttpResponse:
    """Draw the last ten years of a cell with the way to its target, as SVG, as far as the reader may see them."""
    details = find(request, slug, period, key)
    size = SIZES.get(request.GET.get("size", ""), PANEL)
    series = details.series
    known = Published(series, details.figures, [], series.baselines.first(), list(series.targets.filter(active=True)))
    return HttpResponse(drawn(known, **size), content_type="image/svg+xml")
