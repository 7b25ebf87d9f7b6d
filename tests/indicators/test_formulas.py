"""Formulas: every result is the exact one, rounded once, and carries the caution of what it was made from."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import formulas
from indicators.formulas import Part
from indicators.models import Aggregation, Unit

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=12, allow_nan=False, allow_infinity=False)
wholes = amounts.filter(bool)
multipliers = st.sampled_from([Decimal(1), Decimal(100), Decimal(1000), Decimal(100000), Decimal("0.5")])


def oracle(number: Fraction) -> Decimal:
    """Round to twelve digits, half away from zero, with whole numbers alone."""
    grains = (2 * abs(number.numerator) * 10**12 + number.denominator) // (2 * number.denominator)
    return Decimal(f"{'-' if number < 0 else ''}{grains // 10**12}.{grains % 10**12:012}")


@given(amounts, wholes, multipliers)
def test_a_ratio_is_the_exact_one_rounded_once(above, below, multiplier):
    result = formulas.divide(Part(above), Part(below), multiplier=multiplier)
    assert result.value == oracle(Fraction(above) / Fraction(below) * Fraction(multiplier))
    assert (result.numerator, result.denominator) == (above, below)


@given(st.lists(amounts, min_size=1, max_size=12))
def test_sum_mean_and_last_of_finer_periods_are_exact(values):
    parts = [Part(value) for value in values]
    exact = sum(Fraction(value) for value in values)
    assert formulas.aggregate(parts, Aggregation.SUM, multiplier=Decimal(1)).value == oracle(exact)
    assert formulas.aggregate(parts, Aggregation.MEAN, multiplier=Decimal(1)).value == oracle(exact / len(values))
    assert formulas.aggregate(parts, Aggregation.LAST, multiplier=Decimal(1)).value == values[-1]


@given(st.lists(st.tuples(amounts, wholes), min_size=1, max_size=12), multipliers)
def test_a_ratio_of_sums_is_not_the_mean_of_ratios(pairs, multiplier):
    parts = [formulas.divide(Part(above), Part(below), multiplier=multiplier) for above, below in pairs]
    above, below = (sum(Fraction(pair[at]) for pair in pairs) for at in (0, 1))
    result = formulas.aggregate(parts, Aggregation.RATIO_OF_SUMS, multiplier=multiplier)
    if below == 0:
        assert (result.value, result.reason) == (None, "division")
    else:
        assert result.value == oracle(above / below * Fraction(multiplier))


def test_a_ratio_of_sums_waits_where_a_ratio_was_typed_without_its_parts():
    typed = [formulas.divide(Part(Decimal(1)), Part(Decimal(2)), multiplier=Decimal(100)), Part(Decimal(40))]
    assert formulas.aggregate(typed, Aggregation.RATIO_OF_SUMS, multiplier=Decimal(100)).awaited


@pytest.mark.parametrize(
    ("number", "stored"),
    [
        (Fraction(1, 3), "0.333333333333"),
        (Fraction(2, 3), "0.666666666667"),
        (Fraction(-2, 3), "-0.666666666667"),
        (Fraction(1, 2 * 10**12), "0.000000000001"),
        (Fraction(-1, 2 * 10**12), "-0.000000000001"),
        (Fraction(12 * 100000, 68965), "17.400130500979"),
    ],
)
def test_store_by_hand(number, stored):
    assert formulas.store(number) == Decimal(stored)


def unit(key: int, above: str, below: str = "1") -> Unit:
    return Unit(pk=key, key=f"unit-{key}", factor_numerator=Decimal(above), factor_denominator=Decimal(below))


@given(amounts)
def test_converting_there_and_back_loses_nothing(value):
    people, ten_thousands, third = unit(1, "1"), unit(2, "10000"), unit(3, "1", "3")
    assert formulas.convert(value, unit=ten_thousands, into=people) == Fraction(value) * 10000
    assert formulas.convert(value, unit=third, into=people) == Fraction(value) / 3
    assert formulas.convert(value, unit=people, into=people) == Fraction(value)


# What is said of a figure made of two qualified ones, by hand (DECISIONS 6).
WEAKER = {
    ("=", "="): "=",
    ("=", "≥"): "≥",
    ("=", "≤"): "≤",
    ("=", ">"): ">",
    ("=", "≈"): "≈",
    ("≥", "≥"): "≥",
    ("≥", ">"): "≥",
    (">", ">"): ">",
    ("≤", "≤"): "≤",
    ("≥", "≤"): "≈",
    (">", "≤"): "≈",
    ("≥", "≈"): "≈",
    ("≤", "≈"): "≈",
    ("≈", "≈"): "≈",
}


@pytest.mark.parametrize(("pair", "sign"), WEAKER.items())
def test_the_weaker_qualifier_wins_in_either_order(pair, sign):
    assert formulas.weaker(*pair) == formulas.weaker(*reversed(pair)) == sign


@pytest.mark.parametrize(("below", "sign"), [("=", "="), ("≥", "≤"), (">", "≤"), ("≤", "≥"), ("≈", "≈")])
def test_a_qualifier_turns_below_the_line(below, sign):
    assert formulas.divide(Part(Decimal(1)), Part(Decimal(2), below), multiplier=Decimal(1)).qualifier == sign


def test_nothing_is_divided_by_zero():
    result = formulas.divide(Part(Decimal(5)), Part(Decimal(0)), multiplier=Decimal(100))
    assert (result.value, result.reason, result.flag, result.numerator, result.denominator) == (None, "division", "M", 5, 0)


def test_zero_divided_is_zero_and_not_missing():
    assert formulas.divide(Part(Decimal(0)), Part(Decimal(7)), multiplier=Decimal(100)).value == 0


def test_what_is_awaited_comes_before_what_is_missing():
    here, gone, awaited = Part(Decimal(1)), Part(flag="Q", reason="confidential"), Part()
    assert formulas.divide(gone, awaited, multiplier=Decimal(1)).awaited
    assert formulas.divide(here, gone, multiplier=Decimal(1)).reason == "confidential"
    assert (
        formulas.aggregate([here, gone, Part(flag="L", reason="not-collected")], Aggregation.SUM, multiplier=Decimal(1)).reason
        == "confidential"
    )
    assert formulas.aggregate([here, gone, awaited], Aggregation.SUM, multiplier=Decimal(1)).awaited


@pytest.mark.parametrize(("flags", "flag"), [("AA", "A"), ("AB", "B"), ("BE", "E"), ("EP", "P"), ("PA", "P")])
def test_the_strongest_caution_of_the_parts_is_the_caution_of_the_whole(flags, flag):
    above, below = (Part(Decimal(1), flag=one) for one in flags)
    assert (
        formulas.divide(above, below, multiplier=Decimal(1)).flag
        == formulas.aggregate([above, below], Aggregation.MEAN, multiplier=Decimal(1)).flag
        == flag
    )


@pytest.mark.parametrize("how", [Aggregation.SUM, Aggregation.MEAN, Aggregation.RATIO_OF_SUMS])
def test_one_demo_part_makes_the_whole_demo(how):
    real, demo = (formulas.divide(Part(Decimal(1), demo=demo), Part(Decimal(2)), multiplier=Decimal(1)) for demo in (False, True))
    assert demo.demo
    assert formulas.aggregate([real, demo], how, multiplier=Decimal(1)).demo
    assert not formulas.aggregate([real, real], how, multiplier=Decimal(1)).demo
