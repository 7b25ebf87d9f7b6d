"""Calls for data and working figures in the admin: the same acts, and the same words of refusal, as on the entry page."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators import collecting, entry, periods, review
from indicators.forms import Box, texts_of, tidy
from indicators.grid import Cell
from indicators.models import TYPED_FLAGS, TYPED_REASONS, Collection, Entry, Flag, Series
from pilots import access
from pilots.admin import WORKERS, ActAdmin, ActForm, Deed
from pilots.forms import DayField, WholeField
from pilots.models import Door, Pilot, Role, User

DATA = _("Data")
COORDINATOR = (Role.COORDINATOR,)
LARGE = forms.Textarea(attrs={"rows": 3})


class PeriodField(forms.CharField):
    """A period as the API writes it."""

    def __init__(self) -> None:
        super().__init__(label=_("period"), max_length=10, help_text=_("2024, 2024-H1, 2024-Q1 or 2024-03"))

    def clean(self, value: object) -> periods.Period:
        return periods.parse(super().clean(value))


class SeriesField(forms.ModelChoiceField):
    """A series under its pilot, its code and its name."""

    def label_from_instance(self, series: Series) -> str:
        return f"{series.pilot.short_name} · {series.code} {series.name}"


class EntryForm(ActForm):
    """One working figure as a person types it, with the version that the page showed."""

    value = forms.CharField(label=_("figure"), required=False)
    reason = forms.ChoiceField(
        label=_("why there is none"), required=False, choices=[("", "—"), *((item.value, item.label) for item in TYPED_REASONS)]
    )
    flag = forms.ChoiceField(
        label=_("status"), required=False, initial=Flag.NORMAL, choices=[(item.value, item.label) for item in TYPED_FLAGS]
    )
    until = DayField(label=_("available from"), required=False)
    source = forms.CharField(label=_("source"), required=False, max_length=500)
    note = forms.CharField(label=_("note"), required=False, widget=LARGE)
    explanation = forms.CharField(label=_("explanation"), required=False, widget=LARGE)
    version = WholeField(required=False, min_value=0, widget=forms.HiddenInput)

    def known(self) -> dict[str, object]:
        return {**texts_of(self.target), "version": self.target.version}

    def refuse(self, refusal: ValidationError) -> None:
        """Show what is wrong with the figure beside the figure; what is wrong with the cell stands above."""
        codes = {error.code for error in getattr(refusal, "error_list", [])}
        if hasattr(refusal, "error_dict") or codes & {"wrong_state", "stale", "precondition_required", None}:
            super().refuse(refusal)
        else:
            self.add_error("value", refusal)


class NewEntryForm(EntryForm):
    """A figure for a cell that has none."""

    series = SeriesField(Series.objects.none(), label=_("series"))
    period = PeriodField()
    field_order = ("series", "period")

    def known(self) -> dict[str, object]:
        return {"version": 0}

    def prepare(self) -> None:
        mine = Pilot.objects.filter(pk__in=self.person.pilot_ids)
        self.fields["series"].queryset = (
            Series.objects.visible_to(self.person).filter(pilot__in=mine).with_definitions().select_related("pilot")
        )


class CallForm(ActForm):
    """A new call for data."""

    pilot = forms.ModelChoiceField(Pilot.objects.none(), label=_("pilot"))
    period = PeriodField()
    due = DayField(label=_("due"))
    opens = DayField(label=_("opens"), required=False)

    def prepare(self) -> None:
        self.fields["pilot"].queryset = Pilot.objects.visible_to(self.person)


class DueForm(ActForm):
    """A later day for a call for data."""

    due = DayField(label=_("due"))
    reason = forms.CharField(label=_("reason"), widget=LARGE)

    def known(self) -> dict[str, object]:
        return {"due": self.target.due}


class NoteForm(ActForm):
    note = forms.CharField(label=_("note to the coordinator"), required=False, widget=LARGE)


class ReasonForm(ActForm):
    reason = forms.CharField(label=_("reason"), widget=LARGE)


def enter(target: Entry | None, data: dict, *, by: User) -> Entry:
    """Record one figure from the admin's form, in the one act of all doors."""
    series, period = (target.series, target.period) if target else (data.pop("series"), data.pop("period"))
    version = data.pop("version")
    texts = {name: tidy(str(text or "")) for name, text in data.items()}
    texts["flag"] = texts["flag"] or Flag.NORMAL.value
    box = Box(series.code, period.code, Cell(series, period, target), texts, version=version)
    batch = entry.record(pilot=series.pilot, entries=[box.item()], by=by, door=Door.ADMIN)
    batch.raise_if_refused()
    return batch.outcomes[0].entry


