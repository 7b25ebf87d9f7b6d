"""Cycles over REST: their stage, what the gate still lacks, the objectives beside their figures, and the way on."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from cycles import gates, stages, stocktake
from cycles.models import Cycle
from pilots import access, steps
from pilots.api import Both, Endpoint, Parameter, Plain, Shape, Text, envelope, known_pilots
from pilots.models import Door


class CycleRow(serializers.Serializer):
    """A cycle in a list."""

    id = serializers.IntegerField(source="pk")
    pilot = serializers.CharField(source="pilot.slug")
    number = serializers.IntegerField()
    name = Both("name")
    year = serializers.IntegerField()
    starts = serializers.DateField()
    ends = serializers.DateField()
    stage = serializers.CharField()
    demo = serializers.BooleanField()


class LackRow(serializers.Serializer):
    """One thing that a gate lacks, and the thing that it is about."""

    code = serializers.CharField()
    message = serializers.CharField()
    kind = serializers.CharField()
    key = serializers.CharField()


class CheckRow(serializers.Serializer):
    """A condition of a gate."""

    code = serializers.CharField()
    title = serializers.CharField()
    met = serializers.BooleanField()
    lacks = LackRow(many=True)


class GateRow(serializers.Serializer):
    """The way out of the cycle's stage."""

    before = serializers.CharField()
    after = serializers.CharField()
    open = serializers.BooleanField()
    checks = CheckRow(many=True)


class LineRow(serializers.Serializer):
    """An indicator of an objective with its baseline, its target and its official figure."""

    indicator = serializers.CharField(source="series_code")
    unit = serializers.CharField()
    baseline = Plain(allow_null=True)
    baseline_year = serializers.IntegerField(allow_null=True)
    target_operator = serializers.CharField()
    target = Plain(allow_null=True)
    target_year = serializers.IntegerField(allow_null=True)
    period = serializers.CharField()
    value = Plain(allow_null=True)
    qualifier = serializers.CharField()
    flag = serializers.CharField()
    reason = serializers.SerializerMethodField()
    pace = serializers.CharField()
    release = serializers.CharField()
    demo = serializers.BooleanField()

    def get_reason(self, line: object) -> str | None:
        """Why there is no figure, or null."""
        return line.reason or None


class ObjectiveRow(serializers.Serializer):
    """An objective of the cycle."""

    number = serializers.IntegerField(source="order")
    statement = Both("statement")
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    due = serializers.DateField(allow_null=True)
    indicators = serializers.SerializerMethodField()

    def get_indicators(self, objective: object) -> list[dict]:
        """Its indicators, frozen once the cycle has left Check."""
        return LineRow([line for line in self.context["lines"] if line.objective_id == objective.pk], many=True).data


class WholeCycleRow(CycleRow):
    """A cycle with its gate, its objectives and the steps that the reader may take."""

    scope = serializers.CharField()
    share = serializers.IntegerField()
    gate = serializers.SerializerMethodField()
    objectives = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    def get_gate(self, cycle: Cycle) -> dict | None:
        """What is met and what is lacking; null for a closed cycle."""
        gate = gates.of(cycle)
        return GateRow(gate).data if gate else None

    def get_objectives(self, cycle: Cycle) -> list[dict]:
        """The objectives in their order."""
        found = cycle.objectives.select_related("owner")
        return ObjectiveRow(found, many=True, context={"lines": stocktake.lines(cycle)}).data

    def get_steps(self, cycle: Cycle) -> list[str]:
        """The steps that the reader may take now."""
        roles = access.roles_in(self.context["reader"], cycle.pilot)
        return [step.name for step in steps.available(stages.STEPS, state=cycle.stage, roles=roles)]


class AdvanceInput(Shape):
    """Nothing, or why the gate is passed although something is lacking."""

    override_reason = Text(allow_null=True, default=None)


class ReopenInput(Shape):
    """Why the cycle goes back."""

    reason = Text()


class Cycles(Endpoint):
    """The cycles that the reader may see."""

    permission_classes = (IsAuthenticated,)
    asks = {"GET": (Parameter("pilot", "The cycles of one pilot."), Parameter("stage", "A stage.", allowed=tuple(Cycle.Stage.values)))}
    answers = {"GET": CycleRow}
    lists = ("GET",)

    def get(self, request: Request) -> Response:
        """List cycles, pilot by pilot, the newest first."""
        found = Cycle.objects.visible_to(request.user).select_related("pilot")
        if "pilot" in self.asked:
            found = found.filter(pilot__in=known_pilots("pilot", [self.asked["pilot"]], reader=request.user))
        if "stage" in self.asked:
            found = found.filter(stage=self.asked["stage"])
        return envelope(CycleRow(found, many=True).data)


class OneCycle(Endpoint):
    """A cycle and its steps."""

    permission_classes = (IsAuthenticated,)
    answers = {"GET": WholeCycleRow}

    def get(self, request: Request, pk: int) -> Response:
        """Give a cycle with what its gate still lacks."""
        return shown(request, found(request, pk))


class Advance(Endpoint):
    """The way through the gate."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": AdvanceInput}
    answers = {"POST": WholeCycleRow}

    def post(self, request: Request, pk: int) -> Response:
        """Move a cycle on; a gate that lacks something answers 409 with each missing item."""
        return shown(request, stages.advance(cycle=found(request, pk), by=request.user, door=Door.API, **self.given))


class Reopen(Endpoint):
    """The way back."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": ReopenInput}
    answers = {"POST": WholeCycleRow}

    def post(self, request: Request, pk: int) -> Response:
        """Move a cycle back by one stage, with a reason."""
        return shown(request, stages.reopen(cycle=found(request, pk), by=request.user, door=Door.API, **self.given))


def found(request: Request, pk: int) -> Cycle:
    """Find a cycle that the reader may see."""
    return get_object_or_404(Cycle.objects.visible_to(request.user).select_related("pilot"), pk=pk)


def shown(request: Request, cycle: Cycle) -> Response:
    """Answer a whole cycle as the reader may see it."""
    return Response(WholeCycleRow(cycle, context={"reader": request.user}).data)


urlpatterns = [
    path("cycles", Cycles.as_view(), name="cycles"),
    path("cycles/<int:pk>", OneCycle.as_view(), name="cycle"),
    path("cycles/<int:pk>:advance", Advance.as_view(), name="cycle-advance"),
    path("cycles/<int:pk>:reopen", Reopen.as_view(), name="cycle-reopen"),
]
