"""What waits for the people of the programme: reviews, late pilots, proposals, invitations, and what is out of order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from indicators import collecting
from indicators.models import Collection, Submission, Target, UnlockRequest
from pilots import members, outbox
from pilots.models import Cover, Invitation, Role, TrailSeal, User

State = Submission.State
TO_REVIEW = (State.SUBMITTED, State.IN_REVIEW)
# Waiting days from which the page calls for attention.
LATE, TOO_LATE = 5, 10
READERS = {Role.COORDINATOR, Role.EXPERT}


@dataclass(frozen=True)
class Review:
    """A submission that waits, with the days that it has waited; `covering` is whom the person stands in for there."""

    submission: Submission
    covering: User | None = None

    @property
    def days(self) -> int:
        return (timezone.localdate() - timezone.localdate(self.submission.submitted_at)).days

    @property
    def tone(self) -> str:
        return "error" if self.days > TOO_LATE else "warning" if self.days > LATE else ""


@dataclass(frozen=True)
class Late:
    """A call for data whose day is over, or one whose changes are."""

    collection: Collection
    due: date
    returned: bool

    @property
    def days(self) -> int:
        return (timezone.localdate() - self.due).days


def submissions_for(user: User) -> list[Submission]:
    """Return the submissions that wait for the person's review, the longest waiting first."""
    if Role.COORDINATOR not in user.programme_roles:
        return []
    return _under_review(user)


def reviews_for(user: User) -> list[Review]:
    """Return what waits for review: the coordinator's own and those of whom they cover for first; an expert reads along."""
    if not user.programme_roles & READERS:
        return []
    away = {one.coordinator_id: one.coordinator for one in members.covered_by(user)}
    found = [Review(one, away.get(one.reviewer_id)) for one in _under_review(user)]
    return sorted(found, key=lambda one: one.submission.reviewer_id not in {None, user.pk, *away})


def _under_review(user: User) -> list[Submission]:
    waiting = Submission.objects.visible_to(user).filter(state__in=TO_REVIEW)
    return list(waiting.select_related("pilot", "collection__pilot", "submitted_by", "reviewer").order_by("submitted_at"))


def covering_for(user: User) -> list[Cover]:
    """Return for whom the person stands in today."""
    return members.covered_by(user) if Role.COORDINATOR in user.programme_roles else []


def late_for(user: User) -> list[Late]:
    """Return, for a coordinator, the calls for data that are overdue with their pilots, the most overdue first."""
    if Role.COORDINATOR not in user.programme_roles:
        return []
    today = timezone.localdate()
    calls = list(Collection.objects.visible_to(user).filter(closed_at=None, pilot__active=True).select_related("pilot"))
    states = collecting.states(calls)
    answers = dict(Submission.objects.filter(collection__in=calls, state=State.RETURNED).values_list("collection", "due"))
    found = [
        Late(one, answers.get(one.pk) or one.due, returned=states[one.pk] == State.RETURNED)
        for one in calls
        if states[one.pk] in (collecting.OPEN, State.RETURNED)
    ]
    return sorted((one for one in found if one.due < today), key=lambda one: (one.due, one.collection.pilot_id))


def unlocks_for(user: User) -> list[UnlockRequest]:
    """Return, for a coordinator, the requests to change what was not marked that wait for an answer, the oldest first."""
    if Role.COORDINATOR not in user.programme_roles:
        return []
    waiting = UnlockRequest.objects.visible_to(user).filter(state=UnlockRequest.State.ASKED, submission__state=State.RETURNED)
    asked = waiting.filter(round=F("submission__round"))
    named = ("submission__pilot", "submission__collection", "series__indicator", "series__variable", "asked_by")
    return list(asked.select_related(*named).order_by("asked_at"))


def targets_for(user: User) -> list[Target]:
    """Return, for a coordinator, the proposed targets that wait for approval, the oldest first."""
    if Role.COORDINATOR not in user.programme_roles:
        return []
    waiting = Target.objects.filter(active=False, approved_by=None, proposed_by__isnull=False, series__pilot__active=True)
    return list(waiting.select_related("series__pilot", "series__indicator", "series__variable", "proposed_by").order_by("set_at"))


def invitations_for(user: User) -> int:
    """Count the open invitations that an administrator keeps an eye on."""
    if not _administers(user):
        return 0
    return Invitation.objects.visible_to(user).open().count()


def trouble_for(user: User) -> dict[str, int]:
    """Say what keeps messages from arriving: `silent` where no mail is set up, `stuck` jobs that were given up, `unused` accounts.

    Coordinators are told that no mail goes out, administrators everything.
    """
    administers = _administers(user)
    found = {}
    if not settings.MAIL and (administers or Role.COORDINATOR in user.programme_roles):
        found["silent"] = 1
    if administers:
        found["stuck"] = outbox.given_up().count()
        found["unused"] = members.unused(within_days=14).count()
    return {name: count for name, count in found.items() if count}


def trail_for(user: User) -> TrailSeal | None:
    """Return, for an auditor, the latest seal of the trail where it names faults."""
    if Role.AUDITOR not in user.programme_roles:
        return None
    latest = TrailSeal.objects.order_by("-pk").first()
    return latest if latest and latest.faults else None


def _administers(user: User) -> bool:
    return user.is_superuser or Role.ADMINISTRATOR in user.programme_roles
