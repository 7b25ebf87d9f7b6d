"""The content of a report: plain data, composed once, from which every format and both languages are dressed.

A report's content is JSON with `"schema": "i37-report/1"`. It holds both languages side by side, every figure as an
exact decimal string, and no wording of the page: labels, rounding and layout belong to the renderers. Codes (pace,
flag, reason, qualifier, operator) are those of the database. Once composed it is stored and never changes; its
sha256 is what the colophon prints and the API gives.
"""

import hashlib
import json
from typing import Literal, NotRequired, TypedDict

SCHEMA = "i37-report/1"


class Text(TypedDict):
    """The same words in Chinese and in English, each written for its reader; an empty one falls back to the other."""

    zh: str
    en: str


class PilotCard(TypedDict):
    """Who reports: the names and where it lies."""

    slug: str
    name: Text
    short_name: Text
    community: Text
    place: Text


class Fact(TypedDict):
    """A sentence or a figure about the pilot, with its source word for word and any doubt about it.

    `value` is None where the fact is a sentence. `corrected` is the value the programme believes instead.
    A public report holds no fact with a doubt.
    """

    kind: Literal["figure", "background", "achievement"]
    name: Text
    value: str | None
    qualifier: str
    unit: Text
    year: int | None
    source: str
    phrase: str
    doubt: Text
    corrected: str | None


class Framework(TypedDict):
    """A purpose or an issue of ISO 37101, in its order."""

    key: str
    order: int
    name: Text


class MatrixCell(TypedDict):
    """What serves one issue and one purpose: how many indicators at each pace, how many actions, or why nothing.

    `status` is the pace that the matrix page shows for the whole cell, by the same rule.
    """

    issue: str
    purpose: str
    pace: dict[str, int]
    status: str
    actions: int
    justified: bool


class Figure(TypedDict):
    """A value of a period; None where none was published."""

    period: str
    value: str | None
    qualifier: str


class Goal(TypedDict):
    """A target: at least, at most or exactly `value`, by the end of `year` or, without year, in every period."""

    operator: str
    value: str
    year: int | None


class Row(TypedDict):
    """One series in the year of the report.

    `history` holds the periods before and the report's own, in order, gaps as None. `share` is the reckoning of a
    computed figure (numerator / denominator x multiplier). `flag` and `reason` are the codes of an observation.
    """

    code: str
    indicator: str
    name: Text
    unit: Text
    issue: str
    purposes: list[str]
    decimals: int
    value: str | None
    qualifier: str
    flag: str
    reason: str
    note: str
    source: str
    pace: str
    target: Goal | None
    baseline: Figure | None
    history: list[Figure]
    share: NotRequired[dict[str, str] | None]
    definition: int
    demo: bool


class Objective(TypedDict):
    """An objective of the cycle beside what was reached when Check closed."""

    statement: Text
    series: str
    value: str | None
    qualifier: str
    decimals: int
    unit: Text
    target: Goal | None
    pace: str


class Cycle(TypedDict):
    """The cycle that covers the year: its stage and its objectives."""

    number: int
    name: Text
    stage: Literal["plan", "do", "check", "act", "closed"]
    objectives: list[Objective]


class Report(TypedDict):
    """Everything that one annual report says.

    `composed` is the moment of composing (ISO 8601, UTC). `release` is the code of the published edition the figures
    come from (`tianjin/2024/r1`), empty where the year has none yet. `charts` lists the codes of the rows that are
    drawn, in order; a row is drawn under its own issue.
    """

    schema: str
    kind: Literal["annual"]
    number: str
    pilot: PilotCard
    year: int
    composed: str
    release: str
    revision: int
    audience: Literal["public", "internal"]
    demo: bool
    facts: list[Fact]
    purposes: list[Framework]
    issues: list[Framework]
    matrix: list[MatrixCell]
    charts: list[str]
    rows: list[Row]
    cycle: Cycle | None
    notes: list[Text]


def canonical(content: Report) -> bytes:
    """The one way of writing the content as bytes: keys sorted, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def likeness(content: Report) -> str:
    """The sha256 of what the content says, whatever its number and the moment of composing: equal for equal data."""
    return digest({**content, "number": "", "composed": ""})


def digest(content: Report) -> str:
    """The sha256 of the content, by which a printed report is known again."""
    return hashlib.sha256(canonical(content)).hexdigest()
