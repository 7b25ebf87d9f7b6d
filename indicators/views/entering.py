"""The entry page of a pilot's period."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from indicators import entry, forms
from indicators.views import answering
from indicators.views.sheet import Sheet, find
from pilots.models import Door, Purpose


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry_page(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show the sheet of a period, or save the cells that a person changed on it."""
    sheet = find(request, slug, period)
    if request.method == "POST":
        return save(request, sheet)
    if answering.by_script(request):
        return answering.again(request, sheet)
    return render(request, "indicators/entry.html", page(request, sheet))


def page(request: HttpRequest, sheet: Sheet, typed: Iterable[forms.Box] = ()) -> dict:
    """Lay out what the template shows; without a script `?cell=` unfolds everything about one figure."""
    boxes = sheet.boxes(typed)
    groups = [(group, forms.lines(group.rows, boxes)) for group in sheet.grid.groups]
    editable = [box for box in boxes.values() if box.editable]
    return {
        "sheet": sheet,
        "pilot": sheet.pilot,
        "grid": sheet.grid,
        "groups": groups,
        "demo": sheet.grid.demo,
        "completeness": sheet.completeness if sheet.collection else None,
        "editable": bool(editable),
        "unfolded": request.GET.get("cell", ""),
        "units": sorted({row.series.owner_unit for row in sheet.grid.rows if row.series.owner_unit}),
        "purposes": Purpose.objects.all(),
        "refused": [box for box in boxes.values() if box.errors],
        "strange": [error for box in typed if sheet.collection is None or box.key not in boxes for error in box.errors],
        **forms.choices(),
    }


def save(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Save the changed cells in one call of the act, and show each refusal beside its field; `dry_run` writes nothing."""
    by_script = answering.by_script(request)
    if by_script:
        sheet = sheet.again(key.rpartition("@")[0] for key in forms.posted_keys(request.POST))
    boxes = forms.read_post(request.POST, sheet.cells)
    items = [item for box in boxes if (item := read_item(box)) is not None]
    dry_run = by_script and request.POST.get("dry_run") == "1"
    batch = entry.record(pilot=sheet.pilot, entries=items, by=request.user, door=Door.PAGE, partial=True, dry_run=dry_run)
    by_cell = {(box.series, box.period): box for box in boxes}
    for outcome in batch.outcomes:
        by_cell[outcome.item.series, outcome.item.period].take(outcome)
    if dry_run:
        return answering.preview(boxes)
    if by_script:
        return answering.answer(request, sheet, boxes, batch)
    tell(request, batch)
    if any(box.errors for box in boxes):
        return render(request, "indicators/entry.html", page(request, sheet.again(), boxes), status=400)
    return redirect("indicators:entry", slug=sheet.pilot.slug, period=sheet.period.code)


def read_item(box: forms.Box) -> entry.Item | None:
    """Read the item of a box, or keep the refusal of its text."""
    try:
        return box.item()
    except ValidationError as refusal:
        box.errors = list(refusal.messages)
        return None


def tell(request: HttpRequest, batch: entry.Batch) -> None:
    """Say how many figures were saved and how many others that changed."""
    saved = sum(outcome.status in ("created", "updated") for outcome in batch.outcomes)
    also = len({code for outcome in batch.outcomes for code in outcome.also})
    if not saved:
        return
    said = [ngettext("%(count)s figure saved.", "%(count)s figures saved.", saved) % {"count": saved}]
    if also:
        said.append(ngettext("This changed %(count)s computed figure.", "This changed %(count)s computed figures.", also) % {"count": also})
    messages.success(request, " ".join(said))
