"""The page of roles as a table: for each route and method, what everybody is answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
# As the columns of the page are named, and after them those who are answered like one of these.
COLUMNS = ("anonymous", "A viewer", "A contributor", "A lead", "B lead", "coordinator", "expert", "administrator", "auditor")
ROW = re.compile(r"^\| (GET|POST|PUT|PATCH|DELETE) \| (.+?) \| (.+) \|$", re.MULTILINE)
LIKE = re.compile(r"^\| ([^|]+) \| ([^|`]+) \| ([^|`]+) \| ([^|`]+) \| ([^|`]+) \|$", re.MULTILINE)
EXCEPT = re.compile(r"^\| ([^|]+) \| (GET|POST|PUT|PATCH|DELETE) \| ((?:`[^|]+` ?)+) \| ([\w-]+) \|$", re.MULTILINE)
SECTIONS = ("Pages", "REST, reading", "REST, changing", "Administration")
Cell = tuple[str, str]


@dataclass(frozen=True)
class Law:
    """What the page says: the answers by column, who else is answered like whom, and where that one is not."""

    cells: dict[Cell, tuple[str, ...]]
    like: dict[str, dict[str, str]]
    exceptions: dict[tuple[str, str, str], str]

    def answer(self, actor: str, method: str, name: str) -> str:
        """What an actor is answered at a route."""
        if (method, name) not in self.cells:
            return "unlisted"
        if actor in COLUMNS:
            return self.cells[method, name][COLUMNS.index(actor)]
        if (actor, method, name) in self.exceptions:
            return self.exceptions[actor, method, name]
        other, _comma, turned = self.like[actor][section(method, name)].partition(", ")
        if other.isdigit():
            return other
        found = self.answer(other, method, name)
        return "403" if turned and found == "401" else found


def section(method: str, name: str) -> str:
    """The part of the page that a route belongs to."""
    if name.startswith("api:"):
        return "REST, reading" if method == "GET" else "REST, changing"
    return "Administration" if name.startswith(("admin:", "admin/")) else "Pages"


def read() -> Law:
    """Read the page; a route that stands twice, and a row with too few or too many answers, is refused."""
    page = PAGE.read_text(encoding="utf-8")
    cells: dict[Cell, tuple[str, ...]] = {}
    for method, names, answers in ROW.findall(page):
        found = tuple(answers.split(" | "))
        assert len(found) == len(COLUMNS), names
        for name in re.findall(r"`([^`]+)`", names):
            assert (method, name) not in cells, f"{method} {name} stands twice in {PAGE.name}"
            cells[method, name] = found
    like = {who: dict(zip(SECTIONS, others, strict=True)) for who, *others in LIKE.findall(page) if others[0] in COLUMNS}
    exceptions = {
        (who, method, name): answer for who, method, names, answer in EXCEPT.findall(page) for name in re.findall(r"`([^`]+)`", names)
    }
    return Law(cells, like, exceptions)
