"""Checks of what is measured: the units of series, and the purposes and issues that indicators serve."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from indicators.models import Mapping, Series
from portal.management.integrity.naming import check


@check(_("The unit of a series measures something else than the unit of its definition."))
def series_of_another_dimension() -> QuerySet:
    defined = Coalesce("indicator__unit__dimension", "variable__unit__dimension")
    return Series.objects.alias(defined=defined).exclude(unit__dimension=F("defined"))


@check(_("A pilot reports an indicator that serves no purpose or no issue."))
def series_outside_the_matrix() -> QuerySet:
    mapped = Mapping.objects.filter(indicator=OuterRef("indicator"))
    lacking = ~Exists(mapped.filter(purpose__isnull=False)) | ~Exists(mapped.filter(issue__isnull=False))
    return Series.objects.filter(Q(active=True, indicator__isnull=False), lacking)
