"""The rounds of a submission: what each one offered, and what has changed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from indicators import periods
from indicators.models import Current, Entry, Offered, Submission
from indicators.periods import Period

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
OFFER = """
INSERT INTO indicators_offered
    (submission_id, round, entry_id, version, value, qualifier, flag, reason, numerator, denominator, source, note, explanation)
SELECT %s, %s, id, version, value, qualifier, flag, reason, numerator, denominator, source, note, explanation
FROM indicators_entry WHERE id = ANY(%s) ORDER BY id
"""
Cell = tuple[int, Period]


@dataclass(frozen=True)
class Figure:
    """What a figure says, wherever it is kept: an entry, an offered figure or a published one."""

    value: Decimal | None
    qualifier: str
    flag: str
    reason: str

    @classmethod
    def of(cls, row: Entry | Offered | Current) -> Figure:
        """Take the figure out of a row."""
        return cls(row.value, row.qualifier, row.flag, row.reason)

    @property
    def empty(self) -> bool:
        return self.value is None and not self.reason


def offer(submission: Submission, entries: Iterable[int]) -> None:
    """Copy the entries of these ids as what the present round offers. Called by `submit` inside its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(OFFER, [submission.pk, submission.round, list(entries)])


def before(submission: Submission) -> dict[Cell, Offered | Current]:
    """Return what each cell is compared with: the round before, and where that offered nothing, what is published."""
    span = periods.of_year(submission.collection.start.year)
    published = Current.objects.filter(pilot=submission.pilot, start__gte=span.start, start__lt=span.next().start)
    found: dict[Cell, Offered | Current] = {(row.series_id, row.period): row for row in published}
    earlier = Offered.objects.filter(submission=submission, round=submission.round - 1).select_related("entry")
    return found | {(row.entry.series_id, row.entry.period): row for row in earlier}


def compare(entries: Iterable[Entry], former: Mapping[Cell, Offered | Current]) -> dict[int, str]:
    """Say of each series whether its figures are new, changed or unchanged; a figure that was not there before is new."""
    kinds: dict[int, set[str]] = defaultdict(set)
    for entry in entries:
        row = former.get((entry.series_id, entry.period))
        was, now = Figure.of(row) if row else None, Figure.of(entry)
        if was is None or was.empty:
            kinds[entry.series_id].add(UNCHANGED if now.empty else NEW)
        else:
            kinds[entry.series_id].add(UNCHANGED if was == now else CHANGED)
    return {series: CHANGED if CHANGED in found else NEW if NEW in found else UNCHANGED for series, found in kinds.items()}


def changed_since_sent_back(submission: Submission, entries: Iterable[Entry]) -> set[int]:
    """Return the series of which a figure, its source or its explanation is another one than the present round offered."""
    offered = {row.entry_id: row for row in Offered.objects.filter(submission=submission, round=submission.round)}
    return {entry.series_id for entry in entries if differs(entry, offered.get(entry.pk))}


def differs(entry: Entry, offered: Offered | None) -> bool:
    """Whether an entry says something else than what was offered."""
    if offered is None:
        return not entry.empty
    texts = [(row.source, row.note, row.explanation) for row in (entry, offered)]
    return Figure.of(entry) != Figure.of(offered) or texts[0] != texts[1]
