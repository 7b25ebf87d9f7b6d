"""The catalogue and the matrix over REST."""

import pytest

from indicators.models import Indicator, Series
from tests.builders import collection, verified
from tests.programs import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return Program()


def test_every_definition_is_listed_once_over_all_pages(program, db):
    found, address = [], "indicators?limit=60"
    while address:
        page = program.ask(address).json()
        found, address = found + [row["code"] for row in page["data"]], page["next"]
    assert sorted(found) == sorted(Indicator.objects.values_list("code", flat=True))


def test_a_list_costs_the_same_at_any_length(program, db, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        program.ask("indicators?limit=5")
    with django_assert_max_num_queries(6):
        program.ask("indicators?limit=200")


def test_a_definition_says_how_it_is_computed_and_what_it_serves(program, db):
    row = program.ask("indicators/iso37120-5.6?lang=en").json()
    assert (row["code"], row["version"], row["standard"], row["unit"]["code"]) == ("iso37120-5.6", 1, "iso-37120", "per-100k")
    assert row["formula"] == {"numerator": "new_patents", "denominator": "city_population", "multiplier": "100000"}
    assert {mapping["kind"] for mapping in row["mappings"]} >= {"purpose", "issue"}
    assert {mapping["origin"] for mapping in row["mappings"]} <= {"public", "judgement"}
    assert row["versions"] == []


def test_definitions_are_found_by_standard_theme_and_kind(program, db):
    rows = program.ask("indicators?standard=iso-37120&kind=core").json()["data"]
    assert {(row["standard"], row["kind"]) for row in rows} == {("iso-37120", "core")}
    assert program.ask("indicators?theme=helth").json()["errors"][0]["allowed"]


def test_an_unknown_definition_is_404(program, db):
    assert program.ask("indicators/iso37120-99.9").status_code == 404


def test_what_a_pilot_adopted_has_the_shape_of_the_contract(program, tianjin):
    rows = program.ask("pilots/tianjin/indicators?lang=en").json()["data"]
    assert len(rows) == Series.objects.of(tianjin).count()
    first = rows[0]
    assert {"indicator", "shared", "kind", "mode", "name", "unit", "frequency", "computed", "required", "baseline", "targets"} <= set(first)
    assert (first["indicator"], first["frequency"], first["kind"], first["computed"]) == ("TJ-01", "month", "indicator", False)
    (target,) = first["targets"]
    assert (target["operator"], target["value"], target["year"]) == ("≥", "310", None)
    assert len(program.ask("pilots/tianjin/indicators?kind=indicator").json()["data"]) == 63
    shared = {row["shared"] for row in program.ask("pilots/tianjin/indicators?kind=input").json()["data"]}
    assert "city_population" in shared


def test_the_matrix_has_72_cells_with_their_figures(program, tianjin, people):
    verified(collection(tianjin, people.coordinator), people)
    whole = program.ask("pilots/tianjin/matrix?period=2030").json()
    assert (whole["pilot"], whole["period"], len(whole["cells"])) == ("tianjin", "2030", 72)
    cell = next(cell for cell in whole["cells"] if cell["indicators"])
    assert cell["latest"].startswith("2030")
    assert cell["blind"] is False
    assert {"indicator", "shared", "name", "pace", "period", "value", "unit", "demo"} == set(cell["indicators"][0])
    assert program.ask("pilots/tianjin/matrix").json() == whole


def test_the_matrix_is_read_by_year(program, tianjin):
    assert program.ask("pilots/tianjin/matrix?period=2030-Q1").status_code == 400
    assert program.ask("pilots/nowhere/matrix").status_code == 404
