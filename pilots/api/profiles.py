"""The pilots over REST: the list and each profile."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.api.endpoint import Endpoint, envelope
from pilots.api.rows import PilotRow, WholePilotRow
from pilots.models import Pilot


class Pilots(Endpoint):
    """The pilots of the programme."""

    permission_classes = (AllowAny,)
    answers = {"GET": PilotRow}
    lists = ("GET",)

    def get(self, request: Request) -> Response:
        """List the pilots."""
        return envelope(PilotRow(Pilot.objects.visible_to(request.user), many=True).data)


class Profile(Endpoint):
    """One pilot."""

    permission_classes = (AllowAny,)
    answers = {"GET": WholePilotRow}

    def get(self, request: Request, slug: str) -> Response:
        """Give a pilot's profile with its facts, trials of standards, milestones and goals."""
        pilots = Pilot.objects.visible_to(request.user).prefetch_related("goals", "milestones")
        return Response(WholePilotRow(get_object_or_404(pilots, slug=slug), context={"reader": request.user}).data)
