"""The lines of an import: every cell that was read, where it stands, and what would become of it; kept as JSON with the import."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import get_language, override

from indicators import numbers, periods
from indicators.entry import Item
from indicators.models import Entry, Import

NEW, CHANGED, UNCHANGED, CONFLICT, REFUSED, EXPLAINED, TOLD = (
    "new",
    "changed",
    "unchanged",
    "conflict",
    "refused",
    "explained",
    "told",
)
FIGURES = (NEW, CHANGED, UNCHANGED, CONFLICT, REFUSED)
LANGUAGES = {"zh": "zh-hans", "en": "en"}
# What an answer is when nothing is said; only what differs from it is kept.
SILENT = {"value": "", "qualifier": "=", "flag": "A", "reason": "", "until": "", "source": "", "note": "", "explanation": "", "given": ""}
CONTENT = tuple(name for name in SILENT if name != "given")
Answer = dict[str, str]


@dataclass
class Line:
    """One row of the file, or a group of cells that are no figures.

    `answer` is what would stand in the cell, `now` what stands there, `was` what stood there when the workbook was downloaded, each
    without what is usual. `version` is the version of the entry that the preview saw, `seen` the one that the writer of the file had
    before them where that is another, `said` the problem or explanation in each language, and `cells` how many cells of the file
    the line accounts for.
    """

    status: str
    place: str = ""
    raw: str = ""
    series: str = ""
    period: str = ""
    code: str = ""
    said: dict[str, str] = field(default_factory=dict)
    answer: Answer = field(default_factory=dict)
    now: Answer | None = None
    was: Answer | None = None
    version: int = 0
    seen: int | None = None
    cells: int = 0

    @property
    def key(self) -> str:
        return f"{self.series}@{self.period}"

    @property
    def message(self) -> str:
        """What is said of it, in the reader's language."""
        return self.said.get(language(), "")

    @property
    def written(self) -> bool:
        """Whether it would be written."""
        return self.status in (NEW, CHANGED)

    def item(self) -> Item:
        """Return what is handed to `entry.record`, on top of the version that the preview saw."""
        full = {**SILENT, **self.answer}
        value, until = full.pop("value"), full.pop("until")
        given = {"value": Decimal(value) if value else None, "until": date.fromisoformat(until) if until else None}
        return Item(self.series, periods.parse(self.period), version=self.version, **given, **full)

    def as_brought(self) -> Item:
        """Return the item with the version that the writer of the file saw, which a conflict is refused by."""
        return self.item() if self.seen is None else replace(self.item(), version=self.seen)


def keep(line: Line) -> dict[str, object]:
    """Return a line as it is kept: without what is empty."""
    return {name: value for name, value in vars(line).items() if value not in ("", None, {}) and (value or name == "seen")}


def lines_of(found: Import) -> list[Line]:
    """Read the kept lines."""
    return [Line(**kept) for kept in found.lines]


def preview_of(found: Import) -> str:
    """Sum up what an import shows, so that what is applied is what somebody saw."""
    told = json.dumps(found.lines, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def answer_of(content: Item | Entry) -> Answer:
    """Return what an item or an entry says, without what is usual."""
    value = numbers.plain(content.value) or ""
    until = content.until.isoformat() if content.until else ""
    texts = {name: getattr(content, name) for name in ("reason", "source", "note", "explanation", "given")}
    # A missing figure carries the flag of its reason.
    flag = "A" if content.reason else content.flag
    full = {"value": value, "qualifier": content.qualifier if value else "=", "flag": flag, "until": until, **texts}
    return {name: text for name, text in full.items() if text != SILENT[name]}


def same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two answers say the same; how a figure was written does not count."""
    return all(one.get(name, SILENT[name]) == other.get(name, SILENT[name]) for name in CONTENT)


def count(lines: Iterable[Line]) -> dict[str, int]:
    """Count the figures by what becomes of them, and the cells that are explained."""
    figures: Counter[str] = Counter(line.status for line in lines if line.status in FIGURES)
    explained = sum(line.cells for line in lines if line.status == EXPLAINED)
    return {name: figures[name] for name in FIGURES} | {"explained": explained}


def count_cells(lines: Iterable[Line]) -> dict[str, int]:
    """Count the cells of the file: imported, unchanged, refused and explained are all that are not empty."""
    found: Counter[str] = Counter()
    for line in lines:
        found["imported" if line.written else "refused" if line.status == CONFLICT else line.status] += line.cells
    told = {name: found[name] for name in ("imported", UNCHANGED, REFUSED, EXPLAINED)}
    return {**told, "total": sum(told.values())}


def language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def in_both(say: Callable[[], str]) -> dict[str, str]:
    """Let something be said in each language."""
    said = {}
    for short, code in LANGUAGES.items():
        with override(code):
            said[short] = say()
    return said


def words_of(refusal: ValidationError | Exception) -> dict[str, str]:
    """Return the words of a refusal in each language, as far as they are not fixed yet."""
    return in_both(lambda: " ".join(map(str, getattr(refusal, "messages", [refusal]))))
