"""Brings in what each pilot reports: its own definitions, its series, the inputs its formulas need, and sourced targets."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from indicators.catalogue.definitions import define
from indicators.models import Indicator, Mode, Series, Target, Variable
from pilots.catalogue import Loading, both, edited, named
from pilots.models import Pilot

Row = dict[str, Any]
# What a pilot decides about a series after it is adopted; an upgrade never takes it back.
PEOPLES = ("mode", "frequency", "unit_id", "decimals", "required", "owner_unit", "first_day", "last_day", "active")
STEP = 10  # room between two indicators for the inputs of the first


def series(loading: Loading) -> None:
    """The pilots' own definitions and the sets of series that they start with."""
    define(loading, loading.content["definitions"])
    pilots = {pilot.slug: pilot for pilot in Pilot.objects.filter(slug__in=[chosen["pilot"] for chosen in loading.content["sets"]])}
    for chosen in loading.content["sets"]:
        _adopt(loading, pilots[chosen["pilot"]], chosen["series"])


def _adopt(loading: Loading, pilot: Pilot, rows: list[Row]) -> None:
    codes = [row["indicator"] for row in rows]
    definitions = {i.code: i for i in Indicator.objects.filter(code__in=codes).select_related("numerator", "denominator")}
    wanted = {}
    for place, row in enumerate(rows, start=1):
        wanted[pilot.pk, row["code"]] = _series(row, definitions[row["indicator"]]) | {"order": place * STEP}
    wanted |= {(pilot.pk, key): fields for key, fields in _inputs(rows, definitions).items()}
    left = frozenset((pilot.pk, key.partition("/")[2]) for (key,) in edited("series") if key.startswith(f"{pilot.slug}/"))
    kept = loading.keep(Series.objects.filter(pilot=pilot), wanted, key=("pilot_id", "code"), once=PEOPLES, left=left)
    _targets(loading, {kept[pilot.pk, row["code"]].pk: row["targets"] for row in rows})


def _series(row: Row, definition: Indicator) -> Row:
    return named(row["name"]) | {
        "indicator_id": definition.pk,
        "mode": definition.mode,
        "frequency": row["frequency"],
        "unit_id": definition.unit_id,
        "decimals": definition.decimals,
        "required": row["required"],
        "origin": row["origin"],
        "reference": row["reference"][:60],
        **both(row["note"], "note"),
    }


def _inputs(rows: list[Row], definitions: dict[str, Indicator]) -> dict[str, Row]:
    """One series for each variable that a formula needs, after the first indicator that needs it."""
    inputs: dict[str, Row] = {}
    for place, row in enumerate(rows, start=1):
        definition = definitions[row["indicator"]]
        if definition.mode != Mode.INPUTS:
            continue
        for offset, variable in enumerate((definition.numerator, definition.denominator), start=1):
            known = inputs.setdefault(variable.key, _input(variable, row["frequency"], place * STEP + offset))
            known["required"] |= row["required"]
    return inputs


def _input(variable: Variable, frequency: str, order: int) -> Row:
    return {
        "variable_id": variable.pk,
        "frequency": frequency,
        "unit_id": variable.unit_id,
        "decimals": variable.decimals,
        "required": False,
        "order": order,
    }


def _targets(loading: Loading, groups: dict[int, list[Row]]) -> None:
    """Targets of the fixture where the series never had one for that year; one that people changed or ended stays so."""
    taken = set(Target.objects.filter(series_id__in=groups).values_list("series_id", "year"))
    now = timezone.now()
    fresh = [
        Target(
            series_id=pk,
            operator=row["operator"],
            value=Decimal(row["value"]),
            year=row["year"],
            **both(row["text"], "text"),
            source=row["source"] or "",
            set_at=now,
        )
        for pk, rows in groups.items()
        for row in rows
        if (pk, row["year"]) not in taken
    ]
    Target.objects.bulk_create(fresh)
    loading.created += len(fresh)
