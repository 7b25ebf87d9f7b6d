"""The import page of a pilot's period: the workbook is downloaded, brought back, looked at, imported and undone."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from indicators import importing, periods, workbook
from indicators.models import Import, Series
from indicators.periods import Period
from indicators.views.preview import Preview, Tab
from pilots import access
from pilots.models import Door, Pilot, Role

# Drafts are for the pilot's own people, and the auditor reads everything.
INSIDERS = (*access.MEMBERS, Role.AUDITOR)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 200
SHOWN = 30
# How the fields begin in which a person chooses between two figures.
CHOICE = "choose-"


def find(request: HttpRequest, slug: str, period: str) -> tuple[Pilot, Period]:
    """Find the pilot and the period of an address; a stranger is told that there is none."""
    pilot = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
    try:
        found = periods.parse(period)
    except ValidationError:
        raise Http404 from None
    if not access.may(request.user, pilot, *INSIDERS):
        raise Http404
    return pilot, found


def find_import(request: HttpRequest, slug: str, period: str, pk: int) -> Import:
    """Find an import of an address."""
    pilot, when = find(request, slug, period)
    seen = Import.objects.visible_to(request.user).select_related("pilot", "brought_by", "applied_by", "ended_by")
    return get_object_or_404(seen, pilot=pilot, start=when.start, frequency=when.frequency, pk=pk)


@login_required
@require_safe
def template(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Hand out the workbook of a period, or the part that one unit answers for."""
    pilot, when = find(request, slug, period)
    unit = request.GET.get("owner_unit", "")
    if unit and unit not in units_of(pilot):
        raise Http404
    layout = workbook.lay(pilot=pilot, period=when, user=request.user, language=importing.language(), owner_unit=unit)
    return handed_out(workbook.write(layout), workbook.file_name(layout))


def handed_out(data: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download that no browser opens by itself."""
    told = {"Content-Disposition": content_disposition_header(True, name), "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=XLSX, headers=told)


def units_of(pilot: Pilot) -> list[str]:
    """The units that answer for figures of a pilot."""
    named = Series.objects.of(pilot).exclude(owner_unit="").order_by("owner_unit")
    return list(named.values_list("owner_unit", flat=True).distinct())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show where a workbook is downloaded and brought back, and what was brought before; or take one in."""
    pilot, when = find(request, slug, period)
    refusal: list[str] = []
    if request.method == "POST":
        try:
            return to_page_of(bring(request, pilot, when))
        except ValidationError as error:
            refusal = error.messages
    seen = Import.objects.visible_to(request.user).filter(pilot=pilot, start=when.start, frequency=when.frequency)
    context = {
        "pilot": pilot,
        "period": when,
        "units": units_of(pilot),
        "found": seen.defer("lines", "written").select_related("brought_by")[:SHOWN],
        "enters": access.may(request.user, pilot, *access.TEAM),
        "refusal": refusal,
    }
    return render(request, "indicators/imports.html", context, status=400 if refusal else 200)


def bring(request: HttpRequest, pilot: Pilot, when: Period) -> Import:
    """Take the file of a form in; without one the act says that there is none."""
    file = request.FILES.get("file")
    # One byte more than fits is enough to be refused for it.
    data = file.read(importing.LARGEST_ON_A_PAGE + 1) if file else b""
    return importing.bring(pilot=pilot, period=when, name=file.name if file else "", data=data, by=request.user, door=Door.PAGE)


def to_page_of(found: Import) -> HttpResponse:
    """Go to the page of an import."""
    return redirect("indicators:import", found.pilot.slug, found.period.code, found.pk)


@login_required
@require_safe
def one(request: HttpRequest, slug: str, period: str, pk: int) -> HttpResponse:
    """Show how far a reading is, what it would do, or what became of it; the page asks again by itself while it is being read."""
    return page(request, find_import(request, slug, period, pk))


def page(request: HttpRequest, found: Import, refusal: list[str] | None = None, *, status: int = 200) -> HttpResponse:
    """Lay out an import with the lines of one tab."""
    preview = Preview(found)
    chosen = next((tab for tab in preview.tabs if tab.name == request.GET.get("tab")), next(iter(preview.tabs), None))
    enters = access.may(request.user, found.pilot, *access.TEAM)
    context = {
        "found": found,
        "pilot": found.pilot,
        "period": found.period,
        "under_way": found.state in importing.UNDER_WAY,
        "tabs": preview.tabs,
        "tab": chosen,
        "lines": shown(chosen, request) if chosen else None,
        "conflicts": preview.conflicts,
        "valid": found.counts.get("new", 0) + found.counts.get("changed", 0),
        "steps": {step.name for step in importing.available(found, request.user)} if enters else set(),
        "preview": importing.preview_of(found),
        "failure": importing.failure_of(found),
        "demo": found.demo,
        "refusal": refusal or [],
    }
    return render(request, "indicators/import.html", context, status=status)


def shown(tab: Tab, request: HttpRequest) -> object:
    """Return the page of a tab's lines that is asked for."""
    return Paginator(tab.lines, PAGE).get_page(request.GET.get("page"))


@login_required
@require_POST
def apply(request: HttpRequest, slug: str, period: str, pk: int) -> HttpResponse:
    """Import the figures of the preview that the person saw."""
    found = find_import(request, slug, period, pk)

    def act() -> str:
        mine = [name.removeprefix(CHOICE) for name, text in request.POST.items() if name.startswith(CHOICE) and text == "mine"]
        told = {"preview": request.POST.get("preview", ""), "only_valid": True, "mine": mine}
        done = importing.apply(found=found, **told, by=request.user, door=Door.PAGE)
        count = len(done.written)
        return ngettext("%(count)s figure imported.", "%(count)s figures imported.", count) % {"count": count}

    return taken(request, found, act)


@login_required
@require_POST
def undo(request: HttpRequest, slug: str, period: str, pk: int) -> HttpResponse:
    """Put back what stood there before the import."""
    found = find_import(request, slug, period, pk)

    def act() -> str:
        importing.undo(found=found, by=request.user, door=Door.PAGE)
        return _("The import was undone.")

    return taken(request, found, act)


@login_required
@require_POST
def cancel(request: HttpRequest, slug: str, period: str, pk: int) -> HttpResponse:
    """Give an import up."""
    found = find_import(request, slug, period, pk)

    def act() -> str:
        importing.cancel(found=found, by=request.user, door=Door.PAGE)
        return _("The import was cancelled. Nothing of it was imported.")

    return taken(request, found, act)


def taken(request: HttpRequest, found: Import, act: Callable[[], str]) -> HttpResponse:
    """Take a step and say so, or show the page again with the refusal and with what stands there now."""
    try:
        messages.success(request, act())
    except ValidationError as refusal:
        found.refresh_from_db()
        conflict = getattr(refusal, "code", "") in ("wrong_state", "stale")
        return page(request, found, refusal.messages, status=409 if conflict else 400)
    return to_page_of(found)


@login_required
@require_safe
def marked(request: HttpRequest, slug: str, period: str, pk: int) -> HttpResponse:
    """Hand the figures that were brought back in a fresh workbook, the refused ones red and with a note."""
    found = find_import(request, slug, period, pk)
    if not found.lines:
        raise Http404
    layout = workbook.lay(pilot=found.pilot, period=found.period, user=request.user, language=importing.language())
    stem = found.name.rpartition(".")[0] or found.name
    name = _("%(name)s with notes.xlsx") % {"name": stem[:100]}
    return handed_out(workbook.write(layout, importing.marks_of(found)), name)
