"""Brings the programme and its pilots in: facts with sources and doubts, trials, milestones and interested parties."""

from datetime import date
from decimal import Decimal
from typing import Any

from pilots.catalogue.loading import Loading, both, edited, named
from pilots.models import Fact, Goal, Milestone, Pilot, Stakeholder, Standard, Trial

Row = dict[str, Any]
FACT = ("pilot_id", "kind", "key")


def programme(loading: Loading) -> None:
    """What is known of the programme itself: facts, objectives and interested parties; its timeline comes with the pilots."""
    _facts(loading, {None: loading.content["facts"]})
    parties = {(None, row["key"]): _party(row, order) for order, row in enumerate(loading.content["stakeholders"], start=1)}
    loading.keep(Stakeholder.objects.filter(pilot=None), parties, key=("pilot_id", "key"))


def profiles(loading: Loading) -> None:
    """The pilots with every fact, trial, spokesperson and milestone."""
    rows = loading.content["pilots"]
    slugs = [row["slug"] for row in rows]
    left = edited("pilot")
    wanted = {(row["slug"],): _profile(row) for row in rows}
    kept = loading.keep(Pilot.objects.filter(slug__in=slugs), wanted, key=("slug",), left=left)
    pilots = {slug: kept[slug,] for slug in slugs}
    goals = {goal.number: goal for goal in Goal.objects.all()}
    for row in rows:
        pilot, own = pilots[row["slug"]], {goals[number] for number in row["goals"]}
        if (pilot.slug,) not in left and set(pilot.goals.all()) != own:
            pilot.goals.set(own)
    _facts(loading, {pilots[row["slug"]].pk: row["facts"] for row in rows})
    _trials(loading, {pilots[row["slug"]].pk: row["trials"] for row in rows})
    speakers = {(pilots[row["slug"]].pk, "spokesperson"): _speaker(row["spokesperson"]) for row in rows}
    loading.keep(Stakeholder.objects.filter(pilot__slug__in=slugs), speakers, key=("pilot_id", "key"))
    milestones = {(row["key"],): _milestone(row, pilots) for row in loading.content["milestones"]}
    loading.keep(Milestone.objects.all(), milestones, key=("key",))


def _profile(row: Row) -> Row:
    names = (
        named(row["name"])
        | named(row["short_name"], "short_name")
        | named(row["kind"], "community_type")
        | named(row["city"], "city")
        | named(row["province"], "province")
    )
    notes = (
        both(row["location_note"], "coordinates_note") | both(row["goals_note"], "goals_note") | both(row["trials_note"], "standards_note")
    )
    return names | notes | {"order": row["order"], "latitude": Decimal(row["latitude"]), "longitude": Decimal(row["longitude"])}


def _facts(loading: Loading, groups: dict[int | None, list[Row]]) -> None:
    """Facts that a person has edited keep the person's words and figures."""
    units = loading.content.get("units", {})
    wanted = {(pilot, row["kind"], row["key"]): _fact(row, units) for pilot, rows in groups.items() for row in rows}
    present = Fact.objects.filter(pilot_id__in=[pk for pk in groups if pk]) if None not in groups else Fact.objects.filter(pilot=None)
    left = frozenset(present.filter(edited=True).values_list(*FACT))
    loading.keep(present, wanted, key=FACT, left=left)


def _fact(row: Row, units: dict[str, Row]) -> Row:
    unit = units[row["unit"]] if row["unit"] else {"zh": "", "en": ""}
    return {
        **named(row["name"]),
        **named(unit, "unit"),
        "order": row["order"],
        "value": _decimal(row["value"]),
        "qualifier": row["qualifier"],
        "unit": row["unit"] or "",
        "year": row["year"],
        "source": row["source"],
        "source_phrase": row["source_zh"],
        "corrected_value": _decimal(row["corrected"]),
        **_said(row),
        "public": not row["doubt"],
    }


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _said(row: Row) -> Row:
    return both(row["doubt"], "doubt") | both(row["note"], "note")


def _trials(loading: Loading, groups: dict[int, list[Row]]) -> None:
    standards = {standard.key: standard.pk for standard in Standard.objects.all()}
    wanted = {
        (pilot, standards[row["standard"]]): {"order": order} for pilot, rows in groups.items() for order, row in enumerate(rows, start=1)
    }
    loading.keep(Trial.objects.filter(pilot_id__in=groups), wanted, key=("pilot_id", "standard_id"))


def _party(row: Row, order: int) -> Row:
    shown = {"order": order, "source_phrase": row["source_zh"], "public": row["public"]}
    return named(row["name"]) | named(row["role"], "role") | shown | _said(row)


def _speaker(row: Row) -> Row:
    # Names of people are never on public pages.
    shown = {"person": True, "public": False, "source_phrase": row["quote_zh"]} | both(row["note"], "note")
    return named(row["name"]) | named(row["role"], "role") | named(row["gist"], "statement") | shown


def _milestone(row: Row, pilots: dict[str, Pilot]) -> Row:
    year, month = map(int, row["date"].split("-"))
    place = {"pilot_id": pilots[row["pilot"]].pk if row["pilot"] else None, "place": row["place"] or ""}
    what = {"month": date(year, month, 1), "kind": row["kind"], "count": row["count"], "source_phrase": row["source_zh"]}
    return named(row["name"]) | place | what | _said(row)
