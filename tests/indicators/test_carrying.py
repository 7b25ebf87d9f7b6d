"""The figure of a constant is taken over from the year before with a reason; nothing else is ever copied."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators import carrying, periods
from tests.builders import PAGE, collection, item, record, standing

pytestmark = pytest.mark.django_db
YEAR = periods.of_year(2030)


@pytest.fixture
def calls(tianjin, people):
    made = [collection(tianjin, people.coordinator, year) for year in (2029, 2030)]
    record(tianjin, people.contributor, item("wetland_base", "31.5", "2029", source="湿地调查"), item("plans_adopted", "20", "2029"))
    return made


def carry(pilot, by, versions, reason="The survey is not repeated"):
    return carrying.carry_over(pilot=pilot, period=YEAR, versions=versions, reason=reason, by=by, door=PAGE)


def test_only_constants_with_a_figure_a_year_ago_and_none_now_are_offered(tianjin, people, calls):
    offered = carrying.offered(tianjin, YEAR)
    assert [(one.series.code, one.before.value, one.version) for one in offered] == [("wetland_base", Decimal("31.5"), 0)]
    carry(tianjin, people.contributor, {"wetland_base": 0})
    assert carrying.offered(tianjin, YEAR) == []


def test_the_figure_comes_with_its_source_and_the_reason(tianjin, people, calls):
    assert carry(tianjin, people.contributor, {"wetland_base": 0}).applied
    kept = standing(tianjin, "wetland_base")
    assert (kept.value, kept.source, kept.explanation) == (Decimal("31.5"), "湿地调查", "The survey is not repeated")


@pytest.mark.parametrize(
    ("versions", "reason", "code"),
    [
        ({"plans_adopted": 0}, "Nothing new", "not_constant"),
        ({"TJ-999": 0}, "Nothing new", "not_constant"),
        ({"wetland_base": 0, "plans_adopted": 0}, "Nothing new", "not_constant"),
    ],
)
def test_what_is_no_constant_refuses_the_whole(tianjin, people, calls, versions, reason, code):
    with pytest.raises(ValidationError) as refused:
        carry(tianjin, people.contributor, versions, reason)
    assert refused.value.code == code
    assert standing(tianjin, "wetland_base") is None


def test_a_reason_is_asked_for(tianjin, people, calls):
    with pytest.raises(ValidationError) as refused:
        carry(tianjin, people.contributor, {"wetland_base": 0}, reason="  ")
    assert "reason" in refused.value.error_dict


def test_a_year_without_a_figure_gives_nothing(tianjin, people):
    collection(tianjin, people.coordinator, 2030)
    with pytest.raises(ValidationError) as refused:
        carry(tianjin, people.contributor, {"wetland_base": 0})
    assert refused.value.code == "nothing_before"


def test_a_figure_that_somebody_entered_meanwhile_is_kept(tianjin, people, calls):
    record(tianjin, people.contributor, item("wetland_base", "30"))
    batch = carry(tianjin, people.contributor, {"wetland_base": 0})
    assert (batch.applied, [outcome.code for outcome in batch.outcomes]) == (False, ["stale"])
    assert standing(tianjin, "wetland_base").value == Decimal(30)


@pytest.mark.parametrize("who", ["viewer", "stranger", "coordinator", "expert", "administrator", "auditor", "nobody"])
def test_nobody_outside_the_team_takes_figures_over(tianjin, people, calls, who):
    with pytest.raises(PermissionDenied):
        carry(tianjin, getattr(people, who), {"wetland_base": 0})
