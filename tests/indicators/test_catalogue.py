"""Units, variables, definitions and series come from the fixtures whole, and an upgrade keeps what people decided."""

import json
import shutil
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from indicators import catalogue
from indicators.models import Indicator, Mapping, Mode, Observation, PastDefinition, Series, Target, Unit, Variable
from indicators.periods import Frequency
from pilots.catalogue import FOLDER

pytestmark = pytest.mark.django_db


@pytest.fixture
def newer(tmp_path: Path):
    """A copy of the fixtures that a test may turn into a newer edition."""
    shutil.copytree(FOLDER, tmp_path / "fixtures", ignore=shutil.ignore_patterns("*.py", "judgements"))

    def change(name: str, edit) -> Path:
        path = tmp_path / "fixtures" / f"{name}.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        edit(content)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path.parent

    return change


def row_of(content: dict, code: str) -> dict:
    return next(row for row in content.get("indicators", content.get("definitions")) if row["code"] == code)


def test_the_counts_are_those_of_the_reference():
    kinds = Counter(Indicator.objects.filter(code__startswith="iso37120-").values_list("kind", flat=True))
    assert kinds == {"core": 45, "supporting": 59, "profile": 24}
    assert Indicator.objects.filter(code__startswith="iso37122-").count() == 33
    assert Indicator.objects.filter(code__startswith="iso37123-").count() == 32
    assert Indicator.objects.filter(kind="sdg", retired=False).count() == 15
    assert list(Indicator.objects.filter(retired=True).values_list("code", flat=True)) == ["sdg-11.c.1"]
    adopted = Series.objects.exclude(indicator=None)
    assert Counter(adopted.values_list("pilot__slug", flat=True)) == {"tianjin": 63, "qujiang": 33, "huangpu": 33, "university-town": 33}


def test_loading_says_in_one_line_what_there_is():
    out = StringIO()
    call_command("load_pilots", stdout=out)
    framework = "6 purposes, 12 issues, 21 standards, 17 goals, 169 targets"
    indicators = "15 SDG 11 indicators, 128 + 33 + 32 ISO indicators, 162 pilot indicators"
    assert out.getvalue().splitlines()[-1] == f"loaded: {framework}, {indicators}"


def test_only_what_does_not_move_from_year_to_year_is_a_constant():
    assert set(Variable.objects.filter(constant=True).values_list("key", flat=True)) == {
        "city_area_km2",
        "district_area_ha",
        "years_five",
        "native_species_base",
        "wetland_base",
    }
    assert {series.code for series in Series.objects.filter(pilot__slug="qujiang").with_definitions() if series.constant} == {
        "city_area_km2"
    }


def test_tianjin_owes_forty_five_indicators_and_may_give_eighteen_more():
    required = Counter(Series.objects.filter(pilot__slug="tianjin").exclude(indicator=None).values_list("required", flat=True))
    assert required == {True: 45, False: 18}


def test_every_definition_serves_a_purpose_and_an_issue_and_says_whose_word_that_is():
    for indicator in Indicator.objects.prefetch_related("mappings"):
        ends = list(indicator.mappings.all())
        assert any(link.purpose_id for link in ends), indicator.code
        assert any(link.issue_id for link in ends), indicator.code
    public = Mapping.objects.filter(origin="public", indicator__code__startswith="iso37120-").values("indicator").distinct().count()
    assert public == 57
    assert not Mapping.objects.filter(goal__isnull=False, origin="public").exists()


def test_units_convert_exactly():
    def factor(key: str) -> Fraction:
        return Unit.objects.get(key=key).factor

    assert factor("mu") == Fraction(2000, 3)
    assert factor("ha") / factor("mu") == 15
    assert factor("100M-CNY") / factor("10k-CNY") == 10000
    assert factor("kWh") == Fraction(9, 2500)
    assert factor("tce") == Fraction(293076, 10000)
    assert "亩" in Unit.objects.get(key="mu").spellings


def test_a_spelling_belongs_to_one_unit_of_a_dimension():
    seen: dict[tuple[str, str], str] = {}
    for unit in Unit.objects.all():
        for spelling in unit.spellings:
            other = seen.setdefault((unit.dimension, spelling.casefold()), unit.key)
            assert other == unit.key, f"{spelling} is both {other} and {unit.key}"


@pytest.mark.parametrize(
    ("code", "minimum", "maximum", "part"),
    [
        ("tianjin-wetland-net-loss", None, 100, False),
        ("qujiang-fiscal-growth", -100, None, False),
        ("qujiang-net-inflow", None, None, False),
        ("iso37120-20.2", 0, None, False),
        ("iso37120-12.5.3", 0, 100, True),
        ("iso37120-5.9.2", None, None, False),
        ("tianjin-air-good-days", 0, 366, False),
        ("tianjin-regional-policy", 0, 4, False),
        ("sdg-11.3.1", None, None, False),
    ],
)
def test_limits_are_judged_for_each_indicator(code, minimum, maximum, part):
    indicator = Indicator.objects.get(code=code)
    assert (indicator.minimum, indicator.maximum, indicator.part_of_whole) == (minimum, maximum, part)


def test_what_is_part_of_a_whole_shares_its_unit():
    for indicator in Indicator.objects.filter(part_of_whole=True).select_related("numerator", "denominator"):
        assert indicator.numerator.unit_id == indicator.denominator.unit_id, indicator.code


