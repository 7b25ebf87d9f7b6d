"""The trail: one append-only row for everything that an act changed."""

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots.models.people import User
from pilots.models.pilot import Pilot


class Door(models.TextChoices):
    """Where an act was called from."""

    PAGE = "page", _("page")
    ADMIN = "admin", _("admin")
    API = "api", _("API")
    WORKBOOK = "workbook", _("workbook")
    COMMAND = "command", _("command")
    SYSTEM = "system", _("system")


class TrailQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> models.QuerySet:
        """Auditors read the whole trail; the others see history on the pages of what they may read."""
        return self if "auditor" in getattr(user, "programme_roles", ()) else self.none()


class TrailRow(models.Model):
    """Who did what, when, through which door, and what it was before and after."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="trail")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    door = models.CharField(max_length=8, choices=Door)
    act = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40)
    object_key = models.CharField(max_length=120)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    batch = models.UUIDField(default=uuid.uuid4)

    objects = TrailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("trail row")
        verbose_name_plural = _("trail")
        indexes = [models.Index(fields=["pilot", "object_kind", "object_key"], name="trail_of_an_object")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.act} {self.object_key}"
