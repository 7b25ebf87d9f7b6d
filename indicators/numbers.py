"""The one strict reader of numbers as people in Chinese offices write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋％～＞＜＝　", "0123456789.,-+%~><= ")
MINUS = str.maketrans({"−": "-", "–": "-"})
# Rooms that pages and print put between digits so that no line breaks there.
ROOMS = str.maketrans("\u00a0\u2007\u2009\u202f", "    ")
QUALIFIERS = {"≥": "≥", ">=": "≥", "≤": "≤", "<=": "≤", "≈": "≈", "~": "≈", "约": "≈", "大约": "≈", ">": ">", "=": "="}
QUALIFIERS_AFTER = {"多": ">", "+": "≥"}
SCALES = {"万": Decimal(10**4), "亿": Decimal(10**8), "万亿": Decimal(10**12)}
GROUPED = r"\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+"
NUMBER = re.compile(
    rf"(?P<sign>[-+]?)(?P<whole>{GROUPED})(?:\.(?P<fraction>\d+))? *"
    r"(?P<inner>多)?(?P<scale>万亿|万|亿)?(?P<more>多|\+)? *(?P<unit>(?![\d.,_]).*)",
    re.ASCII,
)
LONGEST = 200
# numeric(38,12): 26 digits before the point, 12 after it.
WHOLE_DIGITS, FRACTION_DIGITS = 26, 12
# What people write where there is no figure.
NOTHING = frozenset("- -- — —— / // 无 暂无 没有 空 缺 缺失 不详 未知 未统计 不适用 n/a na n.a. none null nil … ... ? ？ x ×".split())  # noqa: SIM905
VAGUE = re.compile(r"近|超|不足|不少于|至少|最多|以上|以下|左右|上下|余")
DATE = re.compile(r"\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?|月)|\d{4}[-/]\d{1,2}|\d{1,2}月\d{1,2}日", re.ASCII)
RANGE = re.compile(r"[\d.,]+\D{0,6}(?:-|~|—|至|到)\D{0,2}[\d.,]+\D*", re.ASCII)
EXPONENT = re.compile(r"[-+]?[\d.,]+e[-+]?\d+", re.ASCII | re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"[-+]?[\d,]+(?:\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Figure:
    """A number exactly as it was meant, with its qualifier (`=`, `≥`, `≤`, `>`, `≈`)."""

    value: Decimal
    qualifier: str = "="


def read(text: str, *, units: tuple[str, ...] = ()) -> Figure:
    """Read a figure, or refuse with the reason and the fix; docs/numbers.md lists what is accepted.

    Accepted: full-width digits, thousands separators (`1,234.5`, `1 234`), a scale (`1.2万`, `3亿`), a qualifier before the
    number (`≥ ≤ > ≈ 约`) or 多 and + after it (`600多万`), and a unit that is one of `units`, the names of the series' own unit.
    """
    plain = text.strip()
    if len(plain) > LONGEST:
        raise ValidationError(_("This text is too long for a number. Write the number alone."), code="number")
    tidy = plain.translate(FULL_WIDTH).translate(MINUS).translate(ROOMS).strip()
    qualifier, rest = split_qualifier(tidy)
    match = NUMBER.fullmatch(rest) if tidy.isprintable() else None
    unit = match["unit"].strip() if match else ""
    if match is None or (not own(unit, units) and (any(sign.isnumeric() for sign in unit) or VAGUE.search(unit))):
        raise ValidationError(why(tidy), code="number", params={"text": quoted(plain)})
    scale = read_unit(match["scale"] or "", unit, units=units)
    signs = [QUALIFIERS_AFTER[mark] for mark in (match["inner"], match["more"]) if mark]
    if len(signs) + (qualifier != "=") > 1:
        raise ValidationError(_("“%(text)s” is qualified twice. Keep one sign."), code="number", params={"text": quoted(plain)})
    return Figure(exact(match, scale), signs[0] if signs else qualifier)


def why(text: str) -> str:
    """Say what keeps a text from being a number, and what to write instead."""
    for fits, sentence in REASONS:
        if fits(text):
            return sentence
    return _("“%(text)s” is not a plain number. Write it in digits, such as 1234.5 or 1.2万.")


def quoted(text: str) -> str:
    """Show the beginning of a text, with a mark in place of signs that cannot be shown."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:60])


def strange(sign: str) -> bool:
    """Whether a sign counts but is none of the ten digits: ٣, ², Ⅻ, 十."""
    return sign.isnumeric() and sign not in "0123456789万亿"


