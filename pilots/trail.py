"""Leaves a row in the trail for everything that an act changes, in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from pilots.models import Pilot, TrailRow, User


@dataclass(frozen=True)
class Change:
    """One thing that an act changed: what it is and what it was before and after."""

    kind: str
    key: str
    before: dict | None = None
    after: dict | None = None


def leave(
    act: str,
    *,
    kind: str,
    key: str,
    by: User | None,
    door: str,
    pilot: Pilot | None = None,
    before: dict | None = None,
    after: dict | None = None,
    reason: str = "",
) -> None:
    """Leave one row: the act, the thing it touched, who, through which door, and why."""
    leave_many(act, [Change(kind, key, before, after)], by=by, door=door, pilot=pilot, reason=reason)


def leave_many(act: str, changes: Iterable[Change], *, by: User | None, door: str, pilot: Pilot | None = None, reason: str = "") -> None:
    """Leave one row for each change of a batch; the rows share a batch number and a time."""
    batch, now = uuid.uuid4(), timezone.now()
    TrailRow.objects.bulk_create(
        [
            TrailRow(
                pilot=pilot,
                at=now,
                actor=by,
                door=door,
                act=act,
                object_kind=change.kind,
                object_key=change.key,
                before=change.before,
                after=change.after,
                reason=reason,
                batch=batch,
            )
            for change in changes
        ],
        batch_size=2000,
    )
