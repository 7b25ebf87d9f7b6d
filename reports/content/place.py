"""Where the report is from: the pilot's card, what is known of it, and the framework it works in."""

from __future__ import annotations

from django.db import models

from indicators import numbers
from pilots.models import Fact, Issue, Pilot, Purpose, User
from reports.schema import Fact as FactTold
from reports.schema import Framework, PilotCard, Text

KINDS = (Fact.Kind.FIGURE, Fact.Kind.BACKGROUND, Fact.Kind.ACHIEVEMENT)


def both(row: models.Model, field: str) -> Text:
    """A field that is kept in both languages."""
    return {"zh": getattr(row, f"{field}_zh"), "en": getattr(row, f"{field}_en")}


def card(pilot: Pilot) -> PilotCard:
    """Who reports."""
    return {
        "slug": pilot.slug,
        "name": both(pilot, "name"),
        "short_name": both(pilot, "short_name"),
        "community": both(pilot, "community_type"),
        "place": {"zh": _place(pilot.province_zh, pilot.city_zh, ""), "en": _place(pilot.city_en, pilot.province_en, ", ")},
    }


def _place(first: str, second: str, between: str) -> str:
    """City and province in the order of the language; one that already stands in the other is not said twice."""
    if first in second or second in first:
        return max(first, second, key=len)
    return between.join((first, second))


def framework(row: Purpose | Issue) -> Framework:
    """A purpose or an issue with its place."""
    return {"key": row.key, "order": row.order, "name": both(row, "name")}


def facts_of(pilot: Pilot, *, reader: User | None) -> list[FactTold]:
    """What the sources say of the pilot, as far as `reader` may see it; to nobody in particular only what is beyond doubt."""
    found = Fact.objects.visible_to(reader).filter(pilot=pilot, kind__in=KINDS).order_by("kind", "order", "pk")
    return [_fact(fact) for fact in found]


def _fact(fact: Fact) -> FactTold:
    return {
        "kind": fact.kind,
        "name": both(fact, "name"),
        "value": numbers.plain(fact.value),
        "qualifier": fact.qualifier,
        "unit": both(fact, "unit"),
        "year": fact.year,
        "source": fact.source,
        "phrase": fact.source_phrase,
        "doubt": both(fact, "doubt"),
        "corrected": numbers.plain(fact.corrected_value),
    }
