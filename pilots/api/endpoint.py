"""What every endpoint of the API shares: the order of refusals, validators, caching and the envelope of lists."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import parse_etags
from django.views.decorators.gzip import gzip_page
from rest_framework import status
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Field, Serializer
from rest_framework.views import APIView

from pilots import access, answers
from pilots.api import repeating, uploads
from pilots.api.asking import Parameter, read_query
from pilots.api.bodies import ExactJSON, Shape
from pilots.api.describing import Schema
from pilots.api.signing_in import ByToken, SignedInWhereClosed, WithinItsScope
from pilots.models import KeptAnswer, Pilot


class OneAnswer(BaseContentNegotiation):
    """An endpoint has one form of answer; those with several choose by `format` and Accept themselves."""

    def select_renderer(
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Answer JSON, whatever a browser would rather have."""
        return renderers[0], renderers[0].media_type

    def select_parser(self, request: Request, parsers: list) -> object | None:
        """Read the body by the type that it says it has."""
        given = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)


class Endpoint(APIView):
    """One address of the API.

    A subclass declares for each method the query parameters it takes (`asks`), the shape of the body (`takes`, or `brings` for a form
    with a file of at most so many `most_bytes`), the shape of the answer (`answers`, in an envelope where `lists` names the method,
    with what stands `beside` the rows), and its permission classes; without the last nobody is let in. Only where they differ: the
    statuses of success, the other media types (`forms`), the refusals that no other endpoint has (`refuses`), whether the answer
    leads to what was made (`leads`). Refusals come in the order of the house: shape 400, not signed in 401, not visible 404, not
    allowed 403, state 409, version 428 or 412, rule 400.
    """

    # The description says what an address takes; OPTIONS would say it again in the framework's words.
    http_method_names = ("get", "head", "post", "put", "patch", "delete")
    authentication_classes = (ByToken, SessionAuthentication)
    renderer_classes = (JSONRenderer,)
    parser_classes = (ExactJSON,)
    content_negotiation_class = OneAnswer
    schema = Schema()
    asks: ClassVar[dict[str, Sequence[Parameter]]] = {}
    takes: ClassVar[dict[str, type[Shape]]] = {}
    brings: ClassVar[dict[str, type[Shape]]] = {}
    most_bytes = 0
    answers: ClassVar[dict[str, type[Serializer]]] = {}
    beside: ClassVar[dict[str, Field]] = {}
    successes: ClassVar[dict[str, int | tuple[int, ...]]] = {}
    forms: ClassVar[dict[str, tuple[str, ...]]] = {}
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {}
    leads: ClassVar[tuple[str, ...]] = ()
    compares: ClassVar[tuple[str, ...]] = ()
    lists: ClassVar[tuple[str, ...]] = ()
    # The answer holds a secret: it is given once and never kept.
    shown_once = False
    kept: KeptAnswer | None = None
    stranger: APIException | None = None

    @classmethod
    def as_view(cls, **initkwargs: object) -> Callable[..., HttpResponse]:
        """Make the view, its answers compressed for those who accept it."""
        return gzip_page(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer; a request with an Idempotency-Key and its kept answer are one transaction, done together or not at all."""
        if request.method in SAFE_METHODS or repeating.HEADER not in request.headers:
            return super().dispatch(request, *args, **kwargs)
        with answers.one_transaction() as undo:
            response = super().dispatch(request, *args, **kwargs)
            if status.is_server_error(response.status_code):
                undo()
            elif self.kept is not None:
                repeating.settle(self.kept, response, shown_once=self.shown_once)
        return response

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Count the request, read what is asked and given, then find out who asks and whether they may."""
        if request.method in self.brings:
            uploads.refuse_too_large(request, most=self.most_bytes)
        self.stranger = self.recognise(request)
        super().check_throttles(request)
        if request.method in self.allowed_methods:
            method = "GET" if request.method == "HEAD" else request.method
            self.asked = read_query(request.query_params, self.asks.get(method, ()))
            self.given = self.read_body(request)
            self.read_address(**kwargs)
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS and repeating.HEADER in request.headers and request.user.is_authenticated:
            self.kept = repeating.claim(request, shown_once=self.shown_once)

    def recognise(self, request: Request) -> APIException | None:
        """Find out who asks, so that the request counts against their budget; the refusal of a wrong token has its turn later."""
        try:
            request.user  # noqa: B018 (the framework looks a person up when they are first asked for)
        except APIException as error:
            return error
        return None

    def perform_authentication(self, request: Request) -> None:
        """Refuse whoever sent a token that is not valid, or a session without its CSRF token."""
        if self.stranger is not None:
            raise self.stranger

    def check_throttles(self, request: Request) -> None:
        """Nothing: `initial` has counted the request before it read it."""

    def kind_of(self, request: Request) -> str:
        """The budget that a request counts against: `read`, `write`, or `whole` for a selection in one piece."""
        return "read" if request.method in SAFE_METHODS else "write"

    def handle_exception(self, exc: Exception) -> HttpResponseBase:
        """Answer a refusal; a request that comes again is no refusal, it has its answer."""
        return exc.response if isinstance(exc, repeating.Repeated) else super().handle_exception(exc)

    def read_body(self, request: Request) -> dict[str, object]:
        """Read the body in the shape that the endpoint declares, or refuse it."""
        shape = self.takes.get(request.method) or self.brings.get(request.method)
        if shape is None:
            return {}
        read = shape(data=request.data)
        read.is_valid(raise_exception=True)
        return read.validated_data

    def read_address(self, **names: object) -> None:
        """Read what the address names besides codes of rows, such as a period; most endpoints have nothing to read."""

    def get_permissions(self) -> list:
        """Ask whether the site is open, then the endpoint's own permissions, then whether the token's scope is enough."""
        return [SignedInWhereClosed(), *super().get_permissions(), WithinItsScope()]

    def finalize_response(self, request: Request, response: HttpResponse, *args: object, **kwargs: object) -> HttpResponse:
        """Give each answer its validator, answer 304 to a reader who has it already, and say who may keep it."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method not in SAFE_METHODS or response.status_code not in {status.HTTP_200_OK, status.HTTP_304_NOT_MODIFIED}:
            return response
        if "ETag" not in response:
            response.render()
            response["ETag"] = tag_of(response.content)
            if has_already(request, response["ETag"]):
                response = unchanged(response["ETag"])
        response["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "public, no-cache"
        return response


def tag_of(*parts: object) -> str:
    """Make a validator of everything that an answer depends on."""
    digest = hashlib.sha256()
    for part in parts:
        text = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(text).to_bytes(8) + text)
    return f'W/"{digest.hexdigest()[:32]}"'


def has_already(request: HttpRequest | Request, tag: str) -> bool:
    """Say whether the reader's If-None-Match names this validator (weak comparison)."""
    known = [etag.removeprefix("W/") for etag in parse_etags(request.headers.get("If-None-Match", ""))]
    return "*" in known or tag.removeprefix("W/") in known


def unchanged(tag: str) -> HttpResponse:
    """Answer that the reader's copy is the current one."""
    return HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})


def envelope(rows: list, *, after: str | None = None, **more: object) -> Response:
    """Answer a list: its rows, the address of the next page or null, and what else belongs to it."""
    return Response({"data": rows, "next": after, **more})


def pilot_or_404(user: object, slug: str) -> Pilot:
    """Find a pilot that the reader may see, or say that nothing is found."""
    try:
        return access.find_pilot(user, slug)
    except Pilot.DoesNotExist:
        raise Http404 from None


def own_pilot_or_404(user: object, slug: str) -> Pilot:
    """Find a pilot whose work the reader may see; to all others its private things are not there at all."""
    pilot = pilot_or_404(user, slug)
    if not access.may(user, pilot, *access.READERS):
        raise Http404
    return pilot
