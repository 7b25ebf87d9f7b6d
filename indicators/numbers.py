"""The one strict reader of numbers as people in Chinese offices write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋％～＞＜＝　", "0123456789.,-+%~><= ")
MINUS = str.maketrans({"−": "-", "–": "-"})
QUALIFIERS = {"≥": "≥", ">=": "≥", "≤": "≤", "<=": "≤", "≈": "≈", "~": "≈", "约": "≈", "大约": "≈", ">": ">", "=": "="}
QUALIFIERS_AFTER = {"多": ">", "+": "≥"}
SCALES = {"万": Decimal(10**4), "亿": Decimal(10**8), "万亿": Decimal(10**12)}
GROUPED = r"\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+"
NUMBER = re.compile(
    rf"(?P<sign>[-+]?)(?P<whole>{GROUPED})(?:\.(?P<fraction>\d+))?\s*(?P<inner>多)?(?P<scale>万亿|万|亿)?(?P<more>多|\+)?\s*(?P<unit>(?![\d.,_]).*)",
    re.ASCII,
)
LONGEST = 200
# numeric(38,12): 26 digits before the point, 12 after it.
WHOLE_DIGITS, FRACTION_DIGITS = 26, 12


@dataclass(frozen=True)
class Figure:
    """A number exactly as it was meant, with its qualifier (`=`, `≥`, `≤`, `>`, `≈`)."""

    value: Decimal
    qualifier: str = "="


def read(text: str, *, units: tuple[str, ...] = ()) -> Figure:
    """Read a figure, or refuse with the reason and the fix.

    Accepted: full-width digits, thousands separators (`1,234.5`, `1 234`), a scale (`1.2万`, `3亿`), a qualifier before the
    number (`≥ ≤ > ≈ 约`) or 多 and + after it (`600多万`), and a unit that is one of `units`, the names of the series' own unit.
    """
    plain = text.strip()
    if len(plain) > LONGEST:
        raise ValidationError(_("This text is too long for a number. Write the number alone."), code="number")
    qualifier, rest = split_qualifier(plain.translate(FULL_WIDTH).translate(MINUS).strip())
    match = NUMBER.fullmatch(rest)
    if match is None:
        raise ValidationError(
            _("“%(text)s” is not a plain number. Write it in digits, such as 1234.5 or 1.2万."), code="number", params={"text": text[:60]}
        )
    scale = read_unit(match["scale"] or "", match["unit"].strip(), units=units)
    signs = [QUALIFIERS_AFTER[mark] for mark in (match["inner"], match["more"]) if mark]
    if len(signs) + (qualifier != "=") > 1:
        raise ValidationError(_("“%(text)s” is qualified twice. Keep one sign."), code="number", params={"text": text[:60]})
    return Figure(exact(match, scale), signs[0] if signs else qualifier)


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


def check_unit(unit: str, units: tuple[str, ...]) -> None:
    """Accept no unit, or one of the series' own names for it."""
    if not unit or unit.casefold() in {name.casefold() for name in units}:
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
