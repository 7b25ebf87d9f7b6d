"""Writes exact figures in the reader's habit."""

from decimal import Decimal

from django import template
from django.utils.translation import get_language

from indicators import numbers
from indicators.figures import format_figure

register = template.Library()


def reader_language() -> str:
    """Return "zh" or "en", the language that the page is written in."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


@register.simple_tag
def figure(value: Decimal | None, decimals: int | None = None, qualifier: str = "=") -> str:
    """Write a figure for a table: grouped, with the decimals of its series (None keeps its own); nothing for no figure."""
    if value is None:
        return ""
    return format_figure(value, decimals=decimals, language=reader_language(), qualifier=qualifier)


@register.simple_tag
def figure_in_text(value: Decimal | None, decimals: int | None = None, qualifier: str = "=") -> str:
    """Write a figure for running text: round large numbers in 万 and 亿, or in million and billion."""
    if value is None:
        return ""
    return format_figure(value, decimals=decimals, language=reader_language(), scaled=True, qualifier=qualifier)


@register.filter
def digits(value: Decimal | None) -> str:
    """Write a number in bare digits, as a script or a field takes it."""
    return numbers.plain(value) or ""
