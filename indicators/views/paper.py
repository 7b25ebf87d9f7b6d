"""Figures from a paper of the city: the coordinator types them in the pilot's name, the lead confirms them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from indicators import forms, grid, paper, periods
from indicators.evidence import Brought
from indicators.models import Evidence
from indicators.views.entering import Sheet, find, read_item
from pilots import access
from pilots.models import Door, Issue, Pilot, Role, User


@dataclass
class Papers:
    """What a coordinator may type from paper into one call for data."""

    sheet: Sheet

    @cached_property
    def cells(self) -> dict[str, grid.Cell]:
        """The free cells by their key."""
        found = paper.free_cells(self.sheet.collection, self.sheet.user)
        cells = [grid.Cell(one.series, one.period, one.standing) for one in found]
        return {cell.key: cell for cell in cells}

    def groups(self, typed: Iterable[forms.Box]) -> list[tuple[Issue | None, list[forms.Box]]]:
        """The boxes of the free cells in the order of the sheet, with what was typed just now and refused."""
        boxes = {key: forms.box_of(cell) for key, cell in self.cells.items()}
        for box in typed:
            if box.key in boxes:
                boxes[box.key] = box.again(boxes[box.key]) if box.errors else box
        found = []
        for group in self.sheet.grid.groups:
            shown = [boxes[cell.key] for row in group.rows for cell in row.typed if cell.key in boxes]
            found += [(group.issue, shown)] if shown else []
        return found


def called(request: HttpRequest, slug: str, period: str) -> Sheet:
    """Find the sheet of a period that data are collected for."""
    sheet = find(request, slug, period)
    if sheet.collection is None:
        raise Http404
    return sheet


def scans_of(pilot: Pilot, user: User) -> list[Evidence]:
    """The pilot's files that the person sees and may name as a scan."""
    return list(Evidence.objects.visible_to(user).filter(pilot=pilot).exclude(state=Evidence.State.REFUSED))


def read_scan(request: HttpRequest, scans: Iterable[Evidence]) -> Evidence | Brought:
    """Read the scan of a form: a file that is sent along, or one that is chosen; refuse where there is neither."""
    sent = request.FILES.get("file")
    if sent:
        return Brought(sent.name or "", sent.file)
    chosen = next((one for one in scans if str(one.pk) == request.POST.get("scan", "")), None)
    if chosen is None:
        raise ValidationError(_("Choose the scan of the paper."), code="required")
    return chosen


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def type_paper(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show the coordinator what the team has not answered, or record what was typed from the paper."""
    sheet = called(request, slug, period)
    access.require(request.user, sheet.pilot, Role.COORDINATOR)
    papers = Papers(sheet)
    if request.method != "POST":
        return show(request, papers)
    typed = forms.read_post(request.POST, papers.cells)
    items = [item for box in typed if (item := read_item(box)) is not None]
    try:
        scan = read_scan(request, scans_of(sheet.pilot, request.user))
        batch = paper.record(pilot=sheet.pilot, entries=items, scan=scan, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return show(request, papers, typed, refusal.messages, status=400)
    by_cell = {(box.series, box.period): box for box in typed}
    for outcome in batch.outcomes:
        by_cell[outcome.item.series, outcome.item.period].take(outcome)
    saved = sum(outcome.status in ("created", "updated") for outcome in batch.outcomes)
    if saved:
        said = ngettext("%(count)s figure recorded; the lead confirms it.", "%(count)s figures recorded; the lead confirms them.", saved)
        messages.success(request, said % {"count": saved})
    if any(box.errors for box in typed):
        return show(request, Papers(called(request, slug, period)), [box for box in typed if box.errors], status=400)
    return redirect("indicators:paper", slug=slug, period=period)


def show(
    request: HttpRequest, papers: Papers, typed: Iterable[forms.Box] = (), refusal: Iterable[str] = (), *, status: int = 200
) -> HttpResponse:
    """Lay the free cells out with the choice of the scan."""
    sheet, groups = papers.sheet, papers.groups(typed)
    context = {
        "pilot": sheet.pilot,
        "sheet": sheet,
        "groups": groups,
        "scans": scans_of(sheet.pilot, request.user),
        "chosen": request.POST.get("scan", ""),
        "refused": [box for _issue, boxes in groups for box in boxes if box.errors],
        "refusal": [*refusal, *(error for box in typed if box.key not in papers.cells for error in box.errors)],
        "waiting": sum(box.cell.entry is not None and box.cell.entry.unconfirmed for _issue, boxes in groups for box in boxes),
        "demo": sheet.collection.demo,
    }
    return render(request, "indicators/paper.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show the team what was typed from paper in its name; the lead confirms it here."""
    sheet = called(request, slug, period)
    access.require(request.user, sheet.pilot, *access.TEAM)
    if request.method != "POST":
        return show_waiting(request, sheet)
    access.require(request.user, sheet.pilot, Role.LEAD)
    try:
        figures = [read_seen(request, key) for key in request.POST.getlist("figure")]
        confirmed = paper.confirm(pilot=sheet.pilot, figures=figures, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return show_waiting(request, sheet, refusal.messages, status=409 if getattr(refusal, "code", "") == "wrong_state" else 400)
    count = len(confirmed)
    messages.success(request, ngettext("%(count)s figure confirmed.", "%(count)s figures confirmed.", count) % {"count": count})
    return redirect("indicators:confirm", slug=slug, period=period)


def read_seen(request: HttpRequest, key: str) -> paper.Seen:
    """Read which figure, and which version of it, the lead saw."""
    code, _at, period = key.rpartition("@")
    version = forms.read_version(request.POST.get(f"{key}.version", ""))
    return paper.Seen(code, periods.parse(period), version or 0)


def show_waiting(request: HttpRequest, sheet: Sheet, refusal: Iterable[str] = (), *, status: int = 200) -> HttpResponse:
    """List what waits to be confirmed."""
    context = {
        "pilot": sheet.pilot,
        "sheet": sheet,
        "waiting": [grid.Cell(one.series, one.period, one) for one in paper.unconfirmed(sheet.collection)],
        "leads": access.may(request.user, sheet.pilot, Role.LEAD),
        "refusal": list(refusal),
        "demo": sheet.collection.demo,
    }
    return render(request, "indicators/confirm.html", context, status=status)
