"""Reports for tests, ordered and made by walking the acts."""

from datetime import date
from types import SimpleNamespace

from indicators import collecting, entry
from pilots.models import Door, Pilot, User
from reports import building, orders
from reports.models import Report
from tests import builders as shared
from tests.cycles import builders as cycles

YEAR = cycles.YEAR
# A series of Tianjin that is typed, with decimals.
SERIES = "TJ-58"


def ordered(pilot: Pilot, by: User, **more: object) -> Report:
    """An order for the report of the tests' year: one language, for the public, unless said otherwise."""
    facts = {"year": YEAR, "languages": ["zh"], "formats": ["pdf"], "audience": "public"}
    return orders.order(pilot=pilot, by=by, door=Door.PAGE, **{**facts, **more})


def built(report: Report) -> Report:
    """The report as the worker leaves it."""
    return building.build(report_id=report.pk, by=None, door=Door.SYSTEM)


def ready(pilot: Pilot, by: User, **more: object) -> Report:
    return built(ordered(pilot, by, **more))


def published(pilot: Pilot, people: SimpleNamespace, **more: object) -> Report:
    return orders.publish(report=ready(pilot, people.lead, **more), by=people.coordinator, door=Door.PAGE)


def figures(pilot: Pilot, people: SimpleNamespace, value: str = "12.25") -> str:
    """Verify one figure of the tests' year and return the code of its series."""
    cycles.verified(pilot, people, {SERIES: value})
    return SERIES


def year_of_figures(pilot: Pilot, people: SimpleNamespace, year: int, value: str) -> None:
    """Verify one figure of a year, the others not collected."""
    call = shared.collection(pilot, people.coordinator, year, due=date(2027, 3, 31))
    answers = [cycles.answer(*cell, {SERIES: value}) for cell in collecting.expected(call)]
    entry.record(pilot=pilot, entries=answers, by=people.contributor, door=Door.PAGE).raise_if_refused()
    cycles.reviewed(call, people)
