"""The framework over REST: purposes, issues, clauses, standards and goals."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.api.endpoint import Endpoint, envelope
from pilots.api.rows import ClauseRow, GoalRow, IssueRow, PurposeRow, StandardRow
from pilots.models import Clause, Goal, Issue, Purpose, Standard


class Framework(Endpoint):
    """A whole list of the framework; it is short and never paged."""

    permission_classes = (AllowAny,)
    lists = ("GET",)

    def rows(self) -> QuerySet:
        """The rows of the list, in the order of the standard."""
        raise NotImplementedError

    def answer(self) -> Response:
        """Answer the whole list."""
        return envelope(self.answers["GET"](self.rows(), many=True).data)


class Purposes(Framework):
    """The six purposes of ISO 37101."""

    answers = {"GET": PurposeRow}

    def get(self, request: Request) -> Response:
        """List the six purposes of sustainability."""
        return self.answer()

    def rows(self) -> QuerySet:
        """All purposes."""
        return Purpose.objects.all()


class Issues(Framework):
    """The twelve issues of ISO 37101."""

    answers = {"GET": IssueRow}

    def get(self, request: Request) -> Response:
        """List the twelve issues, each with its clause."""
        return self.answer()

    def rows(self) -> QuerySet:
        """All issues."""
        return Issue.objects.all()


class Clauses(Framework):
    """Clauses 4 to 10 of ISO 37101."""

    answers = {"GET": ClauseRow}

    def get(self, request: Request) -> Response:
        """List the clauses 4 to 10 with questions for self-assessment in our own words."""
        return self.answer()

    def rows(self) -> QuerySet:
        """All clauses with their records."""
        return Clause.objects.select_related("parent").prefetch_related("outputs")


class Standards(Framework):
    """The register of standards."""

    answers = {"GET": StandardRow}

    def get(self, request: Request) -> Response:
        """List the standards of the register."""
        return self.answer()

    def rows(self) -> QuerySet:
        """All standards."""
        return Standard.objects.all()


class Goals(Framework):
    """The Sustainable Development Goals."""

    answers = {"GET": GoalRow}

    def get(self, request: Request) -> Response:
        """List the seventeen goals and their 169 targets."""
        return self.answer()

    def rows(self) -> QuerySet:
        """All goals with their targets."""
        return Goal.objects.prefetch_related("targets")
