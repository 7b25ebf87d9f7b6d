"""One fixture being loaded: its content, its edition, and rows brought to it without touching people's work."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from pilots import trail
from pilots.models import Edition, TrailRow, User

FOLDER = Path(__file__).resolve().parents[2] / "fixtures"
ACT = "catalogue.load"


@dataclass
class Loading:
    """A fixture by name, with the number of rows that loading it created and changed."""

    name: str
    version: int
    sha256: str
    content: dict[str, Any] = field(repr=False)
    created: int = 0
    changed: int = 0

    @classmethod
    def of(cls, name: str, folder: Path = FOLDER) -> Loading:
        """Read one fixture file."""
        text = (folder / f"{name}.json").read_bytes()
        content = json.loads(text)
        return cls(name, content["version"], hashlib.sha256(text).hexdigest(), content)

    @property
    def known(self) -> bool:
        """Whether exactly this content is what was loaded last."""
        return Edition.objects.filter(fixture=self.name, sha256=self.sha256).exists()

    def keep(
        self,
        rows: QuerySet,
        wanted: Mapping[tuple, dict[str, Any]],
        *,
        key: tuple[str, ...],
        once: tuple[str, ...] = (),
        left: frozenset = frozenset(),
    ) -> dict[tuple, Model]:
        """Create the missing rows, bring the others to the fixture, and return all of them by key.

        `key` names the attributes that identify a row; fields in `once` are written at creation only, because people may
        change them afterwards; the rows whose keys are in `left` were edited by people and are not touched.
        """
        found = {tuple(getattr(row, name) for name in key): row for row in rows}
        fresh = [rows.model(**dict(zip(key, place, strict=True)), **fields) for place, fields in wanted.items() if place not in found]
        stale, names = [], set()
        for place, fields in wanted.items():
            row = found.get(place)
            if row is None or place in left:
                continue
            different = {name: value for name, value in fields.items() if name not in once and getattr(row, name) != value}
            if different:
                vars(row).update(different)
                stale.append(row)
                names |= different.keys()
        for row in rows.model.objects.bulk_create(fresh, batch_size=1000):
            found[tuple(getattr(row, name) for name in key)] = row
        if stale:
            rows.model.objects.bulk_update(stale, sorted(names), batch_size=500)
        self.created += len(fresh)
        self.changed += len(stale)
        return found

    def close(self, *, by: User | None, door: str) -> None:
        """Remember the edition and leave one row in the trail."""
        now = timezone.now()
        edition = {"version": self.version, "sha256": self.sha256, "loaded_at": now}
        Edition.objects.update_or_create(fixture=self.name, defaults=edition)
        after = {"version": self.version, "sha256": self.sha256, "created": self.created, "changed": self.changed}
        trail.leave(ACT, kind="fixture", key=self.name, by=by, door=door, after=after)

    def __str__(self) -> str:
        if self.known and not (self.created or self.changed):
            return f"{self.name} {self.version}: as it was"
        return f"{self.name} {self.version}: {self.created} new, {self.changed} changed"


def edited(kind: str) -> frozenset[tuple[str]]:
    """The keys of the objects of one kind that an act of a person has changed, as the trail tells."""
    keys = TrailRow.objects.filter(object_kind=kind).exclude(act=ACT).values_list("object_key", flat=True)
    return frozenset((key,) for key in keys.distinct())


def named(name: Mapping[str, str], field_name: str = "name") -> dict[str, str]:
    """The two columns of a name that a fixture holds in both languages."""
    return {f"{field_name}_zh": name["zh"], f"{field_name}_en": name["en"]}


def both(text: Mapping[str, str] | None, field_name: str) -> dict[str, str]:
    """The two columns of a text that a row may lack."""
    return named(text or {"zh": "", "en": ""}, field_name)
