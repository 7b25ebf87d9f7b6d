"""What a reader may ask of an address: its query parameters, each declared, all others refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from pilots.api.refusing import refusal, unknown
from pilots.forms import read_day

CHINA = ZoneInfo("Asia/Shanghai")
MOST_VALUES = 500


@dataclass(frozen=True)
class Parameter:
    """One query parameter: its name, what it does, and how its text is read.

    `many` reads a list by commas. `allowed` are its fixed codes, where it has them; codes of the database are looked up by the view.
    `read` makes the value of one text, or refuses.
    """

    name: str
    words: str
    many: bool = False
    allowed: tuple[str, ...] = ()
    read: Callable[[str, str], object] | None = None

    def of(self, text: str) -> object:
        """Read the text of this parameter into its value, or refuse."""
        if not self.many:
            return self.one(text)
        parts = [part.strip() for part in text.split(",")]
        if len(parts) > MOST_VALUES:
            raise refusal(self.name, _("At most %(most)s codes fit in one list.") % {"most": MOST_VALUES})
        if not all(parts):
            raise refusal(self.name, _("A list has codes with single commas between them."), value=text[:80])
        return [self.one(part) for part in dict.fromkeys(parts)]

    def one(self, text: str) -> object:
        """Read one value."""
        if self.allowed and text not in self.allowed:
            raise unknown(self.name, text, known=self.allowed)
        return self.read(self.name, text) if self.read else text


LANGUAGE = Parameter("lang", "The language of names and messages.", allowed=("zh", "en"))


def read_query(query: QueryDict, declared: Sequence[Parameter]) -> dict[str, object]:
    """Read every parameter of a query, or refuse the first that is not declared, is empty or given twice, or cannot be read."""
    by_name = {parameter.name: parameter for parameter in (*declared, LANGUAGE)}
    asked = {}
    for name, texts in query.lists():
        if name not in by_name:
            raise unknown(name, name, known=by_name, code="unknown_parameter")
        if len(texts) > 1:
            raise refusal(name, _("This is given twice. Write one list, with commas between the codes."), value=texts[1][:80])
        if not texts[0]:
            raise refusal(name, _("Write a value, or leave the parameter out."))
        asked[name] = by_name[name].of(texts[0])
    return asked


def yes(field: str, text: str) -> bool:
    """Read 1 or 0."""
    if text not in {"0", "1"}:
        raise unknown(field, text, known=["1", "0"])
    return text == "1"


def whole(least: int, most: int) -> Callable[[str, str], int]:
    """Make a reader of whole numbers between two limits."""

    def read(field: str, text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= 12 and least <= int(text) <= most:
            return int(text)
        raise refusal(field, _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}, value=text[:80])

    read.shape = {"type": "integer", "minimum": least, "maximum": most}
    return read


def moment(field: str, text: str) -> datetime:
    """Read a time with its zone (2025-03-02T04:05:06Z), or a day, which means its first moment in China."""
    day, found = when(field, text)
    return found or datetime.combine(day, time.min, CHINA).astimezone(UTC)


def end_of(field: str, text: str) -> datetime:
    """Read a time with its zone, or a day, which means its last moment in China."""
    day, found = when(field, text)
    return found or datetime.combine(day, time.max, CHINA).astimezone(UTC)


def when(field: str, text: str) -> tuple[date | None, datetime | None]:
    """Read a day or a time with its zone, in the years 1900 to 2199."""
    begin, mark, _clock = text.partition("T")
    with suppress(ValueError, ValidationError):
        day = read_day(begin)
        # A plus sign that was not percent-encoded arrives as a blank.
        found = parse_datetime(text.replace(" ", "+")) if mark and text.isascii() else None
        if found is not None and found.tzinfo is not None:
            return None, found.astimezone(UTC)
        if not mark:
            return day, None
    raise refusal(field, _("Write a day (2025-03-02) or a time with its zone (2025-03-02T04:05:06Z)."), value=text[:80])
