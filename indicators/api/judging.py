"""Single values of a submission over REST: how they stand, accepted, marked, answered, unlocked; and who reviews."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import review
from indicators.api.reviewing import MarkShape, ReviewStep, rows_for
from indicators.api.rows import SubmissionRow, UnlockRow
from indicators.models import Mark, UnlockRequest
from indicators.review import MarkInput
from pilots import access
from pilots.api import Endpoint, Shape, Text, Whole, envelope
from pilots.models import Door, Role, User

# More values than any pilot reports, and more submissions than anybody gives away at once.
MOST_CODES, MOST_SUBMISSIONS = 1000, 200


class StandingRow(serializers.Serializer):
    """How one value stands in the present round."""

    indicator = serializers.CharField()
    state = serializers.ChoiceField(
        ["accepted", "marked", "changed", "unreviewed"], help_text="changed: accepted once, and another figure now"
    )
    change = serializers.ChoiceField(["new", "changed", "unchanged"], help_text="Since the round before, or since it was published.")
    warned = serializers.BooleanField(help_text="Whether a rule asks about it, explained or not.")


class Values(ReviewStep):
    """The values of a submission."""

    answers = {"GET": StandingRow}
    lists = ("GET",)

    def get(self, request: Request, id: int) -> Response:
        """List the values to be judged with how each of them stands, in the order of the sheet. Reviewers read this."""
        submission = self.find(request, id)
        review.require_reader(submission, request.user)
        standing, warned = review.Standing(submission), review.warned_series(submission, request.user)
        change = review.changes(submission, standing)
        rows = [
            {"indicator": code, "state": standing.states[code], "change": change[series.pk], "warned": series.pk in warned}
            for code, series in standing.series.items()
        ]
        return envelope(StandingRow(rows, many=True).data)


class AcceptInput(Shape):
    """The values that are accepted; `clean` leaves those with a warning, a mark or the reader's own hand in them."""

    indicators = serializers.ListField(child=Text(max_length=60), allow_empty=False, max_length=MOST_CODES)
    clean = serializers.BooleanField(default=False)


class AcceptedRow(serializers.Serializer):
    """What was accepted, as one batch that is taken back in one stroke, and what was left."""

    batch = serializers.UUIDField()
    accepted = serializers.ListField(child=serializers.CharField(), source="codes")
    left = serializers.ListField(child=serializers.CharField())


class Accept(ReviewStep):
    """Accepts values."""

    takes = {"POST": AcceptInput}
    answers = {"POST": AcceptedRow}

    def post(self, request: Request, id: int) -> Response:
        """Accept values of a submission as they are now."""
        act = review.accept_clean if self.given["clean"] else review.accept
        done = act(submission=self.find(request, id), codes=self.given["indicators"], by=request.user, door=Door.API)
        return Response(AcceptedRow(done).data)


class TakeBackInput(Shape):
    """The values whose acceptance is taken back, or the batch that they were accepted in."""

    indicators = serializers.ListField(child=Text(max_length=60), default=[], max_length=MOST_CODES)
    batch = serializers.UUIDField(allow_null=True, default=None)


class TakeBack(ReviewStep):
    """Takes acceptances back."""

    takes = {"POST": TakeBackInput}

    def post(self, request: Request, id: int) -> Response:
        """Take acceptances back, by value or by batch."""
        given = {"codes": self.given["indicators"], "batch": self.given["batch"]}
        review.take_back(submission=self.find(request, id), **given, by=request.user, door=Door.API)
        return self.told(request, id)


class PutMark(ReviewStep):
    """Marks a value."""

    takes = {"POST": MarkShape}

    def post(self, request: Request, id: int) -> Response:
        """Mark a value, or change its mark of this round; the pilot sees it once the submission is sent back."""
        review.mark(submission=self.find(request, id), asked=self.asked_of(self.given), by=request.user, door=Door.API)
        return self.told(request, id)

    @staticmethod
    def asked_of(given: dict[str, str]) -> MarkInput:
        """Name the fields of a body as the act does."""
        return MarkInput(given["indicator"], given["kind"], given["text"])


class Advise(PutMark):
    """Advises the reviewers."""

    def post(self, request: Request, id: int) -> Response:
        """Say as an expert what should be asked of a value; the pilot does not see it."""
        review.advise(submission=self.find(request, id), asked=self.asked_of(self.given), by=request.user, door=Door.API)
        return self.told(request, id)


