"""The page on which a lead decides whether an indicator is entered directly or computed from inputs."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from indicators import entry
from indicators.models import Mode, Series
from indicators.views.calls import read_pilot
from pilots import access
from pilots.models import Door, Role


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_mode(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Say what the other way to report would change, or change to it."""
    pilot = read_pilot(request.user, slug)
    access.require(request.user, pilot, Role.LEAD)
    found = Series.objects.visible_to(request.user).of(pilot).with_definitions().select_related("pilot")
    series = get_object_or_404(found, code=code, indicator__isnull=False)
    if request.method != "POST":
        return show(request, series)
    try:
        entry.choose_mode(series=series, mode=request.POST.get("mode", ""), by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        status = 409 if getattr(refusal, "code", "") == "wrong_state" else 400
        return show(request, series, refusal.messages, status=status)
    messages.success(request, _("%(code)s is now: %(mode)s.") % {"code": code, "mode": Mode(series.mode).label})
    return redirect("indicators:indicator", slug=slug, code=code)


def show(request: HttpRequest, series: Series, refusal: Iterable[str] = (), *, status: int = 200) -> HttpResponse:
    """Show how the indicator is reported, and every figure that would change."""
    other = Mode.DIRECT if series.computed else Mode.INPUTS
    switch, hindrance = None, []
    try:
        switch = entry.foresee_mode(series=series, mode=other)
    except ValidationError as refused:
        hindrance = refused.messages
    context = {
        "pilot": series.pilot,
        "series": series,
        "other": other,
        "switch": switch,
        "hindrance": [] if refusal else hindrance,
        "refusal": list(refusal),
    }
    return render(request, "indicators/mode.html", context, status=status)
