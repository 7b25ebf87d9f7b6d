"""Evidence: files that show where figures come from, and the citations that tie them to single cells."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models.series import Series
from indicators.periods import Frequency, Period
from pilots.models import Pilot, Role, User, kept_whole, known, stays_whole

# The cell that a citation or a comment belongs to holds a figure that was submitted or verified.
OFFERED = models.Q(
    series__entries__start=models.F("start"),
    series__entries__frequency=models.F("frequency"),
    series__entries__state__in=["locked", "verified"],
)


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> EvidenceQuerySet:
        """Files are for the pilot's members and the auditor.

        Coordinator and expert see those that a submitted figure cites, papers and sign-offs, and what they put there themselves.
        """
        roles = getattr(user, "programme_roles", frozenset())
        if Role.AUDITOR in roles:
            return self
        mine = models.Q(pilot_id__in=getattr(user, "pilot_ids", ()))
        if roles & {Role.COORDINATOR, Role.EXPERT}:
            on_paper = self.model.objects.filter(models.Q(entries__isnull=False) | models.Q(sign_offs__isnull=False))
            cited = models.Exists(Citation.objects.offered().filter(evidence=models.OuterRef("pk")))
            return self.filter(mine | cited | models.Q(put_by=user) | models.Q(pk__in=on_paper.values("pk")))
        return self.filter(mine)


class Evidence(models.Model):
    """One file of a pilot under the sha256 of its bytes; a later edition names the one that it replaces, and both are kept."""

    class State(models.TextChoices):
        QUARANTINED = "quarantined", _("waiting for the virus scan")
        CLEAN = "clean", _("available")
        REFUSED = "refused", _("refused by the virus scan")

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="evidence")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=255)
    title = models.CharField(max_length=300, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    state = models.CharField(max_length=11, choices=State, default=State.CLEAN)
    put_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    put_at = models.DateTimeField()
    demo = models.BooleanField(default=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-put_at", "-pk"]
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "sha256"], name="evidence_once_in_a_pilot"),
            models.CheckConstraint(condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="evidence_sum_is_sha256"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="evidence_holds_something"),
            models.CheckConstraint(condition=models.Q(state__in=["quarantined", "clean", "refused"]), name="evidence_state_is_known"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="file_stays",
                operation=pgtrigger.UpdateOf("pilot_id", "sha256", "size", "kind", "name", "put_by_id", "put_at", "demo"),
                condition=pgtrigger.AnyChange("pilot", "sha256", "size", "kind", "name", "put_by", "put_at", "demo"),
            ),
            *stays_whole(),
        ]

    def __str__(self) -> str:
        return self.title or self.name


class CitationQuerySet(models.QuerySet):
    def standing(self) -> CitationQuerySet:
        return self.filter(ended_at=None)

    def offered(self) -> CitationQuerySet:
        """Citations of cells whose figure was submitted or verified."""
        return self.standing().filter(OFFERED)

    def visible_to(self, user: object) -> CitationQuerySet:
        """Citations are for the pilot's members and the auditor, and for coordinator and expert once the figure is submitted."""
        roles = getattr(user, "programme_roles", frozenset())
        if Role.AUDITOR in roles:
            return self
        mine = models.Q(series__pilot_id__in=getattr(user, "pilot_ids", ()))
        if roles & {Role.COORDINATOR, Role.EXPERT}:
            return self.filter(mine | models.Q(pk__in=Citation.objects.offered().values("pk")))
        return self.filter(mine)


# A submitted or verified figure keeps the evidence that it was offered with.
CITED_STAYS_CITED = pgtrigger.Trigger(
    name="offered_figure_keeps_its_evidence",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("standing", "TEXT")],
    func="""
        SELECT e.state INTO standing FROM indicators_entry e
        WHERE e.series_id = NEW.series_id AND e.start = NEW.start AND e.frequency = NEW.frequency;
        IF standing IN ('locked', 'verified') THEN
            RAISE EXCEPTION 'pgtrigger: the figure that this evidence belongs to is submitted or verified';
        END IF;
        RETURN NEW;
    """,
)


class Citation(models.Model):
    """A file as the source of one cell, with the page and the words that say the figure; ended ones are kept."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="citations")
    series = models.ForeignKey(Series, models.PROTECT, related_name="citations")
    start = models.DateField()
    frequency = models.CharField(max_length=7, choices=Frequency, default=Frequency.YEAR)
    page = models.CharField(max_length=40, blank=True)
    quote = models.TextField(blank=True)
    cited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    cited_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["series", "start", "pk"]
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "series", "start", "frequency"], condition=models.Q(ended_at=None), name="citation_stands_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_by=None, ended_at=None) | models.Q(ended_by__isnull=False, ended_at__isnull=False),
                name="citation_end_is_whole",
            ),
            known("frequency", Frequency, of="citation"),
        ]
        triggers = [
            pgtrigger.Protect(name="ended_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)),
            CITED_STAYS_CITED,
            *stays_whole(),
        ]

    def __str__(self) -> str:
        return f"{self.series.code} {self.period}: {self.evidence}"

    @property
    def period(self) -> Period:
        return Period(self.start, self.frequency)


class CommentQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> CommentQuerySet:
        """Comments are seen by the pilot's members and the auditor, and by coordinator and expert once the figure is submitted."""
        roles = getattr(user, "programme_roles", frozenset())
        if Role.AUDITOR in roles:
            return self
        mine = models.Q(series__pilot_id__in=getattr(user, "pilot_ids", ()))
        if roles & {Role.COORDINATOR, Role.EXPERT}:
            return self.filter(mine | models.Q(written_by=user) | models.Q(pk__in=Comment.objects.filter(OFFERED).values("pk")))
        return self.filter(mine)


class Comment(models.Model):
    """One entry in the thread of a cell: words, or that the thread was resolved or reopened; nothing of it is ever changed."""

    class Kind(models.TextChoices):
        WORDS = "words", _("comment")
        RESOLVED = "resolved", _("resolved")
        REOPENED = "reopened", _("reopened")

    series = models.ForeignKey(Series, models.PROTECT, related_name="comments")
    start = models.DateField()
    frequency = models.CharField(max_length=7, choices=Frequency, default=Frequency.YEAR)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.WORDS)
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    demo = models.BooleanField(default=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["series", "start", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["series", "start"], name="comment_of_a_cell")]
        constraints = [
            known("frequency", Frequency, of="comment"),
            models.CheckConstraint(condition=models.Q(kind__in=["words", "resolved", "reopened"]), name="comment_kind_is_known"),
            models.CheckConstraint(condition=~models.Q(kind="words") | ~models.Q(text=""), name="comment_says_something"),
        ]
        triggers = kept_whole()

    def __str__(self) -> str:
        return f"{self.series.code} {self.period}"

    @property
    def period(self) -> Period:
        return Period(self.start, self.frequency)
