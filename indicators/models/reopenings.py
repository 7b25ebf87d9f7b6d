"""Reopenings: that verified figures were opened for a correction, and why."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models.entries import Collection
from indicators.models.series import Series
from pilots.models import User, kept_whole


class ReopeningQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> ReopeningQuerySet:
        """Why a figure was reopened is for the pilot's members, coordinator, expert and auditor; the public reads the note."""
        if getattr(user, "reads_programme", False):
            return self
        return self.filter(collection__pilot_id__in=getattr(user, "pilot_ids", ()))


class Reopening(models.Model):
    """That the verified figures of a series were opened for a correction: why, and what readers of the corrected figures are told."""

    collection = models.ForeignKey(Collection, models.PROTECT, related_name="reopenings")
    series = models.ForeignKey(Series, models.PROTECT, related_name="reopenings")
    reason = models.TextField()
    note = models.TextField()
    reopened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField()

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        ordering = ["collection", "pk"]
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")
        triggers = kept_whole()

    def __str__(self) -> str:
        return f"{self.collection} · {self.series.code}"
