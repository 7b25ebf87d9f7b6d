"""Pace: judged by a table made by hand, and said in words with its arithmetic."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from indicators import pace
from indicators.pace import Aim

D = Decimal


def judged(*, value, aims, baseline=None, past=None, year=2025, direction="higher_better"):
    return pace.judge(direction=direction, aims=aims, year=year, value=value, baseline=baseline, past=past or {})


UP, DOWN = [Aim("≥", D(90), 2030)], [Aim("≤", D(10), 2030)]
TABLE = [
    # what is looked at                             value  aims                   baseline          past               pace
    ("no target at all", D(5), [], None, {}, "no-target"),
    ("no target and no figure", None, [], None, {}, "no-data"),
    ("a target and no figure", None, UP, (2020, D(40)), {}, "no-data"),
    ("a standing target, met", D(90), [Aim("≥", D(90))], None, {}, "reached"),
    ("a standing target, missed", D("89.99"), [Aim("≥", D(90))], None, {}, "off-track"),
    ("a standing target of zero, met", D(0), [Aim("≤", D(0))], None, {}, "reached"),
    ("a standing target of zero, missed", D("0.1"), [Aim("≤", D(0))], None, {}, "off-track"),
    ("a target of exactly", D(3), [Aim("=", D(3))], None, {}, "reached"),
    ("a date in the past, met", D(91), [Aim("≥", D(90), 2024)], None, {}, "reached"),
    ("a date in the past, missed", D(89), [Aim("≥", D(90), 2024)], (2020, D(40)), {}, "off-track"),
    ("the year itself, missed", D(89), [Aim("≥", D(90), 2025)], (2020, D(40)), {}, "off-track"),
    ("a future date, reached early", D(90), UP, None, {}, "reached"),
    ("a future date, nothing before", D(60), UP, None, {}, "too-little-data"),
    ("a future date, a baseline that comes later", D(60), UP, (2026, D(40)), {}, "too-little-data"),
    ("half of the way in half of the time", D(65), UP, (2020, D(40)), {}, "on-track"),
    ("a hair below the path", D("64.99"), UP, (2020, D(40)), {}, "behind"),
    ("half of what the path asks for", D("52.5"), UP, (2020, D(40)), {}, "behind"),
    ("less than half of it", D("52.49"), UP, (2020, D(40)), {}, "off-track"),
    ("the wrong way", D(30), UP, (2020, D(40)), {}, "off-track"),
    ("falling as fast as asked", D(30), DOWN, (2020, D(50)), {}, "on-track"),
    ("falling too slowly", D(35), DOWN, (2020, D(50)), {}, "behind"),
    ("rising instead of falling", D(60), DOWN, (2020, D(50)), {}, "off-track"),
    ("the first earlier figure stands in for a baseline", D(65), UP, None, {2020: D(40), 2024: D(80)}, "on-track"),
    ("later figures do not", D(65), UP, None, {2026: D(40)}, "too-little-data"),
    ("a baseline goes before earlier figures", D(65), UP, (2024, D(64)), {2020: D(40)}, "off-track"),
    ("it stood above the target and fell below it", D(80), UP, (2020, D(100)), {}, "off-track"),
    ("it stood below the limit and rose above it", D(12), DOWN, (2020, D(5)), {}, "off-track"),
    ("it stood at the target and left it", D(89), UP, (2020, D(90)), {}, "off-track"),
]


@pytest.mark.parametrize(("value", "aims", "baseline", "past", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_pace_is_what_the_table_says(value, aims, baseline, past, expected):
    assert judged(value=value, aims=aims, baseline=baseline, past=past).pace == expected


@pytest.mark.parametrize("value", [None, D(5)])
def test_a_neutral_indicator_has_no_pace(value):
    assert judged(value=value, aims=UP, direction="neutral").pace == ("no-data" if value is None else "no-target")


@pytest.mark.parametrize(
    ("aims", "year", "chosen"),
    [
        ([Aim("≥", D(1), 2024), Aim("≥", D(2), 2030), Aim("≥", D(3), 2035)], 2025, 2),
        ([Aim("≥", D(1), 2024), Aim("≥", D(2), 2030)], 2030, 2),
        ([Aim("≥", D(1), 2024), Aim("≥", D(9))], 2025, 9),
        ([Aim("≥", D(9)), Aim("≥", D(2), 2030)], 2025, 2),
        ([Aim("≥", D(0), 2019), Aim("≥", D(1), 2024)], 2025, 1),
    ],
)
def test_the_next_target_counts_then_the_standing_one_then_the_last_past_one(aims, year, chosen):
    assert pace.choose_aim(aims, year).value == chosen


figures = st.decimals(min_value=0, max_value=1000, places=2)


@given(figures, figures, figures, st.sampled_from(["≥", "≤"]), st.integers(2021, 2029))
def test_a_better_figure_never_has_a_worse_pace(goal, start, value, operator, year):
    order = ["off-track", "behind", "on-track", "reached"]
    step = D(1) if operator == "≥" else D(-1)
    worse, better = (
        judged(value=one, aims=[Aim(operator, goal, 2030)], baseline=(2020, start), year=year).pace for one in (value, value + step)
    )
    assert order.index(worse) <= order.index(better)


@given(figures, st.integers(2021, 2030))
def test_whoever_stands_on_the_path_is_on_track(start, year):
    goal = start + 300
    due = start + D(30) * (year - 2020)
    assert judged(value=due, aims=[Aim("≥", goal, 2030)], baseline=(2020, start), year=year).pace in {"on-track", "reached"}


@pytest.mark.parametrize(
    ("judgement", "words"),
    [
        (judged(value=D(5), aims=[]), "No target is set."),
        (judged(value=None, aims=UP), "Target ≥ 90; there is no figure for 2025."),
        (judged(value=D(91), aims=UP), "Target ≥ 90; 2025: 91."),
        (judged(value=D(60), aims=UP, baseline=(2020, D(40))), "From 40 in 2020 to ≥ 90 in 2030, the path asks for 65 in 2025; it is 60."),
        (
            judged(value=D(1), aims=[Aim("≥", D(3), 2023)], baseline=(2020, D(0)), year=2021),
            "From 0 in 2020 to ≥ 3 in 2023, the path asks for 1 in 2021; it is 1.",
        ),
    ],
)
def test_the_words_show_the_arithmetic(judgement, words):
    with translation.override("en"):
        assert judgement.words == words
