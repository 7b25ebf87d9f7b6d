"""Checks of the published figures against the entries they were copied from and the programme's revision."""

from __future__ import annotations

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from indicators.models import Current, Entry, Observation, PastDefinition, Revision
from pilots.models import Pilot
from portal.management.integrity.arithmetic import misdivided
from portal.management.integrity.naming import check

CELL = {"series": OuterRef("series"), "start": OuterRef("start"), "frequency": OuterRef("frequency")}
COPIED = ("pilot", "value", "qualifier", "unit", "flag", "reason", "numerator", "denominator", "definition", "demo")


def _differing(rows: QuerySet, other: str, names: tuple[str, ...]) -> QuerySet:
    """Keep the rows that say something else than the row to which `other` leads; two empty places are alike."""
    same = Q()
    for name in names:
        alike = Q(**{name: F(f"{other}{name}")})
        same &= alike | Q(**{f"{name}__isnull": True, f"{other}{name}__isnull": True})
    return rows.exclude(pk__in=rows.filter(same).values("pk"))


def _latest() -> QuerySet:
    """The latest observation of the outer row's cell, be it a figure or a tombstone."""
    return Observation.objects.filter(**CELL).order_by("-revision")


def _verified() -> QuerySet:
    """Verified figures that are published; inputs and empty cells are not."""
    filled = Entry.objects.filter(state=Entry.State.VERIFIED, series__indicator__isnull=False)
    return filled.exclude(value=None, reason="")


@check(_("A verified entry was never published."))
def verified_without_observation() -> QuerySet:
    return _verified().filter(~Exists(_latest()))


@check(_("A verified entry says something else than was published of it last."))
def verified_unlike_observation() -> QuerySet:
    last = _latest().filter(withdrawn=False)
    names = ("value", "qualifier", "flag", "reason")
    published = _verified().filter(Exists(last)).alias(**{f"last_{name}": Subquery(last.values(name)[:1]) for name in names})
    return _differing(published, "last_", names)


@check(_("An entry is marked as demo and what was published of it is not."))
def observation_lost_demo_mark() -> QuerySet:
    last = _latest().filter(withdrawn=False)
    verified = _verified().filter(demo=True).alias(last_demo=Subquery(last.values("demo")[:1]))
    return verified.filter(last_demo=False)


@check(_("The current figure is not the latest one published."))
def current_not_latest() -> QuerySet:
    return Current.objects.alias(latest=Subquery(_latest().values("pk")[:1])).exclude(observation=F("latest"))


@check(_("The current figure says something else than the observation it stands for."))
def current_unlike_observation() -> QuerySet:
    return _differing(Current.objects.all(), "observation__", COPIED)


@check(_("The latest published figure is missing among the current ones."))
def observation_without_current() -> QuerySet:
    standing = Observation.objects.alias(latest=Subquery(_latest().values("pk")[:1])).filter(pk=F("latest"), withdrawn=False)
    return standing.filter(~Exists(Current.objects.filter(**CELL)))


@check(_("An input of a formula was published."))
def observation_of_an_input() -> QuerySet:
    return Observation.objects.filter(series__variable__isnull=False)


@check(_("A published figure belongs to one pilot and its series to another."))
def observation_of_another_pilot() -> QuerySet:
    return Observation.objects.exclude(series__pilot=F("pilot"))


@check(_("A published figure is not what its numerator, denominator and multiplier give."))
def observation_misdivided() -> QuerySet:
    """Figures of earlier definitions had multipliers of their own, so only those of the present one are looked at."""
    return misdivided(Observation.objects.filter(definition=F("series__indicator__version"), withdrawn=False))


@check(_("A published figure names a definition that is neither the present one nor kept."))
def observation_of_unknown_definition() -> QuerySet:
    kept = PastDefinition.objects.filter(indicator=OuterRef("series__indicator"), version=OuterRef("definition"))
    return Observation.objects.exclude(definition=F("series__indicator__version")).filter(~Exists(kept), series__indicator__isnull=False)


@check(_("A published figure has a revision that the programme has not reached."))
def observation_ahead_of_programme() -> QuerySet:
    reached = Revision.objects.aggregate(number=Max("number"))["number"] or 0
    return Observation.objects.filter(revision__gt=reached)


@check(_("A pilot's revision is behind that of its published figures."))
def pilot_behind_its_observations() -> QuerySet:
    newest = Observation.objects.filter(pilot=OuterRef("pk")).order_by("-revision").values("revision")[:1]
    return Pilot.objects.alias(newest=Subquery(newest)).filter(newest__gt=F("revision"))
