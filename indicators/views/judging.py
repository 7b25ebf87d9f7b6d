"""What is done to single values on the page of a review: accepted, marked, replied to, unlocked."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from indicators import review
from indicators.models import Mark, Submission, UnlockRequest
from indicators.review import MarkInput
from indicators.views.reviewing import read_marks, take
from pilots.models import Door

# What belongs to the steps of the whole submission, and may be half typed while single values are judged.
BEGUN = ("summary", "due", "assessment", "comment", "reason", "public_note", "why")
Act = Callable[[HttpRequest, Submission, str], str]


@login_required
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Do one thing to one value, or to all clean ones; the button says what as `deed`, with the value after a colon."""
    name, _colon, about = request.POST.get("deed", "").partition(":")

    def act(found: Submission) -> str:
        if name not in DEEDS:
            raise ValidationError(_("Choose what to do."), code="required")
        keep_typed(request, found, but=about if name == "unmark" else "")
        return DEEDS[name](request, found, about)

    return take(request, pk, act, keeps=() if name == "ask" else BEGUN)


def keep_typed(request: HttpRequest, found: Submission, *, but: str) -> None:
    """Keep what is typed in the boxes of other values too, so that a click on one button loses no word of another box."""
    may = {step.name for step in review.possible(found, request.user)}
    seen = Mark.objects.visible_to(request.user).filter(submission=found, round=found.round).select_related("series")
    if "mark" in may:
        drafts = {one.series.code: (one.kind, one.text) for one in seen.filter(advice=False)}
        for asked in read_marks(request.POST):
            if asked.series != but and drafts.get(asked.series) != (asked.kind, asked.text.replace("\r\n", "\n")):
                review.mark(submission=found, asked=asked, by=request.user, door=Door.PAGE)
    if "reply" in may:
        for one in seen.prefetch_related("replies"):
            text = request.POST.get(f"reply.{one.pk}", "").strip().replace("\r\n", "\n")
            if text and text != next((said.text for said in reversed(one.replies.all())), ""):
                review.reply(mark=one, text=text, by=request.user, door=Door.PAGE)


def accept(request: HttpRequest, found: Submission, code: str) -> str:
    """Accept one value."""
    review.accept(submission=found, codes=[code], by=request.user, door=Door.PAGE)
    return _("Accepted: %(codes)s.") % {"codes": code}


def accept_clean(request: HttpRequest, found: Submission, _about: str) -> str:
    """Accept every value without a warning and without a mark in one stroke."""
    codes = list(review.Standing(found).series)
    done = review.accept_clean(submission=found, codes=codes, by=request.user, door=Door.PAGE)
    count, left = len(done.codes), len(done.left)
    accepted = ngettext("%(count)s value accepted.", "%(count)s values accepted.", count) % {"count": count}
    if not left:
        return accepted
    return accepted + " " + ngettext("%(count)s is left to look at.", "%(count)s are left to look at.", left) % {"count": left}


def take_back(request: HttpRequest, found: Submission, code: str) -> str:
    """Take the acceptance of one value back."""
    review.take_back(submission=found, codes=[code], by=request.user, door=Door.PAGE)
    return _("Not accepted any more: %(codes)s.") % {"codes": code}


def undo(request: HttpRequest, found: Submission, batch: str) -> str:
    """Take back what was accepted in one stroke."""
    try:
        number = uuid.UUID(batch)
    except ValueError:
        raise ValidationError(_("Choose what to do."), code="required") from None
    taken = review.take_back(submission=found, batch=number, by=request.user, door=Door.PAGE)
    return ngettext("The acceptance of %(count)s value is undone.", "The acceptance of %(count)s values is undone.", len(taken)) % {
        "count": len(taken)
    }


def mark(request: HttpRequest, found: Submission, code: str) -> str:
    """Keep a mark as a draft that the pilot does not see yet; its words were kept with all others, so only their absence is refused."""
    if not request.POST.get(f"{code}.text", "").strip():
        review.mark(submission=found, asked=asked_of(request, code), by=request.user, door=Door.PAGE)
    return _("The mark on %(code)s is kept. The pilot sees it once you send the submission back.") % {"code": code}


def advise(request: HttpRequest, found: Submission, code: str) -> str:
    """Advise the reviewers about one value."""
    review.advise(submission=found, asked=asked_of(request, code), by=request.user, door=Door.PAGE)
    return _("Your advice on %(code)s is kept for the reviewers.") % {"code": code}


def asked_of(request: HttpRequest, code: str) -> MarkInput:
    """Read what is asked of a value."""
    return MarkInput(code, request.POST.get(f"{code}.kind", Mark.Kind.MUST_FIX), request.POST.get(f"{code}.text", ""))


def unmark(request: HttpRequest, found: Submission, code: str) -> str:
    """Remove a draft of a mark."""
    review.unmark(submission=found, code=code, by=request.user, door=Door.PAGE)
    return _("The mark on %(code)s is removed.") % {"code": code}


def reply(request: HttpRequest, found: Submission, about: str) -> str:
    """Answer a mark in words; they were kept with those of the other marks, so only their absence is refused."""
    seen = Mark.objects.visible_to(request.user).select_related("series", "submission__pilot", "submission__collection")
    asked = get_object_or_404(seen, submission=found, pk=about if about.isdecimal() and len(about) < 19 else 0)
    if not request.POST.get(f"reply.{asked.pk}", "").strip():
        review.reply(mark=asked, text="", by=request.user, door=Door.PAGE)
    return _("Your reply to %(code)s is kept. It goes out when the figures are submitted again.") % {"code": asked.series.code}


def ask(request: HttpRequest, found: Submission, _about: str) -> str:
    """Ask to change a value that was not marked."""
    code, reason = request.POST.get("wanted", ""), request.POST.get("why", "")
    review.ask_to_unlock(submission=found, code=code, reason=reason, by=request.user, door=Door.PAGE)
    return _("The coordinator is asked to unlock %(code)s.") % {"code": code}


def grant(request: HttpRequest, found: Submission, about: str) -> str:
    """Open a value that the pilot asked for."""
    row = request_of(request, found, about)
    review.grant(request=row, answer=request.POST.get(f"answer.{row.pk}", ""), by=request.user, door=Door.PAGE)
    return _("Unlocked: %(codes)s.") % {"codes": row.series.code}


def refuse(request: HttpRequest, found: Submission, about: str) -> str:
    """Leave a value locked that the pilot asked for."""
    row = request_of(request, found, about)
    review.refuse(request=row, answer=request.POST.get(f"answer.{row.pk}", ""), by=request.user, door=Door.PAGE)
    return _("Left locked: %(codes)s.") % {"codes": row.series.code}


def request_of(request: HttpRequest, found: Submission, about: str) -> UnlockRequest:
    """Find a request to unlock of this submission."""
    seen = UnlockRequest.objects.visible_to(request.user).select_related("series", "submission__pilot", "submission__collection")
    return get_object_or_404(seen, submission=found, pk=about if about.isdecimal() and len(about) < 19 else 0)


DEEDS: dict[str, Act] = {
    "accept": accept,
    "accept-clean": accept_clean,
    "take-back": take_back,
    "undo": undo,
    "mark": mark,
    "unmark": unmark,
    "advise": advise,
    "reply": reply,
    "ask": ask,
    "grant": grant,
    "refuse": refuse,
}
