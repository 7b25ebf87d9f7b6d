"""The catalogue: units, themes, variables, indicators with their formulas, and what each indicator serves."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.periods import Frequency
from pilots.models import Confidence, Goal, GoalTarget, Issue, Named, Pilot, Purpose, Standard, choose, known

FIGURE = {"max_digits": 38, "decimal_places": 12, "null": True, "blank": True}


class Direction(models.TextChoices):
    """Which way is better."""

    HIGHER = "higher_better", _("higher is better")
    LOWER = "lower_better", _("lower is better")
    NEUTRAL = "neutral", _("neutral")


class Mode(models.TextChoices):
    """Whether a series is typed as it is or computed from its inputs."""

    DIRECT = "direct", _("entered directly")
    INPUTS = "inputs", _("computed from inputs")


class Aggregation(models.TextChoices):
    """How finer periods make a coarser one (DECISIONS 2)."""

    NONE = "none", _("not aggregated")
    SUM = "sum", _("sum")
    MEAN = "mean", _("mean")
    LAST = "last", _("last value")
    RATIO_OF_SUMS = "ratio_of_sums", _("ratio of sums")


class Origin(models.TextChoices):
    """Where a link or a choice comes from: a public source, or our own judgement."""

    PUBLIC = "public", _("public source")
    JUDGEMENT = "judgement", _("our judgement")


class Unit(Named):
    """A unit with its exact factor to the base unit of its dimension."""

    key = models.SlugField(max_length=40, unique=True)
    dimension = models.CharField(max_length=40)
    factor_numerator = models.DecimalField(max_digits=38, decimal_places=12, default=Decimal(1))
    factor_denominator = models.DecimalField(max_digits=38, decimal_places=12, default=Decimal(1))
    aliases = models.JSONField(default=list)

    class Meta:
        ordering = ["key"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(condition=models.Q(factor_numerator__gt=0, factor_denominator__gt=0), name="unit_factor_is_positive"),
        ]

    @property
    def factor(self) -> Fraction:
        """How many base units one of this unit is, exactly."""
        return Fraction(self.factor_numerator) / Fraction(self.factor_denominator)

    @property
    def spellings(self) -> tuple[str, ...]:
        """The names by which a person may write this unit after a number, the reader's own first."""
        return tuple(dict.fromkeys([self.name, self.name_zh, self.name_en, *self.aliases]))


class Theme(Named):
    """A theme of the ISO 37120 series."""

    number = models.PositiveSmallIntegerField(unique=True)
    key = models.SlugField(unique=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class Variable(Named):
    """A shared input of formulas, such as the city's population."""

    key = models.SlugField(max_length=60, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="variables")
    minimum = models.DecimalField(**FIGURE)
    maximum = models.DecimalField(**FIGURE)
    aggregation = models.CharField(max_length=13, choices=Aggregation, default=Aggregation.NONE)
    decimals = models.PositiveSmallIntegerField(default=0)
    constant = models.BooleanField(default=False)

    class Meta:
        ordering = ["key"]
        verbose_name = _("variable")
        verbose_name_plural = _("variables")
        constraints = [
            known("aggregation", Aggregation, of="variable"),
            models.CheckConstraint(
                condition=models.Q(minimum=None) | models.Q(maximum=None) | models.Q(maximum__gte=models.F("minimum")),
                name="variable_limits_are_in_order",
            ),
        ]


class Indicator(Named):
    """A definition of what is measured; a change of meaning raises its version and keeps the old wording."""

    class Kind(models.TextChoices):
        CORE = "core", _("core")
        SUPPORTING = "supporting", _("supporting")
        PROFILE = "profile", _("profile")
        SELECTED = "selected", _("selected")
        SDG = "sdg", _("SDG indicator")
        OWN = "own", _("the pilot's own")

    code = models.CharField(max_length=80, unique=True)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=Kind)
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, blank=True, related_name="indicators")
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="indicators")
    goal_target = models.ForeignKey(GoalTarget, models.PROTECT, null=True, blank=True, related_name="indicators")
    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="own_indicators")
    order = models.PositiveIntegerField(default=0)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="indicators")
    direction = models.CharField(max_length=14, choices=Direction)
    numerator = models.ForeignKey(Variable, models.PROTECT, null=True, blank=True, related_name="as_numerator")
    denominator = models.ForeignKey(Variable, models.PROTECT, null=True, blank=True, related_name="as_denominator")
    multiplier = models.DecimalField(max_digits=20, decimal_places=6, default=Decimal(1))
    part_of_whole = models.BooleanField(default=False)
    minimum = models.DecimalField(**FIGURE)
    maximum = models.DecimalField(**FIGURE)
    aggregation = models.CharField(max_length=13, choices=Aggregation, default=Aggregation.NONE)
    mode = models.CharField(max_length=6, choices=Mode, default=Mode.DIRECT)
    frequency = models.CharField(max_length=7, choices=Frequency, default=Frequency.YEAR)
    decimals = models.PositiveSmallIntegerField(default=1)
    qualitative = models.BooleanField(default=False)
    retired = models.BooleanField(default=False)
    note_zh = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence, default=Confidence.HIGH)

    class Meta:
        ordering = ["standard", "order", "code"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(numerator=None, denominator=None) | models.Q(numerator__isnull=False, denominator__isnull=False),
                name="indicator_formula_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(mode=Mode.DIRECT) | models.Q(numerator__isnull=False), name="indicator_inputs_need_a_formula"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["core", "supporting", "profile", "selected", "sdg", "own"]), name="indicator_kind_is_known"
            ),
            known("direction", Direction, of="indicator"),
            known("aggregation", Aggregation, of="indicator"),
            known("mode", Mode, of="indicator"),
            known("frequency", Frequency, of="indicator"),
            known("confidence", Confidence, of="indicator"),
            models.CheckConstraint(
                condition=models.Q(minimum=None) | models.Q(maximum=None) | models.Q(maximum__gte=models.F("minimum")),
                name="indicator_limits_are_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def note(self) -> str:
        return choose(self, "note")

    @property
    def has_formula(self) -> bool:
        return self.numerator_id is not None


class PastDefinition(models.Model):
    """The wording and numbers of an indicator's earlier version, kept for the observations that used it."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="past_definitions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["indicator", "version"]
        verbose_name = _("past definition")
        verbose_name_plural = _("past definitions")
        constraints = [models.UniqueConstraint(fields=["indicator", "version"], name="past_definition_once")]


class Mapping(models.Model):
    """That an indicator serves a purpose, an issue or a goal, and whose word that is."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="mappings")
    purpose = models.ForeignKey(Purpose, models.PROTECT, null=True, blank=True, related_name="mappings")
    issue = models.ForeignKey(Issue, models.PROTECT, null=True, blank=True, related_name="mappings")
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="mappings")
    order = models.PositiveSmallIntegerField(default=0)
    origin = models.CharField(max_length=9, choices=Origin)

    class Meta:
        ordering = ["indicator", "order"]
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "purpose", "issue", "goal"], nulls_distinct=False, name="mapping_once"),
            models.CheckConstraint(
                condition=models.Q(purpose__isnull=False, issue=None, goal=None)
                | models.Q(purpose=None, issue__isnull=False, goal=None)
                | models.Q(purpose=None, issue=None, goal__isnull=False),
                name="mapping_has_one_end",
            ),
            known("origin", Origin, of="mapping"),
        ]
