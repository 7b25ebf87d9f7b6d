"""Working figures over REST: one with its version, or many at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import entry, numbers, review
from indicators.api.figures import BatchItem, EntryInput, read_item, record_all
from indicators.api.rows import EntryRow, WarningRow
from indicators.entry import Item, Outcome
from indicators.models import Entry, Series
from indicators.periods import Period
from indicators.roster import roster_of
from indicators.rules import Watch
from pilots.api import Endpoint, Parameter, Shape, Text, envelope, own_pilot_or_404, refusal, yes
from pilots.models import Door, Pilot

NEW = 0


class OneEntryRow(EntryRow):
    """A working figure with the indicators that change with it."""

    feeds = serializers.ListField(child=serializers.CharField(), default=[], help_text="The indicators that are computed from it.")


class WrittenRow(OneEntryRow):
    """A working figure after it was written, with the computed series that changed with it."""

    also = serializers.ListField(child=serializers.CharField(), default=[])


class OneEntry(Endpoint):
    """One working figure of a pilot, a series and a period; its ETag is its version."""

    permission_classes = (IsAuthenticated,)
    takes = {"PUT": EntryInput}
    answers = {"GET": OneEntryRow, "PUT": WrittenRow}
    successes = {"PUT": (200, 201), "DELETE": 204}
    compares = ("PUT", "DELETE")

    def read_address(self, **names: object) -> None:
        """Read which version the writer means: a number, 0 for a new figure, None where nothing is said."""
        self.version = version_of(self.request) if self.request.method in self.compares else None

    def get(self, request: Request, pilot: str, series: str, period: Period) -> Response:
        """Give a working figure with its state, its version and what you may do with it."""
        place, one = self.find(request, pilot, series)
        entries = Entry.objects.visible_to(request.user).select_related("series__unit", "pilot")
        found = get_object_or_404(entries, pilot=place, series=one, start=period.start, frequency=period.frequency)
        return self.answer(found, 200)

    def put(self, request: Request, pilot: str, series: str, period: Period) -> Response:
        """Write a figure and everything computed from it: If-Match with the ETag you read, or If-None-Match: * for a new one."""
        place, one = self.find(request, pilot, series)
        outcome = self.record(request, place, one, read_item(one, period, {**self.given, "series": series, "version": self.version}))
        written = outcome.entry or outcome.before
        if written is None:
            raise refusal("value", _("Nothing is given: write a figure, or a reason why there is none."), code="required")
        status = 201 if outcome.status == "created" else 200
        return self.answer(written, status, watch=outcome.batch.watch, also=outcome.also)

    def delete(self, request: Request, pilot: str, series: str, period: Period) -> Response:
        """Clear a figure; its place and its history stay."""
        place, one = self.find(request, pilot, series)
        self.record(request, place, one, Item(series, period, None, version=self.version))
        return Response(status=204)

    def find(self, request: Request, pilot: str, series: str) -> tuple[Pilot, Series]:
        """Find the pilot and the series, for those who may see the pilot's work."""
        place = own_pilot_or_404(request.user, pilot)
        self.roster = roster_of(place)
        if series not in self.roster.by_code:
            raise Http404
        return place, self.roster.by_code[series]

    def record(self, request: Request, pilot: Pilot, series: Series, item: Item) -> Outcome:
        """Write one figure, or refuse: a computed one with its inputs, a stale one with what stands there now."""
        batch = entry.record(pilot=pilot, entries=[item], by=request.user, door=Door.API)
        (outcome,) = batch.outcomes
        if outcome.code == "wrong_state" and series.computed:
            outcome.refusal.allowed = [one.code for one in self.roster.inputs_of(series)]
        if outcome.code == "stale":
            outcome.refusal.more = {"current": EntryRow(outcome.before, context={"reader": request.user}).data if outcome.before else None}
        batch.raise_if_refused()
        return outcome

    def answer(self, found: Entry, status: int, *, watch: Watch | None = None, **more: object) -> Response:
        """Answer a figure with what hangs on it, and its version as ETag."""
        feeds = [one.code for one in self.roster.fed_by(found.series)]
        row = {**EntryRow(found, context={"reader": self.request.user, "watch": watch}).data, "feeds": feeds, **more}
        return Response(row, status=status, headers={"ETag": f'"{found.version}"'})


