"""The reader of numbers: what people write gives exactly the number they mean, or a refusal, and nothing else."""

import re
from decimal import Context, Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import numbers
from indicators.numbers import Figure

WIDE = Context(prec=250)
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "numbers.md").read_text(encoding="utf-8")
FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


UNITS = {"": (), "%": ("%", "percent"), "km²": ("km²",), "万人": ("万人", "10,000 persons")}


def table(heading):
    """The rows of a table of docs/numbers.md, cells without their signs of code."""
    part = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split("|") for line in part.splitlines() if line.startswith("| `")]
    return [(re.match(r" ?`(.*)`", row[0])[1], *(cell.strip() for cell in row[1:])) for row in rows]


@pytest.mark.parametrize(("text", "unit", "value", "qualifier"), table("Read"))
def test_what_the_page_lists_is_read_exactly(text, unit, value, qualifier):
    assert numbers.read(text, units=UNITS[unit]) == Figure(Decimal(value), qualifier)


@pytest.mark.parametrize(("text", "unit", "said"), table("Refused"))
def test_what_the_page_lists_is_refused_with_its_reason_and_its_fix(text, unit, said):
    with pytest.raises(ValidationError) as refusal:
        numbers.read(text, units=UNITS[unit])
    with translation.override("en"):
        assert refusal.value.messages == [said]


def test_the_page_shows_rooms_that_look_like_spaces():
    """The rows of the no-break and the thin space hold those signs, not plain spaces."""
    assert {sign for row in table("Read") for sign in row[0] if sign.isspace()} == {" ", "\u00a0", "\u2009"}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "\x005",
            "5\x00",
            "\ud8005",
            "1\u200b2",
            "1\t234",
            "1\n2",
            "\ufeff5",
            "1" * 201,
            "1" * 23 + "亿",
            "-inf",
            "३",
            "Ⅻ",
            "5٣",
        ),
        *("≥", "≥≥5", "5多万多", "1E2", "1-2", "12,345,6", "1234,567", "1,234 567", "5 <script>", "5 5 5", "20 24", "約5"),
    ],
)
def test_everything_else_is_refused_with_words_that_can_be_shown(text):
    with pytest.raises(ValidationError) as refusal:
        numbers.read(text)
    (said,) = refusal.value.messages
    assert said.isprintable() and len(said) < 300


@pytest.mark.parametrize(
    ("text", "units", "said"),
    [
        ("1.2万", (), "1.2万 = 12,000"),
        ("约3亿", (), "约3亿 = 300,000,000"),
        ("0.5万", (), "0.5万 = 5,000"),
        ("12,000", (), ""),
        ("万", (), ""),
        ("3万人", UNITS["万人"], ""),
    ],
)
def test_a_scale_is_spelt_out_where_it_was_read(text, units, said):
    assert numbers.hint(text, units=units) == said


OWN = ("%", "t", "万人")
SIGNS = {"≥": "≥", ">=": "≥", "≤": "≤", "<=": "≤", "≈": "≈", "~": "≈", "约": "≈", "大约": "≈", ">": ">", "=": "="}
TENS = {"": 0, "万": 4, "亿": 8, "万亿": 12}


def by_hand(text):
    """Read a number by the page, sign by sign and without the reader's patterns; None for what the page does not list."""
    wide = "０１２３４５６７８９．，－＋％～＞＜＝\u3000−–\u00a0\u2007\u2009\u202f"
    narrow = "0123456789.,-+%~><= --    "
    rest = "".join(narrow[wide.index(sign)] if sign in wide else sign for sign in text.strip()).strip()
    if len(text.strip()) > 200 or not rest.isprintable():
        return None
    mark = next((one for one in sorted(SIGNS, key=len, reverse=True) if rest.startswith(one)), "")
    qualifier, rest = SIGNS.get(mark, "="), rest[len(mark) :].strip()
    minus, rest = rest[:1] == "-", rest[1:] if rest[:1] in ("-", "+") else rest
    size = len(rest) - len(rest.lstrip("0123456789., "))
    written, rest = rest[:size].rstrip(" "), rest[size:]
    whole, point, decimals = written.partition(".")
    if not whole or (point and not decimals) or not all(part.isdigit() for part in (decimals or "0",)):
        return None
    groups = whole.split("," if "," in whole else " ")
    if not all(groups) or not all(group.isdigit() for group in groups):
        return None
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    return finish(minus, "".join(groups), decimals, rest, qualifier)


def finish(minus, whole, decimals, rest, qualifier):
    """Read what follows the digits: 多, scale, 多 or +, unit."""
    inner, rest = rest[:1] == "多", rest[1:] if rest[:1] == "多" else rest
    scale = next((one for one in ("万亿", "万", "亿") if rest.startswith(one)), "")
    rest = rest[len(scale) :]
    after = rest[:1] if rest[:1] in ("多", "+") else ""
    if scale and after == "" and not inner and scale + rest.strip() in OWN:
        scale, rest = "", ""
    rest = rest[len(after) :].strip()
    if scale == "万" and rest in ("", "人"):
        if rest == "":
            return None
        scale, rest = "", ""
    if rest.casefold() not in ("", *OWN):
        return None
    signs = [one for one in (inner and ">", {"多": ">", "+": "≥"}.get(after, "")) if one]
    if len(signs) + (qualifier != "=") > 1:
        return None
    value = WIDE.normalize(Decimal(int(whole + decimals)).scaleb(TENS[scale] - len(decimals), context=WIDE))
    if value and (value.adjusted() >= 26 or value.as_tuple().exponent < -12):
        return None
    return Figure(-value if minus else value, signs[0] if signs else qualifier)


@given(st.text(max_size=30) | st.text(alphabet="0123456789.,-+ 万亿多人t≥≤≈>=<约大%~０９．，−\u00a0\u2009eE_\x00\n", max_size=16))
@settings(max_examples=1500)
def test_any_text_is_the_number_that_the_page_gives_or_a_refusal(text):
    expected = by_hand(text)
    figure, refusal = answer(text)
    assert figure == expected
    if refusal is not None:
        assert refusal.code in {"number", "unit", "scale"}
        assert all(message.isprintable() and len(message) < 300 for message in refusal.messages)


def answer(text: str) -> tuple[Figure | None, ValidationError | None]:
    try:
        return numbers.read(text, units=("%", "t", "万人")), None
    except ValidationError as refusal:
        return None, refusal


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
