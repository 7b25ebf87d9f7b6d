"""Reports: what was ordered, the content that was fixed for it, and the files that were printed from it."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilots.models import Pilot, User, kept_whole, known, never_emptied


class Language(models.TextChoices):
    """The languages in which a report is printed."""

    ZH = "zh", "中文"
    EN = "en", "English"


class Kind(models.TextChoices):
    """The kinds of file that a report is printed as."""

    PDF = "pdf", "PDF"


STATES = ("ordered", "building", "ready", "failed", "cancelled", "published", "withdrawn")


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> ReportQuerySet:
        """Published public reports are everybody's; the others are for the pilot's members and the programme's readers."""
        if getattr(user, "reads_programme", False):
            return self
        given_out = models.Q(state=Report.State.PUBLISHED, audience=Report.Audience.PUBLIC, pilot__active=True)
        return self.filter(given_out | models.Q(pilot_id__in=getattr(user, "pilot_ids", ())))


class Report(models.Model):
    """An annual report of a pilot: ordered once, composed once, printed in one or more languages.

    `content` is fixed when the report is composed and never changes; `fingerprint` is its sha256 without number and
    moment, by which the same report is known again when it is ordered a second time.
    """

    class State(models.TextChoices):
        ORDERED = "ordered", _("ordered")
        BUILDING = "building", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("public")
        INTERNAL = "internal", _("internal")

    class Stage(models.TextChoices):
        """Where the making of a report has got to."""

        WAITING = "waiting", _("waiting for its turn")
        COMPOSING = "composing", _("gathering the figures")
        PRINTING_ZH = "printing-zh", _("printing in Chinese")
        PRINTING_EN = "printing-en", _("printing in English")
        DONE = "done", _("done")

    class Trouble(models.TextChoices):
        """Why a report could not be made, in words that its reader can act on."""

        INTERRUPTED = "interrupted", _("It was interrupted too often. Order it again.")
        NOT_ALLOWED = "not-allowed", _("The person who ordered it may no longer do so. Somebody else can order it again.")
        TOO_LARGE = "too-large", _("Printing took too much time or memory. Look for very long texts, shorten them and order it again.")
        NO_ROOM = "no-room", _("The server could not keep the file. Tell the administrator, then order it again.")
        NOT_PRINTED = "not-printed", _("It could not be printed. Tell the administrator its number, then order it again.")

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="reports", verbose_name=_("pilot"))
    year = models.PositiveSmallIntegerField(_("report year"))
    number = models.PositiveIntegerField(_("number"))
    languages = ArrayField(models.CharField(max_length=2, choices=Language), verbose_name=_("languages"))
    formats = ArrayField(models.CharField(max_length=4, choices=Kind), verbose_name=_("formats"))
    audience = models.CharField(_("readers"), max_length=8, choices=Audience)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.ORDERED)
    stage = models.CharField(_("step"), max_length=11, choices=Stage, default=Stage.WAITING)
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    heartbeat = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    error = models.CharField(_("why it failed"), max_length=12, choices=Trouble, blank=True)
    content = models.JSONField(_("content"), null=True, blank=True)
    content_sha256 = models.CharField(_("fingerprint of the content"), max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    revision = models.PositiveBigIntegerField(_("revision of the data"), null=True, blank=True)
    release = models.CharField(_("release"), max_length=60, blank=True)
    demo = models.BooleanField(_("demo"), default=False)
    ordered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("ordered by"))
    ordered_at = models.DateTimeField(_("ordered at"))
    composed_at = models.DateTimeField(_("composed at"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "year", "number"], name="report_number_once"),
            models.UniqueConstraint(
                fields=["pilot", "year", "audience", "languages", "formats"],
                condition=models.Q(state="ordered"),
                name="report_waits_once",
            ),
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="report_percent_is_percent"),
            models.CheckConstraint(condition=models.Q(error="") | models.Q(state="failed"), name="report_error_only_when_failed"),
            models.CheckConstraint(condition=~models.Q(state="published") | models.Q(audience="public"), name="report_published_is_public"),
            models.CheckConstraint(
                condition=models.Q(languages__contained_by=Language.values, languages__len__gte=1), name="report_languages_are_known"
            ),
            models.CheckConstraint(
                condition=models.Q(formats__contained_by=Kind.values, formats__len__gte=1), name="report_formats_are_known"
            ),
            models.CheckConstraint(condition=models.Q(audience__in=["public", "internal"]), name="report_audience_is_known"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="report_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(stage__in=["waiting", "composing", "printing-zh", "printing-en", "done"]), name="report_stage_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(error__in=["", "interrupted", "not-allowed", "too-large", "no-room", "not-printed"]),
                name="report_error_is_known",
            ),
            models.CheckConstraint(condition=~models.Q(state="failed") | ~models.Q(error=""), name="report_failed_says_why"),
            models.CheckConstraint(
                condition=models.Q(content__isnull=True, composed_at=None, content_sha256="")
                | (models.Q(content__isnull=False, composed_at__isnull=False) & ~models.Q(content_sha256="")),
                name="report_content_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["ready", "published", "withdrawn"])
                | models.Q(content__isnull=False, ready_at__isnull=False),
                name="report_ready_is_composed",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["published", "withdrawn"], published_at__isnull=False)
                | (~models.Q(state__in=["published", "withdrawn"]) & models.Q(published_at=None)),
                name="report_published_has_its_moment",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="reports_stay", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="what_was_ordered_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("pilot", "year", "number", "languages", "formats", "audience", "ordered_by", "ordered_at"),
            ),
            pgtrigger.Protect(
                name="given_out_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('published', 'failed', 'cancelled') AND NEW.state = OLD.state AND OLD.* IS DISTINCT FROM NEW.*"
                ),
            ),
            never_emptied(),
            pgtrigger.Protect(
                name="content_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__content__isnull=False) & pgtrigger.Q(old__content__df=pgtrigger.F("new__content")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pilot.short_name} {self.year} · {self.number}"

    @property
    def code(self) -> str:
        """How the report is named on its last page, in the trail and in the names of its files: tianjin-2024-1."""
        return f"{self.pilot.slug}-{self.year}-{self.number}"

    @property
    def under_way(self) -> bool:
        return self.state in (self.State.ORDERED, self.State.BUILDING)


class ReportFileQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> ReportFileQuerySet:
        """Whoever sees a report sees its files."""
        return self.filter(report__in=Report.objects.visible_to(user))


class ReportFile(models.Model):
    """A printed file of a report; it lies in the private folder under its own sha256."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="files")
    language = models.CharField(_("language"), max_length=2, choices=Language)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    made_at = models.DateTimeField(_("made at"))

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        ordering = ["report", "kind", "-language"]
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "language", "kind"], name="report_file_once"),
            known("language", Language, of="reportfile"),
            known("kind", Kind, of="reportfile"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="report_file_is_not_empty"),
        ]
        triggers = kept_whole()

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name under which a reader keeps the file: tianjin-2024-1-zh.pdf."""
        return f"{self.report.code}-{self.language}.{self.kind}"