def version_of(request: Request) -> int | None:
    """Read the version that a writer means from If-Match or If-None-Match."""
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if match and none_match:
        raise refusal("If-Match", _("Send If-Match or If-None-Match, not both."))
    if none_match:
        if none_match.strip() != "*":
            raise refusal("If-None-Match", _("Only * is understood here: the figure must be new."), value=none_match[:80])
        return NEW
    if match is None:
        return None
    # A proxy or the compression on the way may have made the tag a weak one; the number is exact all the same.
    tags = [tag.removeprefix("W/").strip('"') for tag in parse_etags(match)]
    if len(tags) != 1 or not (tags[0].isascii() and tags[0].isdigit() and len(tags[0]) < 10):
        raise refusal("If-Match", _('Send the ETag that you read, such as "3".'), value=match[:80])
    return int(tags[0])


class BatchInput(Shape):
    """Many figures of one pilot."""

    pilot = Text()
    entries = BatchItem(many=True, max_length=20_000)


class OutcomeRow(serializers.Serializer):
    """What became of one figure."""

    series = serializers.CharField(source="item.series")
    period = serializers.CharField(source="item.period")
    status = serializers.CharField(help_text="created, updated, unchanged or refused")
    code = serializers.CharField()
    message = serializers.CharField()
    value = serializers.SerializerMethodField(help_text="The figure that stands there afterwards.")
    version = serializers.SerializerMethodField()
    also = serializers.ListField(child=serializers.CharField(), help_text="The computed series that changed with it.")
    warnings = WarningRow(many=True, help_text="What the soft rules ask about the figure that stands there afterwards.")

    def get_value(self, outcome: Outcome) -> str | None:
        """The figure that stands in the cell now, or would."""
        standing = outcome.entry or outcome.before
        return numbers.plain(standing.value) if standing else None

    def get_version(self, outcome: Outcome) -> int | None:
        """The version that the next writer names."""
        standing = outcome.entry or outcome.before
        return standing.version if standing else None


class BatchRow(serializers.Serializer):
    """The outcomes in the order of the items, and whether anything was written."""

    data = OutcomeRow(many=True)
    applied = serializers.BooleanField()


class Batch(Endpoint):
    """Many working figures at once."""

    permission_classes = (IsAuthenticated,)
    asks = {
        "POST": (
            Parameter("dry_run", "1 says what would happen and writes nothing.", allowed=("0", "1"), read=yes),
            Parameter("partial", "1 writes what can be written; without it one refusal keeps back all.", allowed=("0", "1"), read=yes),
        )
    }
    takes = {"POST": BatchInput}
    answers = {"POST": BatchRow}
    refuses = {"POST": (404, 412, 428)}

    def post(self, request: Request) -> Response:
        """Write many figures of a pilot: one outcome for each, all or nothing unless partial=1."""
        pilot = own_pilot_or_404(request.user, self.given["pilot"])
        partial, dry_run = self.asked.get("partial", False), self.asked.get("dry_run", False)
        outcomes, applied = record_all(pilot=pilot, items=self.given["entries"], by=request.user, partial=partial, dry_run=dry_run)
        return told_of(outcomes, applied, whole=not partial and not dry_run)


def told_of(outcomes: Sequence[Outcome], applied: bool, *, whole: bool) -> Response:
    """Answer the outcomes of a batch; where it is `whole`, one refusal refuses all of it, with every outcome."""
    told = {"data": OutcomeRow(outcomes, many=True).data, "applied": applied}
    refused = next((outcome.refusal for outcome in outcomes if outcome.refused), None)
    if refused is not None and whole:
        nothing = ValidationError(_("Nothing was written, because some figures were refused. See each outcome."), code=refused.code)
        nothing.more = told
        raise nothing
    return Response(told)


class ReopenEntryInput(Shape):
    """Why a verified figure is opened again."""

    reason = Text()


class Reopen(Endpoint):
    """Opens a verified figure for a correction."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": ReopenEntryInput}
    answers = {"POST": EntryRow}
    lists = ("POST",)

    def post(self, request: Request, pilot: str, series: str, period: Period) -> Response:
        """Open a verified figure and its inputs for a correction; what was published stays until the correction is verified."""
        place = own_pilot_or_404(request.user, pilot)
        if not Series.objects.visible_to(request.user).of(place).filter(code=series).exists():
            raise Http404
        opened = review.reopen(pilot=place, cells=[(series, period)], reason=self.given["reason"], by=request.user, door=Door.API)
        rows = Entry.objects.filter(pk__in=[one.pk for one in opened]).select_related("series__unit", "pilot")
        return envelope(EntryRow(rows, many=True, context={"reader": request.user}).data)
