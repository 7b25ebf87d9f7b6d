"""The sheet: a report's content in one language with every figure and date written out, ready to be set.

The page template only places what stands here; it reckons nothing and speaks no word of its own.
"""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from charts import palette
from indicators.models import Pace
from reports.render import rows
from reports.render.plates import plate
from reports.render.words import page_words
from reports.schema import Report

LOCALES = {"zh": "zh-hans", "en": "en"}
KINDS = ("figure", "background", "achievement")
SHANGHAI = ZoneInfo("Asia/Shanghai")

Sheet = dict[str, Any]


def sheet(content: Report, language: str, *, fingerprint: str) -> Sheet:
    """Everything that stands in the report, in the order in which it stands there; `fingerprint` is the content's sha256."""
    told = _in_language(content, language)
    with override(LOCALES[language]):
        return {
            "language": language,
            "words": page_words(),
            "colours": _colours(),
            "cover": _cover(told),
            "summary": _summary(told),
            "facts": {kind: [rows.fact(f, language) for f in told["facts"] if f["kind"] == kind] for kind in KINDS},
            "matrix": _matrix(told),
            "sections": [_section(issue, told, language) for issue in _headings(told) if _rows_of(issue, told)],
            "cycle": _cycle(told, language),
            "notes": told["notes"],
            "colophon": _colophon(told, fingerprint),
        }


def _in_language(value: Any, language: str) -> Any:
    """The content with each pair of texts made one: the reader's, or the other where that is empty."""
    if isinstance(value, dict):
        if value.keys() == {"zh", "en"}:
            return value[language] or value["en" if language == "zh" else "zh"]
        return {key: _in_language(item, language) for key, item in value.items()}
    return [_in_language(item, language) for item in value] if isinstance(value, list) else value


def _colours() -> dict[str, Any]:
    named = {name.lower(): value for name, value in vars(palette).items() if isinstance(value, str) and value.startswith("#")}
    return named | {"pace": dict(palette.PACE)}


def _cover(told: Sheet) -> Sheet:
    title = _("Annual report %(year)s") % {"year": told["year"]}
    edition = _("Release %(code)s") % {"code": told["release"]} if told["release"] else _("No release yet")
    audience = "" if told["audience"] == "public" else _("Internal edition, with facts in doubt")
    return {
        "title": title,
        "year": str(told["year"]),
        "kind": _("Annual report"),
        "pilot": told["pilot"]["name"],
        "place": " · ".join(part for part in (told["pilot"]["place"], told["pilot"]["community"]) if part),
        "lines": [line for line in (_day(told["composed"]), edition, audience) if line],
        "composed": told["composed"],
        "demo": told["demo"],
    }


def _day(moment: str) -> str:
    local = datetime.fromisoformat(moment).astimezone(SHANGHAI)
    return format_date(local, pgettext("date format", "j F Y"))


def _summary(told: Sheet) -> Sheet:
    count = Counter(row["pace"] for row in told["rows"])
    reported = sum(row["value"] is not None for row in told["rows"])
    return {
        "numbers": [
            {"number": str(len(told["rows"])), "words": _("indicators in the set")},
            {"number": str(reported), "words": _("with a published figure")},
            {"number": str(count[Pace.REACHED]), "words": _("targets reached")},
            {"number": str(count[Pace.ON_TRACK]), "words": _("on track to the target")},
        ],
        "pace": _tally(count),
        "heads": {str(pace): {"pace": str(pace), "sign": rows.sign(pace), "words": str(pace.label)} for pace in rows.JUDGED},
        "table": [_tallied(issue, _rows_of(issue, told)) for issue in _headings(told)],
        "total": _tallied({"order": 0, "name": _("Total")}, told["rows"]),
    }


def _tallied(issue: Sheet, found: list[Sheet]) -> Sheet:
    count = Counter(row["pace"] for row in found)
    reported = sum(row["value"] is not None for row in found)
    cells = [len(found), reported, len(found) - reported, *(count[pace] for pace in rows.JUDGED)]
    return {"order": issue["order"], "name": issue["name"], "cells": [str(n) if n else "" for n in cells]}


