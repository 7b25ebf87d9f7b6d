"""Do: the actions that carry out the objectives."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cycles.models.cycle import Cycle, PartQuerySet, closed_with_its_cycle
from cycles.models.plan import Objective
from pilots.models import Issue, Purpose, User


class Action(models.Model):
    """A piece of work for an objective, in the hands of one person, in some cells of the matrix."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        UNDER_WAY = "under-way", _("under way")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="actions")
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="actions", verbose_name=_("objective"))
    title = models.CharField(_("title"), max_length=300)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner"))
    due = models.DateField(_("due"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PLANNED)
    purposes = models.ManyToManyField(Purpose, blank=True, related_name="+", verbose_name=_("purposes"))
    issues = models.ManyToManyField(Issue, blank=True, related_name="+", verbose_name=_("issues"))
    demo = models.BooleanField(_("demo"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "objective", "due", "pk"]
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["planned", "under-way", "done", "dropped"]), name="action_status_is_known"
            ),
        ]
        triggers = closed_with_its_cycle()

    def __str__(self) -> str:
        return self.title