def reopen(target: Entry, data: dict, *, by: User) -> Entry:
    """Open a verified figure and what it is computed from."""
    review.reopen(pilot=target.pilot, cells=[(target.series.code, target.period)], reason=data["reason"], by=by, door=Door.ADMIN)
    return target


@admin.register(Collection)
class CollectionAdmin(ActAdmin):
    group = DATA
    readers = WORKERS
    list_display = ("pilot", "period", "opens", "due", "closed_at", "demo")
    list_display_links = ("period",)
    list_filter = ("pilot", "demo")
    list_select_related = ("pilot",)
    fields = ("pilot", "start", "frequency", "opens", "due", "closed_at", "opened_by", "demo")
    add = Deed(
        "add",
        _("Open a call for data"),
        lambda _none, data, by: collecting.open_collection(**data, by=by, door=Door.ADMIN),
        CallForm,
        COORDINATOR,
    )
    deeds = (
        Deed(
            "submit",
            _("Submit for review"),
            lambda call, data, by: review.submit(collection=call, **data, by=by, door=Door.ADMIN),
            NoteForm,
            table=review.STEPS,
        ),
        Deed(
            "extend",
            _("Move the due day"),
            lambda call, data, by: collecting.extend(collection=call, **data, by=by, door=Door.ADMIN),
            DueForm,
            COORDINATOR,
        ),
        Deed(
            "close",
            _("Close the call for data"),
            lambda call, _data, by: collecting.close(collection=call, by=by, door=Door.ADMIN),
            roles=COORDINATOR,
        ),
    )

    def state_of(self, target: Collection) -> str:
        return collecting.state_of(target)

    def trail_of(self, target: Collection) -> tuple[str, str]:
        return "collection", target.period.code


@admin.register(Entry)
class EntryAdmin(ActAdmin):
    group = DATA
    readers = WORKERS
    list_display = ("pilot", "code", "period", "value", "qualifier", "flag", "state", "computed", "written_by", "demo")
    list_display_links = ("code", "period")
    list_filter = ("pilot", "state", "computed", "demo", "start")
    search_fields = ("series__code",)
    exclude = ("door",)
    add = Deed("add", _("Enter a figure"), enter, NewEntryForm, access.TEAM)
    change = Deed("change", _("Save the figure"), enter, EntryForm, access.TEAM)
    deeds = (Deed("reopen", _("Reopen for a correction"), reopen, ReasonForm, COORDINATOR),)

    def get_queryset(self, request: object) -> models.QuerySet:
        parts = ("unit", "variable__unit", "indicator__unit", "indicator__numerator", "indicator__denominator")
        return super().get_queryset(request).select_related("pilot", "written_by", *(f"series__{part}" for part in parts))

    @admin.display(description=_("series"), ordering="series__code")
    def code(self, target: Entry) -> str:
        return target.series.code

    def offered(self, deed: Deed, target: Entry, user: User) -> bool:
        """A figure is typed while its cell is open, and reopened once it is verified."""
        if deed is self.change:
            return target.state == Entry.State.OPEN and not target.computed and super().offered(deed, target, user)
        return target.state == Entry.State.VERIFIED and super().offered(deed, target, user)

    def trail_of(self, target: Entry) -> tuple[str, str]:
        return "entry", f"{target.series.code}/{target.period}"
