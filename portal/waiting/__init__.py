"""What waits for a person: figures to enter, answers to give, submissions to review, what is late, and what nobody is told."""

from portal.waiting.city import Call, calls_for, imports_for, proposals_for, reports_for, unstaffed_for
from portal.waiting.programme import (
    Late,
    Review,
    covering_for,
    invitations_for,
    late_for,
    reviews_for,
    submissions_for,
    targets_for,
    trail_for,
    trouble_for,
    unlocks_for,
)
from portal.waiting.threads import Thread, threads_for

__all__ = [
    "Call",
    "Late",
    "Review",
    "Thread",
    "calls_for",
    "covering_for",
    "imports_for",
    "invitations_for",
    "late_for",
    "proposals_for",
    "reports_for",
    "reviews_for",
    "submissions_for",
    "targets_for",
    "threads_for",
    "trail_for",
    "trouble_for",
    "unlocks_for",
    "unstaffed_for",
]
