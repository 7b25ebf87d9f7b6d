"""The hard rules of a figure: what is never saved, each rule one function and one message."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators import formulas, numbers
from indicators.models import FLAG_OF_REASON, TYPED_FLAGS, TYPED_REASONS, Indicator, Reason, Series
from indicators.periods import Period
from pilots.models import Qualifier

# How long a person's texts may be; the same at every door.
LENGTHS = {"source": 500, "note": 5000, "explanation": 5000, "given": 200}
QUALIFIERS = frozenset(Qualifier.values)
# Half of a letter, as a broken program writes it.
HALVES = re.compile("[\ud800-\udfff]")


def check_texts(texts: dict[str, str]) -> None:
    """Refuse a text that is too long or holds a character that no keyboard writes."""
    for field, text in texts.items():
        if not text:
            continue
        if len(text) > LENGTHS[field]:
            raise ValidationError(
                _("This text has %(count)s characters; %(limit)s fit. Shorten it."),
                code="too_long",
                params={"count": len(text), "limit": LENGTHS[field]},
            )
        if "\x00" in text or HALVES.search(text):
            raise ValidationError(_("This text holds a character that cannot be stored. Type it again."), code="text")


def check_answer(value: Decimal | None, *, qualifier: str, flag: str, reason: str) -> None:
    """Refuse an answer that is both a figure and a reason for having none, or uses an unknown code."""
    if qualifier not in QUALIFIERS:
        raise ValidationError(
            _("“%(code)s” is not a qualifier. Use one of %(known)s."),
            code="qualifier",
            params={"code": qualifier, "known": " ".join(Qualifier.values)},
        )
    if reason and reason not in TYPED_REASONS:
        known = ", ".join(TYPED_REASONS)
        raise ValidationError(
            _("“%(code)s” is not a reason. Use one of %(known)s."), code="reason", params={"code": reason, "known": known}
        )
    if value is not None and reason:
        raise ValidationError(_("Give a figure or a reason for having none, not both."), code="value_and_reason")
    if flag not in TYPED_FLAGS and flag != FLAG_OF_REASON.get(reason):
        known = ", ".join(TYPED_FLAGS)
        raise ValidationError(
            _("“%(code)s” is not a status here. Use one of %(known)s."), code="flag", params={"code": flag, "known": known}
        )


def check_until(until: date | None, *, reason: str, period: Period) -> None:
    """Refuse a day for anything but a figure that is not yet available, and one before its period begins.

    A day in the past is taken: it says since when the figure is overdue.
    """
    if until is None:
        return
    if reason != Reason.NOT_YET:
        raise ValidationError(_("Only a figure that is not yet available has a day from which it will be."), code="until_alone")
    if until <= period.start:
        raise ValidationError(
            _("%(day)s is before %(period)s. Write the day from which the figure will be available."),
            code="until_before",
            params={"day": until, "period": period.label},
        )


def check_limits(series: Series, value: Decimal) -> None:
    """Refuse a figure below the definition's minimum or above its maximum (DECISIONS 7)."""
    definition = series.definition
    own = series.unit_id == definition.unit_id
    amount = value if own else formulas.convert(value, unit=series.unit, into=definition.unit)
    if definition.minimum is not None and amount < definition.minimum:
        raise ValidationError(
            _("%(value)s is below %(limit)s, the least this figure can be. Check the number and its sign."),
            code="below_minimum",
            params={"value": numbers.plain(value), "limit": shown_limit(series, definition.minimum)},
        )
    if definition.maximum is not None and amount > definition.maximum:
        raise ValidationError(
            _("%(value)s is above %(limit)s, the most this figure can be. Check the number and its unit, %(unit)s."),
            code="above_maximum",
            params={"value": numbers.plain(value), "limit": shown_limit(series, definition.maximum), "unit": series.unit.name},
        )


def shown_limit(series: Series, limit: Decimal) -> str:
    """Write a limit in the series' own unit."""
    return numbers.plain(formulas.store(formulas.convert(limit, unit=series.definition.unit, into=series.unit)))


def check_rating(series: Series, value: Decimal) -> None:
    """Refuse half steps on the scale of a qualitative indicator."""
    if isinstance(series.definition, Indicator) and series.definition.qualitative and value != value.to_integral_value():
        raise ValidationError(_("Choose a whole step from 0 to 4: 0 not started, 4 in place and effective."), code="rating")


def check_part_of_whole(series: Series, result: formulas.Part) -> None:
    """Refuse a numerator above its denominator where the formula says that it is a part of it (DECISIONS 7)."""
    indicator = series.indicator
    if not indicator.part_of_whole or result.numerator is None or result.numerator <= result.denominator:
        return
    raise ValidationError(
        _("In %(code)s, %(part)s (%(top)s) is larger than %(whole)s (%(bottom)s), of which it is a part. Correct one of them."),
        code="part_above_whole",
        params={
            "code": series.code,
            "part": indicator.numerator.name,
            "top": numbers.plain(result.numerator),
            "whole": indicator.denominator.name,
            "bottom": numbers.plain(result.denominator),
        },
    )


def check_computed_limits(series: Series, result: formulas.Part) -> None:
    """Refuse inputs whose result lies outside the limits of its indicator, showing the division."""
    try:
        check_limits(series, result.value)
    except ValidationError as refusal:
        raise ValidationError(
            _("%(code)s would become %(top)s ÷ %(bottom)s × %(multiplier)s = %(value)s, which it cannot be. Correct one of the inputs."),
            code="computed_" + refusal.code,
            params={
                "code": series.code,
                "top": numbers.plain(result.numerator),
                "bottom": numbers.plain(result.denominator),
                "multiplier": numbers.plain(series.indicator.multiplier),
                "value": numbers.plain(numbers.half_up(result.value, series.decimals)),
            },
        ) from None


def check_year_limits(series: Series, result: formulas.Part, *, period: Period) -> None:
    """Refuse a part that takes the year it belongs to beyond the limits of its indicator."""
    try:
        check_limits(series, result.value)
    except ValidationError as refusal:
        raise ValidationError(
            _("%(code)s would become %(value)s for %(period)s, which it cannot be. Correct one of its parts."),
            code="year_" + refusal.code,
            params={"code": series.code, "value": numbers.plain(result.value), "period": period.label},
        ) from None


def check_figure(series: Series, value: Decimal) -> None:
    """Apply every hard rule to a typed figure."""
    numbers.check_size(value)
    check_limits(series, value)
    check_rating(series, value)


def check_computed_size(series: Series, result: formulas.Part) -> None:
    """Refuse inputs that make a number too large to be kept."""
    try:
        for number in (result.value, result.numerator, result.denominator):
            if number is not None:
                numbers.check_size(number)
    except ValidationError:
        raise ValidationError(
            _("%(code)s would become too large to be a figure. Check the digits of its inputs."),
            code="computed_too_large",
            params={"code": series.code},
        ) from None


def check_result(series: Series, result: formulas.Part, *, period: Period) -> None:
    """Apply every hard rule to a computed figure: a ratio, or a year made of its parts."""
    check_computed_size(series, result)
    if result.value is None:
        return
    if result.numerator is None:
        check_year_limits(series, result, period=period)
        return
    check_part_of_whole(series, result)
    check_computed_limits(series, result)
