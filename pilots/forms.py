"""What the forms of every app share: whole numbers and days in plain digits only, and an act's refusal beside its field."""

from __future__ import annotations

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

WHOLE = re.compile(r"-?[0-9]{1,9}")
DAY = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")


def read_day(text: str) -> date:
    """Read a day of the years 1900 to 2199 as 2025-03-02, or refuse it."""
    try:
        day = parse_date(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise ValidationError(_("“%(text)s” is not a day. Write it as 2025-05-15."), code="date", params={"text": text[:40]})
    return day


class RefusableForm(forms.Form):
    """A form that shows an act's refusal beside the fields that it names."""

    wrong_state = False

    def refuse(self, refusal: ValidationError) -> None:
        """Take in a refusal, in the act's own words."""
        by_field = getattr(refusal, "error_dict", None) or {None: refusal.error_list}
        for name, errors in by_field.items():
            self.add_error(name if name in self.fields else None, errors)
            self.wrong_state |= any(error.code == "wrong_state" for error in errors)


class WholeField(forms.IntegerField):
    """A whole number in plain digits; `1_0` and digits of other scripts are none."""

    def to_python(self, value: object) -> int | None:
        """Take the digits, or refuse what only Python takes for a number."""
        text = str(value).strip() if value not in self.empty_values else ""
        if text and not WHOLE.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class DayField(forms.DateField):
    """A day as date fields of browsers send it."""

    def to_python(self, value: object) -> date | None:
        """Take the day, or refuse it."""
        return read_day(value.strip()) if isinstance(value, str) and value.strip() else super().to_python(value)
