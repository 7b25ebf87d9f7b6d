"""Marks on single values: put, changed and removed while they are drafts, and the advice of experts."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import Judgement, Mark, Submission
from indicators.review.judging import enter, trace
from indicators.review.standing import Standing
from pilots.models import User

LONGEST = 5000


@dataclass(frozen=True)
class MarkInput:
    """What a reviewer wants of one series: its local code, the kind of mark and the words."""

    series: str
    kind: str
    text: str


@transaction.atomic
def mark(*, submission: Submission, asked: MarkInput, by: User, door: str) -> Mark:
    """Mark one series, input or indicator, or change the mark of this round; the pilot sees it once it is sent.

    A mark that asks for a change or an explanation takes the acceptance of the value back.
    """
    submission = enter(submission, "mark", by, door)
    standing = Standing(submission)
    return put_mark(standing, asked, by, door)


def put_mark(standing: Standing, asked: MarkInput, by: User, door: str) -> Mark:
    """Write a draft mark, in the place of the one that this round has already."""
    submission, series = standing.submission, standing.find(asked.series)
    words = checked(asked)
    row = standing.marks.get(series.pk) or Mark(submission=submission, series=series, round=submission.round)
    row.kind, row.text, row.made_by, row.made_at = asked.kind, words, by, timezone.now()
    row.full_clean()
    row.save()
    standing.marks[series.pk] = row
    if row.asks and series.pk in standing.judgements:
        Judgement.objects.filter(pk=standing.judgements.pop(series.pk).pk).update(ended_by=by, ended_at=timezone.now())
    trace("mark", submission, [series.code], by, door, kind=row.kind, text=row.text)
    return row


def checked(asked: MarkInput) -> str:
    """Return the words of a mark, or refuse: none, too many, or a kind that there is not."""
    if asked.kind not in Mark.Kind.values:
        raise ValidationError({"kind": _("Choose what is asked.")}, code="required")
    words = asked.text.strip()
    if not words:
        raise ValidationError({"text": _("Write what is asked.")}, code="required")
    if len(words) > LONGEST:
        raise ValidationError({"text": _("Write at most %(most)s characters.") % {"most": LONGEST}}, code="too_long")
    return words


@transaction.atomic
def unmark(*, submission: Submission, code: str, by: User, door: str) -> None:
    """Remove a mark that is not sent yet; its words stay in the trail."""
    submission = enter(submission, "unmark", by, door)
    row = Mark.objects.drafts().filter(submission=submission, round=submission.round, series__code=code).first()
    if row is None:
        raise ValidationError(_("There is no mark to remove."), code="wrong_state")
    row.delete()
    trace("unmark", submission, [code], by, door, kind=row.kind, text=row.text)


@transaction.atomic
def advise(*, submission: Submission, asked: MarkInput, by: User, door: str) -> Mark:
    """Say as an expert what should be asked of a series; the reviewers read it, the pilot does not."""
    submission = enter(submission, "advise", by, door)
    standing = Standing(submission)
    series, words = standing.find(asked.series), checked(asked)
    place = {"submission": submission, "series": series, "round": submission.round, "advice": True, "made_by": by}
    row = Mark.objects.filter(**place).first() or Mark(**place)
    row.kind, row.text, row.made_at = asked.kind, words, timezone.now()
    row.full_clean()
    row.save()
    trace("advise", submission, [series.code], by, door, kind=row.kind, text=row.text)
    return row
