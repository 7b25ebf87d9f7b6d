"""Lines of the printed tables."""

import pytest
from django.utils.translation import override

from reports.render import rows
from tests.reports import sample


def item(**changes: object) -> dict:
    """A row of the sample as the sheet hands it over: in one language."""
    whole = sample.row(0) | {"name": "可再生能源使用率", "unit": "%"}
    return whole | changes


def line(**changes: object) -> dict:
    with override("zh-hans"):
        return rows.row(item(**changes), 2024, "zh", mark_demo=False)


def history(before: str | None, qualifier: str = "=") -> list[dict]:
    return [sample.figure(2023, before, qualifier), sample.figure(2024, "5")]


@pytest.mark.parametrize(
    ("value", "before", "change"),
    [("5", "3.5", "+1.5"), ("3.5", "5", "−1.5"), ("5", "5", "0.0"), ("5", None, "–"), (None, "5", "–"), ("5.04", "5", "0.0")],
)
def test_row_tells_the_change_to_last_year(value: str | None, before: str | None, change: str) -> None:
    assert line(value=value, history=history(before))["change"] == change


@pytest.mark.parametrize(("now", "before"), [("≥", "="), ("=", "≈"), (">", ">")])
def test_row_tells_no_change_between_figures_that_are_not_exact(now: str, before: str) -> None:
    assert line(value="5", qualifier=now, history=history("3", before))["change"] == "–"


def test_row_takes_last_year_by_its_year_and_not_by_its_place() -> None:
    assert line(history=[sample.figure(2022, "3"), sample.figure(2024, "5")])["previous"] == "–"


def test_row_writes_zero_as_a_figure_and_nothing_as_a_dash() -> None:
    assert line(value="0")["value"] == "0.0"
    assert line(value=None)["value"] == "–"


def test_target_of_zero_is_a_target() -> None:
    goal = {"operator": "≤", "value": "0", "year": None}
    assert rows.target(goal, 0, "zh") == "≤ 0"
    assert rows.target(goal | {"operator": "=", "year": 2030}, 1, "en") == "0.0 (2030)"
    assert rows.target(None, 0, "zh") == "–"


def test_row_remarks_on_the_status_and_the_note() -> None:
    with override("en"):
        remarks = rows.row(item(flag="E", note="New meters"), 2024, "en", mark_demo=True)["remarks"]
    assert remarks == ["estimated", "New meters", "Demo data"]


def test_every_judged_pace_has_a_sign_of_its_own() -> None:
    signs = [rows.sign(pace) for pace in rows.JUDGED]
    assert len(set(signs)) == 4
    assert rows.sign("no-data") == "–"
