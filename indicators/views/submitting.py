"""The check of a period before it is submitted: what blocks, where it is put right, and the submission itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from indicators import entry, evidence, forms, periods, review, rules, signing
from indicators.models import Entry
from indicators.views.sheet import Sheet, find
from pilots import access
from pilots.models import Door

# What a person ticks before submitting; the note and the tick are the page's own, the act asks for neither.
CONFIRMED = "confirmed"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show what still keeps the data from being submitted, or submit them."""
    sheet = find(request, slug, period)
    if sheet.collection is None:
        raise Http404
    access.require(request.user, sheet.pilot, *access.TEAM)
    if request.method != "POST":
        return check_page(request, sheet)
    try:
        if "submit" in sheet.steps and not request.POST.get(CONFIRMED):
            review.check(sheet.collection, reader=request.user).refuse()
            raise ValidationError(_("Confirm the sources of these figures, then submit."), code="unconfirmed")
        review.submit(collection=sheet.collection, note=request.POST.get("note", ""), by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        status = 409 if getattr(refusal, "code", "") == "wrong_state" else 400
        return check_page(request, sheet.again(), refusal.messages, status=status, blocked=True)
    messages.success(request, _("Submitted. The coordinator reviews it next."))
    return redirect("indicators:entry", slug=slug, period=period)


@login_required
@require_POST
def explain(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Save the explanation of a figure beside its warning, without leaving the check."""
    sheet = find(request, slug, period)
    if sheet.collection is None:
        raise Http404
    access.require(request.user, sheet.pilot, *access.TEAM)
    try:
        said = get_object_or_404(places(sheet), **cell_of(request.POST.get("cell", "")))
        item = entry.Item.of(said, explanation=explanation_of(request), version=forms.read_version(request.POST.get("version", "")))
        entry.record(pilot=sheet.pilot, entries=[item], by=request.user, door=Door.PAGE).raise_if_refused()
    except ValidationError as refusal:
        status = 409 if getattr(refusal, "code", "") == "wrong_state" else 400
        return check_page(request, sheet, refusal.messages, status=status)
    messages.success(request, _("The explanation of %(code)s is saved. The reviewer sees it.") % {"code": said.series.code})
    return redirect("indicators:submit", slug=slug, period=period)


def places(sheet: Sheet) -> QuerySet[Entry]:
    """The figures of the period that an explanation can be written to."""
    return Entry.objects.visible_to(sheet.user).filter(pilot=sheet.pilot).within(sheet.period).select_related("series")


def cell_of(key: str) -> dict[str, object]:
    """Read which cell is meant, or refuse what names none."""
    code, _at, text = key.rpartition("@")
    found = periods.parse(text)
    return {"series__code": code, "start": found.start, "frequency": found.frequency}


def explanation_of(request: HttpRequest) -> str:
    """Read the explanation, or refuse one that explains nothing."""
    text = forms.tidy(request.POST.get("explanation", ""))
    if not rules.explains(text):
        raise ValidationError(
            _("Write at least %(least)s characters, so that the reviewer understands."),
            code="explanation",
            params={"least": rules.LEAST_EXPLANATION},
        )
    return text


def check_page(
    request: HttpRequest, sheet: Sheet, refusal: Iterable[str] = (), *, status: int = 200, blocked: bool = False
) -> HttpResponse:
    """Show what blocks, by how much it weighs, each with a link to its cell and each warning with a box for its explanation.

    After a submission that was `blocked` the first thing that blocks has the focus.
    """
    check = review.check(sheet.collection, reader=request.user)
    context = {
        "sheet": sheet,
        "pilot": sheet.pilot,
        "completeness": sheet.completeness,
        "check": check,
        "standing": signing.standing(sheet.collection),
        "uncited": list(evidence.uncited(sheet.pilot, sheet.period)),
        "refusal": list(refusal)[:1],
        "blocked": blocked,
        "first": next(iter(check.blocking), None) if blocked else None,
        "typed": request.POST,
        "least": rules.LEAST_EXPLANATION,
        "demo": sheet.collection.demo,
    }
    return render(request, "indicators/submit.html", context, status=status)
