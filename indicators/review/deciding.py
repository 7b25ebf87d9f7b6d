"""The coordinator's side of a review: begin, send back with marks, verify."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators import news, publishing
from indicators.models import Entry, Mark, Release, Series, Submission
from indicators.review.judging import write
from indicators.review.marking import MarkInput, put_mark
from indicators.review.standing import Standing
from indicators.review.table import decide, entries_of, leave, step, with_inputs
from pilots.models import User

# How long a pilot has for its answer where the reviewer names no day.
USUAL_DAYS = 14
NAMED = 5


@transaction.atomic
def begin(*, submission: Submission, by: User, door: str) -> Submission:
    """Take a submission into review; from now on the pilot cannot withdraw it."""
    submission = step(submission, "begin", by)
    submission.reviewer = by
    submission.save(update_fields=["state", "reviewer"])
    leave("begin", submission, by, door)
    news.begun(submission, by=by)
    return submission


@transaction.atomic
def send_back(
    *, submission: Submission, summary: str, by: User, door: str, due: date | None = None, marks: Sequence[MarkInput] = ()
) -> Submission:
    """Give a submission back with what must change; only marked cells and their inputs open, or all where none asks for anything.

    The marks of this round are sent with it, those given here among them. Without a day the answer is due in USUAL_DAYS days.
    """
    submission = step(submission, "send-back", by)
    if not summary.strip():
        raise ValidationError({"summary": _("Write what must change.")}, code="required")
    if due and due < timezone.localdate():
        raise ValidationError({"due": _("This day is past. Choose a later one.")}, code="due")
    standing = Standing(submission)
    for asked in marks:
        put_mark(standing, asked, by, door)
    sent = send_marks(submission)
    open_again(submission, [mark.series for mark in sent if mark.asks])
    submission.summary, submission.reviewer = summary, by
    submission.due = due or timezone.localdate() + timedelta(days=USUAL_DAYS)
    decide(submission, by)
    told = {"marks": [f"{mark.kind} {mark.series.code}" for mark in sent], "due": str(submission.due)}
    leave("send-back", submission, by, door, reason=summary, after=told)
    news.sent_back(submission, marks=len(sent), by=by)
    return submission


def send_marks(submission: Submission) -> list[Mark]:
    """Send the marks of this round and return them; from now on they stay as they are."""
    drafts = Mark.objects.drafts().filter(submission=submission, round=submission.round)
    found = list(drafts.select_related("series__indicator").order_by("series__order", "series__code"))
    Mark.objects.filter(pk__in=[mark.pk for mark in found]).update(sent_at=timezone.now())
    return found


def open_again(submission: Submission, marked: Sequence[Series]) -> None:
    """Open the marked cells with the inputs that they are computed from, or every cell."""
    entries = entries_of(submission, Entry.State.LOCKED)
    if marked:
        entries = entries.filter(series__in=with_inputs(submission.pilot, marked))
    entries.update(state=Entry.State.OPEN)


@transaction.atomic
def verify(*, submission: Submission, assessment: str, by: User, door: str, comment: str = "", accept_rest: bool = False) -> Release | None:
    """Make what was submitted official: its entries are verified, observations written and a whole year released.

    Refused while a mark asks for something or a value is unreviewed; with `accept_rest` whoever verifies accepts what is
    unreviewed in the same act. Refused to whoever submitted it or last wrote one of its figures (four eyes, DECISIONS 17).
    """
    submission = step(submission, "verify", by)
    if assessment not in Submission.Assessment.values:
        raise ValidationError({"assessment": _("Choose an overall assessment.")}, code="required")
    entries = list(entries_of(submission, Entry.State.LOCKED).select_related("series__indicator", "series__unit"))
    require_other_eyes(submission, entries, by)
    require_judged(submission, by, door, accept_rest=accept_rest)
    send_marks(submission)
    submission.assessment, submission.comment = assessment, comment
    decide(submission, by)
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(state=Entry.State.VERIFIED)
    release = publishing.publish(submission=submission, entries=entries, by=by, door=door)
    told = {"entries": len(entries), "assessment": assessment, "release": release.code if release else ""}
    leave("verify", submission, by, door, after=told)
    news.verified(submission, release=release, by=by)
    return release


def require_judged(submission: Submission, by: User, door: str, *, accept_rest: bool) -> None:
    """Refuse while marks ask for something or values are unreviewed, naming them; or accept what is unreviewed."""
    standing = Standing(submission)
    if marked := [mark.series.code for mark in standing.asking]:
        words = ngettext(
            "%(codes)s is marked. Send the submission back, or remove the mark.",
            "%(codes)s are marked. Send the submission back, or remove the marks.",
            len(marked),
        )
        raise ValidationError(words, code="marked", params={"codes": named(marked)})
    unreviewed = standing.unreviewed
    if unreviewed and not accept_rest:
        words = ngettext(
            "%(count)s value is not reviewed yet: %(codes)s. Accept or mark it first.",
            "%(count)s values are not reviewed yet: %(codes)s. Accept or mark them first.",
            len(unreviewed),
        )
        raise ValidationError(words, code="unreviewed", params={"count": len(unreviewed), "codes": named(unreviewed)})
    write(standing, unreviewed, by, door)


def named(codes: Sequence[str]) -> str:
    """Write the first few of many codes."""
    return ", ".join([*codes[:NAMED], *(["…"] if len(codes) > NAMED else [])])


def require_other_eyes(submission: Submission, entries: Sequence[Entry], by: User) -> None:
    """Refuse a verifier who submitted or wrote any of this."""
    if by.pk == submission.submitted_by_id:
        raise PermissionDenied(_("You submitted this yourself. Another coordinator must verify it."))
    own = [entry.series.code for entry in entries if entry.written_by_id == by.pk]
    if own:
        raise PermissionDenied(_("You wrote %(codes)s yourself. Another coordinator must verify this.") % {"codes": ", ".join(own[:5])})
