"""Who reviews: submissions are given to a coordinator, one by one or several at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators import news
from indicators.models import Submission
from indicators.review.table import State, leave, lock
from pilots import access, steps
from pilots.models import Membership, Role, User
from pilots.steps import Step

ASSIGNING = (Step("assign", (State.SUBMITTED, State.IN_REVIEW, State.RETURNED), "", (Role.COORDINATOR,), gettext_lazy("Assign")),)


def reviewers() -> QuerySet[User]:
    """Return the coordinators, to whom submissions are given."""
    held = Membership.objects.filter(role=Role.COORDINATOR, ended_at=None).values("user")
    return User.objects.filter(pk__in=held, is_active=True).order_by("name", "username")


@transaction.atomic
def assign(*, submissions: Sequence[Submission], reviewer: User, by: User, door: str) -> list[Submission]:
    """Give submissions to a coordinator; all of them or none. Whoever submitted one does not review it (four eyes)."""
    if not submissions:
        raise ValidationError(_("Choose the submissions."), code="required")
    if Role.COORDINATOR not in reviewer.programme_roles:
        raise ValidationError({"reviewer": _("%(name)s is not a coordinator.") % {"name": reviewer}}, code="reviewer")
    return [give(one, reviewer, by, door) for one in sorted(submissions, key=lambda one: (one.pilot_id, one.pk))]


def give(submission: Submission, reviewer: User, by: User, door: str) -> Submission:
    """Give one submission to a reviewer."""
    submission = lock(submission)
    steps.take(ASSIGNING, "assign", state=submission.state, roles=access.roles_in(by, submission.pilot))
    if submission.submitted_by_id == reviewer.pk:
        words = _("%(name)s submitted %(what)s. Choose another reviewer.") % {"name": reviewer, "what": submission.collection}
        raise ValidationError({"reviewer": words}, code="reviewer")
    submission.reviewer = reviewer
    submission.save(update_fields=["reviewer"])
    leave("assign", submission, by, door, after={"reviewer": reviewer.pk})
    news.assigned(submission, by=by)
    return submission
