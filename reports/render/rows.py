"""Rows of the printed tables: facts, figures and objectives as a reader sees them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from indicators.figures import EXACT, MINUS, format_figure
from indicators.models import Flag, Pace, Reason

NOTHING = "–"
JUDGED = (Pace.REACHED, Pace.ON_TRACK, Pace.BEHIND, Pace.OFF_TRACK)
SIGNS = {Pace.REACHED: "●", Pace.ON_TRACK: "▲", Pace.BEHIND: "◆", Pace.OFF_TRACK: "▼"}

Item = dict[str, Any]  # an item of the content, in one language


def sign(pace: str) -> str:
    """The sign that stands beside the word of a pace; a dash where there is nothing to judge."""
    return SIGNS.get(pace, NOTHING)


def row(item: Item, year: int, language: str, *, mark_demo: bool) -> Item:
    """One line of a table of figures: this year, last year, the change, the target and the pace, and every remark.

    `mark_demo` writes beside a demo figure that it is one; a report of demo figures only says so on every page.
    """
    before = next((f for f in item["history"] if f["period"] == str(year - 1)), None)
    return {
        "code": item["code"],
        "indicator": item["indicator"],
        "name": item["name"],
        "unit": item["unit"],
        "value": _figure(item, item["decimals"], language),
        "previous": _figure(before, item["decimals"], language) if before else NOTHING,
        "change": _change(item, before, language),
        "target": target(item["target"], item["decimals"], language),
        "pace": item["pace"],
        "sign": sign(item["pace"]),
        "words": str(Pace(item["pace"]).label),
        "remarks": _remarks(item, mark_demo=mark_demo),
    }


def fact(item: Item, language: str) -> Item:
    """A fact with its figure in the reader's own steps, its year, its source, and what is doubtful about it."""
    return {
        "name": item["name"],
        "figure": _scaled(item["value"], item["qualifier"], language),
        "unit": item["unit"],
        "year": str(item["year"] or ""),
        "source": item["source"],
        "phrase": item["phrase"],
        "doubt": item["doubt"],
        "corrected": _scaled(item["corrected"], EXACT, language),
    }


def objective(item: Item, language: str) -> Item:
    """An objective beside what was reached."""
    return {
        "statement": item["statement"],
        "series": item["series"],
        "unit": item["unit"],
        "value": _figure(item, item["decimals"], language),
        "target": target(item["target"], item["decimals"], language),
        "pace": item["pace"],
        "sign": sign(item["pace"]),
        "words": str(Pace(item["pace"]).label),
    }


def target(goal: Item | None, decimals: int, language: str) -> str:
    """The target with its operator and year: ≥ 20 (2025); a dash where there is none."""
    if not goal:
        return NOTHING
    text = format_figure(Decimal(goal["value"]), decimals=decimals, language=language, qualifier=goal["operator"])
    if not goal["year"]:
        return text
    return f"{text}（{goal['year']}）" if language == "zh" else f"{text} ({goal['year']})"


def _figure(item: Item, decimals: int, language: str) -> str:
    if item["value"] is None:
        return NOTHING
    return format_figure(Decimal(item["value"]), decimals=decimals, language=language, qualifier=item["qualifier"])


def _scaled(value: str | None, qualifier: str, language: str) -> str:
    if value is None:
        return ""
    return format_figure(Decimal(value), decimals=None, language=language, scaled=True, qualifier=qualifier)


def _change(item: Item, before: Item | None, language: str) -> str:
    """The difference to last year, only between exact figures: "more than 25" less "about 20" is nothing."""
    known = before and item["value"] is not None and before["value"] is not None
    if not known or {item["qualifier"], before["qualifier"]} != {EXACT}:
        return NOTHING
    text = format_figure(Decimal(item["value"]) - Decimal(before["value"]), decimals=item["decimals"], language=language)
    return text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}"


def _remarks(item: Item, *, mark_demo: bool) -> list[str]:
    remarks = []
    if item["value"] is None and item["reason"]:
        remarks.append(_("No figure: %(reason)s") % {"reason": Reason(item["reason"]).label})
    elif item["flag"] != Flag.NORMAL:
        remarks.append(str(Flag(item["flag"]).label))
    if item["note"]:
        remarks.append(item["note"])
    if item["demo"] and mark_demo:
        remarks.append(_("Demo data"))
    return remarks
