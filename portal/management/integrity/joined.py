"""Checks of cycles, people and waiting work."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from cycles.models import Cycle, StageChange, StocktakeLine
from pilots import outbox
from pilots.models import Membership, OutboxRow, Role
from portal.management.integrity.naming import check


@check(_("A line of a stocktake names an objective of another cycle."))
def stocktake_of_another_objective() -> QuerySet:
    return StocktakeLine.objects.exclude(objective__cycle=F("stocktake__cycle"))


@check(_("A line of a stocktake says another figure than the observation it was copied from."))
def stocktake_unlike_observation() -> QuerySet:
    copied = StocktakeLine.objects.filter(observation__isnull=False)
    same = Q(value=F("observation__value")) | Q(value=None, observation__value=None)
    return copied.exclude(pk__in=copied.filter(same, qualifier=F("observation__qualifier")).values("pk"))


@check(_("A cycle stands in another stage than its last change led to."))
def cycle_off_its_stage() -> QuerySet:
    last = StageChange.objects.filter(cycle=OuterRef("pk")).order_by("-pk").values("after")[:1]
    return Cycle.objects.alias(last=Subquery(last)).filter(last__isnull=False).exclude(stage=F("last"))


@check(_("One person is administrator and auditor."))
def auditor_who_administers() -> QuerySet:
    held = Membership.objects.filter(ended_at=None)
    administers = held.filter(user=OuterRef("user"), role=Role.ADMINISTRATOR)
    return held.filter(Exists(administers), role=Role.AUDITOR)


@check(_("Waiting work was tried as often as it may be and is not done."))
def outbox_given_up() -> QuerySet:
    return OutboxRow.objects.filter(done_at=None, attempts__gte=outbox.ATTEMPTS)
