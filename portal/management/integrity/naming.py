"""What a check of integrity is: a code, a sentence that says what is wrong, and a question for the rows of which it is true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model, QuerySet

# How many rows a check names; all are counted.
SHOWN = 20
Rows = QuerySet | Sequence[Model]


@dataclass(frozen=True)
class Check:
    """One check; `find` gives the rows that break it, and none where all is well."""

    code: str
    sentence: str
    find: Callable[[], Rows]

    def faults(self) -> tuple[int, list[str]]:
        """Count the rows that break the check, and name the first of them by kind, number and how they call themselves."""
        rows = self.find()
        count = rows.count() if isinstance(rows, QuerySet) else len(rows)
        return count, [called(row) for row in rows[:SHOWN]] if count else []


def called(row: Model) -> str:
    """Name a row by its kind, its number, and its series and period where it has them, else as it calls itself."""
    series, period = getattr(row, "series", None), getattr(row, "period", None)
    place = "/".join(str(part) for part in (getattr(series, "code", None), period) if part)
    return f"{row._meta.label_lower} {row.pk}: {place if series else row}"


CHECKS: dict[str, Check] = {}


def check(sentence: str) -> Callable[[Callable[[], Rows]], Callable[[], Rows]]:
    """Register a question for faulty rows under the code that its name gives, with the sentence that is said of what it finds."""

    def register(find: Callable[[], Rows]) -> Callable[[], Rows]:
        code = find.__name__.replace("_", "-")
        CHECKS[code] = Check(code, sentence, find)
        return find

    return register
