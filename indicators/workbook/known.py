"""The series of a pilot as a row may name them: by code, or by a name that only one of them has."""

from __future__ import annotations

import difflib
import unicodedata

from indicators.models import Series
from indicators.workbook import words
from indicators.workbook.book import Row
from pilots.models import Pilot


def folded(text: str) -> str:
    """Return a name without room, case and width, which tables do not keep."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class Known:
    """The series of a pilot by every code and name that they have."""

    def __init__(self, pilot: Pilot) -> None:
        self.pilot = pilot
        self.by_code: dict[str, Series] = {}
        self.by_name: dict[str, set[Series]] = {}
        for series in Series.objects.of(pilot).with_definitions():
            self.by_code[folded(series.code)] = series
            own = (series.name_zh, series.name_en, series.definition.name_zh, series.definition.name_en)
            for name in filter(None, own):
                self.by_name.setdefault(folded(name), set()).add(series)

    def find(self, row: Row) -> Series:
        """Return the series of a row, or refuse: nothing names it, nobody knows it, two have the name, or code and name differ."""
        code, name = row.text("series"), row.text("name")
        if not code and not name:
            raise words.refusal("no_code", {"raw": row.text("value")[:60]})
        by_code = self.by_code.get(folded(code)) if code else self.by_code.get(folded(name))
        by_name = self.by_name.get(folded(name) if name else folded(code), set())
        if by_code is None:
            return self._only(code or name, by_name if not code or not name else self.by_name.get(folded(code), set()))
        if by_name and by_code not in by_name:
            raise words.refusal("other_name", {"code": code or name, "name": name[:60], "own": by_code.name[:60]})
        return by_code

    def _only(self, text: str, having: set[Series]) -> Series:
        """Return the only series that has a name."""
        if len(having) == 1:
            return next(iter(having))
        if having:
            codes = ", ".join(sorted(series.code for series in having))
            raise words.refusal("name_twice", {"name": text[:60], "codes": codes[:120]})
        nearest = difflib.get_close_matches(folded(text), self.by_code, n=1)
        if nearest:
            raise words.refusal("nearly", {"code": text[:60], "pilot": self.pilot.short_name, "nearest": self.by_code[nearest[0]].code})
        raise words.refusal("unknown_series", {"code": text[:60], "pilot": self.pilot.short_name})
