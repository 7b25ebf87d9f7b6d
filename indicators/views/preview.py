"""How the lines of an import are shown: in tabs by what becomes of them, each figure as its reader writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from indicators import importing
from indicators.figures import format_figure
from indicators.importing import Answer, Line
from indicators.models import Flag, Import, Reason, Series

TABS: dict[str, str | Promise] = {
    "refused": _("Problems"),
    "changed": _("Changed"),
    "new": _("New"),
    "unchanged": _("Unchanged"),
    "explained": _("Not imported"),
}
TEXTS = {"source": _("source"), "note": _("note"), "explanation": _("explanation"), "until": _("expected on")}


@dataclass(frozen=True)
class Shown:
    """A line with the name of its series, and its figures in words and digits."""

    line: Line
    name: str = ""

    @property
    def standing(self) -> str:
        """What stands in the cell now."""
        return figure(self.line.now)

    @property
    def proposed(self) -> str:
        """What the file says."""
        return figure(self.line.answer)

    @property
    def downloaded(self) -> str:
        """What stood in the cell when the workbook was downloaded."""
        return figure(self.line.was)

    @property
    def texts_changed(self) -> list[str]:
        """The names of the texts that change with the figure."""
        now = self.line.now or {}
        changed = [str(name) for key, name in TEXTS.items() if self.line.answer.get(key, "") != now.get(key, "")]
        flag = self.line.answer.get("flag", "A")
        return [*changed, str(Flag(flag).label)] if flag != now.get("flag", "A") else changed


@dataclass(frozen=True)
class Tab:
    """The lines of one kind."""

    name: str
    label: str | Promise
    lines: Sequence[Shown]


class Preview:
    """An import as its page shows it."""

    def __init__(self, found: Import) -> None:
        self.found = found
        self.lines = importing.lines_of(found)

    @cached_property
    def names(self) -> dict[str, str]:
        return {one.code: one.name for one in Series.objects.of(self.found.pilot).with_definitions()}

    @cached_property
    def tabs(self) -> list[Tab]:
        """The tabs that have lines; what is told stands with what is explained."""
        kinds = {"told": "explained"}
        tabs = [
            Tab(name, label, [self.shown(line) for line in self.lines if kinds.get(line.status, line.status) == name])
            for name, label in TABS.items()
        ]
        return [tab for tab in tabs if tab.lines]

    @cached_property
    def conflicts(self) -> list[Shown]:
        """The cells that a colleague changed meanwhile."""
        return [self.shown(line) for line in self.lines if line.status == "conflict"]

    def shown(self, line: Line) -> Shown:
        return Shown(line, self.names.get(line.series, ""))


def figure(answer: Answer | None) -> str:
    """Write an answer: its figure, or the reason why there is none."""
    if not answer:
        return ""
    if value := answer.get("value"):
        return format_figure(Decimal(value), decimals=None, language=importing.language(), qualifier=answer.get("qualifier", "="))
    return str(Reason(answer["reason"]).label) if answer.get("reason") in Reason.values else ""