class UnmarkInput(Shape):
    """The value whose mark goes."""

    indicator = Text()


class Unmark(ReviewStep):
    """Removes a mark."""

    takes = {"POST": UnmarkInput}

    def post(self, request: Request, id: int) -> Response:
        """Remove a mark that is not sent yet."""
        review.unmark(submission=self.find(request, id), code=self.given["indicator"], by=request.user, door=Door.API)
        return self.told(request, id)


class UnlockInput(Shape):
    """The value that the pilot wants to change, and why."""

    indicator = Text()
    reason = Text()


class AskToUnlock(ReviewStep):
    """Asks for a value that was not marked."""

    takes = {"POST": UnlockInput}

    def post(self, request: Request, id: int) -> Response:
        """Ask to change a value that was not marked."""
        given = {"code": self.given["indicator"], "reason": self.given["reason"]}
        review.ask_to_unlock(submission=self.find(request, id), **given, by=request.user, door=Door.API)
        return self.told(request, id)


class ReplyInput(Shape):
    """The answer to a mark."""

    text = Text()


class ReplyToMark(Endpoint):
    """The answer to a mark."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": ReplyInput}
    answers = {"POST": SubmissionRow}

    def post(self, request: Request, id: int) -> Response:
        """Answer a mark in words; a later reply takes the place of an earlier one."""
        mark = get_object_or_404(Mark.objects.visible_to(request.user).select_related("submission__pilot", "submission__collection"), pk=id)
        review.reply(mark=mark, text=self.given["text"], by=request.user, door=Door.API)
        row = rows_for(request.user).get(pk=mark.submission_id)
        return Response(SubmissionRow(row, context={"reader": request.user}).data)


class AnswerInput(Shape):
    """What the pilot is told; a refusal needs words."""

    answer = Text(allow_blank=True, default="")


class UnlockStep(Endpoint):
    """A request to unlock, and what the reader may do with it."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": AnswerInput}
    answers = {"POST": UnlockRow}

    def find(self, request: Request, id: int) -> UnlockRequest:
        """Find a request that the reader may see."""
        seen = UnlockRequest.objects.visible_to(request.user).select_related("submission__pilot", "submission__collection", "series")
        return get_object_or_404(seen, pk=id)


class Grant(UnlockStep):
    """Opens what was asked for."""

    def post(self, request: Request, id: int) -> Response:
        """Open the value with its inputs."""
        return Response(UnlockRow(review.grant(request=self.find(request, id), **self.given, by=request.user, door=Door.API)).data)


class Refuse(UnlockStep):
    """Leaves locked what was asked for."""

    def post(self, request: Request, id: int) -> Response:
        """Leave the value locked, and say why."""
        return Response(UnlockRow(review.refuse(request=self.find(request, id), **self.given, by=request.user, door=Door.API)).data)


class AssignInput(Shape):
    """Submissions, and the coordinator who reviews them, by username."""

    submissions = serializers.ListField(child=Whole(min_value=1), allow_empty=False, max_length=MOST_SUBMISSIONS)
    reviewer = Text(max_length=150)


class AssignedRow(serializers.Serializer):
    """Who reviews what from now on."""

    submissions = serializers.ListField(child=serializers.IntegerField())
    reviewer = serializers.CharField()


class Assign(Endpoint):
    """Gives submissions to a reviewer."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": AssignInput}
    answers = {"POST": AssignedRow}

    def post(self, request: Request) -> Response:
        """Give submissions to a coordinator, all of them or none."""
        access.require(request.user, None, Role.COORDINATOR)
        wanted = dict.fromkeys(self.given["submissions"])
        found = list(rows_for(request.user).filter(pk__in=wanted))
        if len(found) < len(wanted):
            strange = sorted(set(wanted) - {one.pk for one in found})
            raise ValidationError({"submissions": _("There is no submission %(id)s.") % {"id": strange[0]}}, code="unknown")
        given = review.assign(submissions=found, reviewer=self.reviewer(), by=request.user, door=Door.API)
        return Response(AssignedRow({"submissions": [one.pk for one in given], "reviewer": self.given["reviewer"]}).data)

    def reviewer(self) -> User:
        """Find the coordinator of a username; who else there is, is not told."""
        found = review.reviewers().filter(username=self.given["reviewer"]).first()
        if found is None:
            raise ValidationError({"reviewer": _("There is no coordinator of this username.")}, code="reviewer")
        return found
