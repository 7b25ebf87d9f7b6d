"""The matrix of purposes and issues over REST."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import matrix, numbers, periods
from indicators.api.asking import one_period
from indicators.matrix import Cell, Figure
from indicators.periods import Frequency, Period
from pilots.api import Endpoint, Parameter, pilot_or_404, refusal


def one_year(field: str, text: str) -> Period:
    """Read a year; the matrix has no finer periods."""
    period = one_period(field, text)
    if period.frequency != Frequency.YEAR:
        raise refusal(field, _("The matrix is read by year. Write a year such as 2024."), value=text)
    return period


class FigureRow(serializers.Serializer):
    """An indicator that serves a cell, with its published figure of the year."""

    indicator = serializers.CharField(source="series.code")
    shared = serializers.CharField(source="series.indicator.code")
    name = serializers.CharField(source="series.name")
    pace = serializers.CharField()
    period = serializers.CharField(source="current.period", default=None, allow_null=True)
    value = serializers.SerializerMethodField()
    unit = serializers.CharField(source="series.unit.key")
    demo = serializers.BooleanField(source="current.demo", default=False)

    def get_value(self, figure: Figure) -> str | None:
        """The figure, exact, or null."""
        return numbers.plain(figure.current.value) if figure.current else None


class CellRow(serializers.Serializer):
    """One of the 72 cells."""

    purpose = serializers.CharField(source="purpose.key")
    issue = serializers.CharField(source="issue.key")
    blind = serializers.BooleanField(help_text="No indicator looks here.")
    pace = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    latest = serializers.SerializerMethodField(help_text="The latest period that has a figure.")
    indicators = FigureRow(source="figures", many=True)

    def get_latest(self, cell: Cell) -> str | None:
        """The age of the data: the latest period of the cell's figures."""
        found = [figure.current.period for figure in cell.figures if figure.current]
        return max(found, key=lambda period: period.end).code if found else None


class MatrixRow(serializers.Serializer):
    """The matrix of a pilot for a year."""

    pilot = serializers.CharField(source="pilot.slug")
    period = serializers.CharField()
    demo = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    cells = serializers.SerializerMethodField()

    def get_cells(self, whole: matrix.Matrix) -> list[dict]:
        """The cells, issue by issue."""
        return CellRow([cell for row in whole.rows for cell in row.cells], many=True).data


class PilotMatrix(Endpoint):
    """A pilot's matrix."""

    permission_classes = (AllowAny,)
    asks = {"GET": (Parameter("period", "A year; without it the latest with published figures.", read=one_year),)}
    answers = {"GET": MatrixRow}

    def get(self, request: Request, slug: str) -> Response:
        """Give the 72 cells of a pilot's matrix: which figures serve each, and how they stand."""
        pilot = pilot_or_404(request.user, slug)
        period = self.asked.get("period") or periods.of_year(next(iter(matrix.published_years(pilot)), timezone.localdate().year))
        return Response(MatrixRow(matrix.read(pilot, period)).data)
