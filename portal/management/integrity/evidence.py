"""Checks of evidence: its files against the disk, and its citations against the pilots that they belong to."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from indicators import evidence
from indicators.models import Citation, Evidence
from portal.management.integrity.naming import check


@check(_("A file of evidence is not on the disk."))
def evidence_missing() -> list[Evidence]:
    wanted = Evidence.objects.exclude(state=Evidence.State.REFUSED).select_related("pilot")
    return [one for one in wanted if not evidence.path_of(one.sha256).is_file()]


@check(_("A file of evidence on the disk is not the one that was put."))
def evidence_changed() -> list[Evidence]:
    return [trouble.evidence for trouble in evidence.rehash() if not trouble.missing]


@check(_("A figure of one pilot names the evidence of another as its source."))
def citation_of_another_pilot() -> QuerySet:
    return Citation.objects.exclude(evidence__pilot=F("series__pilot"))


@check(_("A file replaces one of another pilot, or itself."))
def edition_of_another_pilot() -> QuerySet:
    return Evidence.objects.filter(replaces__isnull=False).filter(~Q(replaces__pilot=F("pilot")) | Q(replaces=F("pk")))
