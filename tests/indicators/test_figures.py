"""Figures as readers see them, in both languages."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.figures import EXACT, MINUS, QUALIFIERS, format_figure
from pilots.models import Qualifier


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("0", "0", "0"),
        ("8300", "8,300", "8,300"),
        ("70000", "7万", "70,000"),
        ("413000", "41.3万", "413,000"),
        ("20000000", "2,000万", "20 million"),
        ("19847000000", "198.47亿", "19,847 million"),
        ("5650000000", "56.5亿", "5.65 billion"),
        ("649123", "649,123", "649,123"),
        ("1234567800", "1,234,567,800", "1,234,567,800"),
        ("10000.5", "10,000.5", "10,000.5"),
        ("-70000", "−7万", "−70,000"),
        ("1.830", "1.83", "1.83"),
    ],
)
def test_scaled_figures_take_the_step_of_the_language_and_lose_no_digit(value: str, zh: str, en: str) -> None:
    assert format_figure(Decimal(value), decimals=None, language="zh", scaled=True) == zh
    assert format_figure(Decimal(value), decimals=None, language="en", scaled=True) == en


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [("2.345", 2, "2.35"), ("2.5", 0, "3"), ("-2.5", 0, "−3"), ("-0.04", 1, "0.0"), ("7", 2, "7.00"), ("1234567.891", 1, "1,234,567.9")],
)
def test_figures_are_rounded_half_up_and_padded_to_their_decimals(value: str, decimals: int, text: str) -> None:
    assert format_figure(Decimal(value), decimals=decimals, language="en") == text


@pytest.mark.parametrize(
    ("value", "qualifier", "zh", "en"),
    [
        ("6000000", ">", "600多万", "more than 6 million"),
        ("25", ">", "25多", "more than 25"),
        ("1.5", ">", "超过 1.5", "more than 1.5"),
        ("100", "≥", "≥ 100", "≥ 100"),
        ("5650000000", "≈", "≈ 56.5亿", "≈ 5.65 billion"),
    ],
)
def test_qualifiers_are_said_as_the_reader_would_say_them(value: str, qualifier: str, zh: str, en: str) -> None:
    assert format_figure(Decimal(value), decimals=None, language="zh", scaled=True, qualifier=qualifier) == zh
    assert format_figure(Decimal(value), decimals=None, language="en", scaled=True, qualifier=qualifier) == en


def test_in_a_table_the_qualifier_is_a_sign_and_the_number_is_not_scaled() -> None:
    assert format_figure(Decimal(6000000), decimals=0, language="zh", qualifier=">") == "> 6,000,000"


def test_format_figure_refuses_what_is_no_finite_number_or_no_qualifier() -> None:
    with pytest.raises(ValueError, match="finite"):
        format_figure(Decimal("NaN"), decimals=1, language="zh")
    with pytest.raises(ValueError, match="qualifier"):
        format_figure(Decimal(1), decimals=1, language="zh", qualifier="~")


WORDS = {"亿": 8, "万": 4, " billion": 9, " million": 6}


@given(
    st.decimals(min_value=-(10**20), max_value=10**20, places=12),
    st.sampled_from(["zh", "en"]),
    st.booleans(),
)
def test_a_figure_without_decimals_reads_back_as_the_same_number(value: Decimal, language: str, scaled: bool) -> None:
    text = format_figure(value, decimals=None, language=language, scaled=scaled)
    power = 0
    for word, exponent in WORDS.items():
        if text.endswith(word):
            text, power = text.removesuffix(word), exponent
    with localcontext(prec=100):
        assert Decimal(text.replace(MINUS, "-").replace(",", "")).scaleb(power) == value


def test_every_qualifier_of_the_database_can_be_written() -> None:
    assert {EXACT, *QUALIFIERS} == set(Qualifier.values)
