"""Several years of a pilot's figures side by side, to be filled as one batch from what lies in the city's archives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods

from indicators import collecting, entry, forms, grid, periods
from indicators.models import Collection, Entry, Series
from indicators.periods import Frequency, Period
from indicators.views.calls import read_pilot
from indicators.views.entering import read_item, tell
from pilots import access
from pilots.models import Door, Issue, Pilot, User

YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")


@dataclass(frozen=True)
class Line:
    """A series that somebody types, with a box for each year; None where it is not reported in that year."""

    series: Series
    kind: str
    boxes: tuple[forms.Box | None, ...]


@dataclass
class Years:
    """The typed yearly figures of a pilot in some years, as one person sees them."""

    pilot: Pilot
    years: list[Period]
    user: User

    @cached_property
    def calls(self) -> dict[Period, Collection]:
        """The calls for data of these years, as far as there are any."""
        found = Collection.objects.visible_to(self.user).filter(pilot=self.pilot, frequency=Frequency.YEAR)
        return {call.period: call for call in found.filter(start__in=[year.start for year in self.years])}

    @cached_property
    def states(self) -> dict[Period, str]:
        """The state of each call."""
        states = collecting.states(self.calls.values())
        return {period: states[call.pk] for period, call in self.calls.items()}

    @cached_property
    def rows(self) -> list[tuple[Issue | None, list[grid.Row]]]:
        """The rows of the sheet that a person types by year, grouped by issue as on the page of one year."""
        last = grid.read(pilot=self.pilot, period=self.years[-1], user=self.user)
        groups = [(group.issue, [row for row in group.rows if row.typed and not row.parts]) for group in last.groups]
        return [(issue, rows) for issue, rows in groups if rows]

    @cached_property
    def cells(self) -> dict[str, grid.Cell]:
        """Every cell of these rows and years by its key."""
        series = [row.series for _issue, rows in self.rows for row in rows]
        found = Entry.objects.visible_to(self.user).filter(series__in=series, start__in=[year.start for year in self.years])
        entries = {(one.series_id, one.period): one for one in found.select_related("written_by")}
        cells = [grid.Cell(one, year, entries.get((one.pk, year))) for one in series for year in self.years if one.expects(year)]
        return {cell.key: cell for cell in cells}

    @property
    def finer(self) -> bool:
        """Whether the pilot also reports figures by quarter or month, which stand on the page of each year."""
        return Series.objects.of(self.pilot).exclude(frequency=Frequency.YEAR).exists()

    def editable(self, cell: grid.Cell) -> bool:
        """Whether the person could save this cell now; the act decides again."""
        state = self.states.get(cell.period)
        if state is None or state == collecting.CLOSED or not access.may(self.user, self.pilot, *access.TEAM):
            return False
        return (cell.entry.state if cell.entry else collecting.cell_state(state)) == Entry.State.OPEN

    def boxes(self, typed: Iterable[forms.Box] = ()) -> dict[str, forms.Box]:
        """Return the boxes by key, with what was typed just now and refused in place of what stands."""
        found = {key: forms.box_of(cell) for key, cell in self.cells.items()}
        for box in typed:
            if box.errors and box.key in found:
                found[box.key] = box.again(found[box.key])
        for box in found.values():
            box.editable = self.editable(box.cell)
        return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, slug: str, first: str, last: str) -> HttpResponse:
    """Show some years side by side, or save the cells that a person changed as one batch."""
    pilot = read_pilot(request.user, slug)
    sheet = Years(pilot, read_years(first, last), request.user)
    if request.method != "POST":
        return show(request, sheet)
    typed = forms.read_post(request.POST, sheet.cells)
    items = [item for box in typed if (item := read_item(box)) is not None]
    batch = entry.record(pilot=pilot, entries=items, by=request.user, door=Door.PAGE, partial=True)
    by_cell = {(box.series, box.period): box for box in typed}
    for outcome in batch.outcomes:
        by_cell[outcome.item.series, outcome.item.period].take(outcome)
    tell(request, batch)
    if any(box.errors for box in typed):
        return show(request, Years(pilot, sheet.years, request.user), typed, status=400)
    return redirect("indicators:fill", slug=slug, first=first, last=last)


def read_years(first: str, last: str) -> list[Period]:
    """Read two to ten years from an address, or answer that there is no such page."""
    if not (YEAR.fullmatch(first) and YEAR.fullmatch(last) and 0 < int(last) - int(first) < collecting.MOST_YEARS):
        raise Http404
    return [periods.of_year(year) for year in range(int(first), int(last) + 1)]


def show(request: HttpRequest, sheet: Years, typed: Iterable[forms.Box] = (), *, status: int = 200) -> HttpResponse:
    """Lay out the rows and years."""
    boxes = sheet.boxes(typed)
    groups = [
        (issue, [Line(row.series, row.kind, tuple(boxes.get(f"{row.series.code}@{year.code}") for year in sheet.years)) for row in rows])
        for issue, rows in sheet.rows
    ]
    context = {
        "pilot": sheet.pilot,
        "sheet": sheet,
        "groups": groups,
        "heads": [(year, sheet.states.get(year)) for year in sheet.years],
        "editable": any(box.editable for box in boxes.values()),
        "refused": [box for box in boxes.values() if box.errors],
        "strange": [error for box in typed if box.key not in boxes for error in box.errors],
        "demo": any(box.cell.entry and box.cell.entry.demo for box in boxes.values()),
    }
    return render(request, "indicators/fill.html", context, status=status)
