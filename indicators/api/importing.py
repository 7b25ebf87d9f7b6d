"""Workbooks over REST: the template is downloaded, what comes back is brought, looked at, applied and undone."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import importing, workbook
from indicators.api.asking import one_period
from indicators.api.collections import PeriodField
from indicators.models import Collection, Import, Series
from indicators.periods import Period
from pilots import access
from pilots.api import Endpoint, Moment, Nothing, Parameter, Shape, Text, envelope, own_pilot_or_404, refusal, tag_of, unknown
from pilots.models import Door, Pilot, Role

# Drafts are for the pilot's own people, and the auditor reads everything.
INSIDERS = (*access.MEMBERS, Role.AUDITOR)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100


class ProblemRow(serializers.Serializer):
    """Why a cell is not imported: where it stands, what stands there, and what to do."""

    cell = serializers.CharField()
    series = serializers.CharField()
    period = serializers.CharField()
    raw = serializers.CharField()
    code = serializers.CharField()
    reason = serializers.CharField()
    fix = serializers.CharField()


class CountsRow(serializers.Serializer):
    """The figures by what becomes of them, and the cells that are explained."""

    new = serializers.IntegerField(default=0)
    changed = serializers.IntegerField(default=0)
    unchanged = serializers.IntegerField(default=0)
    conflict = serializers.IntegerField(default=0)
    refused = serializers.IntegerField(default=0)
    explained = serializers.IntegerField(default=0)


class CellsRow(serializers.Serializer):
    """The cells that are not empty, by what became of them; they add up to the total."""

    imported = serializers.IntegerField(default=0)
    unchanged = serializers.IntegerField(default=0)
    refused = serializers.IntegerField(default=0)
    explained = serializers.IntegerField(default=0)
    total = serializers.IntegerField(default=0)


class ImportHead(serializers.Serializer):
    """An import in a list."""

    id = serializers.IntegerField(source="pk")
    pilot = serializers.CharField(source="pilot.slug")
    period = serializers.CharField()
    name = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    state = serializers.CharField()
    percent = serializers.IntegerField()
    counts = CountsRow()
    brought_at = Moment()
    applied_at = Moment(allow_null=True)
    demo = serializers.BooleanField()
    url = serializers.SerializerMethodField()

    def get_url(self, found: Import) -> str:
        """The address at which the import is watched."""
        return self.context["request"].build_absolute_uri(reverse("api:import", args=[found.pk]))


class ImportRow(ImportHead):
    """An import with what it would do, or did, and the steps that the reader may take."""

    cells = serializers.SerializerMethodField()
    problems = serializers.SerializerMethodField()
    left = serializers.SerializerMethodField()
    failure = serializers.SerializerMethodField()
    preview = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    def get_cells(self, found: Import) -> CellsRow:
        """Count the cells that are not empty."""
        return CellsRow(found.counts.get("cells", {})).data

    @extend_schema_field(ProblemRow(many=True))
    def get_problems(self, found: Import) -> list[dict]:
        """The cells that are not imported."""
        return importing.outcome(found)["problems"]

    def get_left(self, found: Import) -> list[str]:
        """The cells that undoing has left, because they were changed since."""
        return found.counts.get("left", [])

    def get_failure(self, found: Import) -> str:
        """Why the file could not be read."""
        return importing.failure_of(found)

    def get_preview(self, found: Import) -> str:
        """The sum of what is shown, which `:apply` may name so that nothing else is applied."""
        return importing.preview_of(found)

    def get_steps(self, found: Import) -> list[str]:
        """The steps that the reader may take now."""
        return [step.name for step in importing.available(found, self.context["request"].user)]


class ImportInput(Shape):
    """A workbook or table, and the period that it is for."""

    file = serializers.FileField(allow_empty_file=True)
    period = PeriodField()


class ApplyInput(Shape):
    """Whether what is refused is left out, the preview that was seen, and the cells in which the file's figure replaces a colleague's."""

    only_valid = serializers.BooleanField(default=False)
    preview = Text(default="")
    mine = serializers.ListField(child=Text(), default=list)


def insiders_pilot(request: Request, slug: str) -> Pilot:
    """Find a pilot whose drafts the reader may see; to all others they are not there."""
    pilot = own_pilot_or_404(request.user, slug)
    if not access.may(request.user, pilot, *INSIDERS):
        raise Http404
    return pilot


def latest(pilot: Pilot) -> Period:
    """Return the latest period that a pilot's data are called for."""
    call = Collection.objects.filter(pilot=pilot).order_by("-start").first()
    if call is None:
        raise refusal("period", _("Name a period, such as 2024."), code="required")
    return call.period


