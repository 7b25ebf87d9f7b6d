"""Plan: the policy, the objectives with the series that measure them, and why a cell of the matrix stays blind."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cycles.models.cycle import Cycle, PartQuerySet, closed_with_its_cycle
from indicators.models import Series
from pilots.models import Issue, Purpose, User, choose


class Policy(models.Model):
    """The document with which the community's leadership commits itself (ISO 37101, 5.2)."""

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="policy")
    title = models.CharField(_("title"), max_length=300)
    version = models.CharField(_("version"), max_length=40)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=200, blank=True)
    demo = models.BooleanField(_("demo"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_on=None, approved_by="") | (models.Q(approved_on__isnull=False) & ~models.Q(approved_by="")),
                name="policy_approval_is_whole",
                violation_error_message=_("An approval has a date and a name. Give both, or neither."),
            )
        ]
        triggers = closed_with_its_cycle()

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Objective(models.Model):
    """What the community wants to reach in this cycle, where in the matrix, by when and in whose hands."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="objectives")
    order = models.PositiveSmallIntegerField(_("number"))
    statement_zh = models.TextField(_("statement in Chinese"), blank=True)
    statement_en = models.TextField(_("statement in English"), blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner"))
    due = models.DateField(_("due"), null=True, blank=True)
    purposes = models.ManyToManyField(Purpose, blank=True, related_name="+", verbose_name=_("purposes"))
    issues = models.ManyToManyField(Issue, blank=True, related_name="+", verbose_name=_("issues"))
    series = models.ManyToManyField(Series, through="Measure", related_name="objectives", verbose_name=_("indicators"))
    demo = models.BooleanField(_("demo"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "order"]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "order"], name="objective_number_once"),
            models.CheckConstraint(
                condition=~models.Q(statement_zh="", statement_en=""),
                name="objective_has_a_statement",
                violation_error_message=_("State the objective in Chinese or in English."),
            ),
        ]
        triggers = closed_with_its_cycle()

    def __str__(self) -> str:
        return f"{self.order} {self.statement}"

    @property
    def statement(self) -> str:
        return choose(self, "statement")


class Measure(models.Model):
    """That an objective is measured by a series; baseline and target are the series' own, so that pace is one everywhere."""

    objective = models.ForeignKey(Objective, models.PROTECT, related_name="measures")
    series = models.ForeignKey(Series, models.PROTECT, related_name="measures")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["objective", "order"]
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [models.UniqueConstraint(fields=["objective", "series"], name="measure_once")]

    def __str__(self) -> str:
        return self.series.code


class Justification(models.Model):
    """Why a cell of the matrix has neither an indicator nor an objective in this cycle."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="justifications")
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="+")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    text = models.TextField(_("reason"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    demo = models.BooleanField(_("demo"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "issue", "purpose"]
        verbose_name = _("justification of a blind cell")
        verbose_name_plural = _("justifications of blind cells")
        constraints = [models.UniqueConstraint(fields=["cycle", "issue", "purpose"], name="justification_once_a_cell")]
        triggers = closed_with_its_cycle()

    def __str__(self) -> str:
        return f"{self.issue} × {self.purpose}"
