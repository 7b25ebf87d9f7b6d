"""The judgement of single values while a submission is reviewed: accepted one by one or in one stroke, and taken back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators import news, rules
from indicators.models import Judgement, Submission
from indicators.review.standing import MARKED, Standing
from indicators.review.table import State, leave, lock
from pilots import access, steps, trail
from pilots.models import Role, User
from pilots.steps import Step

REVIEWED = (State.SUBMITTED, State.IN_REVIEW)
# What is done to single figures; the submission itself stays where it is, or comes into review with the first judgement.
JUDGING = (
    Step("accept", REVIEWED, "", (Role.COORDINATOR,), gettext_lazy("Accept the value")),
    Step("take-back", (State.IN_REVIEW,), "", (Role.COORDINATOR,), gettext_lazy("Take the acceptance back")),
    Step("mark", REVIEWED, "", (Role.COORDINATOR,), gettext_lazy("Mark")),
    Step("unmark", (State.IN_REVIEW,), "", (Role.COORDINATOR,), gettext_lazy("Remove the mark")),
    Step("advise", REVIEWED, "", (Role.EXPERT,), gettext_lazy("Advise")),
)


@dataclass(frozen=True)
class Accepted:
    """What came of accepting several values: the batch that takes them back in one stroke, the accepted codes and those left."""

    batch: uuid.UUID
    codes: tuple[str, ...]
    left: tuple[str, ...] = ()


def enter(submission: Submission, name: str, by: User, door: str) -> Submission:
    """Lock a submission for a judgement, or refuse; with the first judgement of a reviewer it comes into review."""
    submission = lock(submission)
    steps.take(JUDGING, name, state=submission.state, roles=access.roles_in(by, submission.pilot))
    if submission.state == State.SUBMITTED and name != "advise":
        submission.state, submission.reviewer = State.IN_REVIEW, by
        submission.save(update_fields=["state", "reviewer"])
        leave("begin", submission, by, door)
        news.begun(submission, by=by)
    return submission


@transaction.atomic
def accept(*, submission: Submission, codes: Sequence[str], by: User, door: str) -> Accepted:
    """Accept values of a submission as they are now; each is named by its code, and an accepted one stays as it was.

    Refused for a value that is marked and for one that the person wrote or submitted (four eyes, DECISIONS 17).
    """
    submission = enter(submission, "accept", by, door)
    refuse_submitter(submission, by)
    standing = Standing(submission)
    for code in codes:
        series = standing.find(code)
        if code not in standing.series:
            raise ValidationError(_("There is no value of %(code)s to accept."), code="wrong_state", params={"code": code})
        if standing.state(series) == MARKED:
            words = _("%(code)s is marked. Remove the mark first, then accept the value.")
            raise ValidationError(words, code="wrong_state", params={"code": code})
        if standing.own(series, by):
            raise PermissionDenied(_("You wrote %(codes)s yourself. Another coordinator must accept it.") % {"codes": code})
    return write(standing, codes, by, door)


@transaction.atomic
def accept_clean(*, submission: Submission, codes: Sequence[str], by: User, door: str) -> Accepted:
    """Accept those of `codes` that are clean in one stroke: unreviewed, no warning, no mark, and not the person's own."""
    submission = enter(submission, "accept", by, door)
    refuse_submitter(submission, by)
    standing = Standing(submission)
    warned = warned_series(submission, by)
    wanted = dict.fromkeys(codes)
    clean = [
        code
        for code in standing.unreviewed
        if code in wanted and standing.series[code].pk not in warned and not standing.own(standing.series[code], by)
    ]
    left = [code for code in standing.unreviewed if code in wanted and code not in clean]
    return write(standing, clean, by, door, left=left)


def warned_series(submission: Submission, reader: User) -> set[int]:
    """Return the series of the period of which a figure is warned of, explained or not."""
    watch = rules.Watch.over(submission.pilot, submission.collection.period, reader=reader)
    cells = {(entry.series, entry.period) for entry in watch.entries.values() if submission.collection.period.contains(entry.period)}
    return {series.pk for series, period in cells if watch(series, period)}


def refuse_submitter(submission: Submission, by: User) -> None:
    """Refuse whoever submitted; another one judges."""
    if by.pk == submission.submitted_by_id:
        raise PermissionDenied(_("You submitted this yourself. Another coordinator must review it."))


def write(standing: Standing, codes: Iterable[str], by: User, door: str, *, left: Sequence[str] = ()) -> Accepted:
    """Write the acceptances that do not stand already, as one batch with its trail."""
    submission, now, batch = standing.submission, timezone.now(), uuid.uuid4()
    chosen = [standing.series[code] for code in dict.fromkeys(codes) if not standing.accepted(standing.series[code])]
    stale = [standing.judgements[one.pk].pk for one in chosen if one.pk in standing.judgements]
    Judgement.objects.filter(pk__in=stale).update(ended_by=by, ended_at=now)
    fields = {"submission": submission, "round": submission.round, "batch": batch, "made_by": by, "made_at": now}
    Judgement.objects.bulk_create([Judgement(series=one, versions=standing.versions(one), **fields) for one in chosen])
    trace("accept", submission, [one.code for one in chosen], by, door, batch=str(batch))
    return Accepted(batch, tuple(one.code for one in chosen), tuple(left))


def trace(act: str, submission: Submission, codes: Iterable[str], by: User, door: str, **after: object) -> None:
    """Leave a row of the trail for each value that was judged."""
    period = submission.collection.period
    changes = [
        trail.Change("judgement", f"{code}/{period}/{submission.number}", after={"round": submission.round, **after}) for code in codes
    ]
    if changes:
        trail.leave_many(f"review.{act}", changes, by=by, door=door, pilot=submission.pilot)


@transaction.atomic
def take_back(*, submission: Submission, by: User, door: str, codes: Sequence[str] = (), batch: uuid.UUID | None = None) -> list[str]:
    """Take acceptances back: those of `codes`, or all that were made in one stroke. Return their codes; none is refused."""
    submission = enter(submission, "take-back", by, door)
    rows = Judgement.objects.filter(submission=submission, ended_at=None).select_related("series")
    rows = rows.filter(batch=batch) if batch else rows.filter(series__code__in=codes)
    found = list(rows)
    if not found:
        raise ValidationError(_("Nothing that was accepted is left to take back."), code="wrong_state")
    Judgement.objects.filter(pk__in=[row.pk for row in found]).update(ended_by=by, ended_at=timezone.now())
    taken = [row.series.code for row in found]
    trace("take-back", submission, taken, by, door, **({"batch": str(batch)} if batch else {}))
    return taken