def seen_by(request: Request) -> QuerySet[Import]:
    return Import.objects.visible_to(request.user).select_related("pilot")


class Template(Endpoint):
    """The workbook of a period."""

    permission_classes = (IsAuthenticated,)
    asks = {
        "GET": (
            Parameter("period", "The period, such as 2024; without it the latest that is called for.", read=one_period),
            Parameter("owner_unit", "Only what this unit answers for."),
        )
    }
    forms = {"GET": (XLSX,)}

    def get(self, request: Request, slug: str) -> HttpResponse:
        """Give the workbook in which the figures of a period are filled in, with what is known."""
        pilot = insiders_pilot(request, slug)
        period = self.asked.get("period") or latest(pilot)
        unit = self.asked.get("owner_unit", "")
        units = Series.objects.of(pilot).exclude(owner_unit="").values_list("owner_unit", flat=True).distinct()
        if unit and unit not in units:
            raise unknown("owner_unit", unit, known=units)
        layout = workbook.lay(pilot=pilot, period=period, user=request.user, language=importing.language(), owner_unit=unit)
        data = workbook.write(layout)
        told = {"Content-Disposition": content_disposition_header(True, workbook.file_name(layout)), "ETag": tag_of(data)}
        return HttpResponse(data, content_type=XLSX, headers=told)


class Imports(Endpoint):
    """What was brought for a pilot."""

    permission_classes = (IsAuthenticated,)
    parser_classes = (MultiPartParser,)
    asks = {"GET": (Parameter("period", "Imports of one period.", read=one_period),)}
    brings = {"POST": ImportInput}
    most_bytes = importing.LARGEST_ON_A_PAGE
    answers = {"GET": ImportHead, "POST": ImportHead}
    successes = {"POST": 202}
    leads = ("POST",)
    lists = ("GET",)

    def get(self, request: Request, slug: str) -> Response:
        """List the last hundred imports of a pilot, the newest first."""
        found = seen_by(request).filter(pilot=insiders_pilot(request, slug)).defer("lines", "written")
        if "period" in self.asked:
            found = found.filter(start=self.asked["period"].start, frequency=self.asked["period"].frequency)
        return envelope(ImportHead(found[:SHOWN], many=True, context={"request": request}).data)

    def post(self, request: Request, slug: str) -> Response:
        """Bring a workbook or table; 202 with the address at which it is watched while it is read."""
        pilot = insiders_pilot(request, slug)
        file = self.given["file"]
        brought = {"period": self.given["period"], "name": file.name, "data": file.read()}
        found = importing.bring(pilot=pilot, **brought, by=request.user, door=Door.API)
        row = ImportHead(found, context={"request": request}).data
        return Response(row, status=202, headers={"Location": row["url"]})


class OneImport(Endpoint):
    """One import."""

    permission_classes = (IsAuthenticated,)
    answers = {"GET": ImportRow}

    def get(self, request: Request, id: int) -> Response:
        """Give an import: how far it is, what it would do, every problem, and what you may do with it."""
        return told(request, get_object_or_404(seen_by(request), pk=id))


def told(request: Request, found: Import) -> Response:
    return Response(ImportRow(found, context={"request": request}).data)


class Apply(Endpoint):
    """Imports what the preview shows."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": ApplyInput}
    answers = {"POST": ImportRow}
    refuses = {"POST": (412,)}

    def post(self, request: Request, id: int) -> Response:
        """Import the figures as one batch: all or nothing, and with only_valid what is not refused."""
        found, given = get_object_or_404(seen_by(request), pk=id), self.given
        preview = given["preview"] or importing.preview_of(found)
        wanted = {"only_valid": given["only_valid"], "mine": given["mine"]}
        return told(request, importing.apply(found=found, preview=preview, **wanted, by=request.user, door=Door.API))


class Undo(Endpoint):
    """Undoes an import."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": Nothing}
    answers = {"POST": ImportRow}

    def post(self, request: Request, id: int) -> Response:
        """Put back what stood there before; what was changed since stays and is listed in `left`."""
        found = get_object_or_404(seen_by(request), pk=id)
        return told(request, importing.undo(found=found, by=request.user, door=Door.API))


class Cancel(Endpoint):
    """Gives an import up."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": Nothing}
    answers = {"POST": ImportRow}

    def post(self, request: Request, id: int) -> Response:
        """Give up an import that was not applied."""
        found = get_object_or_404(seen_by(request), pk=id)
        return told(request, importing.cancel(found=found, by=request.user, door=Door.API))
