"""Writes work into the outbox and hands it to Celery; a row is delivered until it is done."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from pilots.models import OutboxRow

# A row that was sent and is not done after this long is sent again: its worker may have been killed.
PATIENCE = timedelta(minutes=2)
ATTEMPTS = 5
# What waits for a server outside (`OUTBOX_PATIENT`) comes again after 2, 4, 8 minutes and so on, at last every four hours, for about
# two days.
LONGEST, PATIENT_ATTEMPTS = timedelta(hours=4), 18
# The first half of the key under which the database holds a row for the worker that runs its task.
HELD = 37101


def put(task: str, *, key: str, payload: dict) -> OutboxRow:
    """Write a task beside its cause; once the transaction is committed the relay is nudged."""
    row = OutboxRow.objects.create(task=task, key=key, payload=payload, due_at=timezone.now())
    transaction.on_commit(import_string(settings.OUTBOX_NUDGE), robust=True)
    return row


def waiting(limit: int = 100) -> list[int]:
    """Claim the rows that are due and return their ids; a claimed row comes up again when it is not done in time."""
    now = timezone.now()
    with transaction.atomic():
        due = OutboxRow.objects.select_for_update(skip_locked=True, no_key=True).filter(_goes_on(), done_at=None, due_at__lte=now)
        ids = list(due.values_list("pk", flat=True)[:limit])
        OutboxRow.objects.filter(pk__in=ids).update(sent_at=now, due_at=now + PATIENCE)
    return ids


def given_up() -> models.QuerySet[OutboxRow]:
    """Return the rows that failed too often and wait for a person."""
    return OutboxRow.objects.filter(done_at=None).exclude(_goes_on())


def _goes_on() -> models.Q:
    """The rows that come again when they fail."""
    return models.Q(attempts__lt=ATTEMPTS) | models.Q(attempts__lt=PATIENT_ATTEMPTS, task__in=settings.OUTBOX_PATIENT)


def put_back(ids: list[int]) -> None:
    """Let go of claimed rows that could not be handed on: they are due now, and not only when a worker has taken too long."""
    OutboxRow.objects.filter(pk__in=ids, done_at=None).update(sent_at=None, due_at=timezone.now())


def deliver(row_id: int) -> None:
    """Run the task of a row and mark it done; a second delivery finds it done, or being done, and does nothing."""
    with alone(row_id) as mine:
        row = OutboxRow.objects.filter(pk=row_id, done_at=None).first() if mine else None
        if row is None:
            return
        row.attempts += 1
        row.due_at = timezone.now() + pause(row)
        row.save(update_fields=["attempts", "due_at"])
        try:
            import_string(settings.OUTBOX_TASKS[row.task])(**row.payload)
        except Exception as error:
            OutboxRow.objects.filter(pk=row_id).update(error=f"{type(error).__name__}: {error}"[:2000])
            raise
        OutboxRow.objects.filter(pk=row_id).update(done_at=timezone.now(), error="")


def pause(row: OutboxRow) -> timedelta:
    """How long a row that is tried now waits before it comes again: longer from try to try for what waits for a server outside."""
    return min(PATIENCE * 2 ** (row.attempts - 1), LONGEST) if row.task in settings.OUTBOX_PATIENT else PATIENCE


@contextlib.contextmanager
def alone(row_id: int) -> Iterator[bool]:
    """Say whether this process has the row for itself; the hold ends with the connection, so a killed worker holds nothing."""
    key = [HELD, row_id % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
