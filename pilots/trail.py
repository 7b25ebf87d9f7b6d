"""Leaves a row in the trail for everything that an act changes, in the same transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from pilots.models import Pilot, User

# The rows of an act come as one JSON text, which the server takes apart: a batch of thousands costs one statement.
LEAVE = """
INSERT INTO pilots_trailrow (pilot_id, at, actor_id, door, act, object_kind, object_key, before, after, reason, batch)
SELECT %s, %s, %s, %s, %s, change->>'kind', change->>'key', nullif(change->'before', 'null'), nullif(change->'after', 'null'), %s, %s
FROM jsonb_array_elements(%s) WITH ORDINALITY AS changes (change, place) ORDER BY place
"""


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
    """Leave one row for each change of a batch; the rows share a batch number and a time.

    The database hangs them into the pilot's chain, or the programme's, when the transaction is committed: acts may leave rows
    at any point and in any number of chains.
    """
    rows = json.dumps([vars(change) for change in changes])
    what = (door, act, reason, uuid.uuid4(), rows)
    with connection.cursor() as cursor:
        cursor.execute(LEAVE, [pilot and pilot.pk, timezone.now(), by and by.pk, *what])
