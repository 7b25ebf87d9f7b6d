"""Act: nonconformities, the corrective actions that answer them, and what the management review decided."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cycles.models.check import Audit
from cycles.models.cycle import Cycle, PartQuerySet, closed_with_its_cycle
from pilots.models import Clause, User


class Nonconformity(models.Model):
    """A requirement that is not met, found by an audit or by anybody (ISO 37101, 10.1)."""

    class Grade(models.TextChoices):
        MINOR = "minor", _("minor")
        MAJOR = "major", _("major")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="nonconformities")
    number = models.PositiveSmallIntegerField(_("number"))
    audit = models.ForeignKey(
        Audit, models.PROTECT, null=True, blank=True, related_name="nonconformities", verbose_name=_("internal audit")
    )
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("clause"))
    grade = models.CharField(_("grade"), max_length=5, choices=Grade)
    text = models.TextField(_("what is not met"))
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    demo = models.BooleanField(_("demo"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "number"]
        verbose_name = _("nonconformity")
        verbose_name_plural = _("nonconformities")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="nonconformity_number_once"),
            models.CheckConstraint(condition=models.Q(grade__in=["minor", "major"]), name="nonconformity_grade_is_known"),
        ]
        triggers = closed_with_its_cycle()

    def __str__(self) -> str:
        return f"{self.number} {self.text[:60]}"


class CorrectiveAction(models.Model):
    """What removes the cause of a nonconformity, and whether somebody else found that it worked."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="corrections")
    nonconformity = models.ForeignKey(Nonconformity, models.PROTECT, related_name="corrections", verbose_name=_("nonconformity"))
    cause = models.TextField(_("cause"))
    title = models.CharField(_("title"), max_length=300)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("owner"))
    due = models.DateField(_("due"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by"))
    effective = models.BooleanField(_("effective"), null=True, blank=True)
    evidence = models.TextField(_("what the check found"), blank=True)
    demo = models.BooleanField(_("demo"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["nonconformity", "pk"]
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(checked_on=None, checked_by=None, effective=None, evidence="")
                | (
                    models.Q(checked_on__isnull=False, checked_by__isnull=False, effective__isnull=False, done_on__isnull=False)
                    & ~models.Q(evidence="")
                ),
                name="correction_check_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_by=None) | ~models.Q(checked_by=models.F("owner")), name="correction_checked_by_another"
            ),
        ]
        triggers = closed_with_its_cycle()

    def __str__(self) -> str:
        return self.title


class Decision(models.Model):
    """What the cycle's leadership decided, or what was learnt for the next cycle."""

    class Kind(models.TextChoices):
        NO_ACTION = "no-action", _("no action")
        ACTION = "action", _("action")
        RESOURCE = "resource", _("resources")
        OBJECTIVE = "objective", _("change of an objective")
        LESSON = "lesson", _("lesson for the next cycle")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="decisions")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    text = models.TextField(_("decision"))
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    demo = models.BooleanField(_("demo"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["no-action", "action", "resource", "objective", "lesson"]), name="decision_kind_is_known"
            ),
        ]
        triggers = closed_with_its_cycle()

    def __str__(self) -> str:
        return self.text[:80]
