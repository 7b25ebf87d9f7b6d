"""The page on which constants take over their figures from the year before, with a reason."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from indicators import carrying, forms
from indicators.views.entering import Sheet, find
from pilots import access
from pilots.models import Door


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def carry_over(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Offer the constants that have a figure a year ago and none now, or take the chosen ones over."""
    sheet = find(request, slug, period)
    access.require(request.user, sheet.pilot, *access.TEAM)
    if request.method != "POST":
        return show(request, sheet)
    post = request.POST
    versions = {code: forms.read_version(post.get(f"version-{code}", "")) for code in post.getlist("series")}
    given = {"versions": versions, "reason": post.get("reason", ""), "by": request.user, "door": Door.PAGE}
    try:
        batch = carrying.carry_over(pilot=sheet.pilot, period=sheet.period, **given)
        batch.raise_if_refused()
    except ValidationError as refusal:
        return show(request, sheet, refusal.messages, status=409 if getattr(refusal, "code", "") == "wrong_state" else 400)
    count = len(batch.outcomes)
    messages.success(request, ngettext("%(count)s figure taken over.", "%(count)s figures taken over.", count) % {"count": count})
    return redirect("indicators:entry", slug=slug, period=period)


def show(request: HttpRequest, sheet: Sheet, refusal: Iterable[str] = (), *, status: int = 200) -> HttpResponse:
    """List what may be taken over."""
    offered = carrying.offered(sheet.pilot, sheet.period) if sheet.collection else []
    chosen = request.POST.getlist("series") if request.method == "POST" else [one.series.code for one in offered]
    context = {
        "pilot": sheet.pilot,
        "sheet": sheet,
        "before": carrying.year_before(sheet.period),
        "offered": offered,
        "chosen": chosen,
        "reason": request.POST.get("reason", ""),
        "refusal": list(refusal),
    }
    return render(request, "indicators/carry_over.html", context, status=status)
