"""What the entry page's script is answered: what became of each cell it sent, and how every cell that changed looks now."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from indicators import entry, forms, numbers
from indicators.grid import Cell, Row
from indicators.views.sheet import Sheet

# The page's own script asks so, and is answered in JSON.
BY_SCRIPT = "fetch"


def by_script(request: HttpRequest) -> bool:
    """Whether the page's script asks, and not a form."""
    return request.headers.get("X-Requested-With") == BY_SCRIPT


def answer(request: HttpRequest, sheet: Sheet, boxes: list[forms.Box], batch: entry.Batch) -> JsonResponse:
    """Answer a save: an outcome for each cell that was sent, and the cells as they are now with every figure computed from them."""
    codes = {box.series for box in boxes} | {code for outcome in batch.outcomes for code in outcome.also}
    codes |= {key.rpartition("@")[0] for key in forms.posted_keys(request.POST)}
    outcomes = {box.key: fate(box) for box in boxes}
    return JsonResponse({"outcomes": outcomes, "cells": looks(request, sheet.after(batch, codes), boxes), "at": clock(timezone.now())})


def again(request: HttpRequest, sheet: Sheet) -> JsonResponse:
    """Answer how the cells that `?cells=` names look by now."""
    codes = {key.rpartition("@")[0] for key in request.GET.getlist("cells")}
    return JsonResponse({"cells": looks(request, sheet.again(codes)), "at": clock(timezone.now())})


def preview(boxes: list[forms.Box]) -> JsonResponse:
    """Answer a dry run: what would become of each cell."""
    return JsonResponse({"outcomes": {box.key: fate(box) for box in boxes}})


def fate(box: forms.Box) -> dict:
    """Say what became of a cell that was sent: `created`, `updated`, `unchanged`, `refused` or `stale`, and why."""
    told = {"status": box.fate, "messages": box.errors, "also": box.also, "read": numbers.plain(box.read.value) if box.read else None}
    if box.stale and box.theirs:
        told["theirs"] = {"who": str(box.theirs.written_by or ""), "at": clock(box.theirs.written_at)}
    return told


def clock(moment: timezone.datetime) -> str:
    """Write a moment as the page shows it: the time of day, with the day where it is another one."""
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%Y-%m-%d %H:%M}"


def looks(request: HttpRequest, sheet: Sheet, typed: Iterable[forms.Box] = ()) -> dict[str, dict]:
    """Describe every cell of a sheet as the page shows it, by key."""
    boxes = sheet.boxes(typed)
    found = {}
    for row in sheet.grid.rows:
        if row.kind == "reference":
            continue
        for cell in (row.cell, *row.parts):
            found[cell.key] = look(request, sheet, row, cell, boxes.get(cell.key))
    return found


def look(request: HttpRequest, sheet: Sheet, row: Row, cell: Cell, box: forms.Box | None) -> dict:
    """Describe one cell: its figure, its texts and version where people fill it, and the markup of its state."""
    context = {"sheet": sheet, "pilot": sheet.pilot, "row": row, "cell": cell, "box": box}
    told = {
        "text": cell.text,
        "plain": cell.plain,
        "change": cell.change,
        "answered": cell.answered,
        "warned": cell.doubtful,
        "status": render_to_string("indicators/entry_status.html", context, request).strip(),
        "below": render_to_string("indicators/entry_below.html", context, request).strip(),
    }
    if row.judgement and cell is row.cell:
        told["aim"] = render_to_string("indicators/aim.html", context, request).strip()
    if box:
        now = forms.texts_of(cell.entry)
        told |= {"version": cell.version, "seen": forms.fingerprint(now), "texts": now, "locked": not box.editable}
    return told
