"""What a person may do now with a submission and with its values, from every table of the review."""

from __future__ import annotations

from indicators.models import Submission
from indicators.review.assigning import ASSIGNING
from indicators.review.judging import JUDGING
from indicators.review.replying import ANSWERING
from indicators.review.table import available
from pilots import access, steps
from pilots.models import User
from pilots.steps import Step


def possible(submission: Submission, user: User) -> list[Step]:
    """Return the steps that a person may take, those of the submission first; whoever submitted it judges none of its values."""
    roles, own = access.roles_in(user, submission.pilot), user.pk == submission.submitted_by_id
    tables = [ASSIGNING, ANSWERING, () if own else JUDGING]
    return [
        *available(submission, user),
        *(step for table in tables for step in steps.available(table, state=submission.state, roles=roles)),
    ]
