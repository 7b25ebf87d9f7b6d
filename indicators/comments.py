"""Acts on the thread of a cell: somebody says something, or that it is resolved, or that it is open again; nothing is ever changed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import collecting, news
from indicators.models import Comment, Entry, Series
from indicators.periods import Period
from pilots import access, trail
from pilots.models import Role, User

LONGEST = 5000
WRITERS = (*access.TEAM, Role.COORDINATOR, Role.EXPERT)


@transaction.atomic
def write(*, series: Series, period: Period, text: str, by: User, door: str) -> Comment:
    """Say something about a cell. The pilot's team may at any time, coordinator and expert once the figure is submitted."""
    access.require(by, series.pilot, *WRITERS)
    words = text.strip()
    if not words:
        raise ValidationError({"text": _("Write a comment.")}, code="required")
    if len(words) > LONGEST:
        raise ValidationError({"text": _("Write at most %(most)s characters.") % {"most": LONGEST}}, code="too_long")
    made = _add(series, period, Comment.Kind.WORDS, by=by, door=door, text=words)
    news.commented(made, by=by)
    return made


@transaction.atomic
def resolve(*, series: Series, period: Period, by: User, door: str) -> Comment:
    """Say that what was asked about a cell is settled. Refused where nothing is open."""
    access.require(by, series.pilot, *WRITERS)
    _lock(series, period)
    if not is_open(series, period):
        raise ValidationError(_("Nothing is open here."), code="wrong_state")
    return _add(series, period, Comment.Kind.RESOLVED, by=by, door=door)


@transaction.atomic
def reopen(*, series: Series, period: Period, by: User, door: str) -> Comment:
    """Open a settled thread again. Refused where it is not settled."""
    access.require(by, series.pilot, *WRITERS)
    _lock(series, period)
    if last_of(series, period) is None or is_open(series, period):
        raise ValidationError(_("Nothing is settled here."), code="wrong_state")
    return _add(series, period, Comment.Kind.REOPENED, by=by, door=door)


def _add(series: Series, period: Period, kind: str, *, by: User, door: str, text: str = "") -> Comment:
    """Put one more entry into a thread, with its trail."""
    _refuse_draft(series, period, by)
    if not any(True for _part in collecting.reported_for(series, period)):
        words = _("%(code)s is not reported for %(period)s.")
        raise ValidationError(words % {"code": series.code, "period": period.label}, code="frequency")
    cell = {"series": series, "start": period.start, "frequency": period.frequency}
    made = Comment(**cell, kind=kind, text=text, written_by=by, written_at=timezone.now(), demo=by.demo)
    made.full_clean()
    made.save()
    told = {"kind": kind, **({"text": text} if text else {})}
    act = {"words": "write", "resolved": "resolve", "reopened": "reopen"}[kind]
    trail.leave(f"comments.{act}", kind="comment", key=f"{series.code}/{period}", by=by, door=door, pilot=series.pilot, after=told)
    return made


def _refuse_draft(series: Series, period: Period, by: User) -> None:
    """Refuse those who see a figure from its submission on, as long as it is a draft."""
    if access.may(by, series.pilot, *access.TEAM):
        return
    if not _cell_of(series, period).filter(state__in=[Entry.State.LOCKED, Entry.State.VERIFIED]).exists():
        raise ValidationError(_("This figure is not submitted yet."), code="wrong_state")


def _cell_of(series: Series, period: Period) -> QuerySet[Entry]:
    """Return the entry of a cell."""
    return Entry.objects.filter(series=series, start=period.start, frequency=period.frequency)


def thread(series: Series, period: Period) -> QuerySet[Comment]:
    """Return the thread of a cell, the oldest entry first."""
    found = Comment.objects.filter(series=series, start=period.start, frequency=period.frequency)
    return found.select_related("written_by").order_by("pk")


def last_of(series: Series, period: Period) -> Comment | None:
    """Return the latest entry of a thread."""
    return thread(series, period).last()


def is_open(series: Series, period: Period) -> bool:
    """Say whether something was said, or opened again, since the thread was settled."""
    last = last_of(series, period)
    return last is not None and last.kind != Comment.Kind.RESOLVED


def _lock(series: Series, period: Period) -> None:
    """Let two people settle or open one thread one after the other."""
    collecting.lock(series.pilot, [period.year])
