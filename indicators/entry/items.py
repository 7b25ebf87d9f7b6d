"""What goes into `record` and what comes out: one item and one outcome for each cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError

from indicators.models import Entry
from indicators.periods import Period


@dataclass(frozen=True)
class Item:
    """An answer to one cell. `version` is what the writer saw: 0 for a cell without an entry, None when not stated."""

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
    """The outcomes in the order of the items, and whether anything was written."""

    outcomes: list[Outcome]
    applied: bool

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.refused]

    def raise_if_refused(self) -> None:
        """Raise the first refusal, for a door that carries one figure."""
        for outcome in self.refused:
            raise outcome.refusal
