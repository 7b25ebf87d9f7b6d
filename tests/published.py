"""A published year of Tianjin for tests, and what may happen to it afterwards."""

from __future__ import annotations

from types import SimpleNamespace

from indicators import publishing, review
from indicators.models import Collection, Current, Observation, Submission
from tests.builders import collection, item, record, standing, verified

# The figures with something to look at: a text that looks like a formula, a negative figure, quotation marks.
FIGURES = (
    item("TJ-58", "12.5", source="=cmd|' /C calc'!A0"),
    item("city_population", "68965"),
    item("wetland_lost", "-3.5"),
    item("wetland_base", "100"),
    item("TJ-60", "4", source='年鉴, "2030"'),
)


def year(people: SimpleNamespace, pilot: object) -> Submission:
    """Verify the year 2030 with every figure answered."""
    call = collection(pilot, people.coordinator)
    record(pilot, people.contributor, *FIGURES).raise_if_refused()
    return verified(call, people)


def correct(call: Collection, people: SimpleNamespace, value: str) -> None:
    """Reopen TJ-58, correct it and have it verified again."""
    review.reopen(pilot=call.pilot, cells=[("TJ-58", call.period)], reason="slip", by=people.coordinator, door="api")
    record(call.pilot, people.contributor, item("TJ-58", value, version=standing(call.pilot, "TJ-58").version)).raise_if_refused()
    submission = review.submit(collection=call, by=people.lead, door="api")
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door="api")


def withdraw(people: SimpleNamespace) -> Observation:
    """Take TJ-58 back."""
    current = Current.objects.select_related("series", "pilot").get(series__code="TJ-58")
    return publishing.withdraw(current=current, reason="measured wrongly", by=people.coordinator, door="api")
