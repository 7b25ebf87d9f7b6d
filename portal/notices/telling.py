"""What a notice says in the reader's language: a sentence, facts, somebody's own words, and the page to go to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from indicators import periods
from indicators.models import Series
from pilots.models import Notice, User


@dataclass(frozen=True)
class Telling:
    """The words of one notice. `quote` is what a person wrote, `step` names the page at `path`, `tone` says how urgent it is."""

    subject: str
    icon: str
    facts: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    step: str = ""
    path: str = ""
    tone: str = ""
    why: str = ""


@dataclass
class Names:
    """The names that a batch of notices needs, each kind read in one query."""

    notices: Sequence[Notice]
    _ids: tuple[str, ...] = field(default=("coordinator", "cover"))

    @cached_property
    def series(self) -> dict[tuple[int | None, str], Series]:
        """The series that are named by code, by pilot and code."""
        wanted = {(notice.pilot_id, notice.payload["series"]) for notice in self.notices if notice.payload.get("series")}
        if not wanted:
            return {}
        found = Series.objects.filter(pilot__in={pilot for pilot, _code in wanted}, code__in={code for _pilot, code in wanted})
        return {(one.pilot_id, one.code): one for one in found.select_related("indicator", "variable")}

    @cached_property
    def people(self) -> dict[int, User]:
        """The people who are named by number."""
        wanted = {notice.payload[name] for notice in self.notices for name in self._ids if notice.payload.get(name)}
        return User.objects.in_bulk(wanted) if wanted else {}


@dataclass(frozen=True)
class Told:
    """One notice with the names that it needs; what the sayings are made from."""

    notice: Notice
    names: Names

    def __getitem__(self, name: str) -> object:
        return self.notice.payload.get(name, "")

    @property
    def pilot(self) -> str:
        """The pilot's short name."""
        return self.notice.pilot.short_name if self.notice.pilot else ""

    @property
    def slug(self) -> str:
        return self.notice.pilot.slug if self.notice.pilot else ""

    @property
    def period(self) -> str:
        """The period in the reader's language."""
        return label_of(str(self["period"]))

    @property
    def series(self) -> str:
        """The series by code and name, or by its code alone where it is not there any more."""
        code = str(self["series"])
        found = self.names.series.get((self.notice.pilot_id, code))
        return f"{code} {found.name}" if found else code

    @property
    def plain(self) -> dict[str, object]:
        """What most sentences name."""
        return {"pilot": self.pilot, "period": self.period, **{name: self[name] for name in ("due", "days", "round", "year")}}

    def person(self, name: str) -> str:
        """The name of a person who is kept by number."""
        return str(self.names.people.get(self[name], ""))

    def facts(self, *wanted: tuple[str, object]) -> tuple[tuple[str, str], ...]:
        """Facts with their labels; what is not there is left out."""
        return tuple((str(label), str(text)) for label, text in wanted if text not in ("", None))

    def by(self, label: str) -> tuple[str, object]:
        """Who did it."""
        return (label, self.notice.actor or "")


def label_of(code: str) -> str:
    """A period in the reader's language."""
    return periods.parse(code).label if code else ""


def listed(texts: Sequence[str]) -> str:
    """Several things in a row, as the reader's language writes them."""
    return _(", ").join(texts)
