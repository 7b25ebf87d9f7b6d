"""The published figures: append-only observations, their current state, releases and the revision."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models.entries import RATIO_IS_WHOLE, Flag, Reason
from indicators.models.review import Submission
from indicators.models.series import Series
from indicators.periods import Frequency, Period
from pilots.models import Pilot, Qualifier, User, kept_whole, known


class Pace(models.TextChoices):
    """Where a figure stands on its way to the target (DECISIONS 8)."""

    REACHED = "reached", _("reached")
    ON_TRACK = "on-track", _("on track")
    BEHIND = "behind", _("behind")
    OFF_TRACK = "off-track", _("off track")
    TOO_LITTLE = "too-little-data", _("not enough data")
    NO_TARGET = "no-target", _("no target")
    NO_DATA = "no-data", _("no data")


class Revision(models.Model):
    """The one row that every publication raises; the database's identity makes sync tokens its own (DECISIONS 10)."""

    number = models.PositiveBigIntegerField(default=0)
    identity = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="revision_is_one_row")]


class Published(models.Model):
    """What is published of one series and period, copied from the entry when it was verified."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, models.PROTECT, related_name="+")
    start = models.DateField()
    frequency = models.CharField(max_length=7, choices=Frequency)
    value = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    qualifier = models.CharField(max_length=1, choices=Qualifier)
    unit = models.CharField(max_length=40)
    flag = models.CharField(max_length=1, choices=Flag)
    reason = models.CharField(max_length=14, choices=Reason, blank=True)
    numerator = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    denominator = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    target = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    pace = models.CharField(max_length=15, choices=Pace)
    definition = models.PositiveIntegerField()
    source = models.CharField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    demo = models.BooleanField(default=False)
    release = models.CharField(max_length=60, blank=True)
    revision = models.PositiveBigIntegerField()
    verified_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def period(self) -> Period:
        return Period(self.start, self.frequency)


def of_published(model: str) -> list[models.CheckConstraint]:
    """What holds for every published figure: known codes, a value or a reason, and a ratio with both its parts."""
    lists = {"frequency": Frequency, "qualifier": Qualifier, "flag": Flag, "pace": Pace}
    return [
        *(known(field, choices, of=model) for field, choices in lists.items()),
        known("reason", Reason, of=model, blank=True),
        models.CheckConstraint(condition=models.Q(value=None) | models.Q(reason=""), name=f"{model}_has_a_value_or_a_reason"),
        models.CheckConstraint(condition=RATIO_IS_WHOLE, name=f"{model}_ratio_is_whole"),
        models.CheckConstraint(condition=models.Q(revision__gte=1, definition__gte=1), name=f"{model}_counts_from_one"),
    ]


class ObservationQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> ObservationQuerySet:
        """Published figures are public as long as the pilot takes part."""
        return self.filter(pilot__active=True)


class Observation(Published):
    """An official figure; never changed and never removed. Withdrawing one appends a tombstone."""

    withdrawn = models.BooleanField(default=False)
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="observations")
    verified_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "series", "start", "revision"]
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        indexes = [models.Index(fields=["pilot", "series", "start", "revision"], name="observation_as_of")]
        constraints = [
            models.UniqueConstraint(fields=["series", "start", "frequency", "revision"], name="observation_once_a_revision"),
            *of_published("observation"),
            models.CheckConstraint(condition=models.Q(withdrawn=False) | models.Q(value=None), name="observation_withdrawn_has_no_value"),
            models.CheckConstraint(
                condition=models.Q(withdrawn=True) | ~models.Q(value=None, reason=""), name="observation_says_something"
            ),
        ]
        triggers = kept_whole()


AS_OBSERVED = pgtrigger.Trigger(
    name="says_what_was_observed",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM indicators_observation o WHERE o.id = NEW.observation_id AND NOT o.withdrawn
            AND (o.pilot_id, o.series_id, o.start, o.frequency, o.qualifier, o.unit, o.flag, o.reason, o.definition, o.demo)
              = (NEW.pilot_id, NEW.series_id, NEW.start, NEW.frequency, NEW.qualifier, NEW.unit, NEW.flag, NEW.reason,
                 NEW.definition, NEW.demo)
            AND (o.value, o.numerator, o.denominator) IS NOT DISTINCT FROM (NEW.value, NEW.numerator, NEW.denominator)
        ) THEN
            RAISE EXCEPTION 'pgtrigger: a current figure says what its observation says';
        END IF;
        RETURN NEW;
    """,
)


class Current(Published):
    """The latest observation of each series and period: what pages, matrix and API read."""

    observation = models.OneToOneField(Observation, models.PROTECT, related_name="+")

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "series", "start"]
        verbose_name = _("current observation")
        verbose_name_plural = _("current observations")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "series", "start", "frequency"], name="current_once"),
            *of_published("current"),
            models.CheckConstraint(condition=~models.Q(value=None, reason=""), name="current_says_something"),
        ]
        triggers = [AS_OBSERVED]


class Release(models.Model):
    """A numbered, immutable edition of a pilot's year (`tianjin/2024/r1`)."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="releases")
    code = models.CharField(max_length=60, unique=True)
    start = models.DateField()
    frequency = models.CharField(max_length=7, choices=Frequency)
    number = models.PositiveSmallIntegerField()
    revision = models.PositiveBigIntegerField()
    count = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    demo = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "start", "frequency", "number"], name="release_number_once"),
            known("frequency", Frequency, of="release"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="release_counts_from_one"),
        ]
        triggers = kept_whole()

    def __str__(self) -> str:
        return self.code

    @property
    def period(self) -> Period:
        return Period(self.start, self.frequency)
