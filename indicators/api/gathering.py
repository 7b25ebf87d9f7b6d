"""How figures are really gathered, over REST: typed from paper, confirmed, and the way in which an indicator is reported."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import entry, paper
from indicators.api.collections import PeriodField
from indicators.api.entries import BatchInput, BatchRow, told_of
from indicators.api.figures import record_all
from indicators.api.rows import EntryRow, Plain
from indicators.models import Entry, Evidence, Mode, Series
from pilots import access
from pilots.api import Endpoint, Shape, Text, Whole, envelope, own_pilot_or_404, refusal
from pilots.models import Door, Role


class PaperInput(BatchInput):
    """Figures from a paper of the city, and the scan of the paper among the pilot's evidence."""

    paper = Whole(min_value=1)


class OnPaper(Endpoint):
    """Figures that a coordinator types from paper in a pilot's name."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": PaperInput}
    answers = {"POST": BatchRow}
    refuses = {"POST": (404, 412, 428)}

    def post(self, request: Request) -> Response:
        """Type figures from a scanned paper; each waits for the pilot's lead. All or nothing."""
        pilot = own_pilot_or_404(request.user, self.given["pilot"])
        access.require(request.user, pilot, Role.COORDINATOR)
        scan = Evidence.objects.visible_to(request.user).filter(pilot=pilot, pk=self.given["paper"]).first()
        if scan is None:
            raise refusal("paper", _("Choose a scan of this pilot that is available."), value=str(self.given["paper"]))
        outcomes, applied = record_all(pilot=pilot, items=self.given["entries"], by=request.user, paper=scan)
        return told_of(outcomes, applied, whole=True)


class SeenInput(Shape):
    """A figure as the lead saw it."""

    series = Text()
    period = PeriodField()
    version = Whole(min_value=1)


class ConfirmInput(Shape):
    """Figures that were typed from paper, as they are confirmed."""

    pilot = Text()
    figures = SeenInput(many=True, max_length=20_000)


class ConfirmedRow(EntryRow):
    """A figure from paper that is now the pilot's own."""


class Confirm(Endpoint):
    """Makes figures that were typed from paper the pilot's own."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": ConfirmInput}
    answers = {"POST": ConfirmedRow}
    lists = ("POST",)
    refuses = {"POST": (404, 412)}

    def post(self, request: Request) -> Response:
        """Confirm figures that a coordinator typed from paper; the lead does this before submission."""
        pilot = own_pilot_or_404(request.user, self.given["pilot"])
        figures = [paper.Seen(**one) for one in self.given["figures"]]
        confirmed = paper.confirm(pilot=pilot, figures=figures, by=request.user, door=Door.API)
        rows = Entry.objects.filter(pk__in=[one.pk for one in confirmed]).select_related("series__unit", "pilot")
        return envelope(ConfirmedRow(rows, many=True, context={"reader": request.user}).data)


class ModeInput(Shape):
    """The way in which an indicator is reported from now on."""

    mode = serializers.ChoiceField(Mode.choices)


class ChangedRow(serializers.Serializer):
    """A figure of an open period that is written anew."""

    series = serializers.CharField(source="series.code")
    period = serializers.CharField()
    before = Plain(source="before.value", allow_null=True)
    after = Plain(source="after.value", allow_null=True)


class SwitchRow(serializers.Serializer):
    """What a change of the way to report did."""

    series = serializers.CharField(source="series.code")
    mode = serializers.CharField()
    added = serializers.SerializerMethodField(help_text="Inputs that are asked for from now on.")
    dropped = serializers.SerializerMethodField(help_text="Inputs that are no longer asked for.")
    figures = ChangedRow(many=True)

    def get_added(self, switch: entry.Switch) -> list[str]:
        """The codes of the inputs that were added."""
        return [one.code for one in switch.added]

    def get_dropped(self, switch: entry.Switch) -> list[str]:
        """The codes of the inputs that were dropped."""
        return [one.code for one in switch.dropped]


class ChooseMode(Endpoint):
    """Whether an indicator is entered directly or computed from its inputs."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": ModeInput}
    answers = {"POST": SwitchRow}

    def post(self, request: Request, slug: str, series: str) -> Response:
        """Choose the way in which a pilot reports an indicator; open figures follow, verified ones stay. The lead does this."""
        pilot = own_pilot_or_404(request.user, slug)
        one = get_object_or_404(Series.objects.visible_to(request.user).of(pilot).with_definitions().select_related("pilot"), code=series)
        switch = entry.choose_mode(series=one, mode=self.given["mode"], by=request.user, door=Door.API)
        return Response(SwitchRow(switch).data)
