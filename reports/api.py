"""Reports over REST: a report is ordered, watched while it is made, downloaded, published and withdrawn."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.api import Endpoint, Moment, Nothing, Parameter, Shape, Text, Whole, envelope, has_already, pilot_or_404, unchanged, whole
from pilots.models import Door
from reports import counter, orders
from reports.models import Kind, Language, Report, ReportFile


class TroubleRow(serializers.Serializer):
    """Why a report could not be made."""

    code = serializers.CharField()
    message = serializers.CharField()


class FileRow(serializers.Serializer):
    """A printed file and where it is downloaded."""

    kind = serializers.CharField()
    lang = serializers.CharField(source="language")
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, file: ReportFile) -> str:
        """The address of the file."""
        address = reverse("api:report-file", args=[file.report_id, file.kind])
        return self.context["request"].build_absolute_uri(f"{address}?lang={file.language}")


class ReportRow(serializers.Serializer):
    """A report: how far it is, its files once it is ready, and the steps that the reader may take."""

    id = serializers.IntegerField(source="pk")
    number = serializers.CharField(source="code")
    pilot = serializers.CharField(source="pilot.slug")
    year = serializers.IntegerField()
    audience = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    formats = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField()
    percent = serializers.IntegerField()
    step = serializers.CharField(source="stage")
    error = serializers.SerializerMethodField()
    release = serializers.CharField()
    revision = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(source="content_sha256")
    demo = serializers.BooleanField()
    ordered_at = Moment()
    ready_at = Moment(allow_null=True)
    published_at = Moment(allow_null=True)
    files = FileRow(many=True)
    steps = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    def get_error(self, report: Report) -> dict[str, str] | None:
        """Why it failed, or null."""
        return TroubleRow({"code": report.error, "message": report.get_error_display()}).data if report.error else None

    def get_steps(self, report: Report) -> list[str]:
        """The steps that the reader may take now."""
        return [step.name for step in orders.available(report, self.context["request"].user)]

    def get_url(self, report: Report) -> str:
        """The address at which the report is watched."""
        return self.context["request"].build_absolute_uri(reverse("api:report", args=[report.pk]))


class OrderInput(Shape):
    """What is ordered; without languages and formats, everything there is."""

    year = Whole(min_value=orders.FIRST_YEAR, max_value=orders.LAST_YEAR)
    languages = serializers.ListField(child=serializers.ChoiceField(Language.choices), allow_empty=False, default=list(Language.values))
    formats = serializers.ListField(child=serializers.ChoiceField(Kind.choices), allow_empty=False, default=list(Kind.values))
    audience = serializers.ChoiceField(Report.Audience.choices, default=Report.Audience.PUBLIC)


class Reports(Endpoint):
    """A pilot's reports."""

    permission_classes = (AllowAny, IsAuthenticatedOrReadOnly)
    asks = {"GET": (Parameter("year", "Reports of one year.", read=whole(orders.FIRST_YEAR, orders.LAST_YEAR)),)}
    takes = {"POST": OrderInput}
    answers = {"GET": ReportRow, "POST": ReportRow}
    successes = {"POST": (200, 202)}
    leads = ("POST",)
    lists = ("GET",)

    def get(self, request: Request, slug: str) -> Response:
        """List a pilot's reports, the newest first; to strangers those that are published."""
        found = seen_by(request).filter(pilot=pilot_or_404(request.user, slug))
        if "year" in self.asked:
            found = found.filter(year=self.asked["year"])
        return envelope(ReportRow(found, many=True, context={"request": request}).data)

    def post(self, request: Request, slug: str) -> Response:
        """Order a report; 202 while it is being made, 200 when the same one is there already."""
        report = orders.order(pilot=pilot_or_404(request.user, slug), **self.given, by=request.user, door=Door.API)
        answer = told(request, report.pk)
        answer.status_code = 202 if report.under_way else 200
        answer["Location"] = answer.data["url"]
        return answer


class OneReport(Endpoint):
    """One report."""

    permission_classes = (AllowAny,)
    answers = {"GET": ReportRow}

    def get(self, request: Request, pk: int) -> Response:
        """Give a report: its state, percent and step while it is made, its files afterwards."""
        return told(request, pk)


class File(Endpoint):
    """A printed file."""

    permission_classes = (AllowAny,)
    forms = {"GET": tuple(counter.CONTENT_TYPES.values())}

    @classmethod
    def as_view(cls, **initkwargs: object) -> Callable[..., HttpResponse]:
        """Make the view; a printed file is compressed already, so it goes out as it is."""
        return super(Endpoint, cls).as_view(**initkwargs)

    def get(self, request: Request, pk: int, kind: str) -> HttpResponseBase:
        """Download a file of a report, in the language of `lang` or in the first one it was printed in."""
        files = ReportFile.objects.visible_to(request.user).select_related("report__pilot").filter(report=pk, kind=kind)
        if "lang" in self.asked:
            files = files.filter(language=self.asked["lang"])
        file = get_object_or_404(files.order_by("-language")[:1])
        tag = counter.tag_of(file)
        return unchanged(tag) if has_already(request, tag) else counter.hand_out(file)


class Publish(Endpoint):
    """Gives a report to everybody."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": Nothing}
    answers = {"POST": ReportRow}

    def post(self, request: Request, pk: int) -> Response:
        """Publish a ready report that was ordered for the public."""
        orders.publish(report=found(request, pk), by=request.user, door=Door.API)
        return told(request, pk)


class WithdrawInput(Shape):
    """Why the report is taken back."""

    reason = Text()


class Withdraw(Endpoint):
    """Takes a published report back."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": WithdrawInput}
    answers = {"POST": ReportRow}

    def post(self, request: Request, pk: int) -> Response:
        """Withdraw a published report, with a reason."""
        orders.withdraw(report=found(request, pk), **self.given, by=request.user, door=Door.API)
        return told(request, pk)


class Cancel(Endpoint):
    """Stops a report that is not ready yet."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": Nothing}
    answers = {"POST": ReportRow}

    def post(self, request: Request, pk: int) -> Response:
        """Cancel a report that waits or is being made."""
        orders.cancel(report=found(request, pk), by=request.user, door=Door.API)
        return told(request, pk)


def seen_by(request: Request) -> object:
    """The reports that the reader may see, without their long content and with their files."""
    return Report.objects.visible_to(request.user).defer("content").select_related("pilot").prefetch_related("files")


def found(request: Request, pk: int) -> Report:
    """Find a report that the reader may see."""
    return get_object_or_404(seen_by(request), pk=pk)


def told(request: Request, pk: int) -> Response:
    """Answer a report as it stands now."""
    return Response(ReportRow(found(request, pk), context={"request": request}).data)


urlpatterns = [
    path("pilots/<slug:slug>/reports", Reports.as_view(), name="reports"),
    path("reports/<int:pk>", OneReport.as_view(), name="report"),
    path("reports/<int:pk>/files/<slug:kind>", File.as_view(), name="report-file"),
    path("reports/<int:pk>:publish", Publish.as_view(), name="report-publish"),
    path("reports/<int:pk>:withdraw", Withdraw.as_view(), name="report-withdraw"),
    path("reports/<int:pk>:cancel", Cancel.as_view(), name="report-cancel"),
]
