"""How figures reach the sheet together: imported workbooks, and the sign-off inside the city before a year is submitted."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models.entries import Collection
from indicators.models.evidence import Evidence
from indicators.periods import Frequency, Period
from pilots.models import Door, Pilot, Role, User, kept_whole, known, stays_whole


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> ImportQuerySet:
        """An import holds drafts: the pilot's members and the auditor see it."""
        if Role.AUDITOR in getattr(user, "programme_roles", frozenset()):
            return self
        return self.filter(pilot_id__in=getattr(user, "pilot_ids", ()))


class Import(models.Model):
    """A workbook or table that somebody brought: read, shown, then imported as one batch or not at all, and undone as one.

    `lines` holds every cell that was read, in the file's order, with where it stands and what would become of it; `written` holds,
    once applied, each cell's version and what stood there before, by which the whole batch is undone.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be read")
        READING = "reading", _("being read")
        READY = "ready", _("read, not imported")
        FAILED = "failed", _("could not be read")
        APPLIED = "applied", _("imported")
        UNDONE = "undone", _("undone")
        CANCELLED = "cancelled", _("cancelled")

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="imports")
    start = models.DateField()
    frequency = models.CharField(max_length=7, choices=Frequency, default=Frequency.YEAR)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    percent = models.PositiveSmallIntegerField(default=0)
    heard_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    lines = models.JSONField(default=list, blank=True)
    failure = models.JSONField(default=dict, blank=True)
    written = models.JSONField(default=list, blank=True)
    brought_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    door = models.CharField(max_length=8, choices=Door)
    applied_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    demo = models.BooleanField(default=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-brought_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            known("frequency", Frequency, of="import"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "reading", "ready", "failed", "applied", "undone", "cancelled"]),
                name="import_state_is_known",
            ),
            known("door", Door, of="import"),
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="import_percent_is_percent"),
            models.CheckConstraint(
                condition=models.Q(applied_by=None, applied_at=None) | models.Q(applied_by__isnull=False, applied_at__isnull=False),
                name="import_application_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["applied", "undone"], applied_at__isnull=False)
                | (~models.Q(state__in=["applied", "undone"]) & models.Q(applied_at=None)),
                name="import_applied_by_its_state",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ended_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__state__in=["undone", "cancelled", "failed"])
            ),
            *stays_whole(),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def period(self) -> Period:
        return Period(self.start, self.frequency)


class SignOffQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> SignOffQuerySet:
        """The sign-off is seen by those who see the collection's submission."""
        roles = getattr(user, "programme_roles", frozenset())
        if roles & {Role.COORDINATOR, Role.EXPERT, Role.AUDITOR}:
            return self
        return self.filter(collection__pilot_id__in=getattr(user, "pilot_ids", ()))


class SignOff(models.Model):
    """A superior in the city agreed to the figures of a collection, on paper: who, when, the stamped scan, and which figures exactly.

    `figures` is the sha256 of the figures as they stood; a change afterwards no longer agrees with it.
    """

    collection = models.ForeignKey(Collection, models.PROTECT, related_name="sign_offs")
    name = models.CharField(max_length=100)
    post = models.CharField(max_length=100, blank=True)
    day = models.DateField()
    scan = models.ForeignKey(Evidence, models.PROTECT, related_name="sign_offs")
    figures = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    demo = models.BooleanField(default=False)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        ordering = ["collection", "-pk"]
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        constraints = [models.CheckConstraint(condition=models.Q(figures__regex="^[0-9a-f]{64}$"), name="sign_off_names_its_figures")]
        triggers = kept_whole()

    def __str__(self) -> str:
        return f"{self.collection} · {self.name}"
