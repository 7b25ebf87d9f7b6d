"""The one table of what each kind of notice says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from pilots.models import Notice
from portal.notices import calls, others, reviews
from portal.notices.telling import Names, Telling, Told

Kind = Notice.Kind
SAYINGS: dict[str, Callable[[Told], Telling]] = {
    Kind.COLLECTION_OPENED: calls.collection_opened,
    Kind.COLLECTION_EXTENDED: calls.collection_extended,
    Kind.REOPENED: calls.reopened,
    Kind.COMMENT: calls.comment,
    Kind.DUE: calls.due,
    Kind.OVERDUE: calls.overdue,
    Kind.SUBMITTED: reviews.submitted,
    Kind.SUBMITTED_AGAIN: reviews.submitted_again,
    Kind.WITHDRAWN: reviews.withdrawn,
    Kind.ASSIGNED: reviews.assigned,
    Kind.REVIEW_BEGUN: reviews.review_begun,
    Kind.SENT_BACK: reviews.sent_back,
    Kind.VERIFIED: reviews.verified,
    Kind.UNLOCK_ASKED: reviews.unlock_asked,
    Kind.UNLOCK_GRANTED: reviews.unlock_granted,
    Kind.UNLOCK_REFUSED: reviews.unlock_refused,
    Kind.RETURN_DUE: reviews.return_due,
    Kind.WAITING: reviews.waiting,
    Kind.REPORT_READY: others.report_ready,
    Kind.REPORT_FAILED: others.report_failed,
    Kind.COVERING: others.covering,
    Kind.COVER_ENDED: others.cover_ended,
}


def say(notice: Notice) -> Telling:
    """Say one notice in the active language."""
    return say_all([notice])[0]


def say_all(notices: Sequence[Notice]) -> list[Telling]:
    """Say notices in the active language; the queries do not grow with their number where pilot and people come with them."""
    names = Names(notices)
    return [_for_whom(notice, SAYINGS[notice.kind](Told(notice, names))) for notice in notices]


def _for_whom(notice: Notice, telling: Telling) -> Telling:
    """Add why somebody is told who stands in for another."""
    if notice.covering is None:
        return telling
    return replace(telling, why=_("You are told this because you cover for %(who)s.") % {"who": notice.covering})
