"""The framework, the pilots, the trail and the outbox in the admin: all to read, nothing to change by hand."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pilots.admin.acting import KEEPERS, ActAdmin
from pilots.models import (
    Clause,
    Edition,
    Fact,
    Goal,
    GoalTarget,
    Issue,
    Milestone,
    OutboxRow,
    Pilot,
    Purpose,
    Role,
    Standard,
    TrailRow,
    User,
)


@admin.register(Purpose, Issue)
class CellSideAdmin(ActAdmin):
    list_display = ("order", "name_zh", "name_en", "confidence")
    list_display_links = ("name_zh",)


@admin.register(Clause)
class ClauseAdmin(ActAdmin):
    list_display = ("number", "name_zh", "name_en", "stage")
    list_filter = ("stage",)
    search_fields = ("number", "name_zh", "name_en")


@admin.register(Standard)
class StandardAdmin(ActAdmin):
    list_display = ("code", "name_zh", "name_en", "year", "status_zh", "status_en")
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Goal)
class GoalAdmin(ActAdmin):
    list_display = ("number", "name_zh", "name_en")


@admin.register(GoalTarget)
class GoalTargetAdmin(ActAdmin):
    list_display = ("code", "goal", "title_zh", "title_en")
    list_filter = ("goal",)
    list_select_related = ("goal",)
    search_fields = ("code", "title_zh", "title_en")


@admin.register(Pilot)
class PilotAdmin(ActAdmin):
    group = _("Pilots")
    list_display = ("slug", "name_zh", "name_en", "active", "demo")


@admin.register(Fact)
class FactAdmin(ActAdmin):
    group = _("Pilots")
    list_display = ("pilot", "kind", "name_zh", "name_en", "value", "year", "public")
    list_display_links = ("name_zh",)
    list_filter = ("pilot", "kind", "public")
    list_select_related = ("pilot",)
    search_fields = ("key", "name_zh", "name_en")


@admin.register(Milestone)
class MilestoneAdmin(ActAdmin):
    group = _("Pilots")
    list_display = ("month", "name_zh", "name_en", "pilot")
    list_display_links = ("name_zh",)
    list_select_related = ("pilot",)
    readers = frozenset({Role.COORDINATOR, Role.AUDITOR})


@admin.register(TrailRow)
class TrailAdmin(ActAdmin):
    group = _("Trail")
    readers = frozenset({Role.AUDITOR})
    list_display = ("at", "actor", "door", "act", "object_kind", "object_key", "pilot")
    list_filter = ("door", "object_kind", "pilot")
    list_select_related = ("actor", "pilot")
    search_fields = ("object_key", "act")


@admin.register(Edition, OutboxRow)
class SettingsAdmin(ActAdmin):
    """What the administrator looks after: which fixtures are loaded, and what waits for the worker."""

    group = _("Settings")
    readers = KEEPERS

    def opens_to(self, user: User) -> bool:
        return user.is_superuser or super().opens_to(user)
