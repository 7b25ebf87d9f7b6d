"""Writes work into the outbox and hands it to Celery; a row is delivered until it is done."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from pilots.models import OutboxRow

# A row that was sent and is not done after this long is sent again: its worker may have been killed.
PATIENCE = timedelta(minutes=2)
ATTEMPTS = 5
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
        due = OutboxRow.objects.select_for_update(skip_locked=True, no_key=True).filter(
            done_at=None, due_at__lte=now, attempts__lt=ATTEMPTS
        )
        ids = list(due.values_list("pk", flat=True)[:limit])
        OutboxRow.objects.filter(pk__in=ids).update(sent_at=now, due_at=now + PATIENCE)
    return ids


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
        row.due_at = timezone.now() + PATIENCE
        row.save(update_fields=["attempts", "due_at"])
        try:
            import_string(settings.OUTBOX_TASKS[row.task])(**row.payload)
        except Exception as error:
            OutboxRow.objects.filter(pk=row_id).update(error=f"{type(error).__name__}: {error}"[:2000])
            raise
        OutboxRow.objects.filter(pk=row_id).update(done_at=timezone.now(), error="")


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
