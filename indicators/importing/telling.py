"""Tells what an import comes to, the same at every door: its counts, and each problem with its place, text, reason and fix."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indicators.importing.lines import CONFLICT, REFUSED, Line, language, lines_of
from indicators.models import Import
from indicators.workbook import Marks, Typed

# The first sentence says what is wrong, the rest what to do; a full stop inside what somebody wrote ends no sentence.
SENTENCE = re.compile(r"((?:“[^”]*”|[^“])*?(?:。|\.(?=\s+[A-Z“])))\s*(.+)", re.DOTALL)


def troubled(found: Import) -> list[Line]:
    """Return the lines that are not imported because something is wrong with them, or because a colleague was there first."""
    return [line for line in lines_of(found) if line.status in (REFUSED, CONFLICT)]


def outcome(found: Import) -> dict[str, object]:
    """Return what an import comes to; figures are counted by what becomes of them, cells by whether they are accounted for."""
    counts = {name: count for name, count in found.counts.items() if name not in ("cells", "left")}
    problems = [problem(line) for line in troubled(found)]
    return {"state": found.state, "counts": counts, "cells": found.counts.get("cells", {}), "problems": problems}


def problem(line: Line) -> dict[str, str]:
    """Return a problem: the cell, the series, what stands in the file, why it is not imported, and what to do."""
    reason, fix = split(line.message)
    return {
        "cell": line.place,
        "series": line.series,
        "period": line.period,
        "raw": line.raw,
        "code": line.code,
        "reason": reason,
        "fix": fix,
    }


def split(message: str) -> tuple[str, str]:
    """Part a refusal into what is wrong and what to do."""
    found = SENTENCE.fullmatch(message)
    return (found[1], found[2]) if found else (message, "")


def failure_of(found: Import) -> str:
    """Say in the reader's language why a file could not be read; nothing where it could."""
    return found.failure.get(language(), "")


def marks_of(found: Import) -> Marks:
    """Return what goes back to whoever brought a file: their figures by line, and every problem."""
    lines = lines_of(found)
    typed = {(line.series, line.period): Typed(texts_of(line), line.message if line.status == REFUSED else "") for line in figures(lines)}
    told = (problem(line) for line in troubled(found))
    problems = [(one["cell"], f"{one['series']} {one['raw']}".strip(), one["reason"], one["fix"]) for one in told]
    return Marks(typed, problems)


def figures(lines: Iterable[Line]) -> Iterable[Line]:
    return (line for line in lines if line.written or line.status in (REFUSED, CONFLICT))


def texts_of(line: Line) -> dict[str, str]:
    """Return the texts of a line as the person had typed them."""
    return {**line.answer, "value": line.raw}
