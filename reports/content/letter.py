"""Composes the letter of a review's round: what was asked of which figure, and what became of it, as plain data in both languages."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import override

from indicators import numbers
from indicators.models import Mark, Offered, Reply, Series, Submission
from pilots.models import Named, TrailRow, User

Item = dict[str, Any]
SENT_BACK, VERIFIED = "review.send-back", "review.verify"


def decisions(submission: Submission) -> dict[int, TrailRow]:
    """Return the row of the trail with which each round of a submission was sent back or verified."""
    key = f"{submission.collection.period}/{submission.number}"
    rows = TrailRow.objects.filter(pilot=submission.pilot, object_kind="submission", object_key=key, act__in=[SENT_BACK, VERIFIED])
    return dict(enumerate(rows.select_related("actor").order_by("pk"), start=1))


def compose(submission: Submission, number: int, *, reader: User) -> Item | None:
    """Return the letter of one round as `reader` may see it, or nothing while the round is not decided."""
    decision = decisions(submission).get(number)
    if decision is None:
        return None
    told, verified = decision.after or {}, decision.act == VERIFIED
    return {
        "pilot": in_both(submission.pilot, "name"),
        "period": {language: label(submission.collection.period, language) for language in ("zh", "en")},
        "submission": submission.number,
        "round": number,
        "verified": verified,
        "decided": decision.at.isoformat(),
        "by": str(decision.actor or ""),
        "to": str(submission.submitted_by),
        "summary": decision.reason,
        "due": told.get("due", ""),
        "assessment": told.get("assessment", ""),
        "comment": submission.comment if verified else "",
        "release": told.get("release", ""),
        "values": told.get("entries", 0),
        "marks": list(marks_of(submission, number, reader)),
        "demo": submission.demo,
    }


def in_both(row: Named, field: str) -> dict[str, str]:
    """Take a text in both languages; where one is empty, the other stands for it."""
    zh, en = getattr(row, f"{field}_zh"), getattr(row, f"{field}_en")
    return {"zh": zh or en, "en": en or zh}


def label(period: object, language: str) -> str:
    """Write a period in a language."""
    with override("zh-hans" if language == "zh" else "en"):
        return str(period.label)


def marks_of(submission: Submission, number: int, reader: User) -> list[Item]:
    """Return the marks that were sent with a round, each with the figures that it is about and the pilot's reply."""
    seen = Mark.objects.visible_to(reader).sent().filter(submission=submission, round=number)
    marks = seen.select_related("series__indicator", "series__variable", "series__unit").order_by("series__order", "series__code")
    series = [mark.series_id for mark in marks]
    now, then = offered(submission, number, series), offered(submission, number + 1, series)
    replies = {reply.mark_id: reply.text for reply in Reply.objects.visible_to(reader).filter(mark__in=marks).order_by("pk")}
    return [
        {
            "code": mark.series.code,
            "name": name_of(mark.series),
            "unit": in_both(mark.series.unit, "name"),
            "kind": mark.kind,
            "text": mark.text,
            "figures": [pair(row, then[mark.series_id].get(row.entry_id)) for row in now[mark.series_id].values()],
            "reply": replies.get(mark.pk, ""),
        }
        for mark in marks
    ]


def name_of(series: Series) -> dict[str, str]:
    """The name of a series in both languages, the pilot's own before the definition's."""
    found = {}
    for language in ("zh", "en"):
        with override("zh-hans" if language == "zh" else "en"):
            found[language] = series.name
    return found


def offered(submission: Submission, number: int, series: list[int]) -> dict[int, dict[int, Offered]]:
    """Return what a round offered of these series, by series and entry, in the order of the periods."""
    rows: QuerySet[Offered] = Offered.objects.filter(submission=submission, round=number, entry__series__in=series)
    found: dict[int, dict[int, Offered]] = defaultdict(dict)
    for row in rows.select_related("entry").order_by("entry__start", "entry__pk"):
        found[row.entry.series_id][row.entry_id] = row
    return found


def pair(row: Offered, later: Offered | None) -> Item:
    """A figure as the round offered it, and as the next one did where there was a next one."""
    period = row.entry.period
    labels = {language: label(period, language) for language in ("zh", "en")}
    return {"period": labels, "was": figure(row), "now": figure(later) if later else None}


def figure(row: Offered) -> Item:
    """What a figure says."""
    return {"value": numbers.plain(row.value), "qualifier": row.qualifier, "reason": row.reason}
