"""The letter of a review's round as a PDF in one language, typeset like the report."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from charts import palette
from indicators.figures import format_figure
from indicators.models import Mark, Reason, Submission
from reports.render.glyphs import guard
from reports.render.press import press
from reports.render.rows import NOTHING
from reports.render.sheet import LOCALES, SHANGHAI

Item = dict[str, Any]


def render(content: Item, language: str) -> bytes:
    """Set the letter and return the PDF. What people wrote reaches the page as data only; its paragraphs are kept."""
    with override(LOCALES[language]):
        sheet = letter(content, language)
    clean, _replaced = guard(sheet)
    return press(clean, datetime.fromisoformat(content["decided"]).replace(microsecond=0), template="letter.typ")


def letter(content: Item, language: str) -> Item:
    """Write everything that stands in the letter, in the language that is switched on."""
    decided = datetime.fromisoformat(content["decided"]).astimezone(SHANGHAI)
    colours = {name.lower(): value for name, value in vars(palette).items() if isinstance(value, str) and value.startswith("#")}
    pilot, period = content["pilot"][language], content["period"][language]
    title = _("Review of the data of %(period)s") % {"period": period}
    return {
        "language": language,
        "words": words(),
        "colours": colours | {"pace": dict(palette.PACE)},
        "cover": {"pilot": pilot, "title": title, "demo": content["demo"]},
        "round": round_words(content),
        "facts": [{"term": term, "text": text} for term, text in facts(content, decided, pilot) if text],
        "paragraphs": paragraphs(content["summary"] if not content["verified"] else content["comment"]),
        "marks": [mark_row(mark, language) for mark in content["marks"]],
        "answered": any(mark["reply"] or any(pair["now"] for pair in mark["figures"]) for mark in content["marks"]),
    }


def words() -> dict[str, str]:
    """The headings of the letter."""
    return {
        "demo": _("Demo data"),
        "marks": _("What is asked"),
        "code": _("Code"),
        "indicator": _("Indicator"),
        "was": _("Submitted figure"),
        "now": _("Figure of the next round"),
        "reply": _("Reply of the pilot"),
        "nothing": _("No figure was marked."),
    }


def round_words(content: Item) -> str:
    """Say which round of which submission this is, and how it ended."""
    ended = _("Verified") if content["verified"] else _("Sent back")
    if content["submission"] > 1:
        return _("Correction %(number)s, round %(round)s: %(ended)s") % {
            "number": content["submission"] - 1,
            "round": content["round"],
            "ended": ended,
        }
    return _("Round %(round)s: %(ended)s") % {"round": content["round"], "ended": ended}


def facts(content: Item, decided: datetime, pilot: str) -> list[tuple[str, str]]:
    """Who writes to whom and when, until when an answer is due, and what was decided."""
    asking = sum(mark["kind"] != Mark.Kind.NOTE for mark in content["marks"])
    assessment = str(Submission.Assessment(content["assessment"]).label) if content["assessment"] else ""
    values = ngettext("%(count)s figure", "%(count)s figures", content["values"]) % {"count": content["values"]}
    return [
        (_("Addressed to"), f"{pilot} · {content['to']}"),
        (_("Reviewed by"), content["by"]),
        (_("Date"), day(decided)),
        (_("Answer by"), day(date.fromisoformat(content["due"])) if content["due"] else ""),
        (
            _("Asked for"),
            ngettext("%(count)s change or reply", "%(count)s changes or replies", asking) % {"count": asking} if asking else "",
        ),
        (_("Overall assessment"), assessment),
        (_("Verified figures"), values if content["verified"] else ""),
        (_("Release"), content["release"]),
    ]


def day(moment: date) -> str:
    """Write a day in the reader's habit."""
    return format_date(moment, pgettext("date format", "j F Y"))


def paragraphs(text: str) -> list[str]:
    """Take the paragraphs of what somebody wrote, as the page has no other line breaks."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def mark_row(mark: Item, language: str) -> Item:
    """One mark with its figures and its reply."""
    several = len(mark["figures"]) > 1
    return {
        "code": mark["code"],
        "name": mark["name"][language],
        "unit": mark["unit"][language],
        "kind": str(Mark.Kind(mark["kind"]).label),
        "asks": mark["kind"] != Mark.Kind.NOTE,
        "text": paragraphs(mark["text"]),
        "was": [written(pair, "was", mark, language, named=several) for pair in mark["figures"]],
        "now": [written(pair, "now", mark, language, named=several) for pair in mark["figures"]],
        "reply": paragraphs(mark["reply"]),
    }


def written(pair: Item, which: str, mark: Item, language: str, *, named: bool) -> str:
    """Write a figure, or why there is none, with its period where a mark is about several."""
    told = pair[which]
    if told is None:
        return ""
    if told["value"] is not None:
        text = format_figure(Decimal(told["value"]), decimals=None, language=language, qualifier=told["qualifier"])
    else:
        text = str(Reason(told["reason"]).label) if told["reason"] else NOTHING
    return f"{pair['period'][language]}: {text}" if named else text
