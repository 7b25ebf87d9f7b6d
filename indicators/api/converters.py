"""How codes and periods stand in an address."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.urls import register_converter

from indicators import periods
from indicators.periods import Period


class Code:
    """The code of an indicator or a series: letters, digits, dots, hyphens and underscores."""

    regex = r"[\w.\-]+"

    def to_python(self, value: str) -> str:
        """Take the code as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Write the code as it stands."""
        return value


class PeriodInAddress:
    """A period such as 2024, 2024-H1, 2024-Q1 or 2024-03; any other is an address that does not exist."""

    regex = r"[0-9]{4}(?:-[0-9HQ]{2})?"

    def to_python(self, value: str) -> Period:
        """Read the period."""
        try:
            return periods.parse(value)
        except ValidationError as error:
            raise ValueError(value) from error

    def to_url(self, value: Period | str) -> str:
        """Write the period's code."""
        return str(value)


register_converter(Code, "code")
register_converter(PeriodInAddress, "period")
