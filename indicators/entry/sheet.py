"""The cells that a batch touches: their series, what depends on them, and what stands in them now."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators import collecting, periods
from indicators.entry.drafting import standing
from indicators.models import Aggregation, Collection, Entry, Evidence, Series
from indicators.periods import Frequency, Period
from indicators.roster import Roster, roster_of
from indicators.rules import BESIDE, YEARS_BACK
from pilots.models import Pilot

Cell = tuple[int, Period]
# Of so few codes, what the soft rules look at is read at once with what stands in the cells.
FEW = 20


class Sheet:
    """Part of a pilot's data sheet, read and locked for one batch; `paper` is the scan that the batch was read from, if any."""

    def __init__(
        self, pilot: Pilot, codes: set[str], spans: Iterable[Period], *, paper: Evidence | None = None, roster: Roster | None = None
    ) -> None:
        self.pilot = pilot
        self.paper = paper
        years = sorted({period.year for period in spans})
        self.collections = collecting.lock(pilot, years)
        self.states, word = collecting.stand(self.collections)
        self.calls: dict[Period, Collection | None] = {}
        self.roster = roster or roster_of(pilot, word)
        self.by_code = {code: self.roster.by_code[code] for code in codes if code in self.roster.by_code}
        # Whether what the soft rules look at beside the figures is here too; a scan is typed by somebody who may not see it all.
        self.has_beside = len(codes) <= FEW and paper is None
        self.entries: dict[Cell, Entry] = {}
        self.read_entries(self.around(), years)

    def around(self) -> set[Series]:
        """Return the named series, the indicators computed from them, and the other inputs of those."""
        named = set(self.by_code.values())
        computed = {one for series in named for one in self.roster.fed_by(series)}
        return named | computed | {one for series in computed for one in self.roster.inputs_of(series)}

    def read_entries(self, series: Iterable[Series], years: list[int]) -> None:
        """Read what stands in the cells of these series in the years at hand, and beside them where few are written."""
        ids = {one.pk: one for one in series}
        if self.has_beside:
            ids |= {self.roster.by_key[key].pk: self.roster.by_key[key] for key in BESIDE if key in self.roster.by_key}
            years = sorted({year - back for year in years for back in range(YEARS_BACK + 1)})
        self.entries |= {(entry.series_id, entry.period): entry for entry in standing(self.pilot, ids, years)}

    def find(self, code: str) -> Series:
        """Return the series of a code, or refuse naming the nearest one."""
        series = self.by_code.get(code)
        if series is not None:
            return series
        nearest = difflib.get_close_matches(code, self.roster.by_code, n=1)
        hint = _(" Did you mean %(code)s?") % {"code": nearest[0]} if nearest else ""
        raise ValidationError(
            _("%(pilot)s has no series “%(code)s”.%(hint)s"),
            code="unknown_series",
            params={"pilot": self.pilot.short_name, "code": code[:60], "hint": hint},
        )

    def collection_of(self, period: Period) -> Collection | None:
        """Return the narrowest open call for data that covers the period."""
        if period not in self.calls:
            covering = [c for c in self.collections if c.period.contains(period)]
            self.calls[period] = min(covering, key=lambda c: c.period.months, default=None)
        return self.calls[period]

    def computed_from(self, series: Series, period: Period) -> Iterator[tuple[Series, Period]]:
        """Yield the computed cells that hang on a cell: ratios at their own period, then the year made of its parts."""
        for dependent in self.roster.fed_by(series):
            if periods.MONTHS[dependent.frequency] > period.months:
                continue
            for part in period.inside(dependent.frequency):
                yield dependent, part
                yield from self.year_of(dependent, part)
        yield from self.year_of(series, period)

    def year_of(self, series: Series, period: Period) -> Iterator[tuple[Series, Period]]:
        """Yield the year that finer periods of an indicator make up."""
        if period.months < periods.MONTHS[Frequency.YEAR] and series.indicator and series.indicator.aggregation != Aggregation.NONE:
            yield series, periods.of_year(period.year)
