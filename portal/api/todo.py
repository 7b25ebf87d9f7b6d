"""What waits for a person over REST, so that their own tools can remind them."""

from __future__ import annotations

from django.urls import path, reverse
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import collecting
from indicators.models import Import, Submission, Target, UnlockRequest
from pilots.api import Endpoint, envelope
from portal import waiting
from portal.waiting import Call, Late, Thread
from reports.models import Report

ENTER, REVIEW, REPORT = "enter", "review", "report"
ANSWER, UNLOCK, APPLY, LATE, APPROVE = "answer", "unlock", "apply", "late", "approve"
KINDS = [ENTER, REVIEW, REPORT, ANSWER, UNLOCK, APPLY, LATE, APPROVE]


class TaskRow(serializers.Serializer):
    """One thing that waits.

    Figures to enter, a submission to review, a report that is being made, a comment to answer, a request to
    unlock a figure, an import to apply, a call for data that a pilot has not answered in time, or a proposed target to approve.
    """

    kind = serializers.ChoiceField(KINDS)
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
        """List what waits for you, the nearest day first in each kind; it is the same as on the page."""
        user = request.user
        rows = [
            *(self.call(call) for call in waiting.calls_for(user)),
            *(self.review(submission) for submission in waiting.submissions_for(user)),
            *(self.answer(thread) for thread in waiting.threads_for(user)),
            *(self.unlock(one) for one in waiting.unlocks_for(user)),
            *(self.apply(one) for one in waiting.imports_for(user)),
            *(self.late(one) for one in waiting.late_for(user)),
            *(self.approve(target) for target in waiting.targets_for(user)),
            *(self.report(report) for report in waiting.reports_for(user)),
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

    def answer(self, thread: Thread) -> dict[str, object]:
        """A comment whose last word is somebody else's."""
        last = thread.last
        row = self.row(ANSWER, last.series.pilot.slug, last.period.code, demo=last.demo, state="open")
        return row | {"url": self.page("indicators:cell", last.series.pilot.slug, thread.year, thread.cell)}

    def unlock(self, one: UnlockRequest) -> dict[str, object]:
        """A request to change a figure that was not marked."""
        submission = one.submission
        row = self.row(UNLOCK, submission.pilot.slug, submission.collection.period.code, demo=submission.demo, state=one.state)
        return row | {"url": self.address("submission", submission.pk)}

    def apply(self, one: Import) -> dict[str, object]:
        """A file that was read and waits to be applied."""
        row = self.row(APPLY, one.pilot.slug, one.period.code, demo=one.demo, state=one.state)
        return row | {"url": self.page("indicators:import", one.pilot.slug, one.period.code, one.pk)}

    def late(self, one: Late) -> dict[str, object]:
        """A call for data that is overdue with its pilot."""
        collection = one.collection
        state = Submission.State.RETURNED if one.returned else collecting.OPEN
        row = self.row(LATE, collection.pilot.slug, collection.period.code, demo=collection.demo, state=state)
        return row | {"due": one.due, "url": self.address("pilot-collections", collection.pilot.slug)}

    def approve(self, target: Target) -> dict[str, object]:
        """A target that a lead proposed."""
        period = str(target.year or "")
        row = self.row(APPROVE, target.series.pilot.slug, period, demo=target.demo, state="proposed")
        return row | {"url": self.page("admin:indicators_target_change", target.pk)}

    def row(self, kind: str, pilot: str, period: str, *, demo: bool, state: str) -> dict[str, object]:
        """What every row says."""
        plain = {"kind": kind, "pilot": pilot, "period": period, "state": state, "demo": demo}
        return {"due": None, "done": None, "total": None, "warnings": None, **plain}

    def address(self, name: str, key: str | int) -> str:
        """The whole address of what waits."""
        return self.page(f"api:{name}", key)

    def page(self, name: str, *parts: str | int) -> str:
        """The whole address of a page or an endpoint."""
        return self.request.build_absolute_uri(reverse(name, args=parts))


urlpatterns = [path("todo", ToDo.as_view(), name="todo")]
