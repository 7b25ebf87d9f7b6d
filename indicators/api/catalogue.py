"""The catalogue over REST: definitions, and what each pilot adopted."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api.asking import CODES
from indicators.api.rows import IndicatorRow, SeriesRow, WholeIndicatorRow
from indicators.api.values import next_page
from indicators.models import Indicator, Series
from pilots.api import Endpoint, Parameter, envelope, known_or_refuse, pilot_or_404, whole

PAGE = 1000


def definitions() -> QuerySet[Indicator]:
    """The definitions of the programme and of the pilots that take part, with all that a row says."""
    mapped = ("mappings__purpose", "mappings__issue", "mappings__goal")
    everybody = Indicator.objects.filter(Q(pilot=None) | Q(pilot__active=True))
    return everybody.select_related("standard", "theme", "goal_target", "unit", "numerator", "denominator").prefetch_related(*mapped)


class Indicators(Endpoint):
    """The definitions."""

    permission_classes = (AllowAny,)
    asks = {
        "GET": (
            Parameter("standard", "Standards that define the indicator.", many=True),
            Parameter("theme", "Themes of the ISO 37120 series.", many=True),
            Parameter("kind", "Kinds of indicator.", many=True, allowed=tuple(Indicator.Kind.values)),
            Parameter("limit", f"Rows on a page, up to {PAGE}.", read=whole(1, PAGE)),
            Parameter("cursor", "Where the page begins, as `next` gives it.", read=whole(1, 10**11)),
        )
    }
    answers = {"GET": IndicatorRow}
    lists = ("GET",)

    def get(self, request: Request) -> Response:
        """List the definitions with their formulas, limits and what they serve."""
        rows = definitions().order_by("pk")
        for field in ("standard", "theme"):
            if field in self.asked:
                rows = rows.filter(**{f"{field}__key__in": known_or_refuse(field, self.asked[field], known=CODES[field]())})
        if "kind" in self.asked:
            rows = rows.filter(kind__in=self.asked["kind"])
        size = self.asked.get("limit", PAGE)
        found = list(rows.filter(pk__gt=self.asked.get("cursor", 0))[: size + 1])
        after = next_page(request, str(found[size - 1].pk)) if len(found) > size else None
        return envelope(IndicatorRow(found[:size], many=True).data, after=after)


class OneIndicator(Endpoint):
    """One definition."""

    permission_classes = (AllowAny,)
    answers = {"GET": WholeIndicatorRow}

    def get(self, request: Request, code: str) -> Response:
        """Give a definition with its formula, unit, limits, mappings and earlier versions."""
        return Response(WholeIndicatorRow(get_object_or_404(definitions(), code=code)).data)


class Adopted(Endpoint):
    """What a pilot reports."""

    permission_classes = (AllowAny,)
    asks = {"GET": (Parameter("kind", "Adopted indicators, or the inputs of their formulas.", allowed=("indicator", "input")),)}
    answers = {"GET": SeriesRow}
    lists = ("GET",)

    def get(self, request: Request, slug: str) -> Response:
        """List what a pilot adopted, with baselines, targets, frequency and the unit in charge."""
        pilot = pilot_or_404(request.user, slug)
        rows = Series.objects.visible_to(request.user).of(pilot).with_definitions().prefetch_related("baselines", "targets")
        if "kind" in self.asked:
            rows = rows.filter(variable__isnull=self.asked["kind"] == "indicator")
        return envelope(SeriesRow(rows, many=True).data)
