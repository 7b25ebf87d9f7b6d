"""The table of a submission's steps, and what every step does alike: lock, move, decide, leave a trail."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from indicators import collecting
from indicators.models import Entry, Series, Submission
from pilots import access, steps, trail
from pilots.models import Pilot, Role, User
from pilots.steps import Step

State = Submission.State

# From state to state, and by whom (DECISIONS 4 and 15). "open" and "verified" in `submit` are the states of the collection.
STEPS = (
    Step("submit", (collecting.OPEN, State.RETURNED, State.VERIFIED), State.SUBMITTED, (Role.LEAD,), gettext_lazy("Submit for review")),
    Step("withdraw", (State.SUBMITTED,), State.WITHDRAWN, (Role.LEAD,), gettext_lazy("Withdraw")),
    Step("begin", (State.SUBMITTED,), State.IN_REVIEW, (Role.COORDINATOR,), gettext_lazy("Begin review")),
    Step("send-back", (State.SUBMITTED, State.IN_REVIEW), State.RETURNED, (Role.COORDINATOR,), gettext_lazy("Send back")),
    Step("verify", (State.SUBMITTED, State.IN_REVIEW), State.VERIFIED, (Role.COORDINATOR,), gettext_lazy("Verify")),
)


def available(submission: Submission, user: User) -> list[Step]:
    """Return the steps that a person may take now, four eyes included, for buttons and the API's `steps`."""
    found = steps.available(STEPS, state=submission.state, roles=access.roles_in(user, submission.pilot))
    own = user.pk == submission.submitted_by_id
    return [step for step in found if not (step.name == "verify" and own)]


def entries_of(submission: Submission, *states: str) -> QuerySet[Entry]:
    """Return the pilot's entries of the submission's period, in the given states."""
    found = Entry.objects.filter(pilot=submission.pilot).within(submission.collection.period)
    return found.filter(state__in=states) if states else found


def lock(submission: Submission) -> Submission:
    """Lock the call for data, then the submission, and return it fresh; saving waits meanwhile."""
    collecting.lock(submission.pilot, [submission.collection.start.year])
    return Submission.objects.select_for_update(no_key=True).select_related("collection", "pilot").get(pk=submission.pk)


def with_inputs(pilot: Pilot, chosen: Sequence[Series]) -> set[int]:
    """Return the ids of series together with those of the inputs that they are computed from."""
    variables = {v for s in chosen if s.computed for v in (s.indicator.numerator_id, s.indicator.denominator_id)}
    return {s.pk for s in chosen} | set(Series.objects.of(pilot).filter(variable__in=variables).values_list("pk", flat=True))


def step(submission: Submission, name: str, by: User) -> Submission:
    """Lock a submission and move it on by the table, or refuse."""
    submission = lock(submission)
    move = steps.take(STEPS, name, state=submission.state, roles=access.roles_in(by, submission.pilot))
    submission.state = move.after
    return submission


def decide(submission: Submission, by: User) -> None:
    """Write down who decided, and when."""
    submission.decided_by, submission.decided_at = by, timezone.now()
    submission.full_clean()
    submission.save()


def leave(act: str, submission: Submission, by: User, door: str, after: dict | None = None, reason: str = "") -> None:
    key = f"{submission.collection.period}/{submission.number}"
    trail.leave(
        f"review.{act}",
        kind="submission",
        key=key,
        by=by,
        door=door,
        pilot=submission.pilot,
        after={"state": submission.state, **(after or {})},
        reason=reason,
    )
