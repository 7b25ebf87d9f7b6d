"""What the people around a call for data are told: what was called for, submitted, sent back, verified, reopened, said and asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone

from indicators.models import Collection, Comment, Entry, Release, Submission
from pilots import notices
from pilots.models import Notice, Pilot, User

Kind = Notice.Kind
# So many codes of a long list are named, and so much of a text is carried along; the page behind the notice shows everything.
NAMED, CARRIED = 5, 600


def opened(collections: Sequence[Collection], *, by: User) -> None:
    """Tell the team that data are called for; several years opened at once are one notice."""
    first = collections[0]
    facts = {"periods": [one.period.code for one in collections], "due": str(first.due)}
    keys = {"key": first.period.code, "once": f"opened:{first.pk}"}
    notices.tell(Kind.COLLECTION_OPENED, people=notices.team(first.pilot), pilot=first.pilot, by=by, payload=facts, **keys)


def extended(collection: Collection, *, before: date, reason: str, by: User) -> None:
    """Tell the team that the day moved, and why."""
    facts = {"period": collection.period.code, "before": str(before), "due": str(collection.due), "reason": reason[:CARRIED]}
    keys = {"key": collection.period.code, "once": f"extended:{collection.pk}:{_moment()}"}
    team = notices.team(collection.pilot)
    notices.tell(Kind.COLLECTION_EXTENDED, people=team, pilot=collection.pilot, by=by, payload=facts, **keys)


def submitted(submission: Submission, *, by: User) -> None:
    """Tell whoever reviews that something waits, and the rest of the team that it is on its way."""
    kind = Kind.SUBMITTED if submission.round == 1 else Kind.SUBMITTED_AGAIN
    people = [*notices.reviewers(submission.reviewer_id), *notices.team(submission.pilot)]
    _about(kind, submission, people=people, by=by, note=submission.note[:CARRIED])


def withdrawn(submission: Submission, *, by: User) -> None:
    """Tell whoever would have reviewed, and the rest of the team, that nothing waits any more."""
    people = [*notices.reviewers(submission.reviewer_id), *notices.team(submission.pilot)]
    _about(Kind.WITHDRAWN, submission, people=people, by=by)


def begun(submission: Submission, *, by: User) -> None:
    """Tell the team that the review began; from now on nothing is withdrawn."""
    _about(Kind.REVIEW_BEGUN, submission, people=notices.team(submission.pilot), by=by)


def sent_back(submission: Submission, *, marks: int, by: User) -> None:
    """Tell the team what must change, by when, and how many figures are marked."""
    facts = {"summary": submission.summary[:CARRIED], "due": str(submission.due or ""), "marks": marks}
    _about(Kind.SENT_BACK, submission, people=notices.team(submission.pilot), by=by, **facts)


def verified(submission: Submission, *, release: Release | None, by: User) -> None:
    """Tell the team that its figures are official, and in which release they stand."""
    facts = {"assessment": submission.assessment, "release": release.code if release else "", "comment": submission.comment[:CARRIED]}
    _about(Kind.VERIFIED, submission, people=notices.team(submission.pilot), by=by, **facts)


def assigned(submission: Submission, *, by: User) -> None:
    """Tell a coordinator that a submission is theirs to review."""
    people = [submission.reviewer_id] if submission.reviewer_id else []
    _about(Kind.ASSIGNED, submission, people=people, by=by, once=_moment())


def unlock(kind: str, submission: Submission, *, code: str, text: str, by: User) -> None:
    """Tell whoever reviews that a figure should be unlocked (`unlock-asked`), or the team what became of it; `text` says why."""
    people = notices.reviewers(submission.reviewer_id) if kind == Kind.UNLOCK_ASKED else notices.team(submission.pilot)
    _about(Kind(kind), submission, people=people, by=by, once=f"{code}:{_moment()}", series=code, text=text[:CARRIED])


def reopened(pilot: Pilot, entries: Sequence[Entry], *, reason: str, by: User) -> None:
    """Tell the team which verified figures were opened for a correction, and why."""
    if not entries:
        return
    codes = list(dict.fromkeys(entry.series.code for entry in entries if not entry.computed))
    year = str(entries[0].period.year)
    facts = {"period": year, "codes": codes[:NAMED], "count": len(codes), "reason": reason[:CARRIED]}
    people = notices.team(pilot)
    notices.tell(Kind.REOPENED, people=people, pilot=pilot, by=by, key=year, once=f"reopened:{pilot.pk}:{_moment()}", payload=facts)


def commented(comment: Comment, *, by: User) -> None:
    """Tell the team, whoever reviews and who else wrote in the thread, as far as they see what was said."""
    series, period = comment.series, comment.period
    pilot, cell = series.pilot, f"{series.code}@{period.code}"
    thread = Comment.objects.filter(series=series, start=comment.start, frequency=comment.frequency)
    under_way = Submission.objects.under_way().filter(pilot=pilot, collection__start__year=period.year).first()
    candidates = {*notices.team(pilot), *thread.values_list("written_by", flat=True)}
    if under_way:
        candidates |= set(notices.reviewers(under_way.reviewer_id))
    readers = User.objects.filter(pk__in=candidates - {by.pk}, is_active=True)
    people = [reader.pk for reader in readers if thread.visible_to(reader).filter(pk=comment.pk).exists()]
    facts = {"series": series.code, "period": period.code, "text": comment.text[:CARRIED]}
    notices.tell(Kind.COMMENT, people=people, pilot=pilot, by=by, key=cell, once=f"comment:{comment.pk}", payload=facts)


def _about(kind: Notice.Kind, submission: Submission, *, people: Iterable[int], by: User, once: str = "", **facts: object) -> None:
    """Tell something about a submission: its period and round, and whatever else is to be known."""
    told = {"period": submission.collection.period.code, "round": submission.round, **facts}
    key = str(submission.pk)
    mark = f"{kind}:{key}:{once or submission.round}"
    notices.tell(kind, people=people, pilot=submission.pilot, by=by, key=key, once=mark, payload=told)


def _moment() -> str:
    """What tells two acts of one kind on one thing apart."""
    return timezone.now().isoformat()