def test_ratios_of_sums_have_parts_to_sum():
    for indicator in Indicator.objects.filter(aggregation="ratio_of_sums"):
        assert indicator.has_formula, indicator.code
        assert indicator.mode == Mode.INPUTS, indicator.code


def test_a_finer_series_makes_its_year():
    for series in Series.objects.exclude(indicator=None).exclude(frequency=Frequency.YEAR).select_related("indicator"):
        assert series.indicator.aggregation != "none", series.code


def test_every_computed_series_has_both_inputs_once():
    for series in Series.objects.filter(mode=Mode.INPUTS).select_related("indicator", "pilot"):
        inputs = Series.objects.filter(pilot=series.pilot, variable__in=[series.indicator.numerator_id, series.indicator.denominator_id])
        assert inputs.count() == 2, series.code
        assert {row.frequency for row in inputs} == {series.frequency}, series.code
        assert all(row.required for row in inputs) or not series.required, series.code


def test_stations_report_concentrations_directly_and_population_feeds_many():
    tianjin = Series.objects.filter(pilot__slug="tianjin")
    assert tianjin.get(code="TJ-35").mode == Mode.DIRECT
    fed = tianjin.filter(mode=Mode.INPUTS, indicator__denominator__key="city_population")
    assert fed.count() == 21
    assert tianjin.get(code="TJ-29").indicator.code == "iso37120-5.6"


def test_adapted_goal_indicators_are_the_pilots_own():
    assert Series.objects.get(code="TJ-54").indicator.code == "tianjin-public-participation"
    assert Series.objects.get(code="TJ-52").indicator.code == "sdg-11.2.1"


def test_targets_say_whether_a_source_gives_them():
    assert Target.objects.count() == 25
    assert Target.objects.get(series__code="TJ-01").source.startswith("https://")
    assert Target.objects.get(series__code="TJ-09").source == ""
    assert Target.objects.get(series__code="TJ-06").value == 0
    assert not Target.objects.filter(demo=True).exists()


def test_no_observation_comes_with_the_catalogue():
    assert not Observation.objects.exists()


def test_loading_twice_changes_nothing():
    before = snapshot()
    for loading in catalogue.load():
        assert (loading.created, loading.changed) == (0, 0)
    assert snapshot() == before


def test_loading_the_same_content_in_another_layout_writes_no_row(newer):
    before = snapshot()
    for name in catalogue.FIXTURES:
        folder = newer(name, lambda content: content)
    for loading in catalogue.load(folder=folder):
        assert (loading.created, loading.changed) == (0, 0), loading
    assert snapshot() == before


def snapshot() -> dict[str, list]:
    models = (Indicator, Mapping, PastDefinition, Series, Target, Unit, Variable)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_a_changed_meaning_makes_a_new_version_and_keeps_the_old_wording(newer):
    def edit(content: dict) -> None:
        row_of(content, "iso37120-5.6")["formula"]["multiplier"] = "10000"
        row_of(content, "iso37120-5.5")["decimals"] = 0

    catalogue.load("indicators", folder=newer("indicators", edit))
    changed = Indicator.objects.get(code="iso37120-5.6")
    assert (changed.version, changed.multiplier) == (2, 10000)
    past = PastDefinition.objects.get(indicator=changed)
    assert (past.version, past.content["multiplier"], past.content["numerator"]) == (1, "100000", "new_patents")
    shown = Indicator.objects.get(code="iso37120-5.5")
    assert (shown.version, shown.decimals) == (1, 0)


def test_a_link_that_a_newer_edition_takes_back_is_gone(newer):
    def edit(content: dict) -> None:
        row_of(content, "iso37120-5.6")["issues"].pop()

    before = Mapping.objects.filter(indicator__code="iso37120-5.6").count()
    catalogue.load("indicators", folder=newer("indicators", edit))
    assert Mapping.objects.filter(indicator__code="iso37120-5.6").count() == before - 1


def test_an_upgrade_keeps_what_the_pilot_decided(newer):
    Series.objects.filter(pilot__slug="tianjin", code="TJ-29").update(
        mode=Mode.DIRECT, required=True, decimals=3, owner_unit="科技局", frequency=Frequency.QUARTER
    )
    Series.objects.filter(pilot__slug="tianjin", code="TJ-45").update(active=False)
    Target.objects.filter(series__code="TJ-12", year=2020).update(value=Decimal(80), active=False)

    def edit(content: dict) -> None:
        rows = {row["code"]: row for row in content["sets"][0]["series"]}
        rows["TJ-29"]["name"]["en"] = "Patents"
        rows["TJ-45"]["required"] = True
        rows["TJ-12"]["targets"][1]["value"] = "95"
        rows["TJ-13"]["targets"].append({"operator": "≥", "value": "70", "year": 2030, "text": None, "source": None})

    catalogue.load("series", folder=newer("series", edit))
    kept = Series.objects.get(pilot__slug="tianjin", code="TJ-29")
    assert (kept.name_en, kept.mode, kept.required, kept.decimals, kept.owner_unit, kept.frequency) == (
        "Patents",
        "direct",
        True,
        3,
        "科技局",
        "quarter",
    )
    assert not Series.objects.get(pilot__slug="tianjin", code="TJ-45").active
    assert list(Target.objects.filter(series__code="TJ-12", year=2020).values_list("value", "active")) == [(80, False)]
    assert Target.objects.get(series__code="TJ-13", year=2030).value == 70
