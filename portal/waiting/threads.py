"""The threads of comments that wait for a person's word."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from indicators.models import Comment, Entry
from pilots import access
from pilots.models import Role, User, led_by

# More than these nobody answers in one go; the sheet has the rest.
MOST = 20


@dataclass(frozen=True)
class Thread:
    """An open thread whose last word is somebody else's."""

    last: Comment

    @property
    def cell(self) -> str:
        """The cell as links name it."""
        return f"{self.last.series.code}@{self.last.period.code}"

    @property
    def year(self) -> int:
        return self.last.period.year


def threads_for(user: User) -> list[Thread]:
    """Return the open threads that concern the person, the oldest word first: on figures that they wrote, lead, or spoke about."""
    answering = {Role.COORDINATOR, Role.EXPERT} & user.programme_roles
    mine = {pilot for pilot, role in user.grants if role in access.TEAM}
    if not (answering or mine):
        return []
    seen = Comment.objects.visible_to(user).filter(series__active=True, series__pilot__active=True)
    if not answering:
        seen = seen.filter(series__pilot__in=mine)
    latest = seen.order_by("series_id", "start", "frequency", "-pk").distinct("series_id", "start", "frequency")
    # The latest word of each thread is found first, and only then asked whether it settled the thread.
    last = Comment.objects.filter(pk__in=latest.values("pk")).exclude(kind=Comment.Kind.RESOLVED).exclude(written_by=user)
    found = last.select_related("series__pilot", "series__indicator", "series__variable", "written_by").order_by("pk")
    led = set(led_by(user))
    return [Thread(one) for one in found if one.series.pilot_id in led or _concerns(one, user)][:MOST]


def _concerns(last: Comment, user: User) -> bool:
    """Whether the person wrote the figure, or something in its thread."""
    cell = Q(series=last.series, start=last.start, frequency=last.frequency)
    return Entry.objects.filter(cell, written_by=user).exists() or Comment.objects.filter(cell, written_by=user).exists()
