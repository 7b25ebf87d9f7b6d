"""What goes into `record` and what comes out: one item and one outcome for each cell."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError

from indicators.models import TYPED_FLAGS, Entry, Flag
from indicators.periods import Period
from indicators.rules import Warning, Watch
from pilots.models import Pilot, User

if TYPE_CHECKING:
    from indicators.entry.sheet import Sheet


@dataclass(frozen=True)
class Item:
    """An answer to one cell. `version` is what the writer saw: 0 for a cell without an entry, None when not stated.

    `until` is the day from which a figure that is not yet available will be.
    """

    series: str
    period: Period | str
    value: Decimal | None
    qualifier: str = "="
    flag: str = "A"
    reason: str = ""
    source: str = ""
    note: str = ""
    explanation: str = ""
    given: str = ""
    version: int | None = None
    until: date | None = None

    @classmethod
    def of(cls, entry: Entry, **changes: object) -> Self:
        """Say again what an entry says, with some of it changed."""
        said = {field.name: getattr(entry, field.name) for field in fields(cls) if field.name not in ("series", "period")}
        flag = entry.flag if entry.flag in TYPED_FLAGS else Flag.NORMAL
        return cls(entry.series.code, entry.period, **{**said, "flag": flag, **changes})

    @property
    def texts(self) -> dict[str, str]:
        return {"source": self.source, "note": self.note, "explanation": self.explanation, "given": self.given}


@dataclass
class Outcome:
    """What became of one item: `created`, `updated`, `unchanged`, or `refused` with a code and a message."""

    item: Item
    status: str = "unchanged"
    code: str = ""
    message: str = ""
    entry: Entry | None = None
    before: Entry | None = None
    also: list[str] = field(default_factory=list)
    refusal: ValidationError | None = None
    batch: Batch | None = None

    @property
    def warnings(self) -> list[Warning]:
        """What the soft rules ask about the figure that stands in the cell now; found when it is read, and never stored."""
        if self.batch is None or self.entry is None or self.refused:
            return []
        return self.batch.watch(self.entry.series, self.entry.period)

    @property
    def refused(self) -> bool:
        return self.refusal is not None

    def refuse(self, refusal: ValidationError, current: Entry | None = None) -> None:
        """Keep the refusal; `current` is what stands in the cell now."""
        self.status, self.code, self.refusal = "refused", refusal.code or "invalid", refusal
        self.message = " ".join(refusal.messages)
        self.before, self.entry, self.also = current or self.before, None, []


@dataclass
class Batch:
    """The outcomes in the order of the items, and whether anything was written, for whom and by whom."""

    outcomes: list[Outcome]
    applied: bool
    pilot: Pilot
    by: User
    sheet: Sheet
    written: list[Entry]

    def __post_init__(self) -> None:
        for outcome in self.outcomes:
            outcome.batch = self

    @cached_property
    def watch(self) -> Watch:
        """The soft rules with what stands beside the figures of this batch; the figures are those that it wrote or would have."""
        if self.sheet.has_beside:
            now = {(entry.series_id, entry.period): entry for entry in self.written}
            return Watch(self.sheet.roster, entries={**self.sheet.entries, **now})
        standing = [outcome.entry for outcome in self.outcomes if outcome.entry and not outcome.refused]
        return Watch.around(self.pilot, standing, reader=self.by)

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.refused]

    def raise_if_refused(self) -> None:
        """Raise the first refusal, for a door that carries one figure."""
        for outcome in self.refused:
            raise outcome.refusal
