"""The form in which a report is ordered."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from indicators import matrix
from pilots.models import Pilot
from reports.models import Kind, Language, Report

AUDIENCES = [
    (Report.Audience.PUBLIC, _("Public: what everybody may read")),
    (Report.Audience.INTERNAL, _("Internal: also facts in doubt and the objectives of the cycle")),
]


class OrderForm(forms.Form):
    """The year, the languages and the readers of a report of one pilot."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, help_text=_("Years with published figures."))
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=Language, initial=Language.values, widget=forms.CheckboxSelectMultiple
    )
    audience = forms.ChoiceField(label=_("Readers"), choices=AUDIENCES, initial=Report.Audience.PUBLIC, widget=forms.RadioSelect)

    def __init__(self, *args: object, pilot: Pilot, **kwargs: object) -> None:
        """Offer the years that have figures, the latest first."""
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in matrix.published_years(pilot)]

    @property
    def possible(self) -> bool:
        """Whether there is a year to report on."""
        return bool(self.fields["year"].choices)

    @property
    def wanted(self) -> dict[str, object]:
        """The order as the act takes it."""
        return {**self.cleaned_data, "formats": Kind.values}

    def refuse(self, refusal: ValidationError) -> None:
        """Show an act's refusal beside the fields that it names."""
        for name, errors in (getattr(refusal, "error_dict", None) or {None: refusal.error_list}).items():
            self.add_error(name if name in self.fields else None, errors)