def _tally(count: dict[str, int]) -> list[Sheet]:
    return [
        {"pace": str(pace), "sign": rows.sign(pace), "words": str(pace.label), "count": count[pace]} for pace in Pace if count.get(pace)
    ]


def _matrix(told: Sheet) -> Sheet:
    cells = {(cell["issue"], cell["purpose"]): cell for cell in told["matrix"]}
    return {
        "purposes": [purpose["name"] for purpose in told["purposes"]],
        "legend": _tally(Counter(row["pace"] for row in told["rows"])),
        "rows": [
            {
                "order": issue["order"],
                "name": issue["name"],
                "cells": [_cell(cells.get((issue["key"], purpose["key"]))) for purpose in told["purposes"]],
            }
            for issue in told["issues"]
        ],
    }


def _cell(cell: Sheet | None) -> Sheet:
    if cell is None:
        return {"kind": "blind"}
    shares = [{"pace": str(pace), "count": cell["pace"][pace]} for pace in Pace if cell["pace"].get(pace)]
    total = sum(share["count"] for share in shares)
    if not total and not cell["actions"]:
        return {"kind": "justified" if cell["justified"] else "blind"}
    return {
        "kind": "counted",
        "count": str(total),
        "shares": shares,
        "pace": cell["status"],
        "sign": rows.sign(cell["status"]),
        "actions": _actions(cell["actions"]),
    }


def _actions(count: int) -> str:
    return ngettext("%(count)s action", "%(count)s actions", count) % {"count": count} if count else ""


def _headings(told: Sheet) -> list[Sheet]:
    """The issues, and one more heading where an indicator serves none of them, so that no figure is left out."""
    others = [{"key": "", "order": "", "name": _("Other indicators")}] if any(not row["issue"] for row in told["rows"]) else []
    return [*told["issues"], *others]


def _rows_of(issue: Sheet, told: Sheet) -> list[Sheet]:
    return [row for row in told["rows"] if row["issue"] == issue["key"]]


def _section(issue: Sheet, told: Sheet, language: str) -> Sheet:
    found = _rows_of(issue, told)
    mixed = not all(row["demo"] for row in told["rows"])
    drawn = [row for code in told["charts"] for row in found if row["code"] == code]
    return {
        "order": issue["order"],
        "name": issue["name"],
        "lead": _lead(found),
        "known": bool(drawn) or any(row["value"] is not None for row in found),
        "plates": [plate(row, language=language, wide=len(drawn) == 1) for row in drawn],
        "rows": [rows.row(row, told["year"], language, mark_demo=mixed) for row in found],
    }


def _lead(found: list[Sheet]) -> str:
    known = sum(row["value"] is not None for row in found)
    return _("Indicators: %(count)s. With a figure: %(known)s.") % {"count": len(found), "known": known}


def _cycle(told: Sheet, language: str) -> Sheet | None:
    cycle = told["cycle"]
    if not cycle:
        return None
    stages = {"plan": _("Plan"), "do": _("Do"), "check": _("Check"), "act": _("Act"), "closed": _("Closed")}
    where = _("%(name)s, stage: %(stage)s") % {"name": cycle["name"], "stage": stages[cycle["stage"]]}
    return {"where": where, "objectives": [rows.objective(o, language) for o in cycle["objectives"]]}


def _colophon(told: Sheet, fingerprint: str) -> list[dict[str, str]]:
    terms = {
        _("Report"): told["number"],
        _("Composed"): datetime.fromisoformat(told["composed"]).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M UTC+8"),
        _("Release of the figures"): told["release"] or rows.NOTHING,
        _("Revision of the database"): str(told["revision"]),
        _("Fingerprint of the content (SHA-256)"): fingerprint,
        _("Typeface"): "Noto Sans SC, SIL Open Font License 1.1",
    }
    return [{"term": term, "text": text} for term, text in terms.items()]
