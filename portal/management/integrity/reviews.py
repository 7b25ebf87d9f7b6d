"""Checks of submissions: who decided, for which pilot, and one at a time."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from indicators.models import UNDER_WAY, Submission
from portal.management.integrity.naming import check


@check(_("A submission was verified and nobody is named who decided it."))
def submission_decided_by_nobody() -> QuerySet:
    return Submission.objects.filter(state=Submission.State.VERIFIED, decided_by=None)


@check(_("Somebody verified what they submitted themselves."))
def submission_decided_by_its_submitter() -> QuerySet:
    return Submission.objects.filter(state=Submission.State.VERIFIED, decided_by=F("submitted_by"))


@check(_("A submission belongs to one pilot and its collection to another."))
def submission_of_another_pilot() -> QuerySet:
    return Submission.objects.exclude(collection__pilot=F("pilot"))


@check(_("Two submissions of one collection are under way."))
def submission_beside_another() -> QuerySet:
    under_way = Submission.objects.filter(state__in=UNDER_WAY)
    return under_way.filter(Exists(under_way.filter(collection=OuterRef("collection")).exclude(pk=OuterRef("pk"))))
