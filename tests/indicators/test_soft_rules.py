"""Each soft rule speaks where it should, suggests what was meant, and is silent beside it; the examples are those of docs/rules.md."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import translation

from indicators import periods, rules
from indicators.models import Indicator, Series, Unit, Variable
from indicators.rules import Printed, Sight, hard

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
UNITS = {
    key: Unit(pk=number, key=key, name_zh=zh, name_en=en, dimension=dimension, factor_numerator=top, factor_denominator=bottom)
    for number, (key, zh, en, dimension, top, bottom) in enumerate(
        [
            ("count", "个", "number", "count", 1, 1),
            ("percent", "%", "%", "share", 1, 100),
            ("km2", "平方公里", "km²", "area", 1_000_000, 1),
            ("ha", "公顷", "ha", "area", 10_000, 1),
            ("mu", "亩", "mu", "area", 2000, 3),
            ("t", "吨", "t", "mass", 1, 1),
            ("10k-t", "万吨", "10,000 t", "mass", 10_000, 1),
            ("person", "人", "persons", "person", 1, 1),
            ("10k-CNY", "万元", "10,000 CNY", "yuan", 10_000, 1),
            ("100M-CNY", "亿元", "100 million CNY", "yuan", 100_000_000, 1),
            ("qualitative", "定性评级", "rating", "rating", 1, 1),
        ],
        start=1,
    )
}


def series(unit="count", **definition):
    """An adopted indicator that is typed."""
    made = Indicator(pk=1, code="x", unit=UNITS[unit], name_zh="指标", name_en="Indicator", **definition)
    return Series(pk=1, code="X-01", indicator=made, unit=UNITS[unit])


def constant(unit="km2"):
    return Series(pk=2, code="area", variable=Variable(pk=1, key="area", unit=UNITS[unit], constant=True), unit=UNITS[unit])


def sight(value, *past, of=None, **beside):
    """A figure of 2030 with those of the years before it, oldest first."""
    of = of or series()
    same_kind = [one for one in UNITS.values() if one.dimension == of.unit.dimension]
    known = tuple(None if one is None else Decimal(one) for one in past)
    return Sight(of, periods.of_year(2030), Decimal(value), past=known, units=same_kind, **beside)


BIO_ISLAND = Printed("bio-island-area", Decimal(18300), UNITS["km2"], corrected=Decimal("1.83"), doubted=True)
PERCENT = series("percent", minimum=Decimal(0), maximum=Decimal(100))
CUMULATIVE = series("t")
CUMULATIVE.indicator.name_zh, CUMULATIVE.indicator.name_en = "累计减排量", "Avoided so far (cumulative)"
EXAMPLES = {
    "fraction": sight("0.85", "84", of=PERCENT),
    "misprint": sight("18300", of=series("km2"), misprinted=[BIO_ISLAND]),
    "unit": sight("183", "1.83", of=series("km2")),
    "myriad": sight("12400", "1.24", of=series("10k-CNY")),
    "power": sight("12400", "1240"),
    "area": sight("2100", of=series("km2"), area=Fraction(1748 * 10**6)),
    "population": sight("512000", of=series("person"), population=Fraction(413000)),
    "sign": sight("-3.1", "3"),
    "falling": sight("690000", "700000", of=CUMULATIVE),
    "same": sight("17.4", "17.4"),
    "ratio": sight("6450", "1240"),
    "parts": sight("27800", of=series("t"), parts=Fraction(31500)),
    "result": Sight(series(), periods.of_year(2030), Decimal("48.2"), computed=True, past=(Decimal("16.1"),)),
}


def codes(one):
    return [warning.rule for warning in rules.look(one)]


@pytest.mark.parametrize("code", EXAMPLES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_rule_says_what_the_page_says_in_both_languages(code, language):
    with translation.override(language):
        (warning,) = rules.look(EXAMPLES[code])
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{code}` |"))
    assert warning.rule == code
    assert warning.message in row


def test_the_page_lists_every_rule_and_nothing_else():
    written = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    soft = [rule.__name__ for rule in rules.RULES]
    hard_codes = re.findall(r'code="(\w+)"', Path(hard.__file__).read_text(encoding="utf-8"))
    of_results = {prefix + limit for prefix in hard_codes if prefix.endswith("_") for limit in ("below_minimum", "above_maximum")}
    refusing = {code for code in hard_codes if not code.endswith("_")} | of_results
    assert set(soft) == set(EXAMPLES)
    assert sorted(written) == sorted([*soft, *refusing])


@pytest.mark.parametrize(
    ("one", "suggestion", "text"),
    [
        (sight("18300", of=series("km2"), misprinted=[BIO_ISLAND]), "1.83", "1.83 km²"),
        (sight("1830000", of=series("ha"), misprinted=[BIO_ISLAND]), "183", "183 ha"),
        (sight("183", "1.83", of=series("km2")), "1.83", "1.83 km²"),
        (sight("2745", "1.8", of=series("km2")), "1.83", "1.83 km²"),
        (sight("1.83", "183", of=series("ha")), "183", "183 ha"),
        (sight("52000", "5", of=series("10k-t")), "5.2", "5.2 × 10,000 t"),
        (sight("236", "2300000", of=series("10k-CNY")), "2360000", "2,360,000 × 10,000 CNY"),
        (sight("12400", "1240"), "1240", "1,240"),
        (sight("1.24", "1240"), "1240", "1,240"),
        (sight("0.85", "84", of=PERCENT), "85", "85 %"),
        (sight("0.85", of=PERCENT), "85", "85 %"),
        (sight("1", "97", of=PERCENT), "100", "100 %"),
        (sight("-3.1", "3"), "3.1", "3.1"),
    ],
)
def test_a_slip_is_met_with_the_figure_that_was_meant(one, suggestion, text):
    with translation.override("en"):
        (warning,) = rules.look(one)
    assert (warning.suggestion, warning.suggested_text) == (Decimal(suggestion), text)
    assert f"Did you mean {text}?" in warning.message


@pytest.mark.parametrize(
    "one",
    [
        sight("6450"),
        sight("1250", "1240"),
        sight("2479", "1240"),
        sight("3", "1"),
        sight("0", "5"),
        sight("5", "0"),
        sight("0", "0"),
        sight("12", "12"),
        sight("100", "100", of=PERCENT),
        sight("0.4", "0.5", of=PERCENT),
        sight("484", "484", of=constant()),
        sight("4", "1", of=series("qualitative", qualitative=True)),
        sight("700000", "690000", of=CUMULATIVE),
        sight("1700", of=series("km2"), area=Fraction(1748 * 10**6)),
        sight("413000", of=series("person"), population=Fraction(413000)),
        sight("27800", of=series("t"), parts=Fraction(27800)),
        sight("-2", "8"),
    ],
)
def test_what_is_plausible_passes_without_a_word(one):
    assert codes(one) == []


def test_without_last_year_an_earlier_figure_is_compared_with_more_patience():
    assert codes(sight("2479", "1000", None)) == []
    with translation.override("en"):
        (warning,) = rules.look(sight("3100", "1000", None))
    assert "3.1 times the figure of 2028 (1,000 → 3,100)." in warning.message


def test_without_any_earlier_figure_the_profile_is_the_measure():
    residents = Printed("residents", Decimal(70000), UNITS["person"])
    near, far = (sight(value, of=series("person"), printed=[residents]) for value in ("123000", "7"))
    assert codes(near) == []
    with translation.override("en"):
        (warning,) = rules.look(far)
    assert (warning.rule, warning.suggestion) == ("myriad", Decimal(70000))
    assert "in the pilot's profile" in warning.message


def test_a_computed_figure_is_never_given_a_suggestion():
    (warning,) = rules.look(EXAMPLES["result"])
    assert warning.suggestion is None


def test_a_suggestion_that_no_unit_expresses_exactly_keeps_twelve_digits():
    (warning,) = rules.look(sight("100", "0.07", of=series("km2")))
    assert warning.suggestion == Decimal("0.066666666667")
