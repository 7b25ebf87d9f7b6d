"""What waits for a pilot's team: calls for data, what was sent back, imports to apply, proposals and reports on their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils import timezone

from indicators import collecting, paper, review
from indicators.models import Collection, Entry, Import, Mark, Submission, Target
from pilots import access
from pilots.models import Membership, Pilot, Role, User, led_by
from reports.models import Report

State = Submission.State
TO_ENTER = (collecting.OPEN, State.RETURNED)
ON_THE_WAY = (Report.State.ORDERED, Report.State.BUILDING, Report.State.FAILED)


@dataclass(frozen=True)
class Call:
    """A call for data that waits for its figures: due when the review's answer says so, else the call; `last` is where the person was.

    `returned` is the submission that came back, `asked` how many marks of it ask for something, `unconfirmed` how many figures from
    paper wait for the lead.
    """

    collection: Collection
    state: str
    completeness: collecting.Completeness
    leads: bool
    due: date
    warnings: int = 0
    last: str = ""
    returned: Submission | None = None
    asked: int = 0
    unconfirmed: int = 0

    @property
    def days_left(self) -> int:
        return (self.due - timezone.localdate()).days

    @property
    def days_over(self) -> int:
        return -self.days_left


def calls_for(user: User) -> list[Call]:
    """Return the calls for data that the person can answer now, the nearest day first."""
    mine = {pilot for pilot, role in user.grants if role in access.TEAM}
    open_calls = Collection.objects.visible_to(user).filter(pilot__in=mine, pilot__active=True, closed_at=None)
    found = list(open_calls.select_related("pilot").order_by("due"))
    states = collecting.states(found)
    answers = {one.collection_id: one for one in Submission.objects.filter(collection__in=found, state=State.RETURNED)}
    asked = asked_of(list(answers.values()))
    calls = [
        Call(
            one,
            states[one.pk],
            collecting.completeness(one),
            leads=access.may(user, one.pilot, Role.LEAD),
            due=(one.pk in answers and answers[one.pk].due) or one.due,
            warnings=sum(not finding.warning.explained for finding in review.warned(one, user)),
            last=last_edited(one, user),
            returned=answers.get(one.pk),
            asked=asked.get(one.pk, 0),
            unconfirmed=len(paper.unconfirmed(one)),
        )
        for one in found
        if states[one.pk] in TO_ENTER
    ]
    return sorted(calls, key=lambda call: call.due)


def asked_of(returned: list[Submission]) -> dict[int, int]:
    """Count, by call for data, the marks of the present round that ask for something."""
    rounds = {one.pk: (one.collection_id, one.round) for one in returned}
    marks = Mark.objects.sent().filter(submission__in=rounds).exclude(kind=Mark.Kind.NOTE)
    counted = marks.values_list("submission", "round").annotate(count=Count("pk")).order_by()
    return {rounds[pk][0]: count for pk, number, count in counted if rounds[pk][1] == number}


def last_edited(collection: Collection, user: User) -> str:
    """Return the cell that the person wrote last, as links name it."""
    written = Entry.objects.visible_to(user).filter(pilot=collection.pilot, written_by=user, computed=False).within(collection.period)
    entry = written.select_related("series").order_by("-written_at", "-pk").first()
    return f"{entry.series.code}@{entry.period.code}" if entry else ""


def imports_for(user: User) -> list[Import]:
    """Return the files that the person brought, that were read, and that wait to be applied."""
    ready = Import.objects.visible_to(user).filter(brought_by=user, state=Import.State.READY, pilot__active=True)
    return list(ready.select_related("pilot").defer("lines", "written").order_by("brought_at"))


def proposals_for(user: User) -> list[Target]:
    """Return the targets that the person proposed and that the coordinator has not approved yet."""
    waiting = Target.objects.filter(proposed_by=user, active=False, approved_by=None, series__pilot__in=led_by(user))
    return list(waiting.select_related("series__pilot", "series__indicator", "series__variable").order_by("set_at"))


def reports_for(user: User) -> list[Report]:
    """Return the reports that the person ordered and that are not there yet."""
    ordered = Report.objects.visible_to(user).filter(ordered_by=user, state__in=ON_THE_WAY)
    return list(ordered.select_related("pilot").defer("content"))


def unstaffed_for(user: User) -> list[Pilot]:
    """Return the pilots that the person leads and in which nobody else enters figures yet."""
    staffed = Membership.objects.filter(role=Role.CONTRIBUTOR, ended_at=None, user__is_active=True, pilot__isnull=False).values("pilot")
    return list(Pilot.objects.visible_to(user).filter(pk__in=led_by(user)).exclude(pk__in=staffed))
