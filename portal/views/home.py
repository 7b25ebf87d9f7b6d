"""Home: the one matrix of a person who works in one pilot, and for everybody else the pilots side by side."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from indicators import matrix as matrices
from indicators.periods import of_year
from indicators.views import matrix
from pilots.models import Pilot

PAGE = 12
STEP = 12
SMALLEST, LARGEST, BLANK = 22, 50, 12


@dataclass(frozen=True)
class Dot:
    """One of the 72 dots: where it stands, how large it is (in tenths of a unit) and the pace that colours it."""

    x: int
    y: int
    tenths: int
    pace: str

    @property
    def radius(self) -> str:
        return f"{self.tenths // 10}.{self.tenths % 10}"


@dataclass(frozen=True)
class Glance:
    """A pilot at a glance: its matrix of the latest year as dots, larger where more indicators look."""

    pilot: Pilot
    matrix: matrices.Matrix
    year: int | None

    @property
    def dots(self) -> list[Dot]:
        return [
            Dot(STEP // 2 + STEP * column, STEP // 2 + STEP * line, _size(len(cell.figures)), "blind" if cell.blind else cell.pace)
            for line, row in enumerate(self.matrix.rows)
            for column, cell in enumerate(row.cells)
        ]


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show a person's own matrix where there is just one; otherwise the pilots, each with its matrix at a glance."""
    mine = getattr(request.user, "pilot_ids", frozenset())
    visible = Pilot.objects.visible_to(request.user)
    if len(mine) == 1 and not request.user.programme_roles:
        own = visible.filter(pk__in=mine).first()
        if own:
            return matrix.matrix(request, slug=own.slug)
    page = Paginator(visible, PAGE).get_page(request.GET.get("page"))
    glances = [_glance(pilot) for pilot in page.object_list]
    return render(request, "front.html", {"page": page, "glances": glances, "demo": any(one.matrix.demo for one in glances)})


def _glance(pilot: Pilot) -> Glance:
    years = matrices.published_years(pilot)
    year = years[0] if years else None
    return Glance(pilot, matrices.read(pilot, of_year(year or timezone.localdate().year)), year)


def _size(count: int) -> int:
    """The radius of a dot in tenths: it grows with the number of indicators and stays within its place."""
    return min(SMALLEST + 4 * (count - 1), LARGEST) if count else BLANK
