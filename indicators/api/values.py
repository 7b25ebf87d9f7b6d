"""The published figures over REST: pages of JSON, and CSV or NDJSON streamed whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from indicators import extracts
from indicators.api.asking import FILTERS, SHAPES, selection_of
from indicators.extracts import Column, Edition, Order
from pilots.api import Endpoint, has_already, refusal, tag_of, unchanged

USUAL_ROWS = 1000
TYPES = {"json": "application/json", "ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
ONLY_IN = {"limit": "json", "cursor": "json", "count": "json", "bom": "csv"}


class ValueRow(serializers.Serializer):
    """A published figure. A missing one is null with a flag and a reason, never 0. `fields` chooses among the columns."""

    pilot = serializers.CharField()
    indicator = serializers.CharField(help_text="The pilot's own code.")
    shared = serializers.CharField(help_text="The code by which pilots join.")
    period = serializers.CharField()
    value = serializers.CharField(allow_null=True, help_text="An exact decimal.")
    qualifier = serializers.CharField()
    unit = serializers.CharField()
    flag = serializers.CharField()
    reason = serializers.CharField(allow_null=True)
    numerator = serializers.CharField(allow_null=True)
    denominator = serializers.CharField(allow_null=True)
    target = serializers.CharField(allow_null=True)
    pace = serializers.CharField()
    definition = serializers.IntegerField(help_text="The version of the definition that the figure follows.")
    source = serializers.CharField()
    demo = serializers.BooleanField()
    release = serializers.CharField(allow_null=True)
    verified_at = serializers.DateTimeField()
    name = serializers.CharField(help_text="Only where `fields` asks for it, like the next two.")
    pilot_name = serializers.CharField()
    frequency = serializers.CharField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Promise no column, because the reader chooses them."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False


class Values(Endpoint):
    """The published figures."""

    permission_classes = (AllowAny,)
    asks = {"GET": (*FILTERS, *SHAPES)}
    answers = {"GET": ValueRow}
    lists = ("GET",)
    beside = {"sync": serializers.CharField(allow_null=True), "count": serializers.IntegerField(required=False)}
    forms = {"GET": ("text/csv", "application/x-ndjson")}

    def get(self, request: Request) -> HttpResponse:
        """Give the published figures that match, as a page of JSON or whole as CSV or NDJSON."""
        form = form_of(request, self.asked)
        edition = extracts.standing()
        tag = tag_of("values", edition, form, get_language(), *sorted(request.query_params.items()))
        if has_already(request, tag):
            return unchanged(tag)
        rows = selection_of(self.asked, request.user).rows(request.user)
        columns = [extracts.COLUMNS[name] for name in self.asked["fields"]] if "fields" in self.asked else extracts.STANDING
        order = Order(self.asked.get("order", "pilot"))
        if form == "json":
            response = self.page(request, rows, columns=columns, order=order, edition=edition)
        else:
            content = whole(rows, columns=columns, order=order, form=form, bom=self.asked.get("bom", False))
            response = StreamingHttpResponse(content, content_type=TYPES[form])
        response["ETag"] = tag
        return response

    def kind_of(self, request: Request) -> str:
        """CSV and NDJSON are whole selections and have a budget of their own."""
        asked = request.query_params.get("format") or accepted(request.headers.get("Accept", ""))
        return "whole" if asked in TYPES and asked != "json" else "read"

    def page(self, request: Request, rows: QuerySet, *, columns: Sequence[Column], order: Order, edition: Edition) -> HttpResponse:
        """Answer one page; the rows come as text from the database and are only put between brackets."""
        after = extracts.read_cursor(self.asked["cursor"], order) if "cursor" in self.asked else None
        size = self.asked.get("limit", USUAL_ROWS)
        lines, last = extracts.read_slice(rows, order=order, columns=columns, form="json", size=size, after=after)
        more = {"next": next_page(request, extracts.write_cursor(order, last)) if last else None, "sync": edition.sync}
        if self.asked.get("count"):
            more["count"] = rows.count()
        return json_page(lines, more)


def json_page(lines: Sequence[str], more: dict[str, object]) -> HttpResponse:
    """Put rows that are JSON already into the envelope of a list."""
    members = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode(more)
    return HttpResponse(f'{{"data":[{",".join(lines)}],{members[1:]}', content_type=TYPES["json"])


def next_page(request: Request, cursor: str) -> str:
    """The address of the next page: the same question with another cursor."""
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode(safe=',/:')}")


def form_of(request: Request, asked: dict[str, object]) -> str:
    """Choose the form of the answer, and refuse a parameter that this form does not have."""
    form = str(asked.get("format") or accepted(request.headers.get("Accept", "")))
    for name, needed in ONLY_IN.items():
        if name in asked and form != needed:
            raise refusal(name, _("“%(name)s” goes with format=%(form)s only.") % {"name": name, "form": needed})
    return form


def accepted(accept: str) -> str:
    """Find the form that an Accept header names first; JSON where it names none of ours."""
    named = [part.split(";")[0].strip() for part in accept.split(",")]
    ours = {"application/json": "json", "text/csv": "csv", "application/x-ndjson": "ndjson"}
    return next((ours[name] for name in named if name in ours), "json")


def whole(rows: QuerySet, *, columns: Sequence[Column], order: Order, form: str, bom: bool) -> Iterator[str]:
    """Yield a whole selection slice by slice, so that its size does not matter."""
    end = "\r\n" if form == "csv" else "\n"
    if form == "csv":
        yield ("\ufeff" if bom else "") + ",".join(column.name for column in columns) + end
    for lines in extracts.read_all(rows, order=order, columns=columns, form="csv" if form == "csv" else "json"):
        yield "".join(line + end for line in lines)
