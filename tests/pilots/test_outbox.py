"""The outbox: work waits beside its cause, is claimed by one relay, run once, and comes again until it is done."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pilots import outbox
from pilots.models import OutboxRow
from tests import errands

TASKS = {"note": "tests.errands.note", "fail": "tests.errands.fail", "linger": "tests.errands.linger"}


@pytest.fixture(autouse=True)
def _tasks(settings):
    settings.OUTBOX_TASKS = {**settings.OUTBOX_TASKS, **TASKS}
    settings.OUTBOX_NUDGE = "tests.errands.nudge"
    errands.NOTES.clear()
    errands.NUDGES.clear()
    errands.STARTED.clear()
    errands.GO_ON.clear()


def put(task: str = "note", text: str = "a report") -> OutboxRow:
    return outbox.put(task, key=text, payload={"text": text})


def in_a_thread(act, *args):
    """Run in another thread, with a database connection of its own that is closed afterwards."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing, act, *args).result(timeout=30)


def closing(act, *args):
    try:
        return act(*args)
    finally:
        connection.close()


@pytest.mark.django_db
def test_a_row_delivered_three_times_runs_once():
    row = put()
    for _time in range(3):
        outbox.deliver(row.pk)
    row.refresh_from_db()
    assert (errands.NOTES, row.attempts, row.error) == (["a report"], 1, "")
    assert row.done_at is not None


@pytest.mark.django_db
def test_a_failing_task_keeps_its_row_with_the_error_and_comes_again():
    row = put("fail", "this one")
    with pytest.raises(RuntimeError):
        outbox.deliver(row.pk)
    row.refresh_from_db()
    assert (row.done_at, row.attempts, row.error) == (None, 1, "RuntimeError: this one cannot be done")
    assert outbox.waiting() == []
    OutboxRow.objects.update(due_at=timezone.now(), task="note")
    assert outbox.waiting() == [row.pk]
    outbox.deliver(row.pk)
    row.refresh_from_db()
    assert (errands.NOTES, row.attempts, row.error) == (["this one"], 2, "")


@pytest.mark.django_db
def test_a_row_that_failed_too_often_waits_for_a_person_and_keeps_its_error():
    row = put("fail")
    for _time in range(outbox.ATTEMPTS):
        OutboxRow.objects.update(due_at=timezone.now())
        (claimed,) = outbox.waiting()
        with pytest.raises(RuntimeError):
            outbox.deliver(claimed)
    OutboxRow.objects.update(due_at=timezone.now())
    assert outbox.waiting() == []
    row.refresh_from_db()
    assert row.error


@pytest.mark.django_db
def test_a_task_that_nobody_knows_is_kept_with_the_error():
    row = put("unheard of")
    with pytest.raises(KeyError):
        outbox.deliver(row.pk)
    row.refresh_from_db()
    assert "unheard of" in row.error


@pytest.mark.django_db
def test_a_claimed_row_comes_up_again_only_when_its_worker_took_too_long():
    row = put()
    assert outbox.waiting() == [row.pk]
    assert outbox.waiting() == []
    OutboxRow.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert outbox.waiting() == [row.pk]


@pytest.mark.django_db
def test_rows_are_claimed_oldest_first_and_no_more_than_asked_for():
    rows = [put(text=str(number)).pk for number in range(5)]
    assert (outbox.waiting(limit=3), outbox.waiting(limit=3)) == (rows[:3], rows[3:])


@pytest.mark.usefixtures("own_database")
def test_the_relay_is_nudged_once_the_cause_is_committed_and_never_before():
    with transaction.atomic():
        put()
        assert errands.NUDGES == []
    assert errands.NUDGES == ["nudge"]


@pytest.mark.usefixtures("own_database")
def test_a_cause_that_is_rolled_back_leaves_no_row_and_nudges_nobody():
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        put()
        raise ZeroDivisionError
    assert (errands.NUDGES, OutboxRow.objects.count()) == ([], 0)


@pytest.mark.usefixtures("own_database")
def test_a_nudge_that_fails_does_not_undo_the_cause(settings):
    settings.OUTBOX_NUDGE = "tests.errands.fail"
    with transaction.atomic():
        put()
    assert OutboxRow.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_a_row_that_one_relay_holds_is_passed_over_by_another():
    first = put().pk
    with transaction.atomic():
        assert outbox.waiting() == [first]
        second = in_a_thread(lambda: put().pk)
        assert in_a_thread(outbox.waiting) == [second]


@pytest.mark.usefixtures("own_database")
def test_two_relays_at_once_claim_each_row_once():
    rows = [put(text=str(number)).pk for number in range(60)]
    start = threading.Barrier(2)

    def relay() -> list[int]:
        start.wait(10)
        return [pk for _round in range(12) for pk in outbox.waiting(limit=5)]

    with ThreadPoolExecutor(2) as pool:
        claims = [pool.submit(closing, relay) for _relay in range(2)]
        claimed = [pk for claim in claims for pk in claim.result(timeout=30)]
    assert sorted(claimed) == rows


@pytest.mark.usefixtures("own_database")
def test_a_row_whose_task_is_running_is_not_run_beside_it():
    row = put("linger")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(closing, outbox.deliver, row.pk)
        assert errands.STARTED.wait(20)
        outbox.deliver(row.pk)
        row.refresh_from_db()
        assert (row.attempts, row.done_at) == (1, None)
        errands.GO_ON.set()
        running.result(timeout=30)
    row.refresh_from_db()
    assert (errands.NOTES, row.attempts) == (["a report"], 1)
    assert row.done_at is not None
