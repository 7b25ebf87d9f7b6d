"""The coordinator's side of a review: begin, send back with marks, verify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import news, publishing
from indicators.models import Entry, Mark, Release, Series, Submission
from indicators.review.table import decide, entries_of, leave, step, with_inputs
from pilots.models import User


@dataclass(frozen=True)
class MarkInput:
    """What a reviewer wants of one series: its local code, the kind of mark and the words."""

    series: str
    kind: str
    text: str


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
    """Give a submission back with what must change; only marked cells and their inputs open, or all where none is marked."""
    submission = step(submission, "send-back", by)
    if not summary.strip():
        raise ValidationError({"summary": _("Write what must change.")}, code="required")
    if due and due < timezone.localdate():
        raise ValidationError({"due": _("This day is past. Choose a later one.")}, code="due")
    marked = make_marks(submission, marks, by)
    open_again(submission, marked)
    submission.summary, submission.due, submission.reviewer = summary, due, by
    decide(submission, by)
    leave(
        "send-back", submission, by, door, reason=summary, after={"marks": [f"{m.kind} {m.series}" for m in marks], "due": str(due or "")}
    )
    news.sent_back(submission, marks=len(marks), by=by)
    return submission


def make_marks(submission: Submission, marks: Sequence[MarkInput], by: User) -> list[Series]:
    """Write the marks of this round and return the series that must change or be explained."""
    known = {series.code: series for series in Series.objects.of(submission.pilot).select_related("indicator")}
    rows = []
    for mark in marks:
        if mark.series not in known:
            raise ValidationError(
                _("%(pilot)s has no series “%(code)s”."),
                code="unknown_series",
                params={"pilot": submission.pilot.short_name, "code": mark.series},
            )
        row = Mark(
            submission=submission,
            series=known[mark.series],
            round=submission.round,
            kind=mark.kind,
            text=mark.text,
            made_by=by,
            made_at=timezone.now(),
        )
        row.full_clean()
        rows.append(row)
    Mark.objects.bulk_create(rows)
    return [row.series for row in rows if row.kind != Mark.Kind.NOTE]


def open_again(submission: Submission, marked: Sequence[Series]) -> None:
    """Open the marked cells with the inputs that they are computed from, or every cell."""
    entries = entries_of(submission, Entry.State.LOCKED)
    if marked:
        entries = entries.filter(series__in=with_inputs(submission.pilot, marked))
    entries.update(state=Entry.State.OPEN)


@transaction.atomic
def verify(*, submission: Submission, assessment: str, by: User, door: str, comment: str = "") -> Release | None:
    """Make what was submitted official: its entries are verified, observations written and a whole year released.

    Refused to whoever submitted it or last wrote one of its figures (four eyes, DECISIONS 17).
    """
    submission = step(submission, "verify", by)
    if assessment not in Submission.Assessment.values:
        raise ValidationError({"assessment": _("Choose an overall assessment.")}, code="required")
    entries = list(entries_of(submission, Entry.State.LOCKED).select_related("series__indicator", "series__unit"))
    require_other_eyes(submission, entries, by)
    submission.assessment, submission.comment = assessment, comment
    decide(submission, by)
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(state=Entry.State.VERIFIED)
    release = publishing.publish(submission=submission, entries=entries, by=by, door=door)
    leave(
        "verify",
        submission,
        by,
        door,
        after={"entries": len(entries), "assessment": assessment, "release": release.code if release else ""},
    )
    news.verified(submission, release=release, by=by)
    return release


def require_other_eyes(submission: Submission, entries: Sequence[Entry], by: User) -> None:
    """Refuse a verifier who submitted or wrote any of this."""
    if by.pk == submission.submitted_by_id:
        raise PermissionDenied(_("You submitted this yourself. Another coordinator must verify it."))
    own = [entry.series.code for entry in entries if entry.written_by_id == by.pk]
    if own:
        raise PermissionDenied(_("You wrote %(codes)s yourself. Another coordinator must verify this.") % {"codes": ", ".join(own[:5])})
