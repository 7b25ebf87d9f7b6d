"""The thread of a cell over REST: read, said, settled and opened again."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import comments
from indicators.models import Comment, Series
from indicators.periods import Period
from pilots.api import Endpoint, Moment, Nothing, Shape, Text, envelope, own_pilot_or_404
from pilots.models import Door


class CommentRow(serializers.Serializer):
    """One entry of a thread: words, or that it was settled or opened again."""

    id = serializers.IntegerField(source="pk")
    series = serializers.CharField(source="series.code")
    period = serializers.CharField()
    kind = serializers.CharField(help_text="words, resolved or reopened")
    text = serializers.CharField()
    by = serializers.CharField(source="written_by.name")
    at = Moment(source="written_at")
    demo = serializers.BooleanField()


class CommentInput(Shape):
    """What is said about a cell."""

    text = Text(max_length=comments.LONGEST)


class Thread(Endpoint):
    """What the addresses of one thread share: the cell that they name."""

    permission_classes = (IsAuthenticated,)

    def find(self, request: Request, pilot: str, series: str) -> Series:
        """Find the series of a pilot whose work the reader may see."""
        place = own_pilot_or_404(request.user, pilot)
        return get_object_or_404(Series.objects.visible_to(request.user).of(place).select_related("pilot", "indicator"), code=series)


class Comments(Thread):
    """The thread of a cell."""

    takes = {"POST": CommentInput}
    answers = {"GET": CommentRow, "POST": CommentRow}
    successes = {"POST": 201}
    lists = ("GET",)

    def get(self, request: Request, pilot: str, series: str, period: Period) -> Response:
        """List what was said about a cell, as far as the reader may see it, the oldest first."""
        found = self.find(request, pilot, series)
        seen = Comment.objects.visible_to(request.user).filter(pk__in=comments.thread(found, period).values("pk"))
        return envelope(CommentRow(seen.select_related("series", "written_by").order_by("pk"), many=True).data)

    def post(self, request: Request, pilot: str, series: str, period: Period) -> Response:
        """Say something about a cell."""
        said = comments.write(series=self.find(request, pilot, series), period=period, **self.given, by=request.user, door=Door.API)
        return Response(CommentRow(said).data, status=201)


class Resolve(Thread):
    """Settles a thread."""

    takes = {"POST": Nothing}
    answers = {"POST": CommentRow}

    def post(self, request: Request, pilot: str, series: str, period: Period) -> Response:
        """Say that what was asked about a cell is settled."""
        said = comments.resolve(series=self.find(request, pilot, series), period=period, by=request.user, door=Door.API)
        return Response(CommentRow(said).data)


class ReopenThread(Thread):
    """Opens a settled thread again."""

    takes = {"POST": Nothing}
    answers = {"POST": CommentRow}

    def post(self, request: Request, pilot: str, series: str, period: Period) -> Response:
        """Open a settled thread again."""
        said = comments.reopen(series=self.find(request, pilot, series), period=period, by=request.user, door=Door.API)
        return Response(CommentRow(said).data)
