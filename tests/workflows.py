"""The page of states, written from the tables of steps; `python -m tests.workflows` in the portal's environment prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import django
from django.utils import translation
from django.utils.module_loading import import_string

if __name__ == "__main__":
    django.setup()

from pilots.models import Role
from pilots.steps import Step

PAGE = Path(__file__).resolve().parents[1] / "docs" / "states.md"
HEAD = """# States: what may happen next, and by whom

Every workflow is one table of steps in the code; its acts, its buttons, the API's `steps` and its refusals read the same table.
This page is written from these tables by `tests/workflows.py`, and a test compares the two. A step that the state does not allow is
refused with what is possible instead (409).
"""
WORKFLOWS = {
    "Submission": (
        "indicators.review.STEPS",
        "Whoever submitted or wrote a figure does not verify it. What is verified is submitted again once figures were reopened.",
    ),
    "Review of single values": (
        "indicators.review.JUDGING",
        "The first judgement of a reviewer begins the review. An expert's advice is for the reviewers. Nobody accepts what they wrote.",
    ),
    "Assigning a submission": ("indicators.review.ASSIGNING", "Whoever submitted a submission does not review it."),
    "What came back": (
        "indicators.review.ANSWERING",
        "Each mark needs a change or a reply before the figures are submitted again; other values are asked for.",
    ),
    "Request to unlock": ("indicators.review.UNLOCKING", "It is answered as long as the figures are with the pilot."),
    "Import": (
        "indicators.importing.STEPS",
        "A worker takes what was brought through reading to ready, or to failed with the reason. Undoing leaves what was changed since.",
    ),
    "Cycle": (
        "cycles.stages.STEPS",
        "Each gate lists what is still lacking; leaving Check freezes the stocktake. Going back needs a reason.",
    ),
    "Work in Plan": ("cycles.planning.STEPS", "Steps inside a stage move the cycle nowhere."),
    "Work in Do": ("cycles.doing.STEPS", "Whoever carries out an action says how it gets on."),
    "Action": ("cycles.doing.ACTION_STEPS", "An action of a cycle."),
    "Work in Check": ("cycles.checking.STEPS", "Audits and management reviews."),
    "Work in Act": ("cycles.improving.STEPS", "Nonconformities, corrective actions and decisions."),
    "Report": ("reports.orders.STEPS", "The worker takes an ordered report through building to ready, or to failed with the reason."),
}


def written() -> str:
    """Write the page."""
    with translation.override("en"):
        return HEAD + "".join(section(name, *about) for name, about in WORKFLOWS.items())


def section(name: str, dotted: str, words: str) -> str:
    rows = "".join(row(step) for step in table(dotted))
    return f"\n## {name}\n\n{words} Table: `{dotted}`.\n\n| Step | From | To | Who | Its words |\n|---|---|---|---|---|\n{rows}"


def row(step: Step) -> str:
    roles = ", ".join(str(Role(role).label) for role in step.roles)
    return f"| {step.name} | {', '.join(map(str, step.before))} | {step.after or '–'} | {roles} | {step.label} |\n"


def table(dotted: str) -> tuple[Step, ...]:
    return import_string(dotted)


def every_table(modules: Iterable[str]) -> set[int]:
    """The tables of steps that the loaded modules hold, by identity."""
    found = {}
    for name in modules:
        for value in vars(sys.modules[name]).values():
            if isinstance(value, tuple) and value and all(isinstance(step, Step) for step in value):
                found[id(value)] = value
    return set(found)


if __name__ == "__main__":
    sys.stdout.write(written())
