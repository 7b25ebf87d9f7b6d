"""The pilot's side of a review: submit, and withdraw before it begins."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import collecting, news, periods
from indicators.models import Collection, Entry, Series, Submission
from indicators.review import rounds
from indicators.review.checking import check
from indicators.review.table import STEPS, State, entries_of, leave, step
from pilots import access, steps
from pilots.models import User


@transaction.atomic
def submit(*, collection: Collection, by: User, door: str, note: str = "") -> Submission:
    """Offer the answers of a collection for review; they are locked from now on.

    Refused while a required figure is neither there nor explained, a warning is not answered, a figure from paper waits for the
    lead, a sign-off is asked for and does not hold, or a mark has neither a change nor a reply; each is named. After a return the
    same submission comes again as the next round; after a verification what was reopened is submitted as a correction.
    """
    collecting.lock(collection.pilot, [collection.start.year])
    state = collecting.state_of(Collection.objects.get(pk=collection.pk))
    steps.take(STEPS, "submit", state=state, roles=access.roles_in(by, collection.pilot))
    check(collection, reader=by).refuse()
    fill_empty_cells(collection, by, door)
    submission = Submission.objects.filter(collection=collection, state=State.RETURNED).first() or next_submission(collection)
    if submission.pk:
        submission.round += 1
    locked = entries_of(submission, Entry.State.OPEN).update(state=Entry.State.LOCKED)
    if not locked and not submission.pk:
        raise ValidationError(_("Nothing has changed since the last verification, so there is nothing to submit."), code="wrong_state")
    submission.state, submission.note = State.SUBMITTED, note
    submission.submitted_by, submission.submitted_at = by, timezone.now()
    submission.decided_by = submission.decided_at = None
    submission.demo = submission.demo or by.demo
    submission.full_clean()
    submission.save()
    rounds.offer(submission, entries_of(submission, Entry.State.LOCKED).values_list("pk", flat=True))
    leave("submit", submission, by, door, after={"round": submission.round, "entries": locked, "note": note})
    news.submitted(submission, by=by)
    return submission


def fill_empty_cells(collection: Collection, by: User, door: str) -> None:
    """Give every unanswered cell an empty entry, so that each cell has a state of its own from now on."""
    standing = {
        (e.series_id, e.period) for e in Entry.objects.filter(pilot=collection.pilot).within(periods.of_year(collection.start.year))
    }
    computed = [
        (series, period)
        for series in Series.objects.of(collection.pilot).select_related("indicator")
        if series.computed
        for period in collecting.reported_for(series, collection.period)
    ]
    cells = [cell for cell in [*collecting.expected(collection), *computed] if (cell[0].pk, cell[1]) not in standing]
    Entry.objects.bulk_create(
        [
            Entry(
                pilot=collection.pilot,
                series=series,
                start=period.start,
                frequency=period.frequency,
                computed=series.computed,
                written_at=timezone.now(),
                door=door,
                demo=by.demo,
            )
            for series, period in cells
        ],
        batch_size=2000,
    )


def next_submission(collection: Collection) -> Submission:
    number = Submission.objects.filter(collection=collection).aggregate(last=Max("number"))["last"] or 0
    return Submission(pilot=collection.pilot, collection=collection, number=number + 1)


@transaction.atomic
def withdraw(*, submission: Submission, by: User, door: str) -> Submission:
    """Take a submission back before its review begins; its entries are open again."""
    submission = step(submission, "withdraw", by)
    entries_of(submission, Entry.State.LOCKED).update(state=Entry.State.OPEN)
    submission.save(update_fields=["state"])
    leave("withdraw", submission, by, door)
    news.withdrawn(submission, by=by)
    return submission
