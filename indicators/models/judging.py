"""What a review says of single figures: what each round offered, judgements, marks with their replies, and requests to unlock."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.models.entries import AFTER_SUBMISSION, Entry, Flag, Reason
from indicators.models.review import Submission
from indicators.models.series import Series
from pilots.models import Qualifier, Role, User, choose, kept_whole, known, never_emptied, stays_whole


class OfReviewQuerySet(models.QuerySet):
    """Rows that belong to a submission."""

    def visible_to(self, user: object) -> OfReviewQuerySet:
        """They are seen by those who see the submission."""
        return self.filter(submission__in=Submission.objects.visible_to(user).order_by())


class JudgementQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> JudgementQuerySet:
        """Which values were accepted is for those who review, until the submission is sent back or verified as a whole."""
        return self if getattr(user, "reads_programme", False) else self.none()


class Offered(models.Model):
    """A figure as a round offered it, copied when it was submitted; later rounds are compared with it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="offered")
    round = models.PositiveSmallIntegerField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="offered")
    version = models.PositiveIntegerField()
    value = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    qualifier = models.CharField(max_length=1, choices=Qualifier)
    flag = models.CharField(max_length=1, choices=Flag)
    reason = models.CharField(max_length=14, choices=Reason, blank=True)
    numerator = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    denominator = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    source = models.CharField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    explanation = models.TextField(blank=True)

    objects = OfReviewQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "round", "entry"]
        verbose_name = _("offered figure")
        verbose_name_plural = _("offered figures")
        constraints = [
            models.UniqueConstraint(fields=["submission", "round", "entry"], name="offered_once_a_round"),
            known("qualifier", Qualifier, of="offered"),
            known("flag", Flag, of="offered"),
            known("reason", Reason, of="offered", blank=True),
        ]
        triggers = kept_whole()

    def __str__(self) -> str:
        return f"{self.entry} · {self.round}"


class Judgement(models.Model):
    """That a reviewer accepted one series of a submission, at the versions that its figures had; taking it back is kept too.

    `versions` names each entry by its id; once one of them has another version, the judgement is of something else. Those made
    in one stroke share a batch.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="judgements")
    series = models.ForeignKey(Series, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    versions = models.JSONField(default=dict)
    batch = models.UUIDField(default=uuid.uuid4)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "series", "pk"]
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        constraints = [
            models.UniqueConstraint(fields=["submission", "series"], condition=models.Q(ended_at=None), name="judgement_stands_once"),
            models.CheckConstraint(
                condition=models.Q(ended_by=None, ended_at=None) | models.Q(ended_by__isnull=False, ended_at__isnull=False),
                name="judgement_end_is_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="ended_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__ended_at__isnull=False)),
            *stays_whole(),
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.series.code}"


class MarkQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> MarkQuerySet:
        """Marks are seen by those who see the submission; what is not sent yet, by those who review and by the auditor."""
        seen = self.filter(submission__in=Submission.objects.visible_to(user).order_by())
        if getattr(user, "programme_roles", frozenset()) & (AFTER_SUBMISSION | {Role.AUDITOR}):
            return seen
        return seen.exclude(sent_at=None)

    def sent(self) -> MarkQuerySet:
        return self.exclude(sent_at=None)

    def drafts(self) -> MarkQuerySet:
        """What the reviewers are about to send; advice of experts is not theirs to send."""
        return self.filter(sent_at=None, advice=False)


class Mark(models.Model):
    """What a reviewer wants of one series: a change, an explanation, or only a note. It is a draft until it is sent.

    Advice is what an expert would ask; a reviewer reads it and sends marks of their own.
    """

    class Kind(models.TextChoices):
        MUST_FIX = "must-fix", _("must fix")
        EXPLAIN = "explain", _("explain")
        NOTE = "note", _("note")

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="marks")
    series = models.ForeignKey(Series, models.PROTECT, related_name="marks")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField()
    advice = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "series", "round"]
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [
            models.UniqueConstraint(fields=["submission", "series", "round"], condition=models.Q(advice=False), name="mark_once_a_round"),
            models.UniqueConstraint(
                fields=["submission", "series", "round", "made_by"], condition=models.Q(advice=True), name="advice_once_a_round"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=["must-fix", "explain", "note"]), name="mark_kind_is_known"),
            models.CheckConstraint(condition=models.Q(advice=False) | models.Q(sent_at=None), name="advice_is_not_sent"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sent_stays", operation=pgtrigger.Update | pgtrigger.Delete, condition=pgtrigger.Q(old__sent_at__isnull=False)
            ),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.series.code} · {self.get_kind_display()}"

    @property
    def asks(self) -> bool:
        """Whether it needs a change or a reply; a note does not."""
        return self.kind != self.Kind.NOTE


class ReplyQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> ReplyQuerySet:
        """A reply is written while the figures are the team's, and is seen by the reviewers once they are submitted again."""
        roles = getattr(user, "programme_roles", frozenset())
        if Role.AUDITOR in roles:
            return self
        mine = models.Q(mark__submission__pilot_id__in=getattr(user, "pilot_ids", ()))
        if roles & AFTER_SUBMISSION:
            returned = models.Q(mark__submission__state="returned", mark__round=models.F("mark__submission__round"))
            return self.filter(mine | ~returned)
        return self.filter(mine)


class Reply(models.Model):
    """What the pilot answers to a mark; the latest one counts, the earlier ones are kept."""

    mark = models.ForeignKey(Mark, models.PROTECT, related_name="replies")
    text = models.TextField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = ReplyQuerySet.as_manager()

    class Meta:
        ordering = ["mark", "pk"]
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        triggers = kept_whole()

    def __str__(self) -> str:
        return f"{self.mark} · {self.written_by}"


class UnlockRequest(models.Model):
    """That a pilot asks to change a figure that was not marked, with what became of it."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="unlock_requests")
    series = models.ForeignKey(Series, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=7, choices=State, default=State.ASKED)
    reason = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = OfReviewQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "pk"]
        verbose_name = _("request to unlock")
        verbose_name_plural = _("requests to unlock")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "series", "round"], condition=models.Q(state="asked"), name="unlock_request_waits_once"
            ),
            models.CheckConstraint(condition=models.Q(state__in=["asked", "granted", "refused"]), name="unlock_request_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(state="asked", decided_by=None, decided_at=None)
                | (~models.Q(state="asked") & models.Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="unlock_request_decided_by_its_state",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="decided_stays", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__state="asked")),
            *stays_whole(),
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.series.code}"


class Phrase(models.Model):
    """Words that reviewers use again and again, in both languages; those without a writer come with the catalogue."""

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=8, choices=Mark.Kind, default=Mark.Kind.EXPLAIN)
    text_zh = models.TextField()
    text_en = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["order", "key"]
        verbose_name = _("phrase")
        verbose_name_plural = _("phrases")
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=["must-fix", "explain", "note"]), name="phrase_kind_is_known")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The words in the reader's language."""
        return choose(self, "text")
