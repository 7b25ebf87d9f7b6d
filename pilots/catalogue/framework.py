"""Brings the framework in: purposes, issues, stages, clauses, record types, standards, goals and their targets."""

from typing import Any

from pilots.catalogue.loading import Loading, both, named
from pilots.models import Clause, Goal, GoalTarget, Issue, Phase, Purpose, RecordType, Standard

KEY = ("key",)


def framework(loading: Loading) -> None:
    """The six purposes, twelve issues, four stages, record types and clauses 4 to 10 with their questions."""
    content = loading.content
    loading.keep(Purpose.objects.all(), {(row["key"],): _described(row) for row in content["purposes"]}, key=KEY)
    issues = {(row["key"],): _described(row) | {"clause": row["clause"]} for row in content["issues"]}
    loading.keep(Issue.objects.all(), issues, key=KEY)
    loading.keep(Phase.objects.all(), {(row["key"],): _phase(row) for row in content["phases"]}, key=KEY)
    records = {(row["key"],): named(row["name"]) | {"order": order} for order, row in enumerate(content["record_types"], start=1)}
    kept = loading.keep(RecordType.objects.all(), records, key=KEY)
    _clauses(loading, {key: record for (key,), record in kept.items()})


def _described(row: dict[str, Any]) -> dict[str, Any]:
    plain = {name: row[name] for name in ("order", "confidence", "zh_confidence")}
    return named(row["name"]) | named(row["description"], "description") | plain


def _phase(row: dict[str, Any]) -> dict[str, Any]:
    alias = row["alias"]
    return (
        named(row["name"]) | named(alias["name"], "alias") | {"order": row["order"], "letter": alias["letter"], "clauses": row["clauses"]}
    )


def _clauses(loading: Loading, records: dict[str, RecordType]) -> None:
    wanted, parts, outputs = {}, {}, {}
    for clause in loading.content["clauses"]:
        order = int(clause["number"]) * 100
        wanted[clause["number"],] = named(clause["title"]) | {"order": order, "stage": clause["phase"]}
        for place, part in enumerate(clause["subclauses"], start=1):
            parts[part["number"],] = (clause["number"], order + place, clause["phase"], part)
            outputs[part["number"]] = {records[key] for key in part["records"]}
    top = loading.keep(Clause.objects.filter(parent=None), wanted, key=("number",))
    below = {
        place: named(part["title"])
        | both(part["note"], "note")
        | {"order": order, "stage": stage, "parent_id": top[parent,].pk, "questions": part["questions"], "confidence": part["confidence"]}
        for place, (parent, order, stage, part) in parts.items()
    }
    kept = loading.keep(Clause.objects.exclude(parent=None).prefetch_related("outputs"), below, key=("number",))
    for number, wanted_records in outputs.items():
        clause = kept[number,]
        if set(clause.outputs.all()) != wanted_records:
            clause.outputs.set(wanted_records)


def standards(loading: Loading) -> None:
    """The register of standards."""
    categories = {row["key"]: row["name"] for row in loading.content["categories"]}
    wanted = {}
    for row in loading.content["standards"]:
        plain = {name: row[name] for name in ("code", "order", "category", "year", "confidence", "zh_confidence")}
        names = named(row["title"]) | named(row["role"], "role") | named(categories[row["category"]], "category")
        wanted[row["key"],] = plain | names | named(row["status"], "status")
    loading.keep(Standard.objects.all(), wanted, key=KEY)


def goals(loading: Loading) -> None:
    """The 17 goals and their 169 targets."""
    wanted = {
        (row["number"],): named(row["name"]) | named(row["title"], "description") | {"colour": row["colour"]}
        for row in loading.content["goals"]
    }
    kept = loading.keep(Goal.objects.all(), wanted, key=("number",))
    targets = {
        (row["code"],): named(row["title"], "title") | {"goal_id": kept[row["goal"],].pk, "order": order}
        for order, row in enumerate(loading.content["targets"], start=1)
    }
    loading.keep(GoalTarget.objects.all(), targets, key=("code",))
