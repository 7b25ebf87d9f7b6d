"""The stocktake shows what is published while the cycle runs, and is copied for good when Check closes."""

from decimal import Decimal

import pytest
from django.db import InternalError, transaction

from cycles import stages, stocktake
from cycles.models import Cycle, StocktakeLine
from indicators import targets
from indicators.models import Current
from tests.cycles import builders
from tests.cycles.builders import PAGE

FROZEN = ("value", "target", "baseline", "pace", "release", "observation_id", "series_code", "statement_en", "name_zh", "demo")


def again(cycle: Cycle) -> Cycle:
    return Cycle.objects.get(pk=cycle.pk)


def said(cycle: Cycle) -> list[tuple]:
    return [tuple(getattr(line, name) for name in FROZEN) for line in stocktake.lines(again(cycle))]


def test_line_without_a_figure_says_so(cycle, people):
    builders.planned(cycle, people)
    (line,) = stocktake.lines(cycle)
    assert (line.value, line.pace, line.observation_id) == (None, "no-data", None)


def test_line_shows_what_is_published_beside_baseline_and_target(cycle, people):
    objective = builders.planned(cycle, people)
    builders.targeted(objective, people)
    series = objective.series.get()
    targets.set_baseline(series=series, year=2020, value=Decimal(0), by=people.lead, door=PAGE)
    builders.verified(cycle.pilot, people, {series.code: "2"})
    (line,) = stocktake.lines(cycle)
    current = Current.objects.get(series=series)
    assert (line.baseline, line.baseline_year, line.target, line.target_operator) == (0, 2020, 1, "≥")
    assert (line.value, line.pace, line.release) == (2, current.pace, current.release)
    assert line.observation_id == current.observation_id
    assert not StocktakeLine.objects.exists()


def test_stocktake_is_frozen_when_check_closes_and_corrections_change_nothing(cycle, people):
    objective = builders.acting_stage(cycle, people, value="2")
    series = objective.series.get()
    before = said(cycle)
    assert before[0][0] == 2
    builders.corrected(cycle.pilot, people, series.code, "3")
    targets.set_target(series=series, operator="≥", value=Decimal(4), year=builders.YEAR, by=people.coordinator, door=PAGE)
    assert Current.objects.get(series=series).value == 3
    assert said(cycle) == before


def test_cycle_that_goes_back_gets_another_stocktake_beside_the_first(cycle, people):
    objective = builders.acting_stage(cycle, people, value="2")
    stages.reopen(cycle=cycle, reason="A figure was corrected.", by=people.coordinator, door=PAGE)
    builders.corrected(cycle.pilot, people, objective.series.get().code, "3")
    assert said(cycle)[0][0] == 3
    stages.advance(cycle=cycle, by=people.coordinator, door=PAGE)
    taken = cycle.stocktakes.order_by("number")
    assert [[line.value for line in one.lines.all()] for one in taken] == [[2], [3]]
    assert said(cycle)[0][0] == 3


@pytest.mark.parametrize("write", ["update", "delete"])
def test_frozen_lines_resist_the_database_too(cycle, people, write):
    builders.acting_stage(cycle, people)
    lines = StocktakeLine.objects.all()
    with pytest.raises(InternalError), transaction.atomic():
        lines.update(value=9) if write == "update" else lines.delete()
    assert StocktakeLine.objects.get().value == 2


def test_demo_figure_marks_its_line(cycle, people):
    people.contributor.demo = True
    people.contributor.save()
    objective = builders.planned(cycle, people)
    builders.verified(cycle.pilot, people, {objective.series.get().code: "2"})
    (line,) = stocktake.lines(cycle)
    assert line.demo is True
