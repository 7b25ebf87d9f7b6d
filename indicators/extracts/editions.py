"""At what revision the published figures stand, and which of them changed since an earlier one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from indicators.models import Current, Observation

STANDING = """
SELECT (SELECT number FROM indicators_revision WHERE id = 1),
       (SELECT identity FROM indicators_revision WHERE id = 1),
       (SELECT string_agg(fixture || ':' || sha256, ',' ORDER BY fixture) FROM pilots_edition),
       (SELECT count(*) || ':' || coalesce(sum(id), 0) FROM pilots_pilot WHERE active)
"""


@dataclass(frozen=True)
class Edition:
    """Everything that published answers depend on: the revision, the database, the loaded catalogue, the pilots that take part."""

    revision: int
    identity: uuid.UUID | None
    catalogue: str
    pilots: str

    @property
    def sync(self) -> str | None:
        """The token from which a program asks for changes; before the first publication there is none."""
        return f"{self.identity.hex}.{self.revision}" if self.identity else None


def standing() -> Edition:
    """Read where the published figures stand now, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        revision, identity, catalogue, pilots = cursor.fetchone()
    return Edition(revision or 0, uuid.UUID(str(identity)) if identity else None, catalogue or "", pilots)


def changed_since(user: object, revision: int, *, until: int) -> QuerySet:
    """The current figures that were published or judged again after a revision."""
    return Current.objects.visible_to(user).filter(revision__gt=revision, revision__lte=until)


def withdrawn_since(user: object, revision: int, *, until: int) -> QuerySet:
    """The tombstones written after a revision whose cells have no figure again."""
    cell = {"series": OuterRef("series"), "start": OuterRef("start"), "frequency": OuterRef("frequency")}
    again = Current.objects.filter(**cell)
    later = Observation.objects.filter(**cell, revision__gt=OuterRef("revision"), revision__lte=until)
    found = Observation.objects.visible_to(user).filter(revision__gt=revision, revision__lte=until, withdrawn=True)
    return found.filter(~Exists(again), ~Exists(later))
