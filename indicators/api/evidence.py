"""Evidence over REST: files are put, listed with the cells that cite them, and handed out; citations are made and ended."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import evidence
from indicators.api.asking import one_period
from indicators.api.collections import PeriodField
from indicators.evidence import Brought, Outcome, handing, kinds
from indicators.models import Citation, Evidence, Series
from pilots import access
from pilots.api import Endpoint, Moment, Parameter, Shape, Text, envelope, has_already, own_pilot_or_404, refusal, unchanged, whole
from pilots.models import Door, Pilot

PAGE = 500


class CitationRow(serializers.Serializer):
    """A cell that cites a file, with the page and the words that say its figure."""

    id = serializers.IntegerField(source="pk")
    evidence = serializers.IntegerField(source="evidence_id")
    series = serializers.CharField(source="series.code")
    period = serializers.CharField()
    page = serializers.CharField()
    quote = serializers.CharField()
    cited_at = Moment()


class EvidenceRow(serializers.Serializer):
    """A file of evidence and the cells that cite it, as far as the reader sees them."""

    id = serializers.IntegerField(source="pk")
    pilot = serializers.CharField(source="pilot.slug")
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField(help_text="quarantined, clean or refused")
    replaces = serializers.IntegerField(source="replaces_id", allow_null=True)
    put_at = Moment()
    demo = serializers.BooleanField()
    citations = CitationRow(source="cited", many=True)
    url = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()

    def get_url(self, found: Evidence) -> str:
        """The address of the row."""
        return self.context["request"].build_absolute_uri(reverse("api:evidence", args=[found.pk]))

    def get_file(self, found: Evidence) -> str:
        """The address of the file."""
        return self.context["request"].build_absolute_uri(reverse("api:evidence-file", args=[found.pk]))


class PutRow(EvidenceRow):
    """A file as it was put, with what its owner should know about it."""

    warnings = serializers.ListField(child=serializers.CharField(), default=[])


class EvidenceInput(Shape):
    """A file, and where it is cited at once: the series and the period of a cell, with page and quote."""

    file = serializers.FileField(allow_empty_file=True)
    title = Text(allow_blank=True, default="", max_length=300)
    replaces = serializers.IntegerField(default=None, min_value=1, max_value=2**31)
    series = Text(default="")
    period = PeriodField(default=None)
    page = Text(allow_blank=True, default="", max_length=40)
    quote = Text(allow_blank=True, default="", max_length=2000)


class PilotEvidence(Endpoint):
    """A pilot's evidence."""

    permission_classes = (IsAuthenticated,)
    parser_classes = (MultiPartParser,)
    asks = {
        "GET": (
            Parameter("series", "Files that this series cites."),
            Parameter("period", "Files that are cited for this period.", read=one_period),
            Parameter("sha256", "The file with this sum."),
            Parameter("cursor", "Where the page begins, as `next` gives it.", read=whole(1, 10**12)),
        )
    }
    brings = {"POST": EvidenceInput}
    most_bytes = kinds.LARGEST
    answers = {"GET": EvidenceRow, "POST": PutRow}
    successes = {"POST": (200, 201)}
    leads = ("POST",)
    lists = ("GET",)

    def get(self, request: Request, slug: str) -> Response:
        """List a pilot's files, the newest first."""
        found = seen_by(request).filter(pilot=own_pilot_or_404(request.user, slug)).order_by("-pk")
        found = narrowed(found, self.asked, request)
        rows = list(found[: PAGE + 1])
        after = None
        if len(rows) > PAGE:
            query = request.query_params.copy()
            query["cursor"] = str(rows[PAGE - 1].pk)
            after = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        return envelope(EvidenceRow(rows[:PAGE], many=True, context={"request": request}).data, after=after)

    def post(self, request: Request, slug: str) -> Response:
        """Put a file, and cite it in a cell where one is named; 201 for a new one, 200 for one whose bytes are there already."""
        pilot = own_pilot_or_404(request.user, slug)
        outcome = self.take_in(pilot)
        found = seen_by(request).get(pk=outcome.evidence.pk)
        row = {**EvidenceRow(found, context={"request": request}).data, "warnings": outcome.warnings}
        return Response(row, status=201 if outcome.fresh else 200, headers={"Location": row["url"]})

    def take_in(self, pilot: Pilot) -> Outcome:
        """Call the act that the fields ask for: a new edition, or a file with or without a cell."""
        given, by = self.given, self.request.user
        brought = Brought(given["file"].name, given["file"].file)
        if given["replaces"]:
            access.require(by, pilot, *access.TEAM)
            former = get_object_or_404(Evidence.objects.visible_to(by).filter(pilot=pilot), pk=given["replaces"])
            return evidence.replace(evidence=former, brought=brought, by=by, door=Door.API)
        where = {"page": given["page"], "quote": given["quote"]}
        cell = cell_of(self.request, pilot, given) if given["series"] or given["period"] else None
        (outcome,) = evidence.bring(pilot=pilot, files=[brought], title=given["title"], cell=cell, **where, by=by, door=Door.API)
        if outcome.refusal:
            raise outcome.refusal
        return outcome


