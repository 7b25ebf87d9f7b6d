"""Periods: written and read back the same, ordered, one inside another, and named for readers."""

import contextlib
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from indicators import periods
from indicators.periods import MONTHS, Frequency, Period

PLACES = {Frequency.YEAR: 1, Frequency.HALF: 2, Frequency.QUARTER: 4, Frequency.MONTH: 12}


def period(year: int, frequency: str, index: int) -> Period:
    return Period(date(year, (index - 1) * MONTHS[Frequency(frequency)] + 1, 1), frequency)


any_period = st.sampled_from(list(Frequency)).flatmap(
    lambda frequency: st.builds(period, st.integers(1900, 2199), st.just(frequency), st.integers(1, PLACES[frequency]))
)


@given(any_period)
def test_a_period_is_read_back_as_it_was_written(one):
    assert periods.parse(one.code) == one


@given(st.text(max_size=12) | st.from_regex(r"\d{4}-?[HQ]?\d{0,3}", fullmatch=True))
def test_parse_refuses_whatever_is_not_the_code_of_a_period(text):
    if text != reading(text):
        with pytest.raises(ValidationError) as refusal:
            periods.parse(text)
        assert refusal.value.code == "period"


def reading(text: str) -> str | None:
    """The code of the period that a text is read as, if it is read at all."""
    with contextlib.suppress(ValidationError):
        return periods.parse(text).code
    return None


NO_PERIODS = "|24|2024-|2024-Q0|2024-Q5|2024-H3|2024-13|2024-00|2024-1|2024-q1|1899|2200|２０２４|2024\n|2024-Q1-Q2"


@pytest.mark.parametrize("text", NO_PERIODS.split("|"))
def test_parse_refuses(text):
    with pytest.raises(ValidationError) as refusal:
        periods.parse(text)
    assert refusal.value.code == "period"


@given(any_period, st.integers(-200, 200))
def test_moving_on_and_back_again_ends_where_it_began(one, count):
    assert periods.shift(periods.shift(one, count), -count) == one


@given(any_period)
def test_periods_follow_each_other_without_a_gap(one):
    assert (one.next().start - one.end).days == 1
    assert one.next().previous() == one
    assert one < one.next()


@given(any_period, st.sampled_from(list(Frequency)))
def test_the_finer_periods_inside_make_up_the_whole_and_each_is_covered_by_it(one, frequency):
    parts = list(one.inside(frequency)) if MONTHS[frequency] <= one.months else []
    assert all(one.contains(part) and periods.covering(part, one.frequency) == one for part in parts)
    if parts:
        assert (parts[0].start, parts[-1].end, len(parts)) == (one.start, one.end, one.months // MONTHS[frequency])


@given(any_period, any_period)
def test_contains_agrees_with_the_calendar(outer, inner):
    assert outer.contains(inner) == (outer.start <= inner.start and inner.end <= outer.end)


def test_a_leap_year_february_ends_on_the_29th():
    assert periods.parse("2024-02").end == date(2024, 2, 29)
    assert periods.parse("1900-02").end == date(1900, 2, 28)


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("2024", "2024 年", "2024"),
        ("2024-H2", "2024 年下半年", "2024 H2"),
        ("2024-Q3", "2024 年第 3 季度", "2024 Q3"),
        ("2024-03", "2024 年 3 月", "March 2024"),
    ],
)
def test_a_period_is_named_in_the_readers_language(code, zh, en):
    for language, name in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert periods.parse(code).label == name
