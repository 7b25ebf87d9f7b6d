"""Submissions and their review over REST: the steps of the review table, each an address of its own."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import review
from indicators.api.collections import PeriodField
from indicators.api.rows import SubmissionRow
from indicators.models import Collection, Mark, Reply, Submission
from indicators.review import MarkInput
from pilots.api import Day, Endpoint, Nothing, Shape, Text, envelope, own_pilot_or_404
from pilots.models import Door, User


def told(submission: Submission, reader: User, *, status: int = 200, **more: object) -> Response:
    """Answer a submission as it stands now, with what of its marks the reader may see."""
    seen = rows_for(reader).get(pk=submission.pk)
    return Response({**SubmissionRow(seen, context={"reader": reader}).data, **more}, status=status)


class SubmissionInput(Shape):
    """The period whose answers are offered, with a note to the coordinator."""

    period = PeriodField()
    note = Text(allow_blank=True, default="")


class Submissions(Endpoint):
    """A pilot's submissions."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": SubmissionInput}
    answers = {"GET": SubmissionRow, "POST": SubmissionRow}
    successes = {"POST": 201}
    lists = ("GET",)

    def get(self, request: Request, slug: str) -> Response:
        """List a pilot's submissions, the latest first."""
        rows = rows_for(request.user).filter(pilot=own_pilot_or_404(request.user, slug))
        return envelope(SubmissionRow(rows, many=True, context={"reader": request.user}).data)

    def post(self, request: Request, slug: str) -> Response:
        """Offer the answers of a period for review; they are locked from then on."""
        pilot, period = own_pilot_or_404(request.user, slug), self.given["period"]
        calls = Collection.objects.visible_to(request.user).select_related("pilot")
        collection = calls.filter(pilot=pilot, start=period.start, frequency=period.frequency).first()
        if collection is None:
            text = _("No data are being collected for %(period)s. Ask the coordinator to open the collection.")
            raise ValidationError(text, code="wrong_state", params={"period": period.label})
        submission = review.submit(collection=collection, note=self.given["note"], by=request.user, door=Door.API)
        return told(submission, request.user, status=201)


def rows_for(reader: User) -> QuerySet[Submission]:
    """The submissions that a reader may see, with all that a row says: drafts of marks and replies only for those whose they are."""
    replies = Prefetch("replies", Reply.objects.visible_to(reader), to_attr="seen_replies")
    marks = Mark.objects.visible_to(reader).select_related("series").prefetch_related(replies)
    seen = Submission.objects.visible_to(reader).select_related("pilot", "collection__pilot", "reviewer")
    return seen.prefetch_related(Prefetch("marks", marks, to_attr="seen_marks"), "unlock_requests__series")


class OneSubmission(Endpoint):
    """One submission."""

    permission_classes = (IsAuthenticated,)
    answers = {"GET": SubmissionRow}

    def get(self, request: Request, id: int) -> Response:
        """Give a submission with its state, its marks and the steps that you may take."""
        return told(get_object_or_404(rows_for(request.user), pk=id), request.user)


class ReviewStep(Endpoint):
    """A step of the review: finds the submission, makes one call to the act, answers how the submission stands then."""

    permission_classes = (IsAuthenticated,)
    answers = {"POST": SubmissionRow}

    def find(self, request: Request, id: int) -> Submission:
        """Find a submission that the reader may see."""
        return get_object_or_404(rows_for(request.user), pk=id)

    def told(self, request: Request, id: int, **more: object) -> Response:
        """Answer the submission after the step."""
        return told(self.find(request, id), request.user, **more)


class Withdraw(ReviewStep):
    """Takes a submission back."""

    takes = {"POST": Nothing}

    def post(self, request: Request, id: int) -> Response:
        """Take a submission back before its review begins."""
        review.withdraw(submission=self.find(request, id), by=request.user, door=Door.API)
        return self.told(request, id)


class Begin(ReviewStep):
    """Begins a review."""

    takes = {"POST": Nothing}

    def post(self, request: Request, id: int) -> Response:
        """Take a submission into review."""
        review.begin(submission=self.find(request, id), by=request.user, door=Door.API)
        return self.told(request, id)


class MarkShape(Shape):
    """What must happen to one figure before it comes back."""

    indicator = Text()
    kind = serializers.ChoiceField(Mark.Kind.choices)
    text = Text()


class SendBackInput(Shape):
    """What must change, until when, and where."""

    summary = Text()
    due = Day(allow_null=True, default=None)
    marks = MarkShape(many=True, default=[])


class SendBack(ReviewStep):
    """Sends a submission back."""

    takes = {"POST": SendBackInput}

    def post(self, request: Request, id: int) -> Response:
        """Send a submission back with what must change; only marked figures and their inputs open, or all where none is marked."""
        marks = [MarkInput(mark["indicator"], mark["kind"], mark["text"]) for mark in self.given["marks"]]
        found, due = self.find(request, id), self.given["due"]
        review.send_back(submission=found, summary=self.given["summary"], due=due, marks=marks, by=request.user, door=Door.API)
        return self.told(request, id)


class VerifyInput(Shape):
    """The overall assessment of a submission."""

    assessment = serializers.ChoiceField(Submission.Assessment.choices)
    comment = Text(allow_blank=True, default="")
    accept_rest = serializers.BooleanField(default=True, help_text="Accept what is unreviewed in the same step; false refuses instead.")


class Verify(ReviewStep):
    """Verifies a submission."""

    takes = {"POST": VerifyInput}

    def post(self, request: Request, id: int) -> Response:
        """Make what was submitted official: observations are written and a whole year is released."""
        release = review.verify(submission=self.find(request, id), by=request.user, door=Door.API, **self.given)
        return self.told(request, id, release=release.code if release else None)
