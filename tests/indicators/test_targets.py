"""Targets and baselines: set by lead and coordinator, in force once approved, the former ones kept, the pace judged again."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators import targets
from indicators.models import Baseline, Current, Observation, Revision, Target
from pilots.models import TrailRow
from tests.builders import PAGE, collection, verified

pytestmark = pytest.mark.django_db
OUTSIDERS = ("viewer", "contributor", "stranger", "expert", "administrator", "auditor", "nobody")


@pytest.fixture
def series(tianjin):
    one = tianjin.series.get(code="TJ-58")
    assert not one.targets.exists()
    return one


def set_target(series, by, value="12", **more):
    return targets.set_target(series=series, operator="≥", value=Decimal(value), by=by, door=PAGE, **{"year": 2035, **more})


def set_baseline(series, by, value="4", **more):
    return targets.set_baseline(series=series, year=2025, value=Decimal(value), by=by, door=PAGE, **more)


def pace_of(series):
    row = Current.objects.get(series=series)
    return row.pace, row.target


def test_a_coordinators_target_is_in_force_at_once_and_leaves_one_trail_row(series, people):
    target = set_target(series, people.coordinator, reason="五年规划", source="规划文本")
    assert (target.active, target.approved_by, target.source) == (True, people.coordinator, "规划文本")
    row = TrailRow.objects.get(object_kind="target")
    assert (row.act, row.object_key, row.reason, row.after["value"]) == ("targets.set_target", "TJ-58/2035", "五年规划", "12")


def test_a_leads_target_is_a_proposal_until_a_coordinator_approves_it(series, people):
    proposed = set_target(series, people.lead)
    assert (proposed.active, proposed.approved_by) == (False, None)
    targets.approve_target(target=proposed, by=people.coordinator, door=PAGE)
    assert Target.objects.get(series=series, active=True) == proposed
    assert list(TrailRow.objects.order_by("pk").filter(object_kind="target").values_list("act", flat=True)) == [
        "targets.propose_target",
        "targets.set_target",
    ]


def test_nobody_approves_a_target_twice_nor_a_former_one_again(series, people):
    first = set_target(series, people.coordinator)
    set_target(series, people.coordinator, "13")
    first.refresh_from_db()
    with pytest.raises(ValidationError) as refusal:
        targets.approve_target(target=first, by=people.coordinator, door=PAGE)
    assert refusal.value.code == "wrong_state"


def test_a_lead_does_not_approve(series, people):
    with pytest.raises(PermissionDenied):
        targets.approve_target(target=set_target(series, people.lead), by=people.lead, door=PAGE)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_targets_and_baselines_are_for_lead_and_coordinator(series, people, who):
    for act in (set_target, set_baseline):
        with pytest.raises(PermissionDenied):
            act(series, getattr(people, who))
    assert not Target.objects.filter(series=series).exists()
    assert not Baseline.objects.filter(series=series).exists()


def test_a_new_target_stands_in_for_the_former_one_which_stays_as_history(series, people):
    set_target(series, people.coordinator, "12")
    set_target(series, people.coordinator, "13")
    standing = set_target(series, people.coordinator, "14", year=None)
    rows = Target.objects.filter(series=series).order_by("pk")
    assert [(row.year, row.value, row.active) for row in rows] == [(2035, 12, False), (2035, 13, True), (None, 14, True)]
    assert TrailRow.objects.filter(object_key="TJ-58/2035").first().before == {"operator": "≥", "value": "12", "year": 2035}
    assert standing.active


def test_a_target_or_baseline_outside_the_limits_is_refused_and_leaves_nothing(series, people):
    for act in (set_target, set_baseline):
        with pytest.raises(ValidationError) as refusal:
            act(series, people.coordinator, "-1")
        assert refusal.value.code == "below_minimum"
    assert not TrailRow.objects.filter(object_kind__in=["target", "baseline"]).exists()


def test_an_unknown_operator_is_refused(series, people):
    with pytest.raises(ValidationError, match="operator"):
        targets.set_target(series=series, operator="<", value=Decimal(1), by=people.coordinator, door=PAGE)


def test_a_series_has_one_baseline_and_its_change_is_kept(series, people):
    set_baseline(series, people.lead, "4")
    set_baseline(series, people.coordinator, "5", qualifier="≈", source="年鉴", reason="更正")
    kept = Baseline.objects.get(series=series)
    assert (kept.value, kept.qualifier, kept.set_by) == (5, "≈", people.coordinator)
    row = TrailRow.objects.filter(act="targets.set_baseline").first()
    assert (row.before, row.after, row.reason) == ({"year": 2025, "value": "4"}, {"year": 2025, "value": "5"}, "更正")


def test_a_change_judges_the_published_figure_again_and_leaves_the_observation_as_it_was(tianjin, series, people):
    verified(collection(tianjin, people.coordinator), people)
    assert pace_of(series) == ("no-target", None)
    set_target(series, people.coordinator, "20")
    assert pace_of(series) == ("too-little-data", 20)
    before = Revision.objects.get().number
    set_baseline(series, people.lead, "0")
    assert pace_of(series) == ("on-track", 20)
    tianjin.refresh_from_db()
    assert Revision.objects.get().number == tianjin.revision == before + 1
    assert Observation.objects.get(series=series).pace == "no-target"


def test_a_proposal_changes_no_pace(tianjin, series, people):
    verified(collection(tianjin, people.coordinator), people)
    before = Revision.objects.get().number
    set_target(series, people.lead, "10")
    assert (pace_of(series), Revision.objects.get().number) == (("no-target", None), before)


def test_what_a_demo_account_sets_is_marked_demo(tianjin, series):
    from pilots.models import Role
    from tests.builders import person

    demo = person("demo.lead", Role.LEAD, tianjin, demo=True)
    assert set_target(series, demo).demo
    assert set_baseline(series, demo).demo
