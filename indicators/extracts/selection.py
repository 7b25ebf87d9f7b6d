"""Which published figures an extract holds: by pilot, indicator, purpose, goal, period and the moment they stood at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from indicators.models import Current, Indicator, Mapping, Observation, Release, Series
from indicators.periods import Frequency, Period


@dataclass(frozen=True)
class Span:
    """From the first day of one period to the last of another, in periods no longer than theirs."""

    first: Period
    last: Period

    @property
    def inside(self) -> Q:
        """The figures of the span: 2024 means the year 2024 and every half, quarter and month in it."""
        finer = [f for f in Frequency.values if Period(self.first.start, f).months <= self.first.months]
        return Q(start__gte=self.first.start, start__lt=self.last.next().start, frequency__in=finer)


@dataclass(frozen=True)
class Selection:
    """What is asked for; an empty list means all. `indicators` are local codes or shared ones."""

    pilots: Sequence[str] = ()
    indicators: Sequence[str] = ()
    purposes: Sequence[str] = ()
    issues: Sequence[str] = ()
    goals: Sequence[int] = ()
    themes: Sequence[str] = ()
    standards: Sequence[str] = ()
    spans: Sequence[Span] = ()
    frequencies: Sequence[str] = ()
    flags: Sequence[str] = ()
    updated_since: datetime | None = None
    as_of: datetime | None = None
    release: Release | None = None

    def rows(self, user: object) -> QuerySet:
        """The figures: as they stand now, or as they stood at a release or a moment."""
        rows = self.standing(user)
        if self.pilots:
            rows = rows.filter(pilot__slug__in=self.pilots)
        if self.series_filter():
            rows = rows.filter(series__in=Series.objects.filter(*self.series_filter()))
        if self.spans:
            rows = rows.filter(any_of(span.inside for span in self.spans))
        if self.frequencies:
            rows = rows.filter(frequency__in=self.frequencies)
        if self.flags:
            rows = rows.filter(flag__in=self.flags)
        return rows.filter(verified_at__gte=self.updated_since) if self.updated_since else rows

    def standing(self, user: object) -> QuerySet:
        """All figures of the moment that is asked for; what was withdrawn by then is left out."""
        if self.release:
            span = Span(self.release.period, self.release.period)
            return as_known(user, self.release.revision).filter(span.inside, pilot=self.release.pilot_id)
        if self.as_of:
            known = Observation.objects.filter(verified_at__lte=self.as_of).aggregate(last=Max("revision"))["last"]
            return as_known(user, known or 0)
        return Current.objects.visible_to(user)

    def series_filter(self) -> list[Q]:
        """What is asked of the indicators behind the figures."""
        found = []
        if self.indicators:
            found.append(Q(code__in=self.indicators) | Q(indicator__code__in=self.indicators))
        for end, codes in (("purpose__key", self.purposes), ("issue__key", self.issues)):
            if codes:
                found.append(Q(indicator__in=serving(end, codes)))
        if self.goals:
            found.append(Q(indicator__in=serving("goal__number", self.goals)) | Q(indicator__goal_target__goal__number__in=self.goals))
        if self.themes:
            found.append(Q(indicator__theme__key__in=self.themes))
        if self.standards:
            found.append(Q(indicator__standard__key__in=self.standards))
        return found


def as_known(user: object, revision: int) -> QuerySet:
    """The figures as they stood at a revision: of each cell the last observation up to it."""
    later = Observation.objects.filter(
        pilot=OuterRef("pilot"),
        series=OuterRef("series"),
        start=OuterRef("start"),
        frequency=OuterRef("frequency"),
        revision__gt=OuterRef("revision"),
        revision__lte=revision,
    )
    return Observation.objects.visible_to(user).filter(~Exists(later), revision__lte=revision, withdrawn=False)


def serving(end: str, codes: Iterable[object]) -> QuerySet:
    """The indicators that serve a purpose, an issue or a goal."""
    return Mapping.objects.filter(**{f"{end}__in": codes}).values("indicator")


def any_of(conditions: Iterable[Q]) -> Q:
    """At least one of the conditions."""
    whole = Q()
    for condition in conditions:
        whole |= condition
    return whole


def known_indicators(codes: Sequence[str]) -> set[str]:
    """Which of these codes are a pilot's local code or a shared one."""
    local = Series.objects.filter(code__in=codes, indicator__isnull=False).values_list("code", flat=True)
    return {*local, *Indicator.objects.filter(code__in=codes).values_list("code", flat=True)}


def all_indicators() -> list[str]:
    """Every local and shared code, for naming the nearest."""
    local = Series.objects.filter(indicator__isnull=False).values_list("code", flat=True).distinct()
    return [*local, *Indicator.objects.values_list("code", flat=True)]
