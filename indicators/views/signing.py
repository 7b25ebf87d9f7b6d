"""The page of the sign-off inside the city: who signed which figures, a new one, and whether it is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from indicators import signing
from indicators.models import SignOff
from indicators.views.entering import Sheet
from indicators.views.paper import called, read_scan, scans_of
from pilots import access
from pilots.forms import DayField, RefusableForm
from pilots.models import Door, Role


class SignOffForm(RefusableForm):
    """Who signed, in which post, and when."""

    name = forms.CharField(label=gettext_lazy("Name of who signed"), max_length=100)
    post = forms.CharField(label=gettext_lazy("Post"), max_length=100, required=False)
    day = DayField(label=gettext_lazy("Day on the paper"), widget=forms.DateInput(attrs={"type": "date"}))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_off(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show who signed the figures of a period; a lead records a sign-off here."""
    sheet = called(request, slug, period)
    if request.method != "POST":
        return show(request, sheet, SignOffForm())
    access.require(request.user, sheet.pilot, Role.LEAD)
    form = SignOffForm(request.POST)
    if form.is_valid():
        try:
            scan = read_scan(request, scans_of(sheet.pilot, request.user))
            given = {**form.cleaned_data, "figures": request.POST.get("figures", ""), "scan": scan}
            signing.sign_off(collection=sheet.collection, **given, by=request.user, door=Door.PAGE)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The sign-off is recorded."))
            return redirect("indicators:sign_off", slug=slug, period=period)
    return show(request, sheet, form, status=409 if form.wrong_state else 400)


@login_required
@require_POST
def require_sign_off(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Decide whether figures are submitted only with a sign-off."""
    sheet = called(request, slug, period)
    needed = request.POST.get("needed") == "1"
    try:
        signing.require_sign_off(collection=sheet.collection, needed=needed, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return show(request, sheet, SignOffForm(), refusal.messages, status=409)
    said = _("From now on a sign-off is needed before submission.") if needed else _("A sign-off is no longer needed before submission.")
    messages.success(request, said)
    return redirect("indicators:sign_off", slug=slug, period=period)


def show(request: HttpRequest, sheet: Sheet, form: SignOffForm, refusal: Iterable[str] = (), *, status: int = 200) -> HttpResponse:
    """Show the standing sign-off, the earlier ones, and to the lead the form."""
    leads = access.may(request.user, sheet.pilot, Role.LEAD)
    rows = SignOff.objects.visible_to(request.user).filter(collection=sheet.collection).select_related("scan", "recorded_by")
    context = {
        "pilot": sheet.pilot,
        "sheet": sheet,
        "standing": signing.standing(sheet.collection),
        "sign_offs": rows.order_by("-pk"),
        "leads": leads,
        "form": form if leads and sheet.state in signing.SIGNABLE else None,
        "figures": signing.sum_of(sheet.collection),
        "scans": scans_of(sheet.pilot, request.user),
        "chosen": request.POST.get("scan", ""),
        "refusal": list(refusal),
        "demo": sheet.collection.demo,
    }
    return render(request, "indicators/sign_off.html", context, status=status)
