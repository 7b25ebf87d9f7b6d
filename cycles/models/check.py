"""Check: internal audits, the management review, and the stocktake that is copied when Check closes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cycles.models.cycle import Cycle, PartQuerySet, closed_with_its_cycle
from cycles.models.plan import Objective
from indicators.models import Flag, Observation, Pace, Reason
from indicators.periods import Frequency, Period
from pilots.models import Qualifier, User, choose, kept_whole, known

FIGURE = {"max_digits": 38, "decimal_places": 12, "null": True, "blank": True}


class Audit(models.Model):
    """An internal audit: planned, and done once it has a day and a conclusion (ISO 37101, 9.2)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="audits")
    planned_on = models.DateField(_("planned on"))
    auditor = models.CharField(_("internal auditor"), max_length=200)
    scope = models.TextField(_("scope"))
    held_on = models.DateField(_("held on"), null=True, blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    demo = models.BooleanField(_("demo"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "planned_on", "pk"]
        verbose_name = _("internal audit")
        verbose_name_plural = _("internal audits")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held_on=None, conclusion="") | (models.Q(held_on__isnull=False) & ~models.Q(conclusion="")),
                name="audit_conclusion_is_whole",
                violation_error_message=_("A finished audit has a day and a conclusion. Give both."),
            )
        ]
        triggers = closed_with_its_cycle()

    def __str__(self) -> str:
        return f"{self.planned_on} {self.auditor}"


class Review(models.Model):
    """The management review: planned, and minuted once it has a day, people and a conclusion (ISO 37101, 9.3)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="reviews")
    planned_on = models.DateField(_("planned on"))
    held_on = models.DateField(_("held on"), null=True, blank=True)
    attendance = models.TextField(_("attendance"), blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    demo = models.BooleanField(_("demo"), default=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "planned_on", "pk"]
        verbose_name = _("management review")
        verbose_name_plural = _("management reviews")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held_on=None, attendance="", conclusion="")
                | (models.Q(held_on__isnull=False) & ~models.Q(attendance="") & ~models.Q(conclusion="")),
                name="review_minutes_are_whole",
                violation_error_message=_("Minutes say the day, who was there and what was concluded. Give all three."),
            )
        ]
        triggers = closed_with_its_cycle()

    def __str__(self) -> str:
        return f"{_('management review')} {self.planned_on}"


class Stocktake(models.Model):
    """What was known of the objectives when Check closed; a cycle that went back to Check gets another one."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="stocktakes")
    number = models.PositiveSmallIntegerField()
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "number"]
        verbose_name = _("stocktake")
        verbose_name_plural = _("stocktakes")
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="stocktake_number_once")]
        triggers = kept_whole()

    def __str__(self) -> str:
        return f"{self.cycle} · {self.number}"


class StocktakeLine(models.Model):
    """One series of one objective: its baseline, target and official figure, copied and never changed."""

    stocktake = models.ForeignKey(Stocktake, models.PROTECT, related_name="lines")
    order = models.PositiveSmallIntegerField()
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="+")
    statement_zh = models.TextField(blank=True)
    statement_en = models.TextField(blank=True)
    series_code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=400)
    name_en = models.CharField(max_length=400)
    unit = models.CharField(max_length=40)
    unit_zh = models.CharField(max_length=400)
    unit_en = models.CharField(max_length=400)
    decimals = models.PositiveSmallIntegerField()
    baseline = models.DecimalField(**FIGURE)
    baseline_year = models.PositiveSmallIntegerField(null=True)
    target_operator = models.CharField(max_length=1, blank=True)
    target = models.DecimalField(**FIGURE)
    target_year = models.PositiveSmallIntegerField(null=True)
    start = models.DateField()
    frequency = models.CharField(max_length=7, choices=Frequency)
    value = models.DecimalField(**FIGURE)
    qualifier = models.CharField(max_length=1, choices=Qualifier, default=Qualifier.EXACT)
    flag = models.CharField(max_length=1, choices=Flag, blank=True)
    reason = models.CharField(max_length=14, choices=Reason, blank=True)
    pace = models.CharField(max_length=15, choices=Pace, default=Pace.NO_DATA)
    observation = models.ForeignKey(Observation, models.PROTECT, null=True, related_name="+")
    release = models.CharField(max_length=60, blank=True)
    demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["stocktake", "order"]
        verbose_name = _("line of a stocktake")
        verbose_name_plural = _("lines of stocktakes")
        constraints = [
            models.UniqueConstraint(fields=["stocktake", "order"], name="stocktake_line_once"),
            models.UniqueConstraint(fields=["stocktake", "objective", "series_code"], name="stocktake_series_once_an_objective"),
            known("frequency", Frequency, of="stocktakeline"),
            known("qualifier", Qualifier, of="stocktakeline"),
            known("flag", Flag, of="stocktakeline", blank=True),
            known("reason", Reason, of="stocktakeline", blank=True),
            known("pace", Pace, of="stocktakeline"),
            models.CheckConstraint(
                condition=models.Q(baseline=None, baseline_year=None) | models.Q(baseline__isnull=False, baseline_year__isnull=False),
                name="stocktake_baseline_has_its_year",
            ),
            models.CheckConstraint(
                condition=models.Q(target=None, target_operator="") | models.Q(target__isnull=False, target_operator__in=["≥", "≤", "="]),
                name="stocktake_target_has_its_operator",
            ),
            models.CheckConstraint(condition=models.Q(value=None) | models.Q(reason=""), name="stocktake_value_or_reason"),
        ]
        triggers = kept_whole()

    def __str__(self) -> str:
        return f"{self.series_code} {self.period}"

    @property
    def statement(self) -> str:
        return choose(self, "statement")

    @property
    def name(self) -> str:
        return choose(self, "name")

    @property
    def unit_name(self) -> str:
        return choose(self, "unit")

    @property
    def period(self) -> Period:
        return Period(self.start, self.frequency)
