"""The matrix of a pilot: six purposes by twelve issues, with the figures behind each cell."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from indicators import matrix as matrices
from indicators.periods import Period, of_year, parse
from pilots.models import Pilot

BAR = 100
GAP = 2
YEARS_SHOWN = 5


@dataclass(frozen=True)
class Piece:
    """One stretch of a cell's bar: its pace, where it begins and how wide it is, in hundredths."""

    pace: str
    start: int
    width: int


@dataclass(frozen=True)
class Shown:
    """A cell with its bar and whether it is the one that was opened."""

    cell: matrices.Cell
    pieces: list[Piece]
    opened: bool


@login_not_required
@require_safe
def matrix(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the matrix of a year, the latest published one unless `period` names another; `cell` opens one cell."""
    pilot = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
    years = matrices.published_years(pilot)
    period = _asked(request.GET.get("period", ""), years)
    read = matrices.read(pilot, period)
    opened = _opened(read, request.GET.get("cell", ""))
    context = {
        "pilot": pilot,
        "matrix": read,
        "years": years[:YEARS_SHOWN],
        "opened": opened,
        "rows": [(row.issue, [Shown(cell, _pieces(cell), cell is opened) for cell in row.cells]) for row in read.rows],
        "demo": read.demo,
    }
    return render(request, "indicators/matrix.html", context)


def _asked(text: str, years: list[int]) -> Period:
    """The year that the reader asked for, or the latest with figures, or last year; anything but a year is not found."""
    if not text:
        return of_year(years[0] if years else timezone.localdate().year - 1)
    try:
        period = parse(text)
    except ValidationError as refusal:
        raise Http404 from refusal
    return of_year(period.year)


def _opened(read: matrices.Matrix, text: str) -> matrices.Cell | None:
    """The cell named `issue.purpose`; a name that fits no cell opens none."""
    issue, _dot, purpose = text.partition(".")
    cells = (cell for row in read.rows for cell in row.cells)
    return next((cell for cell in cells if (cell.issue.key, cell.purpose.key) == (issue, purpose)), None)


def _pieces(cell: matrices.Cell) -> list[Piece]:
    """Divide the bar among the paces, in whole hundredths with a gap between."""
    counts, total, pieces, before = cell.counts, len(cell.figures), [], 0
    for pace, count in counts.items():
        start, end = BAR * before // total, BAR * (before + count) // total
        before += count
        pieces.append(Piece(pace, start, end - start - (GAP if before < total else 0)))
    return pieces
