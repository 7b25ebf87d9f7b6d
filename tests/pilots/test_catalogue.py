"""The framework, the programme and the pilots come from the fixtures whole, once, and never over people's work."""

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from pilots import catalogue
from pilots.models import (
    Clause,
    Edition,
    Fact,
    Goal,
    GoalTarget,
    Issue,
    Milestone,
    Phase,
    Pilot,
    Purpose,
    RecordType,
    Stakeholder,
    Standard,
    TrailRow,
    Trial,
)

pytestmark = pytest.mark.django_db

PILOTS = ("tianjin", "qujiang", "huangpu", "university-town")


def fixture(name: str) -> dict:
    return json.loads((catalogue.FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def newer(tmp_path: Path):
    """A copy of the fixtures that a test may turn into a newer edition."""
    shutil.copytree(catalogue.FOLDER, tmp_path / "fixtures", ignore=shutil.ignore_patterns("*.py", "judgements"))

    def change(name: str, edit) -> Path:
        path = tmp_path / "fixtures" / f"{name}.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        edit(content)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path.parent

    return change


def test_the_counts_are_those_of_the_reference():
    assert Purpose.objects.count() == 6
    assert Issue.objects.count() == 12
    assert Phase.objects.count() == 4
    assert Standard.objects.count() == 21
    assert Goal.objects.count() == 17
    assert GoalTarget.objects.count() == 169
    assert RecordType.objects.count() == 29
    assert Clause.objects.filter(parent=None).count() == 7
    assert Clause.objects.exclude(parent=None).count() == 22
    assert sum(len(clause.questions) for clause in Clause.objects.all()) == 40
    assert tuple(Pilot.objects.values_list("slug", flat=True)) == PILOTS
    assert Fact.objects.filter(kind="objective", pilot=None).count() == 7


def test_stages_carry_the_words_of_the_pilots_and_of_eco_tree():
    names = list(Phase.objects.values_list("name_zh", "alias_zh"))
    assert names == [("计划", "目标制定"), ("执行", "实现"), ("检查", "评估"), ("处理", "提升")]


def test_every_clause_belongs_to_a_stage_and_asks_for_records():
    for clause in Clause.objects.exclude(parent=None):
        assert clause.stage == clause.parent.stage
        assert clause.outputs.exists(), clause
        assert all(question["zh"] and question["en"] for question in clause.questions), clause


def test_every_fact_carries_its_phrase_or_the_address_of_its_page():
    for fact in Fact.objects.all():
        assert fact.source_phrase or fact.source.startswith("http"), fact
        assert fact.name_zh, fact
        assert fact.name_en, fact


def test_the_printed_area_of_bio_island_stands_with_its_doubt_and_its_correction():
    fact = Fact.objects.get(pilot__slug="huangpu", key="bio-island-area")
    assert (fact.value, fact.corrected_value, fact.unit) == (Decimal(18300), Decimal("1.83"), "km2")
    assert "1.83" in fact.doubt_zh
    assert "1.83" in fact.doubt_en


def test_facts_with_doubts_and_the_unconfirmed_party_are_not_for_strangers():
    seen = Fact.objects.visible_to(AnonymousUser())
    assert seen.exists()
    assert not seen.exclude(doubt_zh="").exists()
    assert Fact.objects.exclude(doubt_zh="").count() == len(doubtful())
    assert not Stakeholder.objects.get(key="ccdi").public
    assert not Stakeholder.objects.filter(person=True, public=True).exists()


def doubtful() -> list[dict]:
    return [fact for pilot in fixture("pilots")["pilots"] for fact in pilot["facts"] if fact["doubt"]]


def test_pilots_try_the_standards_of_the_article():
    tried = {slug: list(Trial.objects.filter(pilot__slug=slug).values_list("standard__key", flat=True)) for slug in PILOTS}
    assert tried == {
        "tianjin": ["iso-37101", "iso-37104", "iso-37111"],
        "qujiang": ["iso-37101", "iso-37104"],
        "huangpu": ["iso-37101", "iso-37104", "iso-37108"],
        "university-town": ["iso-37101", "iso-37104", "iso-37111"],
    }


def test_the_timeline_runs_from_the_naming_of_huangpu_to_the_article():
    dates = list(Milestone.objects.values_list("month", flat=True))
    assert (len(dates), str(dates[0]), str(dates[-1])) == (8, "2020-07-01", "2022-04-01")


def test_loading_twice_changes_nothing():
    before = snapshot()
    for loading in catalogue.load():
        assert (loading.created, loading.changed) == (0, 0)
    assert snapshot() == before


def test_loading_the_same_content_again_writes_no_row(newer):
    folder = newer("pilots", lambda content: content)
    before = {key: value for key, value in snapshot().items() if key not in {"Edition", "TrailRow"}}
    for loading in catalogue.load(folder=folder):
        assert (loading.created, loading.changed) == (0, 0), loading
    assert {key: value for key, value in snapshot().items() if key not in {"Edition", "TrailRow"}} == before


def snapshot() -> dict[str, list]:
    models = (
        Clause,
        Edition,
        Fact,
        Goal,
        GoalTarget,
        Issue,
        Milestone,
        Phase,
        Pilot,
        Purpose,
        RecordType,
        Stakeholder,
        Standard,
        TrailRow,
        Trial,
    )
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_a_newer_edition_brings_its_words_and_keeps_what_people_edited(newer):
    edited = Fact.objects.get(pilot__slug="tianjin", key="residents")
    Fact.objects.filter(pk=edited.pk).update(value=Decimal(81000), edited=True)
    added = Fact.objects.create(
        pilot=edited.pilot, kind="figure", key="schools", name_zh="学校", name_en="Schools", value=9, source="教育局", edited=True
    )

    def edit(content: dict) -> None:
        for fact in content["pilots"][0]["facts"]:
            fact["name"]["en"] += " (checked)"
            fact["value"] = "1" if fact["value"] else None

    (loading,) = catalogue.load("pilots", folder=newer("pilots", edit))
    assert loading.changed
    edited.refresh_from_db()
    added.refresh_from_db()
    assert (edited.value, edited.name_en) == (81000, "Local residents")
    assert added.value == 9
    assert Fact.objects.get(pilot__slug="tianjin", key="enterprises").name_en == "Enterprises (checked)"


def test_a_pilot_that_was_switched_off_stays_off(newer):
    Pilot.objects.filter(slug="qujiang").update(active=False, stage_names="eco-tree")

    def edit(content: dict) -> None:
        content["pilots"][1]["name"]["en"] = "Qujiang"

    catalogue.load("pilots", folder=newer("pilots", edit))
    pilot = Pilot.objects.get(slug="qujiang")
    assert (pilot.name_en, pilot.active, pilot.stage_names) == ("Qujiang", False, "eco-tree")


def test_the_trail_says_which_edition_came_in():
    row = TrailRow.objects.filter(object_kind="fixture", object_key="pilots").latest("pk")
    assert row.act == "catalogue.load"
    assert row.after["sha256"] == Edition.objects.get(fixture="pilots").sha256


def test_the_fixtures_keep_the_portals_own_keys():
    for path in catalogue.FOLDER.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r'"(annual|quarterly|monthly|zh-Hans|~|>=|<=)"', text), path.name
        assert not re.search(r": -?\d+\.\d+", text), f"{path.name} holds a number that is not exact"
