"""What waits for a person: figures to enter, submissions to review, reports on their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from indicators import collecting, review
from indicators.models import Collection, Entry, Submission
from pilots import access
from pilots.models import Invitation, Membership, Pilot, Role, User, led_by
from reports.models import Report

State = Submission.State
TO_ENTER = (collecting.OPEN, State.RETURNED)
ON_THE_WAY = (Report.State.ORDERED, Report.State.BUILDING, Report.State.FAILED)
TO_REVIEW = (State.SUBMITTED, State.IN_REVIEW)


@dataclass(frozen=True)
class Call:
    """A call for data that waits for its figures: due when the review's answer says so, else the call; `last` is where the person was."""

    collection: Collection
    state: str
    completeness: collecting.Completeness
    leads: bool
    due: date
    warnings: int = 0
    last: str = ""

    @property
    def days_left(self) -> int:
        return (self.due - timezone.localdate()).days

    @property
    def days_over(self) -> int:
        return -self.days_left


def calls_for(user: User) -> list[Call]:
    """Return the calls for data that the person can answer now."""
    mine = {pilot for pilot, role in user.grants if role in access.TEAM}
    open_calls = Collection.objects.visible_to(user).filter(pilot__in=mine, pilot__active=True, closed_at=None)
    found = list(open_calls.select_related("pilot").order_by("due"))
    states = collecting.states(found)
    answers = Submission.objects.filter(collection__in=found, state=State.RETURNED).exclude(due=None)
    due = dict(answers.values_list("collection", "due"))
    return [
        Call(
            one,
            states[one.pk],
            collecting.completeness(one),
            leads=access.may(user, one.pilot, Role.LEAD),
            due=due.get(one.pk, one.due),
            warnings=sum(not finding.warning.explained for finding in review.warned(one, user)),
            last=last_edited(one, user),
        )
        for one in found
        if states[one.pk] in TO_ENTER
    ]


def last_edited(collection: Collection, user: User) -> str:
    """Return the cell that the person wrote last, as links name it."""
    written = Entry.objects.visible_to(user).filter(pilot=collection.pilot, written_by=user, computed=False).within(collection.period)
    entry = written.select_related("series").order_by("-written_at", "-pk").first()
    return f"{entry.series.code}@{entry.period.code}" if entry else ""


def submissions_for(user: User) -> list[Submission]:
    """Return the submissions that wait for the person's review."""
    if Role.COORDINATOR not in user.programme_roles:
        return []
    waiting = Submission.objects.visible_to(user).filter(state__in=TO_REVIEW)
    return list(waiting.select_related("pilot", "collection__pilot", "submitted_by", "reviewer").order_by("submitted_at"))


def reports_for(user: User) -> list[Report]:
    """Return the reports that the person ordered and that are not there yet."""
    ordered = Report.objects.visible_to(user).filter(ordered_by=user, state__in=ON_THE_WAY)
    return list(ordered.select_related("pilot").defer("content"))


def unstaffed_for(user: User) -> list[Pilot]:
    """Return the pilots that the person leads and in which nobody else enters figures yet."""
    staffed = Membership.objects.filter(role=Role.CONTRIBUTOR, ended_at=None, user__is_active=True, pilot__isnull=False).values("pilot")
    return list(Pilot.objects.visible_to(user).filter(pk__in=led_by(user)).exclude(pk__in=staffed))


def invitations_for(user: User) -> int:
    """Count the open invitations that an administrator keeps an eye on."""
    if not (user.is_superuser or Role.ADMINISTRATOR in user.programme_roles):
        return 0
    return Invitation.objects.visible_to(user).open().count()
