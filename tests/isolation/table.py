"""The page of roles as a table: for each route and method, what everybody is answered."""

from __future__ import annotations

import re
from pathlib import Path

from tests.isolation.world import ACTORS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
ROW = re.compile(r"^\| (GET|POST|PUT|PATCH|DELETE) \| (.+?) \| (.+) \|$", re.MULTILINE)
Table = dict[tuple[str, str], tuple[str, ...]]


def read() -> Table:
    """Read the page: (method, route) to one answer for each actor; a route that stands twice is refused."""
    found: Table = {}
    for method, names, answers in ROW.findall(PAGE.read_text(encoding="utf-8")):
        cells = tuple(answers.split(" | "))
        assert len(cells) == len(ACTORS), names
        for name in re.findall(r"`([^`]+)`", names):
            assert (method, name) not in found, f"{method} {name} stands twice in {PAGE.name}"
            found[method, name] = cells
    return found
