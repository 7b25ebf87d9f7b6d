"""Series: what a pilot reports, with its baselines and targets."""

from __future__ import annotations

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from indicators.models.catalogue import Indicator, Mode, Unit, Variable
from indicators.periods import Frequency, Period
from pilots.models import Pilot, Qualifier, User, choose, known


class SeriesQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> SeriesQuerySet:
        """What a pilot reports is public, as its profile is; its working figures are not here."""
        return self.filter(active=True, pilot__active=True)

    def of(self, pilot: Pilot) -> SeriesQuerySet:
        return self.filter(pilot=pilot, active=True)

    def with_definitions(self) -> SeriesQuerySet:
        """Fetch along everything that computing, checking and showing a figure needs."""
        return self.select_related(
            "unit", "variable__unit", "indicator__unit", "indicator__numerator__unit", "indicator__denominator__unit"
        )


class Series(models.Model):
    """An adopted indicator under the pilot's own code, or an input that one of its formulas needs."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="series")
    code = models.CharField(max_length=60)
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="series")
    variable = models.ForeignKey(Variable, models.PROTECT, null=True, blank=True, related_name="series")
    name_zh = models.CharField(max_length=400, blank=True)
    name_en = models.CharField(max_length=400, blank=True)
    mode = models.CharField(max_length=6, choices=Mode, default=Mode.DIRECT)
    frequency = models.CharField(max_length=7, choices=Frequency, default=Frequency.YEAR)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="series")
    decimals = models.PositiveSmallIntegerField(default=1)
    required = models.BooleanField(default=False)
    owner_unit = models.CharField(max_length=100, blank=True)
    origin = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    note_zh = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    order = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "order", "code"]
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "code"], name="series_code_once_in_a_pilot"),
            models.UniqueConstraint(fields=["pilot", "indicator"], name="series_indicator_once_in_a_pilot"),
            models.UniqueConstraint(fields=["pilot", "variable"], name="series_variable_once_in_a_pilot"),
            models.CheckConstraint(
                condition=models.Q(indicator__isnull=False, variable=None) | models.Q(indicator=None, variable__isnull=False),
                name="series_is_an_indicator_or_an_input",
            ),
            models.CheckConstraint(condition=models.Q(variable=None) | models.Q(mode=Mode.DIRECT), name="series_input_is_direct"),
            known("mode", Mode, of="series"),
            known("frequency", Frequency, of="series"),
            models.CheckConstraint(
                condition=models.Q(first_day=None) | models.Q(last_day=None) | models.Q(last_day__gte=models.F("first_day")),
                name="series_days_are_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        """The pilot's own name for it, or the shared definition's."""
        return choose(self, "name") or self.definition.name

    @property
    def note(self) -> str:
        return choose(self, "note")

    @cached_property
    def definition(self) -> Indicator | Variable:
        return self.indicator or self.variable

    @property
    def kind(self) -> str:
        return "input" if self.variable_id else "indicator"

    @property
    def computed(self) -> bool:
        """Whether the figure follows from inputs and is never typed."""
        return self.mode == Mode.INPUTS

    @property
    def constant(self) -> bool:
        """Whether the figure stays the same for years (land area), so that it may be taken over from the year before."""
        return bool(self.variable_id) and self.variable.constant

    def expects(self, period: Period) -> bool:
        """Whether the pilot reports this series for `period`."""
        if self.first_day and period.end < self.first_day:
            return False
        return not (self.last_day and period.start > self.last_day)


class Baseline(models.Model):
    """The figure from which progress is measured."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="baselines")
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=38, decimal_places=12)
    qualifier = models.CharField(max_length=1, choices=Qualifier, default=Qualifier.EXACT)
    source = models.CharField(max_length=500, blank=True)
    demo = models.BooleanField(default=False)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["series", "-year"]
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        constraints = [
            models.UniqueConstraint(fields=["series"], name="baseline_once"),
            known("qualifier", Qualifier, of="baseline"),
            models.CheckConstraint(condition=models.Q(year__range=(1900, 2199)), name="baseline_year_is_a_year"),
        ]


class Target(models.Model):
    """What a pilot wants to reach: by the end of a year, or in every period where no year is given (DECISIONS 8)."""

    class Operator(models.TextChoices):
        AT_LEAST = "≥", _("at least")
        AT_MOST = "≤", _("at most")
        EQUAL = "=", _("exactly")

    series = models.ForeignKey(Series, models.PROTECT, related_name="targets")
    operator = models.CharField(max_length=1, choices=Operator)
    value = models.DecimalField(max_digits=38, decimal_places=12)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    text_zh = models.CharField(max_length=300, blank=True)
    text_en = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=500, blank=True)
    active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["series", "year"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year"], condition=models.Q(active=True), nulls_distinct=False, name="target_once_a_year"
            ),
            models.CheckConstraint(condition=models.Q(operator__in=["≥", "≤", "="]), name="target_operator_is_known"),
            models.CheckConstraint(condition=models.Q(year=None) | models.Q(year__range=(1900, 2199)), name="target_year_is_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.value}"

    @property
    def text(self) -> str:
        return choose(self, "text")
