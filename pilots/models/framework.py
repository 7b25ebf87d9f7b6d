"""The framework of ISO 37101: purposes, issues, clauses, the standards around it and the SDGs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots.models.keeping import known
from pilots.models.language import Described, Named, choose


class Stage(models.TextChoices):
    """The four stages of a cycle (ISO 37101, clauses 4 to 10)."""

    PLAN = "plan", _("Plan")
    DO = "do", _("Do")
    CHECK = "check", _("Check")
    ACT = "act", _("Act")


class Confidence(models.TextChoices):
    """How sure the source of a text is."""

    HIGH = "high", _("high")
    MEDIUM = "medium", _("medium")
    LOW = "low", _("low")


class Purpose(Described):
    """One of the six purposes of sustainability (ISO 37101, 4.5)."""

    key = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField()
    confidence = models.CharField(max_length=6, choices=Confidence, default=Confidence.HIGH)
    zh_confidence = models.CharField(max_length=6, choices=Confidence, default=Confidence.MEDIUM)

    class Meta:
        ordering = ["order"]
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
        constraints = [
            known("confidence", Confidence, of="purpose"),
            known("zh_confidence", Confidence, of="purpose"),
        ]


class Issue(Described):
    """One of the twelve sustainability issues (ISO 37101, 4.6.2 to 4.6.13)."""

    key = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField()
    clause = models.CharField(max_length=8)
    confidence = models.CharField(max_length=6, choices=Confidence, default=Confidence.HIGH)
    zh_confidence = models.CharField(max_length=6, choices=Confidence, default=Confidence.MEDIUM)

    class Meta:
        ordering = ["order"]
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        constraints = [
            known("confidence", Confidence, of="issue"),
            known("zh_confidence", Confidence, of="issue"),
        ]


class Phase(Named):
    """A stage of the cycle with its clauses and the eco-TREE name that a pilot may choose for it."""

    key = models.CharField(max_length=5, choices=Stage, unique=True)
    order = models.PositiveSmallIntegerField()
    alias_zh = models.CharField(max_length=40)
    alias_en = models.CharField(max_length=40)
    letter = models.CharField(max_length=1)
    clauses = models.JSONField(default=list)

    class Meta:
        ordering = ["order"]
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            known("key", Stage, of="phase"),
        ]

    @property
    def alias(self) -> str:
        return choose(self, "alias")


class RecordType(Named):
    """A kind of record that a clause asks to keep, such as a policy or an audit report."""

    key = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        verbose_name = _("record type")
        verbose_name_plural = _("record types")


class Clause(Named):
    """A clause or subclause of ISO 37101, 4 to 10, with questions for self-assessment in our own words."""

    number = models.CharField(max_length=8, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="subclauses")
    order = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=5, choices=Stage)
    questions = models.JSONField(default=list)
    note_zh = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    outputs = models.ManyToManyField(RecordType, blank=True, related_name="clauses")
    confidence = models.CharField(max_length=6, choices=Confidence, default=Confidence.HIGH)

    class Meta:
        ordering = ["order"]
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints = [
            known("stage", Stage, of="clause"),
            known("confidence", Confidence, of="clause"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def note(self) -> str:
        return choose(self, "note")


class Standard(Named):
    """A standard of the register: its code, its short title and what it is for here."""

    key = models.SlugField(unique=True)
    code = models.CharField(max_length=60, unique=True)
    order = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=20)
    category_zh = models.CharField(max_length=60)
    category_en = models.CharField(max_length=60)
    role_zh = models.TextField(blank=True)
    role_en = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    status_zh = models.CharField(max_length=100)
    status_en = models.CharField(max_length=100)
    note = models.TextField(blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence)
    zh_confidence = models.CharField(max_length=6, choices=Confidence, blank=True)

    class Meta:
        ordering = ["order"]
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        constraints = [
            known("confidence", Confidence, of="standard"),
            known("zh_confidence", Confidence, of="standard", blank=True),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def status(self) -> str:
        return choose(self, "status")

    @property
    def role(self) -> str:
        return choose(self, "role")


class Goal(Described):
    """One of the seventeen Sustainable Development Goals, in the UN's words and colour."""

    number = models.PositiveSmallIntegerField(unique=True)
    colour = models.CharField(max_length=7)

    class Meta:
        ordering = ["number"]
        verbose_name = _("goal")
        verbose_name_plural = _("goals")


class GoalTarget(models.Model):
    """One of the 169 targets of the Sustainable Development Goals."""

    code = models.CharField(max_length=8, unique=True)
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="targets")
    order = models.PositiveSmallIntegerField()
    title_zh = models.TextField()
    title_en = models.TextField()

    class Meta:
        ordering = ["order"]
        verbose_name = _("SDG target")
        verbose_name_plural = _("SDG targets")

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        return choose(self, "title")


class Edition(models.Model):
    """Which edition of a fixture was loaded last, so that loading it twice changes nothing."""

    fixture = models.SlugField(unique=True)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["fixture"]
        verbose_name = _("loaded edition")
        verbose_name_plural = _("loaded editions")

    def __str__(self) -> str:
        return f"{self.fixture} {self.version}"
