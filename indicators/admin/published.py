"""Published figures in the admin: to read, and for the coordinator to withdraw."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from indicators import publishing
from indicators.admin.entering import COORDINATOR, DATA, ReasonForm
from indicators.models import Current, Observation, Release
from pilots.admin import WORKERS, ActAdmin, Deed
from pilots.models import Door


class PublishedAdmin(ActAdmin):
    group = DATA
    readers = WORKERS
    list_display = ("pilot", "code", "period", "value", "qualifier", "flag", "pace", "release", "demo")
    list_display_links = ("code", "period")
    list_filter = ("pilot", "pace", "demo", "start")
    list_select_related = ("pilot", "series")
    search_fields = ("series__code",)

    @admin.display(description=_("series"), ordering="series__code")
    def code(self, target: Observation | Current) -> str:
        return target.series.code

    def trail_of(self, target: Observation | Current) -> tuple[str, str]:
        return "observation", f"{target.series.code}/{target.period}"


@admin.register(Observation)
class ObservationAdmin(PublishedAdmin):
    list_display = (*PublishedAdmin.list_display, "revision", "withdrawn")


@admin.register(Current)
class CurrentAdmin(PublishedAdmin):
    deeds = (
        Deed(
            "withdraw",
            _("Withdraw the figure"),
            lambda current, data, by: publishing.withdraw(current=current, **data, by=by, door=Door.ADMIN),
            ReasonForm,
            COORDINATOR,
            removes=True,
        ),
    )


@admin.register(Release)
class ReleaseAdmin(ActAdmin):
    group = DATA
    readers = WORKERS
    list_display = ("code", "pilot", "count", "revision", "made_by", "made_at", "demo")
    list_filter = ("pilot", "demo")
    list_select_related = ("pilot", "made_by")
