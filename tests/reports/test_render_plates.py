"""The charts of a printed report."""

import pytest
from django.utils.translation import override

from reports.render.plates import plate
from tests.reports import sample


def drawn(number: int = 0, language: str = "zh", **changes: object) -> dict:
    whole = sample.row(number)
    told = whole | {"name": whole["name"][language], "unit": whole["unit"][language]} | changes
    with override({"zh": "zh-hans", "en": "en"}[language]):
        return plate(told, language=language, wide=True)


def test_plate_puts_the_unit_in_the_title_and_the_source_under_it() -> None:
    whole = drawn()
    assert whole["title"] == "SH-01  可再生能源使用率（%）"
    assert whole["note"] == "来源：示例港湾统计年鉴 · 演示数据"


def test_plate_of_a_real_figure_is_not_marked_demo() -> None:
    assert drawn(demo=False)["note"] == "来源：示例港湾统计年鉴"


def test_plate_runs_on_to_the_year_of_the_target() -> None:
    picture = drawn(target={"operator": "≥", "value": "30", "year": 2027})["svg"]
    assert ">2027<" in picture
    assert ">目标值 30.0<" in picture


def test_plate_leaves_out_a_target_too_far_to_be_drawn() -> None:
    picture = drawn(target={"operator": "≥", "value": "30", "year": 2060})["svg"]
    assert ">2024<" in picture
    assert "目标值" not in picture


def test_plate_leaves_out_a_target_whose_year_is_past_before_the_history() -> None:
    assert "目标值" not in drawn(target={"operator": "≥", "value": "30", "year": 2013})["svg"]


def test_plate_draws_a_target_whose_year_is_past_within_the_history() -> None:
    assert ">目标值 30.0<" in drawn(target={"operator": "≥", "value": "30", "year": 2020})["svg"]


def test_plate_starts_at_the_baseline_year() -> None:
    picture = drawn(baseline=sample.figure(2016, "10"))["svg"]
    assert ">2016<" in picture
    assert ">基线值 10.0<" in picture


def test_plate_writes_large_figures_in_the_habit_of_the_reader() -> None:
    history = [sample.figure(2023, "60000"), sample.figure(2024, "70000")]
    assert ">7万<" in drawn(3, history=history, target=None, baseline=None)["svg"]
    assert ">70,000<" in drawn(3, "en", history=history, target=None, baseline=None)["svg"]


@pytest.mark.parametrize("periods", [["2024-Q1", "2024-Q2"], ["2024-01", "2024-02"]])
def test_plate_draws_finer_periods_as_they_are(periods: list[str]) -> None:
    history = [{"period": period, "value": "5", "qualifier": "="} for period in periods]
    picture = drawn(history=history, target={"operator": "≥", "value": "30", "year": 2027}, baseline=None)["svg"]
    assert all(f">{period}<" in picture for period in periods)


def test_plate_of_a_history_without_values_is_an_empty_frame_and_not_an_error() -> None:
    assert ">2024<" in drawn(history=[sample.figure(2024, None)], target=None, baseline=None)["svg"]
