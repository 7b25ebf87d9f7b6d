"""Composes a report: reads what is published of a pilot and its year, and copies it into plain data in both languages."""

from __future__ import annotations

from typing import Any

from indicators import matrix, periods
from indicators.models import Release
from pilots.models import Pilot, User
from reports.content.figures import drawn, rows_of
from reports.content.place import card, facts_of, framework
from reports.content.turn import actions_in, cells_of, cycle_of
from reports.models import Report
from reports.schema import SCHEMA
from reports.schema import Report as Content

__all__ = ["compose"]

# Longer texts are cut: they would cost the printer more memory than a whole report, and nobody reads them on paper.
LONGEST = 2000


def compose(pilot: Pilot, year: int, *, audience: str, reader: User, number: str = "", composed: str = "") -> Content:
    """Copy everything that the annual report of `year` says, figures as exact decimal strings.

    A public report holds what anybody may read; an internal one also what `reader` may: facts in doubt, the cycle with its
    objectives, the count of actions. `composed` is the moment (ISO 8601, UTC) that the report bears; the clock is not asked.
    Without number and moment the same data always give the same content. Texts over 2,000 characters are cut.
    """
    # The caller's copy may be older than the moment that is read here.
    pilot = Pilot.objects.get(pk=pilot.pk)
    allowed = reader if audience == Report.Audience.INTERNAL else None
    period = periods.of_year(year)
    read = matrix.read(pilot, period)
    editions = Release.objects.visible_to(None).filter(pilot=pilot, start=period.start, frequency=period.frequency)
    release = editions.order_by("-number").first()
    rows, cycle = rows_of(read), cycle_of(pilot, year, reader=allowed)
    content: Content = {
        "schema": SCHEMA,
        "kind": "annual",
        "number": number,
        "pilot": card(pilot),
        "year": year,
        "composed": composed,
        "release": release.code if release else "",
        "revision": pilot.revision,
        "audience": audience,
        "demo": pilot.demo or any(row["demo"] for row in rows) or bool(cycle and cycle.demo),
        "facts": facts_of(pilot, reader=allowed),
        "purposes": [framework(purpose) for purpose in read.purposes],
        "issues": [framework(row.issue) for row in read.rows],
        "matrix": cells_of(read, actions_in(cycle)),
        "charts": drawn(rows),
        "rows": rows,
        "cycle": cycle.told if cycle else None,
        "notes": [],
    }
    return _cut(content)


def _cut(value: Any) -> Any:
    """The same plain data with every text at a length that can be printed."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
    if isinstance(value, dict):
        return {key: _cut(item) for key, item in value.items()}
    return [_cut(item) for item in value] if isinstance(value, list) else value
