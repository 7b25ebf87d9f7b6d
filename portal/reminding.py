"""Reminds people of what they owe: figures, changes that were asked for, and reviews that wait; each reminder once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.utils import timezone

from indicators import collecting
from indicators.models import Collection, Submission
from pilots import notices
from pilots.models import Notice, Pilot, TrailRow

Kind, State = Notice.Kind, Submission.State
# Reminders come at half time, so many days before the day, so many days after it, and then every so many days.
BEFORE, AFTER, AGAIN = 1, (1, 7), 30
# From so many days over, the coordinators are told as well.
ESCALATES = 7
# After so many days of waiting whoever reviews is reminded, and then every so many.
WAITS, WAITS_AGAIN = (5, 10), 10


@dataclass(frozen=True)
class Reminder:
    """One thing to be said on one day: of what kind, to whom, about what."""

    kind: Notice.Kind
    collection: Collection
    submission: Submission | None
    due: date
    mark: date
    days: int

    @property
    def once(self) -> str:
        """What makes it the same reminder: the thing, the day that it speaks of, and the day on which it was to be said."""
        thing = f"{self.collection.pk}:{self.submission.pk}.{self.submission.round}" if self.submission else str(self.collection.pk)
        return f"{self.kind}:{thing}:{self.due}:{self.mark}"


def remind(*, today: date) -> int:
    """Say every reminder that is due on `today`, a day in Asia/Shanghai, and return how many people were told.

    After days of standing still only the latest reminder of each thing is said. Each is a transaction of its own.
    """
    found = list(reminders(today))
    said = set(Notice.objects.filter(once__in=[one.once for one in found]).values_list("once", flat=True))
    return sum(say(one) for one in found if one.once not in said)


def reminders(today: date) -> Iterator[Reminder]:
    """Yield what is to be said by now: for each call for data and each submission at most one of a kind."""
    open_calls = Collection.objects.filter(closed_at=None, pilot__active=True)
    calls = list(open_calls.select_related("pilot").order_by("pk"))
    states = collecting.states(calls)
    latest = {one.collection_id: one for one in Submission.objects.under_way().filter(collection__in=calls)}
    moved = extended_on(calls)
    for call in calls:
        submission, state = latest.get(call.pk), states[call.pk]
        if state == collecting.OPEN and call.opens <= today:
            begins = max(call.opens, moved.get((call.pilot_id, call.period.code), call.opens))
            yield from owed(Kind.DUE, call, submission=None, begins=begins, due=call.due, today=today)
        elif state == State.RETURNED and submission:
            # What came back is late by the day of the answer, whatever was submitted before.
            due = submission.due or call.due
            yield from owed(Kind.RETURN_DUE, call, submission=submission, begins=local(submission.decided_at), due=due, today=today)
        elif submission:
            yield from reviewed(call, submission, today=today)


def owed(kind: Notice.Kind, call: Collection, *, submission: Submission | None, begins: date, due: date, today: date) -> Iterator[Reminder]:
    """Yield the reminder of figures or changes, and the one to the coordinators once they are long overdue."""
    mark = last_of(marks(begins, due, today=today), today)
    if mark:
        yield Reminder(kind, call, submission, due, mark, (due - today).days)
    late = last_of((day for day in marks(begins, due, today=today) if day >= due + timedelta(days=ESCALATES)), today)
    if late:
        yield Reminder(Kind.OVERDUE, call, submission, due, late, (today - due).days)


def reviewed(call: Collection, submission: Submission, *, today: date) -> Iterator[Reminder]:
    """Yield the reminder of a submission that waits for its review."""
    since = local(submission.submitted_at)
    waited = (today - since).days
    steps = [*WAITS, *range(WAITS[-1] + WAITS_AGAIN, waited + 1, WAITS_AGAIN)]
    mark = last_of((since + timedelta(days=step) for step in steps), today)
    if mark:
        yield Reminder(Kind.WAITING, call, submission, since, mark, waited)


def marks(begins: date, due: date, *, today: date) -> list[date]:
    """Return the days on which something due is spoken of: half time, the day before, and 1, 7, 30, 60 and so on days after."""
    half = begins + (due - begins) // 2
    before = due - timedelta(days=BEFORE)
    days = [day for day in (half, before) if begins < day and (day == before or day < before)]
    over = [*AFTER, *range(AGAIN, (today - due).days + 1, AGAIN)]
    return [*dict.fromkeys(days), *(due + timedelta(days=number) for number in over)]


def last_of(days: Iterable[date], today: date) -> date | None:
    """Return the latest of some days that has come."""
    return max((day for day in days if day <= today), default=None)


def extended_on(calls: list[Collection]) -> dict[tuple[int, str], date]:
    """Return the day on which each call was extended last: half time is counted from then."""
    rows = TrailRow.objects.filter(act="collecting.extend", object_kind="collection", pilot__in={call.pilot_id for call in calls})
    found = rows.values_list("pilot", "object_key").annotate(last=Max("at")).order_by()
    return {(pilot, key): local(at) for pilot, key, at in found}


def local(moment: object) -> date:
    """The day of a moment in Asia/Shanghai."""
    return timezone.localdate(moment)


def say(reminder: Reminder) -> int:
    """Tell one reminder, and return how many people did not know it yet."""
    people = people_of(reminder)
    if not people:
        return 0
    call, key = reminder.collection, reminder.collection.period.code
    if reminder.kind == Kind.WAITING:
        key = str(reminder.submission.pk)
    told = {"people": people, "pilot": call.pilot, "key": key, "once": reminder.once, "payload": facts_of(reminder)}
    return notices.tell(reminder.kind, by=None, **told)


def people_of(reminder: Reminder) -> list[int]:
    """Whoever owes it: the team its figures, the reviewers their review; of what is long overdue the reviewers hear."""
    pilot: Pilot = reminder.collection.pilot
    if reminder.kind in (Kind.DUE, Kind.RETURN_DUE):
        return notices.team(pilot)
    return notices.reviewers(reminder.submission.reviewer_id if reminder.submission else None)


def facts_of(reminder: Reminder) -> dict[str, object]:
    """The plain facts of a reminder."""
    call, submission = reminder.collection, reminder.submission
    facts: dict[str, object] = {"period": call.period.code, "days": reminder.days}
    if submission:
        facts |= {"round": submission.round, "returned": submission.state == State.RETURNED}
    if reminder.kind == Kind.WAITING:
        return facts | {"since": str(reminder.due)}
    facts["due"] = str(reminder.due)
    if reminder.kind == Kind.RETURN_DUE:
        return facts | {"summary": submission.summary[:300]}
    done = collecting.completeness(call)
    return facts | {"done": done.done, "total": done.total, "missing": done.required - done.required_done}