def cell_of(request: Request, pilot: Pilot, given: dict) -> tuple[Series, object]:
    """Find the cell that a body names, or refuse half of one."""
    for name in ("series", "period"):
        if not given[name]:
            raise refusal(name, _("A cell is a series and a period. Send both."), code="required")
    access.require(request.user, pilot, *access.TEAM)
    found = Series.objects.visible_to(request.user).of(pilot).filter(code=given["series"]).select_related("pilot", "indicator").first()
    if found is None:
        raise refusal("series", _("%(pilot)s has no such series.") % {"pilot": pilot.short_name}, value=given["series"][:80])
    return found, given["period"]


def seen_by(request: Request) -> QuerySet[Evidence]:
    """The files that the reader may see, with the citations that the reader may see."""
    cited = Citation.objects.visible_to(request.user).standing().select_related("series")
    return Evidence.objects.visible_to(request.user).select_related("pilot").prefetch_related(Prefetch("citations", cited, to_attr="cited"))


def narrowed(found: QuerySet[Evidence], asked: dict[str, object], request: Request) -> QuerySet[Evidence]:
    """Keep the files that a query asks for."""
    cited = Citation.objects.visible_to(request.user).standing()
    if "series" in asked:
        cited = cited.filter(series__code=asked["series"].replace("\x00", ""))
    if "period" in asked:
        cited = cited.filter(start=asked["period"].start, frequency=asked["period"].frequency)
    if {"series", "period"} & asked.keys():
        found = found.filter(pk__in=cited.values("evidence"))
    if "sha256" in asked:
        found = found.filter(sha256=asked["sha256"].replace("\x00", ""))
    return found.filter(pk__lt=asked["cursor"]) if "cursor" in asked else found


class OneEvidence(Endpoint):
    """One file of evidence."""

    permission_classes = (IsAuthenticated,)
    answers = {"GET": EvidenceRow}

    def get(self, request: Request, id: int) -> Response:
        """Give what is known of a file: its sum, its kind, and the cells that cite it."""
        return Response(EvidenceRow(get_object_or_404(seen_by(request), pk=id), context={"request": request}).data)


class EvidenceFile(Endpoint):
    """The file itself."""

    permission_classes = (IsAuthenticated,)
    forms = {"GET": (*dict.fromkeys(kinds.CONTENT_TYPES.values()),)}
    refuses = {"GET": (409,)}

    @classmethod
    def as_view(cls, **initkwargs: object) -> Callable[..., HttpResponse]:
        """Make the view; a file goes out byte for byte as it came in."""
        return super(Endpoint, cls).as_view(**initkwargs)

    def get(self, request: Request, id: int) -> HttpResponseBase:
        """Download a file; 409 while it waits for the virus scan, or where its bytes are not the ones that were put."""
        found = get_object_or_404(Evidence.objects.visible_to(request.user), pk=id)
        tag = handing.tag_of(found)
        return unchanged(tag) if has_already(request, tag) and found.state == Evidence.State.CLEAN else handing.hand_out(found)


class CitationInput(Shape):
    """The cell that cites the file, with the page and the words that say its figure."""

    series = Text()
    period = PeriodField()
    page = Text(allow_blank=True, default="", max_length=40)
    quote = Text(allow_blank=True, default="", max_length=2000)


class Cites(Endpoint):
    """The cells that cite a file."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": CitationInput}
    answers = {"POST": CitationRow}
    successes = {"POST": 201}

    def post(self, request: Request, id: int) -> Response:
        """Cite a file as the source of a cell; said again with another page or quote, the new words take the place of the former."""
        found = get_object_or_404(Evidence.objects.visible_to(request.user).select_related("pilot"), pk=id)
        series, period = cell_of(request, found.pilot, self.given)
        words = {"page": self.given["page"], "quote": self.given["quote"]}
        made = evidence.cite(evidence=found, series=series, period=period, **words, by=request.user, door=Door.API)
        return Response(CitationRow(made).data, status=201)


class OneCitation(Endpoint):
    """A file as the source of one cell."""

    permission_classes = (IsAuthenticated,)
    answers = {"GET": CitationRow}
    successes = {"DELETE": 204}

    def get(self, request: Request, id: int) -> Response:
        """Give a citation that stands."""
        return Response(CitationRow(self.find(request, id)).data)

    def delete(self, request: Request, id: int) -> Response:
        """End a citation; it is kept as ended, and a submitted figure keeps the citations that it has."""
        evidence.end_citation(citation=self.find(request, id), by=request.user, door=Door.API)
        return Response(status=204)

    def find(self, request: Request, id: int) -> Citation:
        """Find a citation that stands and that the reader may see."""
        standing = Citation.objects.visible_to(request.user).standing()
        return get_object_or_404(standing.select_related("series__pilot", "evidence"), pk=id)
