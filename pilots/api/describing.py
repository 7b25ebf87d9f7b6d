"""The OpenAPI description of an endpoint, made from what the endpoint itself declares."""

from __future__ import annotations

from http import HTTPStatus

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, AllowAny

from pilots.api.asking import LANGUAGE, Parameter

PROBLEM = "application/problem+json"


class Fault(serializers.Serializer):
    """One thing that is wrong: where, what was given, why it is refused, and what is allowed."""

    field = serializers.CharField(allow_null=True)
    value = serializers.JSONField(allow_null=True)
    message = serializers.CharField()
    allowed = serializers.ListField(child=serializers.CharField())


class Problem(serializers.Serializer):
    """A refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = Fault(many=True)


REFUSALS = {
    400: "The request is not understood, or breaks a rule of the data.",
    401: "Sign in, or send a token that is valid.",
    403: "The role or the token does not allow it.",
    404: "There is nothing here, or nothing that you may see.",
    409: "The state does not allow it; `allowed` says what is possible.",
    410: "What you refer to belongs to another state of the database. Begin again.",
    412: "It was changed since you read it; `current` is what stands there now.",
    413: "The body is too large.",
    415: "The body is not of the kind that this address takes.",
    422: "The Idempotency-Key was sent with another request before.",
    428: "Say which version you mean, with If-Match or If-None-Match.",
    429: "More requests than a minute allows; Retry-After says when to try again.",
    503: "The portal cannot answer now; Retry-After says when to try again.",
}
ALWAYS = (400, 401, 429, 503)
WAITS = [429, 503]
A_KEY = {"type": "string", "pattern": "^[!-~]{1,200}$"}
A_VERSION = {"type": "string", "pattern": '^(W/)?"[0-9]{1,9}"$'}
A_STAR = {"type": "string", "enum": ["*"]}
# What an address may hold, by the name of its part, as the converters of the addresses read it.
PARTS = {
    "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    "code": {"type": "string", "pattern": "^[A-Za-z0-9_.-]+$"},
    "period": {"type": "string", "pattern": "^(19|20|21)[0-9]{2}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$"},
    "id": {"type": "integer", "minimum": 0},
}
PART_OF_NAME = {"series": "code", "pk": "id"}


def described(parameter: Parameter) -> OpenApiParameter:
    """Describe one query parameter."""
    one = dict(getattr(parameter.read, "shape", {"type": "string", "minLength": 1}))
    if parameter.allowed:
        one["enum"] = list(parameter.allowed)
    return OpenApiParameter(
        parameter.name,
        {"type": "array", "items": one, "minItems": 1} if parameter.many else one,
        OpenApiParameter.QUERY,
        description=parameter.words,
        explode=False if parameter.many else None,
        style="form" if parameter.many else None,
    )


def header(name: str, words: str, *, of: list[int] | None = None, shape: dict | None = None, always: bool = False) -> OpenApiParameter:
    """Describe a header: of the request, or of the answers with the statuses `of`."""
    place = {"response": of} if of else {}
    return OpenApiParameter(name, shape or {"type": "string"}, OpenApiParameter.HEADER, required=always, description=words, **place)


class ClosedShapes(OpenApiSerializerExtension):
    """Says of the body of a request that it has no keys but its own."""

    target_class = "pilots.api.bodies.Shape"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, object]:
        """Describe the shape and close it."""
        return {**auto_schema._map_serializer(self.target, direction, bypass_extensions=True), "additionalProperties": False}


class Schema(AutoSchema):
    """Reads an endpoint's `asks`, `takes`, `answers`, `forms`, `refuses` and permissions, and adds what every endpoint shares."""

    def get_operation_id(self) -> str:
        """Name the operation after its address and method."""
        words = [part.strip("{}<>").replace("-", "_").replace(":", "_") for part in self.path.removeprefix("/api/v1/").split("/") if part]
        return "_".join([self.method.lower(), *words])

    def get_tags(self) -> list[str]:
        """Group operations by the last noun of their address."""
        words = [part for part in self.path.removeprefix("/api/v1/").split("/") if part and not part.startswith("{")]
        return [words[-1].split(":")[0]] if words else ["root"]

    def get_summary(self) -> str:
        """The first sentence of what the endpoint says of itself."""
        return self.get_description().split("\n")[0]

    def get_override_parameters(self) -> list[OpenApiParameter]:
        """The query parameters, the headers that a request may send, and those that an answer brings."""
        asked = [described(parameter) for parameter in (*self.view.asks.get(self.method, ()), LANGUAGE)]
        return [*asked, *self.sent_headers(), *self.answered_headers()]

    def sent_headers(self) -> list[OpenApiParameter]:
        """The headers that say which version is meant, what the reader has already, and that a request comes again."""
        if self.method in SAFE_METHODS:
            return [header("If-None-Match", "The ETag you have; 304 says that it is still the current one.")]
        found = [header("Idempotency-Key", "A key of your own; sent again, the request is not carried out again.", shape=A_KEY)]
        if self.method in self.view.compares:
            found += [
                header("If-Match", "The ETag you read.", shape=A_VERSION),
                header("If-None-Match", "* to make a new one.", shape=A_STAR),
            ]
        return found

    def answered_headers(self) -> list[OpenApiParameter]:
        """The headers that an answer brings: its validator, the address of what was made, when to come back."""
        found = [header("Retry-After", "Seconds to wait.", of=WAITS, shape={"type": "integer"}, always=True)]
        if self.method in SAFE_METHODS or self.method == "PUT":
            found.append(header("ETag", "The version of the answer.", of=[*self.successes(), 304], always=True))
        if self.method in self.view.leads:
            found.append(header("Location", "The address of what was made.", of=self.successes(), always=True))
        return found

    def get_request_serializer(self) -> type[serializers.Serializer] | None:
        """The shape of the body."""
        return self.view.takes.get(self.method) or self.view.brings.get(self.method)

    def get_response_serializers(self) -> dict:
        """The answer in each of its forms, and every refusal that this endpoint can give."""
        found = {status: self.answer() for status in self.successes()}
        found |= {(status, form): OpenApiTypes.BINARY for status in self.successes() for form in self.view.forms.get(self.method, ())}
        if not self.view.answers.get(self.method) and self.view.forms.get(self.method):
            found = {key: answer for key, answer in found.items() if isinstance(key, tuple)}
        if self.method in SAFE_METHODS:
            found[HTTPStatus.NOT_MODIFIED.value] = OpenApiResponse(description="You have the current one already.")
        return found | {(status, PROBLEM): OpenApiResponse(Problem, description=REFUSALS[status]) for status in self.statuses()}

    def successes(self) -> list[int]:
        """The statuses of an answer that is no refusal."""
        found = self.view.successes.get(self.method, 200)
        return [found] if isinstance(found, int) else list(found)

    def answer(self) -> object:
        """The shape of the answer: a row, or a list in its envelope."""
        row = self.view.answers.get(self.method)
        if row is None:
            return OpenApiResponse(OpenApiTypes.OBJECT, description="") if self.method != "DELETE" else OpenApiResponse(description="Done.")
        if self.method not in self.view.lists:
            return row
        fields = {"data": row(many=True), "next": serializers.URLField(allow_null=True), **self.view.beside}
        return inline_serializer(f"{row.__name__}List", fields=fields)

    def statuses(self) -> list[int]:
        """The refusals that the endpoint can give, by what it declares."""
        found = {*ALWAYS, *self.view.refuses.get(self.method, ())}
        if "{" in self.path:
            found.add(404)
        if AllowAny not in self.view.permission_classes or self.method not in SAFE_METHODS:
            found.add(403)
        if self.method not in SAFE_METHODS:
            found |= {409, 413, 422}
        if self.method in self.view.takes or self.method in self.view.brings:
            found.add(415)
        if self.method in self.view.compares:
            found |= {412, 428}
        return sorted(found)

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict]:
        """Describe the parts of an address by what its converters read."""
        return [{"name": name, "in": "path", "required": True, "schema": PARTS[self.part_of(name)]} for name in variables]

    def part_of(self, name: str) -> str:
        """Which kind of part stands in an address under a name."""
        kind = PART_OF_NAME.get(name, name)
        return kind if kind in PARTS else "slug"

    def _is_list_view(self, serializer: object = None) -> bool:
        """Lists stand in an envelope of ours, never in a bare array."""
        return False
