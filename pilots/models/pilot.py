"""The pilots, what is known of them with its source and doubt, and their way through the programme."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots.models.framework import Goal, Standard
from pilots.models.keeping import known
from pilots.models.language import Named, choose


class Qualifier(models.TextChoices):
    """How a figure is meant: exactly, at least, at most, more than, or about."""

    EXACT = "=", _("exactly")
    AT_LEAST = "≥", _("at least")
    AT_MOST = "≤", _("at most")
    MORE = ">", _("more than")
    ABOUT = "≈", _("about")


class PilotQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> PilotQuerySet:
        """Every pilot's profile is public; one that is switched off is seen by nobody but its trail."""
        return self.filter(active=True)


class Pilot(Named):
    """A community that takes part in the programme."""

    class StageNames(models.TextChoices):
        PDCA = "pdca", "PDCA"
        ECO_TREE = "eco-tree", "eco-TREE"

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    short_name_zh = models.CharField(max_length=100)
    short_name_en = models.CharField(max_length=100)
    community_type_zh = models.CharField(max_length=100, blank=True)
    community_type_en = models.CharField(max_length=100, blank=True)
    city_zh = models.CharField(max_length=100, blank=True)
    city_en = models.CharField(max_length=100, blank=True)
    province_zh = models.CharField(max_length=100, blank=True)
    province_en = models.CharField(max_length=100, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    coordinates_note_zh = models.CharField(max_length=200, blank=True)
    coordinates_note_en = models.CharField(max_length=200, blank=True)
    goals = models.ManyToManyField(Goal, blank=True, related_name="pilots")
    goals_note_zh = models.TextField(blank=True)
    goals_note_en = models.TextField(blank=True)
    standards_note_zh = models.TextField(blank=True)
    standards_note_en = models.TextField(blank=True)
    stage_names = models.CharField(max_length=8, choices=StageNames, default=StageNames.PDCA)
    active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)

    objects = PilotQuerySet.as_manager()

    class Meta:
        ordering = ["order", "slug"]
        verbose_name = _("pilot")
        verbose_name_plural = _("pilots")
        constraints = [
            models.CheckConstraint(condition=models.Q(stage_names__in=["pdca", "eco-tree"]), name="pilot_stage_names_is_known"),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__isnull=False, longitude__isnull=False, latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="pilot_place_is_whole",
            ),
        ]

    @property
    def coordinates_note(self) -> str:
        return choose(self, "coordinates_note")

    @property
    def goals_note(self) -> str:
        return choose(self, "goals_note")

    @property
    def standards_note(self) -> str:
        return choose(self, "standards_note")

    @property
    def short_name(self) -> str:
        return choose(self, "short_name")

    @property
    def community_type(self) -> str:
        return choose(self, "community_type")

    @property
    def city(self) -> str:
        return choose(self, "city")

    @property
    def province(self) -> str:
        return choose(self, "province")


class FactQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> FactQuerySet:
        """Facts without doubt are public; the others are for the pilot's members and the programme's readers."""
        from_programme = getattr(user, "reads_programme", False)
        if from_programme:
            return self
        mine = getattr(user, "pilot_ids", frozenset())
        return self.filter(models.Q(public=True) | models.Q(pilot_id__in=mine))


class Sourced(models.Model):
    """A row that keeps the phrase it comes from, any doubt about it, and a note that is no doubt."""

    source_phrase = models.TextField(blank=True)
    doubt_zh = models.TextField(blank=True)
    doubt_en = models.TextField(blank=True)
    note_zh = models.TextField(blank=True)
    note_en = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def doubt(self) -> str:
        return choose(self, "doubt")

    @property
    def note(self) -> str:
        return choose(self, "note")


class Fact(Named, Sourced):
    """What a source says of a pilot or of the programme, word for word where it comes from, with any doubt."""

    class Kind(models.TextChoices):
        FIGURE = "figure", _("key figure")
        BACKGROUND = "background", _("background")
        ACHIEVEMENT = "achievement", _("achievement")
        OBSERVED = "observed", _("figure of an indicator, as printed")
        PROGRAMME = "programme", _("the programme")
        OBJECTIVE = "objective", _("objective of the programme")

    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="facts")
    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)
    value = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    qualifier = models.CharField(max_length=1, choices=Qualifier, default=Qualifier.EXACT)
    unit = models.CharField(max_length=40, blank=True)
    unit_zh = models.CharField(max_length=60, blank=True)
    unit_en = models.CharField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=500)
    corrected_value = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    public = models.BooleanField(default=True)
    edited = models.BooleanField(default=False)

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "kind", "order"]
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "kind", "key"], nulls_distinct=False, name="fact_once"),
            models.CheckConstraint(
                condition=models.Q(doubt_zh="", doubt_en="") | models.Q(public=False), name="fact_doubtful_is_not_public"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["figure", "background", "achievement", "observed", "programme", "objective"]),
                name="fact_kind_is_known",
            ),
            known("qualifier", Qualifier, of="fact"),
        ]

    @property
    def unit_name(self) -> str:
        return choose(self, "unit")


class Trial(models.Model):
    """A standard that a pilot tries out."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="trials")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="trials")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pilot", "order"]
        verbose_name = _("trial of a standard")
        verbose_name_plural = _("trials of standards")
        constraints = [models.UniqueConstraint(fields=["pilot", "standard"], name="trial_once")]

    def __str__(self) -> str:
        return f"{self.pilot} · {self.standard}"


class Milestone(Named, Sourced):
    """An event of the programme or of a pilot, known to the month."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="milestones")
    key = models.SlugField(unique=True)
    month = models.DateField()
    kind = models.CharField(max_length=20)
    place = models.CharField(max_length=100, blank=True)
    count = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["month", "key"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")


class Stakeholder(Named, Sourced):
    """An organization or a person with a part in the programme or in a pilot."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="stakeholders")
    key = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)
    role_zh = models.CharField(max_length=300, blank=True)
    role_en = models.CharField(max_length=300, blank=True)
    statement_zh = models.TextField(blank=True)
    statement_en = models.TextField(blank=True)
    person = models.BooleanField(default=False)
    public = models.BooleanField(default=True)

    class Meta:
        ordering = ["pilot", "order"]
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        constraints = [models.UniqueConstraint(fields=["pilot", "key"], nulls_distinct=False, name="stakeholder_once")]

    @property
    def role(self) -> str:
        return choose(self, "role")

    @property
    def statement(self) -> str:
        return choose(self, "statement")
