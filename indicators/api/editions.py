"""Releases over REST, and what changed since a sync token, withdrawals included."""

from __future__ import annotations

import re
import uuid

from django.db.models import Value
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import extracts
from indicators.api.asking import MOST_ROWS
from indicators.api.values import USUAL_ROWS, ValueRow, json_page, next_page
from indicators.extracts import Column, Order
from indicators.models import Release
from pilots.api import Endpoint, Moment, Parameter, envelope, has_already, known_pilots, refusal, tag_of, unchanged, whole

PUBLISHED, WITHDRAWN = "published", "withdrawn"
# Up to which revision, published or withdrawn, and the key of the last row that was given.
Place = tuple[int, str, tuple[int, int] | None]


class ReleaseRow(serializers.Serializer):
    """A numbered, unchanging edition of a pilot's year."""

    code = serializers.CharField()
    pilot = serializers.CharField(source="pilot.slug")
    period = serializers.CharField()
    number = serializers.IntegerField()
    count = serializers.IntegerField()
    sha256 = serializers.CharField()
    demo = serializers.BooleanField()
    made_at = Moment()


class Releases(Endpoint):
    """The releases."""

    permission_classes = (AllowAny,)
    asks = {
        "GET": (
            Parameter("pilot", "Pilots by slug.", many=True),
            Parameter("cursor", "Where the page begins, as `next` gives it.", read=whole(1, 10**11)),
        )
    }
    answers = {"GET": ReleaseRow}
    lists = ("GET",)

    def get(self, request: Request) -> Response:
        """List the releases, the newest first."""
        releases = Release.objects.visible_to(request.user).select_related("pilot").order_by("-pk")
        if "pilot" in self.asked:
            releases = releases.filter(pilot__in=known_pilots("pilot", self.asked["pilot"], reader=request.user))
        if "cursor" in self.asked:
            releases = releases.filter(pk__lt=self.asked["cursor"])
        found = list(releases[: USUAL_ROWS + 1])
        more = found[USUAL_ROWS - 1].pk if len(found) > USUAL_ROWS else None
        return envelope(ReleaseRow(found[:USUAL_ROWS], many=True).data, after=next_page(request, str(more)) if more else None)


class ChangeRow(ValueRow):
    """A figure that was published, judged again or withdrawn."""

    change = serializers.ChoiceField([PUBLISHED, WITHDRAWN])


class Changes(Endpoint):
    """What changed since a sync token."""

    permission_classes = (AllowAny,)
    asks = {
        "GET": (
            Parameter("since", "The `sync` of your last pull; without it everything counts as changed."),
            Parameter("limit", f"Rows on a page, up to {MOST_ROWS}.", read=whole(1, MOST_ROWS)),
            Parameter("cursor", "Where the page begins, as `next` gives it."),
        )
    }
    answers = {"GET": ChangeRow}
    lists = ("GET",)
    beside = {"sync": serializers.CharField(allow_null=True)}
    refuses = {"GET": (410,)}

    def get(self, request: Request) -> HttpResponse:
        """Give what was published, judged again or withdrawn since your last pull; a token of another database is 410."""
        edition = extracts.standing()
        tag = tag_of("changes", edition, *sorted(request.query_params.items()))
        if has_already(request, tag):
            return unchanged(tag)
        since = revision_of(self.asked.get("since", ""), edition)
        place = place_of(self.asked["cursor"]) if "cursor" in self.asked else (edition.revision, PUBLISHED, None)
        lines, after = self.read(request, since, place)
        more = {
            "next": next_page(request, after) if after else None,
            "sync": f"{edition.identity.hex}.{place[0]}" if edition.identity else None,
        }
        response = json_page(lines, more)
        response["ETag"] = tag
        return response

    def read(self, request: Request, since: int, place: Place) -> tuple[list[str], str | None]:
        """Read one page, the published ones before the withdrawn, and the cursor of the next page."""
        until, part, after = place
        lines, size = [], self.asked.get("limit", USUAL_ROWS)
        while True:
            rows = (extracts.changed_since if part == PUBLISHED else extracts.withdrawn_since)(request.user, since, until=until)
            columns = [*extracts.STANDING, Column("change", lambda part=part: Value(part))]
            found, last = extracts.read_slice(
                rows, order=Order("revision"), columns=columns, form="json", size=size - len(lines), after=after
            )
            lines += found
            if last:
                return lines, f"{until}.{part}.{last[0]}.{last[1]}"
            if part == WITHDRAWN:
                return lines, None
            part, after = WITHDRAWN, None
            if len(lines) == size:
                return lines, f"{until}.{part}"


def revision_of(token: str, edition: extracts.Edition) -> int:
    """Read the revision of a sync token, or refuse one that another database has given."""
    if not token:
        return 0
    match = re.fullmatch(r"([0-9a-f]{32})\.(\d{1,18})", token)
    if match is None:
        raise refusal("since", _("This is not a sync token. Send back the `sync` of an earlier answer."), value=token[:80])
    identity, revision = uuid.UUID(match[1]), int(match[2])
    if identity != edition.identity or revision > edition.revision:
        raise refusal("since", _("This token belongs to another state of the database. Pull everything again."), value=token, code="gone")
    return revision


def place_of(cursor: str) -> Place:
    """Read where a page of changes begins: up to which revision, in which part, after which row."""
    match = re.fullmatch(rf"(\d{{1,18}})\.({PUBLISHED}|{WITHDRAWN})(?:\.(\d{{1,18}})\.(\d{{1,18}}))?", cursor)
    if match is None:
        raise refusal("cursor", _("This cursor does not belong to this list. Begin again without it."), value=cursor[:80], code="cursor")
    return int(match[1]), match[2], (int(match[3]), int(match[4])) if match[3] else None
