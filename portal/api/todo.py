"""What waits for a person over REST, so that their own tools can remind them."""

from __future__ import annotations

from django.urls import path, reverse
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.models import Submission
from pilots.api import Endpoint, envelope
from portal import waiting
from portal.waiting import Call
from reports.models import Report

ENTER, REVIEW, REPORT = "enter", "review", "report"


class TaskRow(serializers.Serializer):
    """One thing that waits: figures to enter, a submission to review, or a report that is being made."""

    kind = serializers.ChoiceField([ENTER, REVIEW, REPORT])
    pilot = serializers.CharField()
    period = serializers.CharField()
    state = serializers.CharField()
    due = serializers.DateField(allow_null=True)
    done = serializers.IntegerField(allow_null=True, help_text="Indicators answered; null where nothing is counted.")
    total = serializers.IntegerField(allow_null=True)
    warnings = serializers.IntegerField(allow_null=True, help_text="Warnings that are not explained; null where nothing is counted.")
    demo = serializers.BooleanField()
    url = serializers.URLField(help_text="The address of what waits.")


class ToDo(Endpoint):
    """What waits for the person who asks."""

    permission_classes = (IsAuthenticated,)
    answers = {"GET": TaskRow}
    lists = ("GET",)

    def get(self, request: Request) -> Response:
        """List what waits for you, the nearest day first: figures to enter, submissions to review, reports on their way."""
        rows = [
            *(self.call(call) for call in waiting.calls_for(request.user)),
            *(self.review(submission) for submission in waiting.submissions_for(request.user)),
            *(self.report(report) for report in waiting.reports_for(request.user)),
        ]
        return envelope(TaskRow(rows, many=True).data)

    def call(self, call: Call) -> dict[str, object]:
        """A call for data that the person can answer now."""
        collection, done = call.collection, call.completeness
        row = self.row(ENTER, collection.pilot.slug, collection.period.code, demo=collection.demo, state=call.state)
        counts = {"due": call.due, "done": done.done, "total": done.total, "warnings": call.warnings}
        return row | counts | {"url": self.address("pilot-collections", collection.pilot.slug)}

    def review(self, submission: Submission) -> dict[str, object]:
        """A submission that waits for the person's judgement."""
        period = submission.collection.period.code
        row = self.row(REVIEW, submission.pilot.slug, period, demo=submission.demo, state=submission.state)
        return row | {"url": self.address("submission", submission.pk)}

    def report(self, report: Report) -> dict[str, object]:
        """A report that the person ordered and that is not there yet."""
        row = self.row(REPORT, report.pilot.slug, str(report.year), demo=report.demo, state=report.state)
        return row | {"url": self.address("report", report.pk)}

    def row(self, kind: str, pilot: str, period: str, *, demo: bool, state: str) -> dict[str, object]:
        """What every row says."""
        plain = {"kind": kind, "pilot": pilot, "period": period, "state": state, "demo": demo}
        return {"due": None, "done": None, "total": None, "warnings": None, **plain}

    def address(self, name: str, key: str | int) -> str:
        """The whole address of what waits."""
        return self.request.build_absolute_uri(reverse(f"api:{name}", args=[key]))


urlpatterns = [path("todo", ToDo.as_view(), name="todo")]
