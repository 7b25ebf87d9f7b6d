"""What is told to a person: notices, who stands in for an absent coordinator, and the days for which a digest was sent."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilots.models.keeping import known
from pilots.models.people import Role, User
from pilots.models.pilot import Pilot


class NoticeKind(models.TextChoices):
    """What a notice tells."""

    COLLECTION_OPENED = "collection-opened", _("data called for")
    COLLECTION_EXTENDED = "collection-extended", _("date moved")
    SUBMITTED = "submitted", _("submitted for review")
    SUBMITTED_AGAIN = "submitted-again", _("submitted again")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ASSIGNED = "assigned", _("assigned for review")
    REVIEW_BEGUN = "review-begun", _("review begun")
    SENT_BACK = "sent-back", _("sent back")
    VERIFIED = "verified", _("verified")
    REOPENED = "reopened", _("reopened")
    COMMENT = "comment", _("comment")
    UNLOCK_ASKED = "unlock-asked", _("unlocking asked for")
    UNLOCK_GRANTED = "unlock-granted", _("unlocked")
    UNLOCK_REFUSED = "unlock-refused", _("not unlocked")
    REPORT_READY = "report-ready", _("report ready")
    REPORT_FAILED = "report-failed", _("report failed")
    DUE = "due", _("reminder: figures due")
    RETURN_DUE = "return-due", _("reminder: changes due")
    WAITING = "waiting", _("reminder: review waits")
    OVERDUE = "overdue", _("figures overdue")
    COVERING = "covering", _("covering for somebody")
    COVER_ENDED = "cover-ended", _("cover ended")


class NoticeQuerySet(models.QuerySet):
    """Notices, and which of them wait to be read."""

    def visible_to(self, user: object) -> NoticeQuerySet:
        """Only the person's own, and of a pilot only as long as the person belongs to it or reads the programme."""
        own = self.filter(person=getattr(user, "pk", None))
        if getattr(user, "reads_programme", False):
            return own
        return own.filter(models.Q(pilot=None) | models.Q(pilot_id__in=getattr(user, "pilot_ids", ())))

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """That something happened which a person should know: its kind, the thing it is about, and plain facts; words are made when it is read.

    `payload` holds numbers, codes, days as ISO dates, and texts that people wrote. `once` names what is told, so that telling it
    twice tells it once. `covering` is whom the person stands in for, where it was meant for somebody else.
    """

    Kind = NoticeKind

    person = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind)
    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=120, blank=True)
    payload = models.JSONField(default=dict)
    once = models.CharField(max_length=200)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    covering = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["person", "once"], name="notice_once"),
            known("kind", NoticeKind, of="notice"),
        ]
        indexes = [
            models.Index(fields=["person", "-made_at"], name="notice_of_person"),
            models.Index(fields=["person"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(fields=["once"], condition=models.Q(mailed_at=None), name="notice_unmailed"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Digest(models.Model):
    """That a person's digest of a day is on its way, so that the day has one digest however often the clock asks."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        verbose_name = _("daily digest")
        verbose_name_plural = _("daily digests")
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="digest_once_a_day")]


class CoverQuerySet(models.QuerySet):
    """Covers, and which of them hold on a day."""

    def visible_to(self, user: object) -> CoverQuerySet:
        """Who covers for whom is known to coordinators, administrators and auditors."""
        roles = getattr(user, "programme_roles", frozenset())
        if getattr(user, "is_superuser", False) or roles & {Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR}:
            return self
        return self.none()

    def on(self, day: date) -> CoverQuerySet:
        """Return those that hold on a day."""
        return self.filter(ended_at=None, first_day__lte=day, last_day__gte=day)

    def ahead(self, day: date) -> CoverQuerySet:
        """Return those that hold on a day or will."""
        return self.filter(ended_at=None, last_day__gte=day)


class Cover(models.Model):
    """That one coordinator stands in for another from day to day, both days included."""

    coordinator = models.ForeignKey(User, models.PROTECT, related_name="covers", verbose_name=_("coordinator who is away"))
    cover = models.ForeignKey(User, models.PROTECT, related_name="covering", verbose_name=_("covered by"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("arranged by"))
    made_at = models.DateTimeField(_("arranged at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = CoverQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "-pk"]
        verbose_name = _("cover")
        verbose_name_plural = _("covers")
        constraints = [
            models.CheckConstraint(condition=~models.Q(coordinator=models.F("cover")), name="cover_by_another"),
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="cover_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.coordinator} · {self.cover}"

    @property
    def holds(self) -> bool:
        """Whether it holds today."""
        return self.ended_at is None and self.first_day <= timezone.localdate() <= self.last_day
