"""The pilot's answers to marks: a change or a reply for each, and requests to change what was not marked."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators import news
from indicators.models import Entry, Mark, Reply, Submission, UnlockRequest
from indicators.review import rounds
from indicators.review.marking import LONGEST
from indicators.review.standing import Standing
from indicators.review.table import State, entries_of, lock, with_inputs
from pilots import access, steps, trail
from pilots.models import Notice, Role, User
from pilots.steps import Step

RETURNED = (State.RETURNED,)
Ask = UnlockRequest.State
# What the team does with what came back, and how a request to unlock goes on.
ANSWERING = (
    Step("reply", RETURNED, "", access.TEAM, gettext_lazy("Reply")),
    Step("ask-to-unlock", RETURNED, "", access.TEAM, gettext_lazy("Ask to unlock")),
)
UNLOCKING = (
    Step("grant", (Ask.ASKED,), Ask.GRANTED, (Role.COORDINATOR,), gettext_lazy("Unlock")),
    Step("refuse", (Ask.ASKED,), Ask.REFUSED, (Role.COORDINATOR,), gettext_lazy("Leave locked")),
)


@dataclass(frozen=True)
class Asked:
    """A mark of the present round, with what the pilot has done about it."""

    mark: Mark
    changed: bool
    reply: Reply | None

    @property
    def answered(self) -> bool:
        """Whether it needs nothing more before the figures are submitted again."""
        return not self.mark.asks or self.changed or self.reply is not None


def asked(submission: Submission) -> list[Asked]:
    """Return the marks with which a submission was sent back, in the order of the sheet, with their answers; none in other states."""
    if submission.state != State.RETURNED:
        return []
    marks = Mark.objects.sent().filter(submission=submission, round=submission.round)
    rows = list(marks.select_related("series__indicator", "series__variable", "made_by").prefetch_related("replies__written_by"))
    changed = rounds.changed_since_sent_back(submission, entries_of(submission))
    behind = {mark.pk: with_inputs(submission.pilot, [mark.series]) for mark in rows}
    found = [Asked(mark, not changed.isdisjoint(behind[mark.pk]), next(reversed(mark.replies.all()), None)) for mark in rows]
    return sorted(found, key=lambda one: (one.mark.series.order, one.mark.series.code))


def checked(text: str, refusal: str, field: str) -> str:
    """Return the words that somebody wrote, or refuse none and too many."""
    words = text.strip()
    if not words:
        raise ValidationError({field: refusal}, code="required")
    if len(words) > LONGEST:
        raise ValidationError({field: _("Write at most %(most)s characters.") % {"most": LONGEST}}, code="too_long")
    return words


@transaction.atomic
def reply(*, mark: Mark, text: str, by: User, door: str) -> Reply:
    """Answer a mark of the present round in words; a later reply takes the place of an earlier one, which is kept."""
    submission = lock(mark.submission)
    steps.take(ANSWERING, "reply", state=submission.state, roles=access.roles_in(by, submission.pilot))
    if mark.sent_at is None or mark.round != submission.round:
        raise ValidationError(_("This mark is of an earlier round."), code="wrong_state")
    row = Reply(mark=mark, text=checked(text, _("Write a reply."), "text"), written_by=by, written_at=timezone.now())
    row.full_clean()
    row.save()
    leave("reply", submission, mark.series.code, by, door, text=row.text)
    return row


@transaction.atomic
def ask_to_unlock(*, submission: Submission, code: str, reason: str, by: User, door: str) -> UnlockRequest:
    """Ask to change a value that was not marked. Refused for one that is open already, and while the same request waits."""
    submission = lock(submission)
    steps.take(ANSWERING, "ask-to-unlock", state=submission.state, roles=access.roles_in(by, submission.pilot))
    series = Standing(submission).find(code)
    if not entries_of(submission, Entry.State.LOCKED).filter(series__in=with_inputs(submission.pilot, [series])).exists():
        raise ValidationError(_("%(code)s can be changed already."), code="wrong_state", params={"code": code})
    words = checked(reason, _("Write why it must change."), "reason")
    if UnlockRequest.objects.filter(submission=submission, series=series, round=submission.round, state=Ask.ASKED).exists():
        raise ValidationError(_("This was asked already and waits for an answer."), code="wrong_state")
    fields = {"submission": submission, "series": series, "round": submission.round}
    row = UnlockRequest(**fields, reason=words, asked_by=by, asked_at=timezone.now())
    row.full_clean()
    row.save()
    leave("ask-to-unlock", submission, code, by, door, reason=words)
    news.unlock(Notice.Kind.UNLOCK_ASKED, submission, code=code, text=words, by=by)
    return row


@transaction.atomic
def grant(*, request: UnlockRequest, by: User, door: str, answer: str = "") -> UnlockRequest:
    """Open a value that the pilot asked for, with its inputs."""
    row = decide(request, "grant", answer, by, door)
    entries = entries_of(row.submission, Entry.State.LOCKED)
    entries.filter(series__in=with_inputs(row.submission.pilot, [row.series])).update(state=Entry.State.OPEN)
    return row


@transaction.atomic
def refuse(*, request: UnlockRequest, answer: str, by: User, door: str) -> UnlockRequest:
    """Leave a value locked that the pilot asked for, and say why."""
    return decide(request, "refuse", checked(answer, _("Write why it stays locked."), "answer"), by, door)


def decide(request: UnlockRequest, name: str, answer: str, by: User, door: str) -> UnlockRequest:
    """Answer a request as long as the submission is with the pilot."""
    submission = lock(request.submission)
    row = UnlockRequest.objects.select_for_update(of=("self",), no_key=True).select_related("series").get(pk=request.pk)
    move = steps.take(UNLOCKING, name, state=row.state, roles=access.roles_in(by, submission.pilot))
    if submission.state != State.RETURNED or row.round != submission.round:
        raise ValidationError(_("The figures were submitted again meanwhile."), code="wrong_state")
    row.submission, row.state, row.answer = submission, move.after, answer.strip()
    row.decided_by, row.decided_at = by, timezone.now()
    row.full_clean()
    row.save()
    leave(f"unlock-{name}", submission, row.series.code, by, door, answer=row.answer)
    told = Notice.Kind.UNLOCK_GRANTED if row.state == Ask.GRANTED else Notice.Kind.UNLOCK_REFUSED
    news.unlock(told, submission, code=row.series.code, text=row.answer, by=by)
    return row


def leave(act: str, submission: Submission, code: str, by: User, door: str, **after: object) -> None:
    """Leave a row of the trail about one value of a submission."""
    key = f"{code}/{submission.collection.period}/{submission.number}"
    told = {"round": submission.round, **after}
    trail.leave(f"review.{act}", kind="judgement", key=key, by=by, door=door, pilot=submission.pilot, after=told)
