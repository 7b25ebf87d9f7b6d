"""The reader of numbers: what people write gives exactly the number they mean, or a refusal, and nothing else."""

import re
from decimal import Context, Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from indicators import numbers
from indicators.numbers import Figure

WIDE = Context(prec=60)
NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


@pytest.mark.parametrize(
    ("text", "value", "qualifier"),
    [
        ("0", "0", "="),
        ("-0", "0", "="),
        ("  17.4  ", "17.4", "="),
        ("+5", "5", "="),
        ("-2.50", "-2.5", "="),
        ("−2.5", "-2.5", "="),
        ("–2.5", "-2.5", "="),
        ("1,234,567.89", "1234567.89", "="),
        ("1 234 567", "1234567", "="),
        ("１，２３４．５", "1234.5", "="),
        ("－３", "-3", "="),
        ("1.2万", "12000", "="),
        ("3亿", "300000000", "="),
        ("1.5 万亿", "1500000000000", "="),
        ("0.000000000001", "0.000000000001", "="),
        ("0.00000001万", "0.0001", "="),
        ("99999999999999999999999999.999999999999", "99999999999999999999999999.999999999999", "="),
        ("≥ 90", "90", "≥"),
        (">=90", "90", "≥"),
        ("＞＝90", "90", "≥"),
        ("≤3", "3", "≤"),
        ("<=3", "3", "≤"),
        ("约3亿", "300000000", "≈"),
        ("大约 12", "12", "≈"),
        ("~12", "12", "≈"),
        ("≈-1.5", "-1.5", "≈"),
        (">8300", "8300", ">"),
        ("=5", "5", "="),
        ("600多万", "6000000", ">"),
        ("100多", "100", ">"),
        ("100+", "100", "≥"),
        ("1万多", "10000", ">"),
        ("007", "7", "="),
    ],
)
def test_read_gives_the_exact_number_that_was_meant(text, value, qualifier):
    assert numbers.read(text) == Figure(Decimal(value), qualifier)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "number"),
        ("abc", "number"),
        ("NaN", "number"),
        ("Infinity", "number"),
        ("-inf", "number"),
        ("٣", "number"),
        ("३", "number"),
        ("²", "number"),
        ("Ⅻ", "number"),
        ("十二", "number"),
        (".5", "number"),
        ("--5", "number"),
        ("≥≥5", "number"),
        ("≥5多", "number"),
        ("5多万多", "number"),
        ("≥", "number"),
        ("\x005", "number"),
        ("=SUM(A1)", "number"),
        ("1" * 201, "number"),
        ("1" * 27, "number"),
        ("1" * 23 + "亿", "number"),
        ("0.0000000000001", "number"),
        ("1_0", "number"),
        ("1e400", "unit"),
        ("1E2", "unit"),
        ("0x10", "unit"),
        ("1,2345", "number"),
        ("1,23", "number"),
        ("12,345,6", "number"),
        ("1234,567", "number"),
        ("1.2.3", "number"),
        ("1.", "number"),
        ("1 2", "unit"),
        ("1\n2", "number"),
        ("5\x00", "unit"),
        ("1-2", "unit"),
        ("1/2", "unit"),
        ("5٣", "unit"),
        ("5%", "unit"),
        ("5 <script>", "unit"),
    ],
)
def test_read_refuses(text, code):
    with pytest.raises(ValidationError) as refusal:
        numbers.read(text)
    assert refusal.value.code == code
    assert refusal.value.messages


@given(st.text(max_size=30) | st.text(alphabet="0123456789.,-+ 万亿多≥≤≈>=<约%~０９．，eE_\x00\n", max_size=20))
def test_read_answers_any_text_with_a_number_the_store_can_hold_or_a_refusal(text):
    figure, refusal = answer(text)
    if refusal is not None:
        assert refusal.code in {"number", "unit", "scale"}
        assert all(len(message) < 300 for message in refusal.messages)
        return
    assert abs(figure.value) < 10**26
    assert figure.value == figure.value.quantize(Decimal(1).scaleb(-12), context=WIDE)
    assert figure.qualifier in {"=", "≥", "≤", ">", "≈"}
    assert digits_of(figure.value).lstrip("0") in re.sub(r"\D", "", text.translate(NARROW)) + "0" * 12


def answer(text: str) -> tuple[Figure | None, ValidationError | None]:
    try:
        return numbers.read(text, units=("%", "t", "万人")), None
    except ValidationError as refusal:
        return None, refusal


def digits_of(value: Decimal) -> str:
    """The significant digits of a number; a reader may add nothing but zeros at its end."""
    return "".join(map(str, value.as_tuple().digits)).rstrip("0")


any_figure = st.decimals(min_value=-(10**20), max_value=10**20, places=12, allow_nan=False, allow_infinity=False)


@given(any_figure)
def test_what_is_written_plain_is_read_back_exactly(value):
    assert numbers.read(numbers.plain(value)).value == value


@given(any_figure)
def test_full_width_digits_mean_the_same_as_narrow_ones(value):
    assert numbers.read(f"{value:f}".translate(FULL_WIDTH)).value == value


@given(st.integers(-(10**18), 10**18))
def test_separators_between_thousands_change_nothing(value):
    assert numbers.read(f"{value:,}").value == numbers.read(f"{value:,}".replace(",", " ")).value == value


@given(st.decimals(min_value=0, max_value=10**6, places=4), st.sampled_from([("万", 10**4), ("亿", 10**8), ("万亿", 10**12)]))
def test_a_scale_multiplies_exactly(value, scale):
    assert numbers.read(f"{value:f}{scale[0]}").value == value * scale[1]


def test_a_unit_is_accepted_only_by_the_names_of_its_series():
    assert numbers.read("17.4 %", units=("%", "percent")).value == Decimal("17.4")
    assert numbers.read("17.4 Percent", units=("%", "percent")).value == Decimal("17.4")
    with pytest.raises(ValidationError, match="km") as refusal:
        numbers.read("17.4 km", units=("%", "percent"))
    assert refusal.value.code == "unit"
    assert "%" in refusal.value.messages[0]


def test_a_unit_of_ten_thousands_is_not_read_as_a_scale():
    assert numbers.read("41.3万人", units=("万人", "10,000 persons")).value == Decimal("41.3")


def test_a_scale_before_a_unit_that_is_scaled_itself_is_refused_as_ambiguous():
    with pytest.raises(ValidationError, match="万人") as refusal:
        numbers.read("41.3万", units=("万人", "10,000 persons"))
    assert refusal.value.code == "scale"


@given(any_figure, st.integers(0, 12))
def test_half_up_rounds_halves_away_from_zero_and_never_by_more_than_half_a_step(value, decimals):
    rounded = numbers.half_up(value, decimals)
    assert abs(rounded - value) * 2 <= Decimal(1).scaleb(-decimals)
    assert numbers.half_up(-value, decimals) == -rounded


@pytest.mark.parametrize(("value", "decimals", "rounded"), [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("0.125", 2, "0.13"), ("2.4999", 0, "2")])
def test_half_up_by_hand(value, decimals, rounded):
    assert str(numbers.half_up(Decimal(value), decimals)) == rounded


@pytest.mark.parametrize(("value", "text"), [("17.400000000000", "17.4"), ("1E+3", "1000"), ("0E-12", "0"), ("100", "100"), ("1.000", "1")])
def test_plain_writes_all_digits_and_no_idle_ones(value, text):
    assert numbers.plain(Decimal(value)) == text


def test_plain_of_nothing_is_nothing():
    assert numbers.plain(None) is None
