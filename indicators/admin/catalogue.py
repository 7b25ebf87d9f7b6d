"""The catalogue in the admin, to read; and the series of the pilots, whose targets and baselines are set by acts."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators import numbers, targets
from indicators.admin.entering import COORDINATOR, LARGE
from indicators.models import Baseline, Indicator, Mapping, Series, Target, Theme, Unit, Variable
from pilots.admin import ActAdmin, ActForm, Deed
from pilots.forms import WholeField
from pilots.models import Door, Pilot, User

INDICATORS = _("Indicators")


class FigureForm(ActForm):
    """A figure of a series, read as strictly as at every other door."""

    value = forms.CharField(label=_("figure"))
    source = forms.CharField(label=_("source"), required=False, max_length=500)
    reason = forms.CharField(label=_("reason"), required=False, widget=LARGE)

    def clean_value(self) -> numbers.Figure:
        return numbers.read(self.cleaned_data["value"], units=self.target.unit.spellings)

    def refuse(self, refusal: ValidationError) -> None:
        """Show a rule about the figure beside the figure."""
        if hasattr(refusal, "error_dict"):
            super().refuse(refusal)
        else:
            self.add_error("value", refusal)


class TargetForm(FigureForm):
    """What is to be reached, and by when."""

    operator = forms.ChoiceField(label=_("at least or at most"), choices=Target.Operator.choices)
    year = WholeField(
        label=_("by the end of the year"), required=False, min_value=1900, max_value=2199, help_text=_("Leave empty for every period.")
    )
    text_zh = forms.CharField(label=_("in words, in Chinese"), required=False, max_length=300)
    text_en = forms.CharField(label=_("in words, in English"), required=False, max_length=300)
    field_order = ("operator", "value", "year", "text_zh", "text_en", "source", "reason")

    def clean_value(self) -> Decimal:
        figure = super().clean_value()
        if figure.qualifier != "=":
            raise ValidationError(_("Write the number alone; choose “at least” or “at most” beside it."), code="number")
        return figure.value


class BaselineForm(FigureForm):
    """Where the series started."""

    year = WholeField(label=_("year"), min_value=1900, max_value=2199)
    field_order = ("year", "value", "source", "reason")


def set_target(series: Series, data: dict, *, by: User) -> Target:
    return targets.set_target(series=series, **data, by=by, door=Door.ADMIN)


def set_baseline(series: Series, data: dict, *, by: User) -> Baseline:
    figure = data.pop("value")
    return targets.set_baseline(series=series, value=figure.value, qualifier=figure.qualifier, **data, by=by, door=Door.ADMIN)


@admin.register(Series)
class SeriesAdmin(ActAdmin):
    group = INDICATORS
    list_display = ("pilot", "code", "name", "mode", "frequency", "unit", "required")
    list_display_links = ("code", "name")
    list_filter = ("pilot", "mode", "frequency", "required", "demo")
    search_fields = ("code", "name_zh", "name_en", "indicator__name_zh", "indicator__name_en", "variable__name_zh", "variable__name_en")
    deeds = (
        Deed("target", _("Set a target"), set_target, TargetForm, targets.SETTERS),
        Deed("baseline", _("Set the baseline"), set_baseline, BaselineForm, targets.SETTERS),
    )

    def get_queryset(self, request: object) -> models.QuerySet:
        return super().get_queryset(request).with_definitions().select_related("pilot")


class AimAdmin(ActAdmin):
    """What belongs to a series that the reader sees."""

    group = INDICATORS
    list_select_related = ("series__pilot",)
    search_fields = ("series__code",)

    def seen_by(self, user: User) -> models.QuerySet:
        return self.model.objects.filter(series__in=Series.objects.visible_to(user))

    @admin.display(description=_("pilot"))
    def place(self, target: Target | Baseline) -> str:
        return target.series.pilot.short_name

    @admin.display(description=_("series"), ordering="series__code")
    def code(self, target: Target | Baseline) -> str:
        return target.series.code


@admin.register(Target)
class TargetAdmin(AimAdmin):
    list_display = ("place", "code", "operator", "value", "year", "active", "proposed_by", "approved_by", "demo")
    list_display_links = ("code",)
    list_filter = ("active", "demo", "year")
    deeds = (
        Deed(
            "approve",
            _("Approve the target"),
            lambda target, _data, by: targets.approve_target(target=target, by=by, door=Door.ADMIN),
            roles=COORDINATOR,
        ),
    )

    def pilot_of(self, target: Target) -> Pilot:
        return target.series.pilot

    def offered(self, deed: Deed, target: Target, user: User) -> bool:
        """Only what is still a proposal is approved."""
        return not (target.active or target.approved_by_id) and super().offered(deed, target, user)


@admin.register(Baseline)
class BaselineAdmin(AimAdmin):
    list_display = ("place", "code", "year", "value", "set_by", "demo")
    list_display_links = ("code",)


@admin.register(Indicator)
class IndicatorAdmin(ActAdmin):
    group = INDICATORS
    list_display = ("code", "name_zh", "name_en", "kind", "unit", "direction", "version")
    list_filter = ("kind", "standard", "direction", "retired")
    list_select_related = ("unit",)
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Variable)
class VariableAdmin(ActAdmin):
    group = INDICATORS
    list_display = ("key", "name_zh", "name_en", "unit")
    list_select_related = ("unit",)
    search_fields = ("key", "name_zh", "name_en")


@admin.register(Unit, Theme)
class WordAdmin(ActAdmin):
    group = INDICATORS
    list_display = ("key", "name_zh", "name_en")


@admin.register(Mapping)
class MappingAdmin(ActAdmin):
    group = INDICATORS
    list_display = ("indicator", "purpose", "issue", "goal", "origin")
    list_filter = ("purpose", "issue", "goal", "origin")
    list_select_related = ("indicator", "purpose", "issue", "goal")
