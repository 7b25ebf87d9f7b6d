"""Brings units, themes, variables and the versioned definitions of indicators in, with what each one serves."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone

from indicators.models import Indicator, Mapping, PastDefinition, Theme, Unit, Variable
from indicators.numbers import plain
from pilots.catalogue import Loading, both, edited, named
from pilots.models import Goal, GoalTarget, Issue, Pilot, Purpose, Standard

Row = dict[str, Any]
# A change of one of these is a change of meaning and makes a new version.
MEANING = (
    "name_zh", "name_en", "unit_id", "direction", "numerator_id", "denominator_id", "multiplier", "part_of_whole",
    "minimum", "maximum", "aggregation",
)  # fmt: skip


def units(loading: Loading) -> None:
    """Every unit with its dimension, its exact factor as a fraction, and the names people write it by."""
    wanted = {}
    for row in loading.content["units"]:
        factor = Fraction(row["factor"])
        parts = {"factor_numerator": Decimal(factor.numerator), "factor_denominator": Decimal(factor.denominator)}
        wanted[row["key"],] = named(row["name"]) | parts | {"dimension": row["dimension"], "aliases": row["aliases"]}
    loading.keep(Unit.objects.all(), wanted, key=("key",))


def variables(loading: Loading) -> None:
    """The inputs that formulas share."""
    units_by_key = _pks(Unit, "key")
    wanted = {
        (row["key"],): named(row["name"]) | {"unit_id": units_by_key[row["unit"]], "constant": row["constant"]} | _limits(row)
        for row in loading.content["variables"]
    }
    loading.keep(Variable.objects.all(), wanted, key=("key",), left=edited("variable"))


def shared(loading: Loading) -> None:
    """The themes of the ISO 37120 series and the definitions that every pilot may adopt."""
    themes = {(row["key"],): named(row["name"]) | {"number": row["number"]} for row in loading.content["themes"]}
    loading.keep(Theme.objects.all(), themes, key=("key",))
    define(loading, loading.content["indicators"])


def define(loading: Loading, rows: list[Row]) -> None:
    """Bring definitions to the fixture: a changed meaning raises the version and keeps the old wording."""
    left = edited("indicator")
    present = Indicator.objects.filter(code__in=[row["code"] for row in rows])
    links = _Links()
    wanted = {(row["code"],): _definition(row, links) for row in rows}
    _raise_versions(present, wanted, left)
    kept = loading.keep(present.all(), wanted, key=("code",), left=left)
    _map(loading, {row["code"]: row for row in rows if (row["code"],) not in left}, {code: row.pk for (code,), row in kept.items()})


def _pks(model: type, name: str) -> dict[Any, int]:
    return dict(model.objects.values_list(name, "pk"))


def _limits(row: Row) -> Row:
    bounds = {name: None if row[name] is None else Decimal(row[name]) for name in ("minimum", "maximum")}
    return bounds | {"aggregation": row["aggregation"], "decimals": row["decimals"]}


class _Links:
    """The keys that a definition names, with the rows behind them."""

    def __init__(self) -> None:
        self.units, self.variables, self.themes = _pks(Unit, "key"), _pks(Variable, "key"), _pks(Theme, "key")
        self.standards, self.targets, self.pilots = _pks(Standard, "key"), _pks(GoalTarget, "code"), _pks(Pilot, "slug")


def _definition(row: Row, links: _Links) -> Row:
    formula = row["formula"]
    ratio = formula["kind"] == "ratio"
    return {
        **named(row["name"]),
        **_limits(row),
        "kind": row["kind"],
        "standard_id": links.standards.get(row["standard"]),
        "theme_id": links.themes[row["theme"]] if row["theme"] else None,
        "goal_target_id": links.targets[row["target"]] if row["target"] else None,
        "pilot_id": links.pilots[row["owner"]] if row["owner"] else None,
        "order": row["order"],
        "unit_id": links.units[row["unit"]],
        "direction": row["direction"],
        "numerator_id": links.variables[formula["numerator"]] if ratio else None,
        "denominator_id": links.variables[formula["denominator"]] if ratio else None,
        "multiplier": Decimal(formula["multiplier"] or 1),
        "part_of_whole": formula["part_of_whole"],
        "mode": row["mode"],
        "frequency": row["frequency"],
        "qualitative": row["qualitative"],
        "retired": row["status"] == "retired",
        **both(row["note"], "note"),
        "confidence": row["confidence"],
    }


def _raise_versions(present: Any, wanted: dict[tuple, Row], left: frozenset) -> None:
    """Keep the old wording of every definition whose meaning is about to change, and raise its version."""
    now, past = timezone.now(), []
    for indicator in present.select_related("unit", "numerator", "denominator"):
        place = (indicator.code,)
        if place in left or all(getattr(indicator, name) == wanted[place][name] for name in MEANING):
            continue
        past.append(PastDefinition(indicator=indicator, version=indicator.version, content=_wording(indicator), replaced_at=now))
        wanted[place]["version"] = indicator.version + 1
    PastDefinition.objects.bulk_create(past)


def _wording(indicator: Indicator) -> Row:
    return {
        "name": {"zh": indicator.name_zh, "en": indicator.name_en},
        "unit": indicator.unit.key,
        "direction": indicator.direction,
        "numerator": indicator.numerator.key if indicator.numerator else None,
        "denominator": indicator.denominator.key if indicator.denominator else None,
        "multiplier": plain(indicator.multiplier),
        "part_of_whole": indicator.part_of_whole,
        "minimum": plain(indicator.minimum),
        "maximum": plain(indicator.maximum),
        "aggregation": indicator.aggregation,
    }


def _map(loading: Loading, rows: dict[str, Row], pks: dict[str, int]) -> None:
    """Link each definition to what it serves, in the order of the fixture, with whose word that is."""
    ends = {
        "purposes": ("purpose_id", _pks(Purpose, "key")),
        "issues": ("issue_id", _pks(Issue, "key")),
        "goals": ("goal_id", _pks(Goal, "number")),
    }
    wanted = {}
    for code, row in rows.items():
        for group, (end, known) in ends.items():
            for order, key in enumerate(row[group], start=1):
                place = {"purpose_id": None, "issue_id": None, "goal_id": None} | {end: known[key]}
                wanted[pks[code], *place.values()] = {"order": order, "origin": row["origins"][group]}
    kept = loading.keep(Mapping.objects.filter(indicator__code__in=rows), wanted, key=("indicator_id", "purpose_id", "issue_id", "goal_id"))
    taken_back = [mapping.pk for place, mapping in kept.items() if place not in wanted]
    if taken_back:
        Mapping.objects.filter(pk__in=taken_back).delete()
        loading.changed += len(taken_back)
