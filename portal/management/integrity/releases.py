"""Checks of the releases: their checksums as known at their revision, their numbers and their demo mark."""

from __future__ import annotations

import hashlib

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from indicators import publishing
from indicators.models import Observation, Release
from portal.management.integrity.naming import check


def _held(release: Release) -> QuerySet:
    """The figures that a release holds: the latest of each cell of its period up to its revision, without the withdrawn."""
    inside = {"pilot": release.pilot_id, "start__gte": release.start, "start__lt": release.period.next().start}
    known = Observation.objects.filter(**inside, revision__lte=release.revision)
    latest = known.order_by("series_id", "start", "frequency", "-revision").distinct("series_id", "start", "frequency").values("pk")
    return (
        Observation.objects.filter(pk__in=latest, withdrawn=False).select_related("series").order_by("series__code", "start", "frequency")
    )


@check(_("The checksum or the count of a release is not that of the figures it holds."))
def release_of_another_checksum() -> list[Release]:
    faulty = []
    for release in Release.objects.order_by("pk"):
        lines = [publishing.line(row) for row in _held(release)]
        sha256 = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        if (release.count, release.sha256) != (len(lines), sha256):
            faulty.append(release)
    return faulty


@check(_("A release holds demo figures and is not marked as demo."))
def release_lost_demo_mark() -> list[Release]:
    return [release for release in Release.objects.filter(demo=False).order_by("pk") if _held(release).filter(demo=True).exists()]


@check(_("The number of a release is higher than there are releases of its period."))
def release_after_a_gap() -> QuerySet:
    same = Release.objects.filter(pilot=OuterRef("pilot"), start=OuterRef("start"), frequency=OuterRef("frequency")).order_by()
    counted = Coalesce(Subquery(same.values("pilot").annotate(times=Count("pk")).values("times")), 0)
    return Release.objects.alias(times=counted).filter(number__gt=F("times"))
