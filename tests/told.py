"""An example of every kind of notice, with the facts that the acts put into it."""

from __future__ import annotations

from types import SimpleNamespace

from django.utils import timezone

from pilots.models import Notice, Pilot, User

TYPED = "Look at the unit again.\nIt was 万吨 last year."
ABOUT = {"period": "2030", "round": 2}
EXAMPLES: dict[str, tuple[str, dict[str, object]]] = {
    "collection-opened": ("2030", {"periods": ["2030"], "due": "2031-03-31"}),
    "collection-extended": ("2030", {"period": "2030", "before": "2031-03-31", "due": "2031-04-30", "reason": TYPED}),
    "submitted": ("7", {**ABOUT, "round": 1, "note": TYPED}),
    "submitted-again": ("7", {**ABOUT, "note": TYPED}),
    "withdrawn": ("7", ABOUT),
    "assigned": ("7", ABOUT),
    "review-begun": ("7", ABOUT),
    "sent-back": ("7", {**ABOUT, "summary": TYPED, "due": "2031-05-15", "marks": 4}),
    "verified": ("7", {**ABOUT, "assessment": "good", "release": "tianjin/2030/r1", "comment": TYPED}),
    "reopened": ("2030", {"period": "2030", "codes": ["TJ-58", "TJ-54"], "count": 3, "reason": TYPED}),
    "comment": ("TJ-54@2030-Q1", {"series": "TJ-54", "period": "2030-Q1", "text": TYPED}),
    "unlock-asked": ("7", {**ABOUT, "series": "TJ-54", "text": TYPED}),
    "unlock-granted": ("7", {**ABOUT, "series": "TJ-54", "text": TYPED}),
    "unlock-refused": ("7", {**ABOUT, "series": "TJ-54", "text": TYPED}),
    "report-ready": ("7", {"code": "tianjin-2030-1", "year": 2030}),
    "report-failed": ("7", {"code": "tianjin-2030-1", "year": 2030, "error": "no-room"}),
    "due": ("2030", {"period": "2030", "due": "2031-03-31", "days": -7, "done": 51, "total": 63, "missing": 9}),
    "return-due": ("2030", {**ABOUT, "due": "2031-05-15", "days": 1, "returned": True, "summary": TYPED}),
    "waiting": ("7", {**ABOUT, "days": 10, "since": "2031-04-01", "returned": False}),
    "overdue": ("2030", {"period": "2030", "due": "2031-03-31", "days": 30, "done": 51, "total": 63, "missing": 9}),
    "covering": ("3", {"first_day": "2031-02-01", "last_day": "2031-02-14"}),
    "cover-ended": ("3", {"first_day": "2031-02-01", "last_day": "2031-02-14"}),
}


def example(
    kind: str, people: SimpleNamespace, pilot: Pilot, *, typed: str = TYPED, name: str = "", language: str = "", **more: object
) -> Notice:
    """A notice of a kind, not kept, for the coordinator or the lead, in their language."""
    key, facts = EXAMPLES[kind]
    facts = {label: typed if text == TYPED else text for label, text in facts.items()}
    person: User = people.lead
    if kind in {"covering", "cover-ended"}:
        facts |= {"coordinator": people.second.pk, "cover": person.pk}
        pilot = None
    person.language, person.email = language, "li.wei@city.cn"
    person.name = name or person.name
    actor = None if kind in {"due", "return-due", "waiting", "overdue", "report-ready", "report-failed"} else people.coordinator
    fields = {"kind": kind, "pilot": pilot, "key": key, "payload": facts, "once": f"example:{kind}", "actor": actor}
    return Notice(pk=1, person=person, made_at=timezone.now(), **fields, **more)
