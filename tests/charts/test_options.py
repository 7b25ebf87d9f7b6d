"""What stands on a chart."""

from decimal import Decimal

from charts.options import Cell, Point, bars, heat, line

YEARS = [
    Point("2021", Decimal("12.10"), "12.10"),
    Point("2022", None),
    Point("2023", Decimal("16.1"), "16.1"),
    Point("2024", Decimal("17.7"), "17.7"),
]


def words(item: dict | None) -> str:
    return (item or {}).get("label", {}).get("formatter", "")


def write(value: Decimal) -> str:
    return f"{value:f}"


def test_line_writes_the_last_value_only_and_leaves_a_gap_open() -> None:
    drawn = line(YEARS, write=write)["series"][-1]
    assert [words(item) for item in drawn["data"]] == ["", "", "", "17.7"]
    assert drawn["data"][1] is None
    assert not drawn.get("connectNulls")


def test_line_carries_exact_decimals() -> None:
    drawn = line(YEARS, write=write)["series"][-1]
    assert drawn["data"][0]["value"] == Decimal("12.10")


def test_line_draws_the_path_dashed_and_bridged_with_the_words_of_the_target() -> None:
    path = [Point("2021", Decimal(12)), Point("2022", None), Point("2023", None), Point("2024", Decimal(20), "目标值 20")]
    drawn = line(YEARS, write=write, path=path)["series"][0]
    assert drawn["connectNulls"]
    assert drawn["lineStyle"]["type"] == [4, 3]
    assert words(drawn["data"][-1]) == "目标值 20"


def test_line_keeps_the_words_of_value_and_target_apart() -> None:
    def places(target: int) -> tuple[str, str]:
        path = [Point(p.period, Decimal(target), "T") for p in YEARS]
        series = line(YEARS, write=write, path=path)["series"]
        return series[0]["data"][-1]["label"]["position"], series[-1]["data"][-1]["label"]["position"]

    assert places(19) == ("top", "bottom")
    assert places(17) == ("bottom", "top")


def test_line_marks_the_baseline_at_its_own_period() -> None:
    series = line(YEARS, write=write, baseline=Point("2021", Decimal(12), "基线值 12"))["series"]
    assert [words(item) for item in series[0]["data"]] == ["基线值 12", "", "", ""]


def test_bars_start_at_zero_and_a_gap_has_no_bar() -> None:
    option = bars(YEARS, write=write)
    assert option["yAxis"]["min"] == 0
    assert option["series"][0]["data"][1] is None


def test_axis_labels_are_the_words_of_the_caller() -> None:
    option = bars([Point("2024", Decimal(70000), "7万")], write=lambda value: f"{value / 10000:f}万")
    assert option["yAxis"]["axisLabel"]["formatter"][0] == "0万"


def test_heat_leaves_out_a_cell_without_value() -> None:
    option = heat([Cell(0, 0, Decimal(3), "3"), Cell(1, 0, None)], columns=["a", "b"], rows=["c"], top=Decimal(9))
    assert [item["value"][:2] for item in option["series"][0]["data"]] == [[0, 0]]
