"""The hard rules hold at the edge of what can be kept at all."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from indicators import formulas, periods, rules
from tests.builders import collection, item, record, standing

pytestmark = pytest.mark.django_db
LARGEST, SMALLEST = "9" * 26, "0.000000000001"


def test_inputs_whose_ratio_is_too_large_to_be_kept_are_refused_and_leave_nothing(tianjin, people):
    collection(tianjin, people.coordinator)
    batch = record(tianjin, people.contributor, item("new_patents", LARGEST), item("city_population", SMALLEST))
    assert "computed_too_large" in {outcome.code for outcome in batch.outcomes}
    assert any("TJ-29" in outcome.message for outcome in batch.outcomes)
    assert (standing(tianjin, "new_patents"), standing(tianjin, "city_population")) == (None, None)


def test_a_figure_as_large_as_can_be_kept_is_kept(tianjin, people):
    collection(tianjin, people.coordinator)
    record(tianjin, people.contributor, item("TJ-58", LARGEST)).raise_if_refused()
    assert standing(tianjin, "TJ-58").value == int(LARGEST)


def test_a_missing_result_of_sound_parts_passes(tianjin):
    rules.check_result(tianjin.series.get(code="TJ-29"), formulas.Part(reason="division"), period=periods.of_year(2030))


def test_parts_too_large_are_refused_even_where_nothing_can_be_divided(tianjin):
    part = formulas.Part(reason="division", numerator=Decimal(10) ** 26, denominator=Decimal(0))
    with pytest.raises(ValidationError) as refusal:
        rules.check_result(tianjin.series.get(code="TJ-29"), part, period=periods.of_year(2030))
    assert refusal.value.code == "computed_too_large"
