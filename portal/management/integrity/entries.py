"""Checks of the working figures: their places, their limits and their arithmetic."""

from __future__ import annotations

from collections import Counter

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from indicators.models import FLAG_OF_REASON, UNDER_WAY, Baseline, Entry, Mode, Submission, Target
from indicators.periods import MONTHS, Frequency
from pilots.models import TrailRow
from portal.management.integrity.arithmetic import beyond_limits, misdivided
from portal.management.integrity.naming import check


@check(_("An entry belongs to one pilot and its series to another."))
def entry_of_another_pilot() -> QuerySet:
    return Entry.objects.exclude(series__pilot=F("pilot"))


@check(_("An entry is for a kind of period in which its series is not reported."))
def entry_of_another_frequency() -> QuerySet:
    """A year that is made of finer periods is the one exception, and it is always computed."""
    return Entry.objects.exclude(frequency=F("series__frequency")).exclude(computed=True, frequency=Frequency.YEAR)


@check(_("An entry does not begin on the first day of a period."))
def entry_off_the_calendar() -> QuerySet:
    begins = Q()
    for frequency, months in MONTHS.items():
        begins |= Q(frequency=frequency, start__day=1, start__month__in=range(1, 13, months))
    return Entry.objects.exclude(begins)


@check(_("An entry lies outside the limits of its definition."))
def entry_beyond_limits() -> QuerySet:
    return beyond_limits(Entry.objects.all(), "series__")


@check(_("A target lies outside the limits of its definition."))
def target_beyond_limits() -> QuerySet:
    return beyond_limits(Target.objects.filter(active=True), "series__")


@check(_("A baseline lies outside the limits of its definition."))
def baseline_beyond_limits() -> QuerySet:
    return beyond_limits(Baseline.objects.all(), "series__")


@check(_("An entry is not what its numerator, denominator and multiplier give."))
def entry_misdivided() -> QuerySet:
    return misdivided(Entry.objects.filter(computed=True, series__mode=Mode.INPUTS))


@check(_("A computed entry was made from other inputs than those that stand now."))
def entry_of_other_inputs() -> QuerySet:
    """Only inputs of the same period in the definition's own unit are compared; `entry_misdivided` looks after the division."""
    computed = Entry.objects.filter(computed=True, series__mode=Mode.INPUTS, frequency=F("series__frequency"), numerator__isnull=False)
    differs = Q()
    for part in ("numerator", "denominator"):
        place = {"pilot": OuterRef("pilot"), "start": OuterRef("start"), "frequency": OuterRef("frequency")}
        stands = Entry.objects.filter(
            **place, series__variable=OuterRef(f"series__indicator__{part}"), series__unit=F("series__variable__unit"), series__active=True
        )
        differs |= Exists(stands.exclude(value=OuterRef(part), value__isnull=False))
    return computed.filter(differs)


@check(_("The status of an entry does not fit the reason why it has no figure."))
def entry_flag_against_reason() -> QuerySet:
    fits = Q(reason="")
    for reason, flag in FLAG_OF_REASON.items():
        fits |= Q(reason=reason, flag=flag)
    return Entry.objects.exclude(fits)


@check(_("An entry is held as submitted, but no submission of its year is under way."))
def entry_held_for_nothing() -> QuerySet:
    under_way = Submission.objects.filter(pilot=OuterRef("pilot"), state__in=UNDER_WAY, collection__start__year=OuterRef("start__year"))
    return Entry.objects.filter(Q(state=Entry.State.LOCKED), ~Exists(under_way))


@check(_("The trail does not hold as many writings of an entry as its version counts."))
def entry_without_its_trail() -> list[Entry]:
    written = TrailRow.objects.filter(object_kind="entry", act="entry.record").values_list("pilot_id", "object_key")
    times = Counter(written)
    entries = Entry.objects.select_related("series").order_by("pk")
    return [entry for entry in entries.iterator() if times[entry.pilot_id, f"{entry.series.code}/{entry.period}"] != entry.version]
