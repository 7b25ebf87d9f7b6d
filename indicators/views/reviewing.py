"""The queue of submissions, and the workspace in which one is reviewed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from indicators import periods, review
from indicators.models import UNDER_WAY, Mark, Submission
from indicators.views.desk import Desk
from pilots import access
from pilots.forms import read_day
from pilots.models import Door, Role

RECENT = 20
# Waiting days from which the queue calls for attention.
LATE, TOO_LATE = 5, 10
SHOWN_WITH = ("pilot", "collection__pilot", "submitted_by", "reviewer", "decided_by")


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List the submissions that are under way, and the last ones that were decided."""
    seen = Submission.objects.visible_to(request.user).select_related(*SHOWN_WITH)
    under_way = list(seen.filter(state__in=UNDER_WAY).order_by("submitted_at"))
    context = {
        "waiting": [Waiting(one) for one in under_way if one.state != Submission.State.RETURNED],
        "returned": [Waiting(one) for one in under_way if one.state == Submission.State.RETURNED],
        "done": list(seen.filter(state=Submission.State.VERIFIED).order_by("-decided_at")[:RECENT]),
    }
    return render(request, "indicators/reviews.html", context)


@dataclass(frozen=True)
class Waiting:
    """A submission of the queue, with the days that it has been waiting."""

    submission: Submission

    @property
    def days(self) -> int:
        return (timezone.now() - self.submission.submitted_at).days

    @property
    def tone(self) -> str:
        if self.submission.state == Submission.State.RETURNED or self.days <= LATE:
            return ""
        return "error" if self.days > TOO_LATE else "warning"


def find(request: HttpRequest, pk: int) -> Submission:
    """Find a submission; one that is not the reader's to see does not exist."""
    return get_object_or_404(Submission.objects.visible_to(request.user).select_related(*SHOWN_WITH), pk=pk)


@login_required
@require_safe
def workspace(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a submission's figures beside earlier years, and the steps that the reader may take."""
    return desk_page(request, find(request, pk))


def desk_page(request: HttpRequest, submission: Submission, refusal: Iterable[str] = (), *, status: int = 200) -> HttpResponse:
    """Lay out the workspace, with what was typed where a step was refused or something else was only begun."""
    desk = Desk(submission, request.user, request.POST)
    context = {
        "desk": desk,
        "submission": submission,
        "pilot": submission.pilot,
        "period": submission.collection.period,
        "grid": desk.grid,
        "groups": desk.groups,
        "demo": submission.demo or desk.grid.demo,
        "kinds": Mark.Kind.choices,
        "assessments": Submission.Assessment.choices,
        "typed": request.POST,
        "refusal": list(refusal),
    }
    return render(request, "indicators/review.html", context, status=status)


def take(request: HttpRequest, pk: int, act: Callable[[Submission], object], *, keeps: Iterable[str] = ()) -> HttpResponse:
    """Take one step on a submission, or show its refusal beside everything that was typed.

    The step has nothing to do with the fields `keeps`: where something is typed in one of them, the page is shown with it at once.
    """
    submission = find(request, pk)
    try:
        result = act(submission)
    except ValidationError as refusal:
        status = 409 if getattr(refusal, "code", "") == "wrong_state" else 400
        return desk_page(request, find(request, pk), refusal.messages, status=status)
    except PermissionDenied as refusal:
        if not access.may(request.user, submission.pilot, Role.COORDINATOR):
            raise
        return desk_page(request, find(request, pk), [str(refusal)], status=403)
    if isinstance(result, str):
        messages.success(request, result)
    if any(request.POST.get(name, "").strip() for name in keeps):
        return desk_page(request, find(request, pk))
    return redirect("indicators:review", pk=pk)


@login_required
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the review; from now on the pilot cannot withdraw."""
    return take(request, pk, lambda found: review.begin(submission=found, by=request.user, door=Door.PAGE))


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a submission back and return to the entry page."""
    submission = find(request, pk)
    try:
        review.withdraw(submission=submission, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return desk_page(request, find(request, pk), refusal.messages, status=409)
    messages.success(request, _("Withdrawn. The figures can be changed again."))
    return redirect("indicators:entry", slug=submission.pilot.slug, period=submission.collection.period.code)


@login_required
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the submission back with a summary, a day and marks on single figures."""

    def act(found: Submission) -> str:
        marks = read_marks(request.POST)
        summary, due = request.POST.get("summary", ""), day_of(request.POST.get("due", ""))
        review.send_back(submission=found, summary=summary, due=due, marks=marks, by=request.user, door=Door.PAGE)
        return ngettext("Sent back with %(count)s mark.", "Sent back with %(count)s marks.", len(marks)) % {"count": len(marks)}

    return take(request, pk, act)


@login_required
@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the submitted figures official."""

    def act(found: Submission) -> str:
        assessment, comment = request.POST.get("assessment", ""), request.POST.get("comment", "")
        release = review.verify(submission=found, assessment=assessment, comment=comment, by=request.user, door=Door.PAGE)
        return _("Verified and published as %(release)s.") % {"release": release.code} if release else _("Verified and published.")

    return take(request, pk, act)


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open chosen verified figures for a correction."""

    def act(found: Submission) -> str:
        cells = read_cells(request.POST.getlist("cell"))
        reason, note = request.POST.get("reason", ""), request.POST.get("public_note", "")
        opened = review.reopen(pilot=found.pilot, cells=cells, reason=reason, note=note, by=request.user, door=Door.PAGE)
        codes = ", ".join(dict.fromkeys(entry.series.code for entry in opened))
        return _("Reopened: %(codes)s. What was published stays until the correction is verified.") % {"codes": codes}

    return take(request, pk, act)


def read_marks(post: QueryDict) -> list[review.MarkInput]:
    """Read the marks of the workspace: every figure for which something was written."""
    texts = {name.removesuffix(".text"): post[name].strip() for name in post if name.endswith(".text")}
    return [review.MarkInput(code, post.get(f"{code}.kind", Mark.Kind.MUST_FIX), text) for code, text in texts.items() if text]


def day_of(text: str) -> date | None:
    """Read a day that may be missing."""
    return read_day(text) if text else None


def read_cells(keys: Iterable[str]) -> list[tuple[str, periods.Period]]:
    """Read the chosen cells; reopening nothing is refused here, because there is nothing to ask the act for."""
    found = [(code, periods.parse(period)) for code, _at, period in (key.rpartition("@") for key in keys)]
    if not found:
        raise ValidationError(_("Choose the figures to reopen."), code="required")
    return found