REASONS: tuple[tuple[Callable[[str], object], str], ...] = (
    (lambda text: not text, _("Enter a number.")),
    (lambda text: not text.isprintable(), _("“%(text)s” holds a sign that cannot be seen. Type the number again.")),
    (
        lambda text: text.casefold() in NOTHING,
        _("“%(text)s” is not a figure. Leave the field empty and choose a reason why there is none."),
    ),
    (DATE.fullmatch, _("“%(text)s” is a date. Enter the figure alone.")),
    (RANGE.fullmatch, _("“%(text)s” is a range. Enter one figure, with ≈ before it where it is about that much.")),
    (EXPONENT.fullmatch, _("“%(text)s” has an exponent. Write all its digits, or use 万 or 亿.")),
    (VAGUE.search, _("“%(text)s” is not exact. Put a sign before the number: ≈ about, ≥ at least, ≤ at most, > more than.")),
    (lambda text: any(strange(sign) for sign in text), _("“%(text)s” has other digits than 0 to 9. Write it with those.")),
    (lambda text: any(sign.isalpha() and sign not in "万亿多约大" for sign in text), _("Enter a number. “%(text)s” has letters.")),
    (lambda text: "_" in text, _("“%(text)s” has an underscore. Write commas between thousands, or nothing.")),
    (lambda text: text.count(".") > 1, _("“%(text)s” has more than one point. Write one point, before the decimals.")),
    (lambda text: text.startswith(".") or text.endswith("."), _("“%(text)s” has a point without a digit beside it, such as in 0.5.")),
    (
        lambda text: "," in text and DECIMAL_COMMA.fullmatch(text),
        _("In “%(text)s” the comma is not between thousands. Write a point before decimals: 1.23, and commas as in 1,234."),
    ),
    (lambda text: len(re.findall(r"\d+", text, re.ASCII)) > 1, _("“%(text)s” holds more than one number. Enter one.")),
)


def hint(text: str, *, units: tuple[str, ...] = ()) -> str:
    """Say what a number with 万 or 亿 amounts to (`1.2万 = 12,000`); nothing where none is written, or it cannot be read."""
    try:
        figure = read(text, units=units)
    except ValidationError:
        return ""
    scaled = any(sign in text for sign in SCALES) and not any(text.strip().endswith(name) for name in units if name[0] in SCALES)
    return f"{text.strip()} = {Decimal(plain(figure.value)):,f}" if scaled else ""


def split_qualifier(text: str) -> tuple[str, str]:
    """Part the sign that qualifies a number from the number."""
    for mark in sorted(QUALIFIERS, key=len, reverse=True):
        if text.startswith(mark):
            return QUALIFIERS[mark], text[len(mark) :].strip()
    return "=", text


def read_unit(scale: str, unit: str, *, units: tuple[str, ...]) -> str:
    """Return the scale that multiplies the number; in “5 万人” of a figure counted in 万人 it belongs to the unit, and “5万” is unclear."""
    if scale and any(name.startswith(scale) for name in units):
        if scale + unit in units:
            return ""
        if not unit:
            raise ValidationError(
                _("This figure is counted in %(own)s. Write the number without “%(scale)s”, or with the whole unit."),
                code="scale",
                params={"own": units[0], "scale": scale},
            )
    check_unit(unit, units)
    return scale


def own(unit: str, units: tuple[str, ...]) -> bool:
    """Whether a unit is none, or one of the series' own names for it."""
    return not unit or unit.casefold() in {name.casefold() for name in units}


def check_unit(unit: str, units: tuple[str, ...]) -> None:
    """Accept no unit, or one of the series' own names for it."""
    if own(unit, units):
        return
    if units:
        raise ValidationError(
            _("“%(unit)s” is not the unit of this figure, which is %(own)s. Convert the number, or write it without a unit."),
            code="unit",
            params={"unit": unit[:40], "own": units[0]},
        )
    raise ValidationError(_("Write the number alone, without “%(unit)s”."), code="unit", params={"unit": unit[:40]})


def exact(match: re.Match[str], scale: str) -> Decimal:
    """Make the exact decimal of a matched number, or refuse what the store cannot hold exactly."""
    digits = match["whole"].replace(",", "").replace(" ", "")
    with localcontext(prec=LONGEST * 2):
        value = Decimal(f"{match['sign']}{digits}.{match['fraction'] or '0'}") * SCALES.get(scale, Decimal(1))
        value = value.normalize() + 0
    check_size(value)
    return value


def check_size(value: Decimal) -> None:
    """Refuse a number that is not finite, too large, or finer than twelve digits after the point."""
    if not value.is_finite() or (value and value.adjusted() >= WHOLE_DIGITS):
        raise ValidationError(_("This number is too large to be a figure. Check the digits."), code="number")
    if -value.as_tuple().exponent > FRACTION_DIGITS:
        raise ValidationError(_("This number has more than twelve digits after the point. Round it."), code="number")


def plain(value: Decimal | None) -> str | None:
    """Write a stored number as the API does: all its digits, no exponent, no idle zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def half_up(value: Decimal, decimals: int) -> Decimal:
    """Round as the reports do: half away from zero, to `decimals` digits after the point."""
    with localcontext(prec=60):
        return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
