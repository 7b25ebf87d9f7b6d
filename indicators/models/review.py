"""Submissions of a collection, on their way to being verified."""

from __future__ import annotations

import statistics

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models.entries import AFTER_SUBMISSION, Collection
from pilots.models import Pilot, Role, User, stays_whole


class SubmissionQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> SubmissionQuerySet:
        """A submission is seen by the pilot's members, by coordinator and expert, and by the auditor."""
        roles = getattr(user, "programme_roles", frozenset())
        if roles & (AFTER_SUBMISSION | {Role.AUDITOR}):
            return self
        return self.filter(pilot_id__in=getattr(user, "pilot_ids", ()))

    def under_way(self) -> SubmissionQuerySet:
        return self.filter(state__in=UNDER_WAY)


class Submission(models.Model):
    """A pilot's answer to a collection, on its way to being verified."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        IN_REVIEW = "in-review", _("in review")
        RETURNED = "returned", _("sent back")
        VERIFIED = "verified", _("verified")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Assessment(models.TextChoices):
        GOOD = "good", _("good")
        ACCEPTABLE = "acceptable", _("acceptable")
        WEAK = "weak", _("weak")

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="submissions")
    collection = models.ForeignKey(Collection, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State, default=State.SUBMITTED)
    note = models.TextField(blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(blank=True)
    due = models.DateField(null=True, blank=True)
    assessment = models.CharField(max_length=10, choices=Assessment, blank=True)
    comment = models.TextField(blank=True)
    demo = models.BooleanField(default=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(fields=["collection", "number"], name="submission_number_once"),
            models.UniqueConstraint(
                fields=["collection"],
                condition=models.Q(state__in=["submitted", "in-review", "returned"]),
                name="submission_one_under_way",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None, decided_at=None) | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="submission_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="verified") | ~models.Q(assessment=""), name="submission_verified_is_assessed"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["submitted", "in-review", "returned", "verified", "withdrawn"]),
                name="submission_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(assessment__in=["", "good", "acceptable", "weak"]), name="submission_assessment_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["returned", "verified"], decided_at__isnull=False)
                | models.Q(state__in=["submitted", "in-review", "withdrawn"], decided_at=None),
                name="submission_decided_by_its_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="in-review") | models.Q(reviewer__isnull=False), name="submission_reviewed_by_somebody"
            ),
            models.CheckConstraint(condition=~models.Q(state="returned") | ~models.Q(summary=""), name="submission_returned_says_why"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__state__in=["verified", "withdrawn"])
            ),
            *stays_whole(),
        ]

    def __str__(self) -> str:
        return f"{self.collection} · {self.number}"

    @property
    def usual_days(self) -> int | None:
        """How many days the latest reviews took, the median of at least three; demo reviews count for demo submissions only."""
        decided = Submission.objects.filter(decided_at__isnull=False, demo=self.demo).order_by("-decided_at")
        taken = [(end - start).days for start, end in decided.values_list("submitted_at", "decided_at")[:LATEST]]
        return round(statistics.median(taken)) if len(taken) >= FEWEST else None


# How many reviews say how long one takes, at most and at least.
LATEST, FEWEST = 50, 3
UNDER_WAY = (Submission.State.SUBMITTED, Submission.State.IN_REVIEW, Submission.State.RETURNED)
