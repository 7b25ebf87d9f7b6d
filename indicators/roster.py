"""What a pilot reports: its series with their definitions and units, and the facts of its profile, kept until they change."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from uuid import UUID

from indicators.models import Indicator, RosterWord, Series, Unit, Variable
from pilots.models import Fact, Pilot, Qualifier

# How many pilots' rosters a process keeps.
KEPT = 16
# A fact that says "at least" or "more than" measures nothing.
MEASURES = (Qualifier.EXACT, Qualifier.ABOUT)


class Roster:
    """The active series of one pilot by code, key and variable, in their order, with all that computing, checking and showing them needs.

    Every request of the process is given the same objects: they are read and never changed.
    """

    def __init__(self, pilot: int) -> None:
        """Read the roster of a pilot by its key, in six questions, however long it is."""
        self.pilot = Pilot.objects.get(pk=pilot)
        # What refers is read before what it refers to, so that what somebody adds meanwhile lacks nothing.
        self.series = list(Series.objects.filter(pilot=pilot, active=True).order_by("order", "code"))
        self.indicators = Indicator.objects.in_bulk({one.indicator_id for one in self.series if one.indicator_id})
        self.variables = Variable.objects.in_bulk()
        self.units = Unit.objects.in_bulk()
        self.facts = list(Fact.objects.filter(pilot=pilot, qualifier__in=MEASURES).exclude(value=None))
        self._join()
        self.by_id = {one.pk: one for one in self.series}
        self.by_code = {one.code: one for one in self.series}
        self.by_variable = {one.variable_id: one for one in self.series if one.variable_id}
        self.by_key = {one.variable.key: one for one in self.by_variable.values()}
        self.unit_by_key = {one.key: one for one in self.units.values()}
        self.fed: dict[int, list[Series]] = defaultdict(list)
        for one in self.series:
            for variable in self.needed(one):
                self.fed[variable].append(one)
        self.fed.default_factory = None

    def _join(self) -> None:
        """Hang what was read on each other."""
        for one in self.variables.values():
            one.unit = self.units[one.unit_id]
        for one in self.indicators.values():
            one.unit = self.units[one.unit_id]
            one.numerator = self.variables.get(one.numerator_id)
            one.denominator = self.variables.get(one.denominator_id)
        for one in self.series:
            one.pilot, one.unit = self.pilot, self.units[one.unit_id]
            one.indicator, one.variable = self.indicators.get(one.indicator_id), self.variables.get(one.variable_id)

    @staticmethod
    def needed(series: Series) -> list[int]:
        """Return the variables that a computed series is made of, each once."""
        return list(dict.fromkeys([series.indicator.numerator_id, series.indicator.denominator_id])) if series.computed else []

    def fed_by(self, series: Series) -> list[Series]:
        """Return the indicators of the pilot that are computed from this input (DECISIONS 5)."""
        return self.fed.get(series.variable_id, [])

    def inputs_of(self, series: Series) -> list[Series]:
        """Return the inputs, among what the pilot reports, that a computed series is made of."""
        return [self.by_variable[variable] for variable in self.needed(series) if variable in self.by_variable]


def roster_of(pilot: Pilot, word: UUID | None = None) -> Roster:
    """Return the roster of a pilot as it is now; `word` is the present word, where the caller has just read it."""
    return _kept(pilot.pk, word or RosterWord.objects.values_list("word", flat=True).get())


# The word is read before what it stands for: what is kept under a word is never older than it.
@lru_cache(maxsize=KEPT)
def _kept(pilot: int, word: UUID) -> Roster:
    return Roster(pilot)
