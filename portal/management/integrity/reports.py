"""Checks of reports: their content against its fingerprint, and their files against the disk."""

from __future__ import annotations

import hashlib

from django.db.models import Count, F, Func, IntegerField, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.management.integrity.naming import check
from reports import schema, shelf
from reports.models import Report, ReportFile

PRINTED = (Report.State.READY, Report.State.PUBLISHED, Report.State.WITHDRAWN)


def _length(field: str) -> Func:
    """How many things an array of the database holds."""
    return Func(F(field), function="cardinality", output_field=IntegerField())


@check(_("A report is ready and lacks a file that was ordered."))
def report_without_files() -> QuerySet:
    wanted = _length("languages") * _length("formats")
    return Report.objects.filter(state__in=PRINTED).alias(kept=Count("files"), wanted=wanted).filter(kept__lt=F("wanted"))


@check(_("The content of a report does not have the fingerprint that was taken of it."))
def report_of_another_content() -> list[Report]:
    composed = Report.objects.exclude(content=None).select_related("pilot").order_by("pk")
    return [report for report in composed.iterator() if schema.digest(report.content) != report.content_sha256]


@check(_("A printed file is not on the disk."))
def file_missing() -> list[ReportFile]:
    return [file for file in ReportFile.objects.select_related("report__pilot") if not shelf.path_of(file.sha256).is_file()]


@check(_("A printed file on the disk is not the one that was printed."))
def file_changed() -> list[ReportFile]:
    changed = []
    for file in ReportFile.objects.select_related("report__pilot"):
        path = shelf.path_of(file.sha256)
        if path.is_file():
            with path.open("rb") as bytes_of:
                found = hashlib.file_digest(bytes_of, "sha256").hexdigest()
            if (found, path.stat().st_size) != (file.sha256, file.size):
                changed.append(file)
    return changed
