"""Calls for data over REST."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import collecting, periods
from indicators.models import Collection
from indicators.periods import Period
from pilots.api import Day, Endpoint, Shape, Text, envelope, own_pilot_or_404
from pilots.models import Door


class PeriodField(Text):
    """A period: 2024, 2024-H1, 2024-Q1 or 2024-03."""

    def to_internal_value(self, data: object) -> Period:
        """Read the period, or refuse it."""
        try:
            return periods.parse(super().to_internal_value(data))
        except ValidationError as error:
            raise serializers.ValidationError(error.messages[0], code="period") from error


class CompletenessRow(serializers.Serializer):
    """How many indicators are answered, of the required and of the others."""

    required_done = serializers.IntegerField()
    required = serializers.IntegerField()
    other_done = serializers.IntegerField()
    other = serializers.IntegerField()


class CollectionRow(serializers.Serializer):
    """A call for data, how far it is answered and where its review stands."""

    period = serializers.CharField()
    opens = serializers.DateField()
    due = serializers.DateField()
    state = serializers.SerializerMethodField()
    completeness = serializers.SerializerMethodField()
    demo = serializers.BooleanField()

    def get_state(self, collection: Collection) -> str:
        """The state of its latest submission, else open or closed."""
        return collecting.state_of(collection)

    def get_completeness(self, collection: Collection) -> dict[str, int]:
        """Count what is answered."""
        return CompletenessRow(collecting.completeness(collection)).data


class CollectionInput(Shape):
    """The period that is called for, and until when."""

    period = PeriodField()
    due = Day()
    opens = Day(allow_null=True, default=None)


class Collections(Endpoint):
    """The calls for a pilot's data."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": CollectionInput}
    answers = {"GET": CollectionRow, "POST": CollectionRow}
    successes = {"POST": 201}
    lists = ("GET",)

    def get(self, request: Request, slug: str) -> Response:
        """List the calls for a pilot's data, the latest first."""
        pilot = own_pilot_or_404(request.user, slug)
        rows = Collection.objects.visible_to(request.user).filter(pilot=pilot).select_related("pilot")
        return envelope(CollectionRow(rows, many=True).data)

    def post(self, request: Request, slug: str) -> Response:
        """Call for a pilot's data of a period; the coordinator does this."""
        pilot = own_pilot_or_404(request.user, slug)
        opened = collecting.open_collection(pilot=pilot, by=request.user, door=Door.API, **self.given)
        return Response(CollectionRow(opened).data, status=201)
