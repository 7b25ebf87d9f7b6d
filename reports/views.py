"""The page of a pilot's reports: ordering one, watching it being made, downloading it and giving it out."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from indicators.models import Submission
from pilots import access
from pilots.models import Door, Pilot
from pilots.steps import Step
from reports import counter, orders
from reports.content import letter as letters
from reports.forms import OrderForm
from reports.models import Report, ReportFile
from reports.render import letter as printed
from reports.render import pdf

TONES = {
    Report.State.ORDERED: "active",
    Report.State.BUILDING: "active",
    Report.State.READY: "good",
    Report.State.PUBLISHED: "good",
    Report.State.FAILED: "error",
    Report.State.WITHDRAWN: "warning",
}


@dataclass(frozen=True)
class Line:
    """A report on the page, with the steps that its reader may take."""

    report: Report
    steps: list[Step]

    @property
    def tone(self) -> str:
        return TONES.get(self.report.state, "")


@login_not_required
@require_safe
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    """List a pilot's reports; the page asks again by itself for the list alone while one is being made."""
    pilot = _pilot(request, slug)
    if request.htmx:
        return render(request, "reports/lines.html", _shown(request, pilot))
    return render(request, "reports/reports.html", {**_shown(request, pilot), "form": _form(request, pilot)})


@login_required
@require_POST
def order(request: HttpRequest, slug: str) -> HttpResponse:
    """Order a report, or show the form again with what is wrong."""
    pilot = _pilot(request, slug)
    form, status = OrderForm(request.POST, pilot=pilot), 400
    if form.is_valid():
        try:
            report = orders.order(pilot=pilot, **form.wanted, by=request.user, door=Door.PAGE)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            done = _("The report is being made.") if report.under_way else _("This report is there already. Nothing has changed since.")
            messages.success(request, done)
            return redirect("reports:list", slug)
    access.require(request.user, pilot, *orders.ORDERERS)
    return render(request, "reports/reports.html", {**_shown(request, pilot), "form": form}, status=status)


@login_required
@require_POST
def cancel(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponse:
    """Cancel a report that is not ready."""
    report = _report(request, slug, year, number)
    try:
        orders.cancel(report=report, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return _refused(request, report.pilot, refusal)
    messages.success(request, _("The report was cancelled."))
    return redirect("reports:list", slug)


@login_required
@require_POST
def publish(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponse:
    """Give a report to everybody."""
    report = _report(request, slug, year, number)
    try:
        orders.publish(report=report, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return _refused(request, report.pilot, refusal)
    messages.success(request, _("The report is public now."))
    return redirect("reports:list", slug)


@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponse:
    """Take a published report back."""
    report, reason = _report(request, slug, year, number), request.POST.get("reason", "")
    try:
        orders.withdraw(report=report, reason=reason, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return _refused(request, report.pilot, refusal)
    messages.success(request, _("The report was withdrawn."))
    return redirect("reports:list", slug)


@login_not_required
@require_safe
def file(request: HttpRequest, slug: str, year: int, number: int, language: str, kind: str) -> HttpResponseBase:
    """Hand out a printed file to whoever may see its report."""
    found = ReportFile.objects.visible_to(request.user).select_related("report__pilot").defer("report__content")
    of_report = {"report__pilot__slug": slug, "report__year": year, "report__number": number}
    wanted = get_object_or_404(found, **of_report, language=language, kind=kind)
    if request.headers.get("If-None-Match") == counter.tag_of(wanted):
        return HttpResponseNotModified()
    return counter.hand_out(wanted)


@login_required
@require_safe
def letter(request: HttpRequest, pk: int, number: int, language: str) -> HttpResponse:
    """Print the letter of one round of a review for whoever may see the submission; 404 while the round is not decided."""
    seen = Submission.objects.visible_to(request.user).select_related("pilot", "collection", "submitted_by")
    submission = get_object_or_404(seen, pk=pk)
    composed = letters.compose(submission, number, reader=request.user) if language in pdf.LANGUAGES else None
    if composed is None:
        raise Http404
    name = f"{submission.pilot.slug}-{submission.collection.period}-{submission.number}-{number}-{language}.pdf"
    response = HttpResponse(printed.render(composed, language), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _pilot(request: HttpRequest, slug: str) -> Pilot:
    return get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)


def _report(request: HttpRequest, slug: str, year: int, number: int) -> Report:
    """Find the report of an address; to strangers it is not there."""
    seen = Report.objects.visible_to(request.user).defer("content").select_related("pilot")
    return get_object_or_404(seen, pilot__slug=slug, year=year, number=number)


def _form(request: HttpRequest, pilot: Pilot) -> OrderForm | None:
    """The order form, for those who may order."""
    return OrderForm(pilot=pilot) if access.may(request.user, pilot, *orders.ORDERERS) else None


def _shown(request: HttpRequest, pilot: Pilot) -> dict[str, object]:
    seen = Report.objects.visible_to(request.user).filter(pilot=pilot).defer("content")
    found = list(seen.select_related("pilot", "ordered_by").prefetch_related("files"))
    return {
        "pilot": pilot,
        "lines": [Line(report, orders.available(report, request.user)) for report in found],
        "insider": access.may(request.user, pilot, *access.READERS),
        "under_way": any(report.under_way for report in found),
        "demo": any(report.demo for report in found),
    }


def _refused(request: HttpRequest, pilot: Pilot, refusal: ValidationError) -> HttpResponse:
    """Show the page again with the refusal; 409 where the state forbids the step."""
    wrong_state = getattr(refusal, "code", None) == "wrong_state"
    context = {**_shown(request, pilot), "form": _form(request, pilot), "refusal": refusal.messages}
    return render(request, "reports/reports.html", context, status=409 if wrong_state else 400)
