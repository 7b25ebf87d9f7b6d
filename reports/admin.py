"""Reports in the admin: what was ordered, how far it is, and its steps as buttons."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pilots.admin import WORKERS, ActAdmin, ActForm, Deed
from pilots.forms import WholeField
from pilots.models import Door, Pilot, Role, User
from reports import orders
from reports.models import Kind, Language, Report, ReportFile


class OrderForm(ActForm):
    """A new order."""

    pilot = forms.ModelChoiceField(Pilot.objects.none(), label=_("pilot"))
    year = WholeField(label=_("report year"), min_value=orders.FIRST_YEAR, max_value=orders.LAST_YEAR)
    languages = forms.MultipleChoiceField(
        label=_("languages"), choices=Language, initial=Language.values, widget=forms.CheckboxSelectMultiple
    )
    formats = forms.MultipleChoiceField(label=_("formats"), choices=Kind, initial=Kind.values, widget=forms.CheckboxSelectMultiple)
    audience = forms.ChoiceField(label=_("readers"), choices=Report.Audience)

    def prepare(self) -> None:
        """Offer the pilots for which the person may order."""
        pilots = Pilot.objects.visible_to(self.person)
        if Role.COORDINATOR not in self.person.programme_roles:
            pilots = pilots.filter(pk__in=[pilot for pilot, role in self.person.grants if role == Role.LEAD])
        self.fields["pilot"].queryset = pilots


class ReasonForm(ActForm):
    """Why a report is withdrawn."""

    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 3}))


def cancel(report: Report, data: dict, *, by: User) -> Report:
    return orders.cancel(report=report, by=by, door=Door.ADMIN)


def publish(report: Report, data: dict, *, by: User) -> Report:
    return orders.publish(report=report, by=by, door=Door.ADMIN)


def withdraw(report: Report, data: dict, *, by: User) -> Report:
    return orders.withdraw(report=report, **data, by=by, door=Door.ADMIN)


@admin.register(Report)
class ReportAdmin(ActAdmin):
    group = _("Reports")
    readers = WORKERS
    list_display = ("pilot", "year", "number", "audience", "state", "percent", "release", "ordered_at", "demo")
    list_display_links = ("year", "number")
    list_filter = ("pilot", "state", "audience", "demo")
    list_select_related = ("pilot",)
    # The content is a book of its own; its readable form is the printed file.
    exclude = ("content",)
    add = Deed(
        "add",
        _("Order a report"),
        lambda _none, data, by: orders.order(**data, by=by, door=Door.ADMIN),
        OrderForm,
        orders.ORDERERS,
    )
    deeds = (
        Deed("cancel", _("Cancel"), cancel, table=orders.STEPS),
        Deed("publish", _("Publish"), publish, table=orders.STEPS),
        Deed("withdraw", _("Withdraw"), withdraw, ReasonForm, table=orders.STEPS),
    )

    def offered(self, deed: Deed, target: Report, user: User) -> bool:
        """An internal report has no button to publish it."""
        return deed.name in {step.name for step in orders.available(target, user)}

    def trail_of(self, target: Report) -> tuple[str, str]:
        return "report", target.code


@admin.register(ReportFile)
class ReportFileAdmin(ActAdmin):
    group = _("Reports")
    readers = WORKERS
    list_display = ("name", "language", "kind", "size", "sha256", "made_at")
    list_display_links = ("name",)
    list_filter = ("language", "kind")
    list_select_related = ("report__pilot",)
