"""What a person was told over REST, and that they have read it."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api import next_page
from pilots import notices
from pilots.api import Endpoint, Moment, Nothing, Parameter, envelope, whole
from pilots.models import Door, Notice
from portal.notices import say, say_all

PAGE = 100


class NoticeRow(serializers.Serializer):
    """One notice: its kind and plain facts, and the same in words of the reader's language."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Notice.Kind.choices)
    pilot = serializers.CharField(allow_null=True)
    facts = serializers.DictField(help_text="Plain facts, by name: numbers, codes, days, and texts that people wrote.")
    text = serializers.CharField(help_text="What it says, in the reader's language.")
    covering = serializers.CharField(allow_null=True, help_text="Whom you cover for, where it was meant for somebody else.")
    made_at = Moment()
    read_at = Moment(allow_null=True)
    url = serializers.URLField(help_text="The page that it is about.")


class ReadAll(serializers.Serializer):
    """How many notices were marked as read."""

    read = serializers.IntegerField()


def rows_for(request: Request) -> object:
    """The notices of the person who asks, with what their words need."""
    return Notice.objects.visible_to(request.user).select_related("pilot", "actor", "covering")


def row_of(request: Request, notice: Notice, telling: object) -> dict[str, object]:
    """One notice as the API writes it."""
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "pilot": notice.pilot.slug if notice.pilot else None,
        "facts": notice.payload,
        "text": telling.subject,
        "covering": notice.covering.username if notice.covering else None,
        "made_at": notice.made_at,
        "read_at": notice.read_at,
        "url": request.build_absolute_uri(telling.path),
    }


class Notices(Endpoint):
    """The notices of the person who asks."""

    permission_classes = (IsAuthenticated,)
    asks = {
        "GET": (
            Parameter("unread", "`true` for those only that are not read yet.", allowed=("true", "false")),
            Parameter("limit", f"Rows on a page, up to {PAGE}.", read=whole(1, PAGE)),
            Parameter("cursor", "Where the page begins, as `next` gives it.", read=whole(1, 10**11)),
        )
    }
    answers = {"GET": NoticeRow}
    lists = ("GET",)

    def get(self, request: Request) -> Response:
        """List what you were told, the newest first."""
        rows = rows_for(request).order_by("-pk")
        if self.asked.get("unread") == "true":
            rows = rows.unread()
        if "cursor" in self.asked:
            rows = rows.filter(pk__lt=self.asked["cursor"])
        size = self.asked.get("limit", PAGE)
        found = list(rows[: size + 1])
        page = found[:size]
        after = next_page(request, str(page[-1].pk)) if len(found) > size else None
        told = [row_of(request, notice, telling) for notice, telling in zip(page, say_all(page), strict=True)]
        return envelope(NoticeRow(told, many=True).data, after=after)


class NoticeRead(Endpoint):
    """That a notice was read."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": Nothing}
    answers = {"POST": NoticeRow}

    def post(self, request: Request, pk: int) -> Response:
        """Mark a notice as read; read already changes nothing."""
        notice = notices.read(notice=get_object_or_404(rows_for(request), pk=pk), by=request.user, door=Door.API)
        return Response(NoticeRow(row_of(request, notice, say(notice))).data)


class NoticesRead(Endpoint):
    """That all notices were read."""

    permission_classes = (IsAuthenticated,)
    takes = {"POST": Nothing}
    answers = {"POST": ReadAll}

    def post(self, request: Request) -> Response:
        """Mark all your notices as read."""
        return Response({"read": notices.read_all(by=request.user, door=Door.API)})


urlpatterns = [
    path("notices", Notices.as_view(), name="notices"),
    path("notices/read", NoticesRead.as_view(), name="notices-read"),
    path("notices/<int:pk>/read", NoticeRead.as_view(), name="notice-read"),
]
