"""The OpenAPI description of an endpoint, made from what the endpoint itself declares."""

from __future__ import annotations

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny

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
    401: "Sign in, or send a token.",
    403: "The role or the token does not allow it.",
    404: "There is nothing here, or nothing that you may see.",
    409: "The state does not allow it; `allowed` says what is possible.",
    412: "It was changed since you read it.",
    428: "Say which version you mean, with If-Match or If-None-Match.",
    429: "Too many requests; Retry-After says when to try again.",
}


def described(parameter: Parameter) -> OpenApiParameter:
    """Describe one query parameter."""
    return OpenApiParameter(
        parameter.name,
        OpenApiTypes.STR if not parameter.many else {"type": "array", "items": {"type": "string"}},
        OpenApiParameter.QUERY,
        description=parameter.words,
        enum=parameter.allowed or None if not parameter.many else None,
        explode=False if parameter.many else None,
        style="form" if parameter.many else None,
    )


class Schema(AutoSchema):
    """Reads an endpoint's `asks`, `takes`, `answers` and permissions, and adds the refusals that it can give."""

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
        """The query parameters and, for a changed cell, the headers that say which version is meant."""
        found = [described(parameter) for parameter in (*self.view.asks.get(self.method, ()), LANGUAGE)]
        if self.method in self.view.compares:
            for header, words in (("If-Match", "The ETag you read."), ("If-None-Match", "* to make a new one.")):
                found.append(OpenApiParameter(header, OpenApiTypes.STR, OpenApiParameter.HEADER, description=words))
        return found

    def get_request_serializer(self) -> type[serializers.Serializer] | None:
        """The shape of the body."""
        return self.view.takes.get(self.method)

    def get_response_serializers(self) -> dict:
        """The answer, and every refusal that this endpoint can give."""
        return {
            self.view.successes.get(self.method, 200): self.answer(),
            **{(status, PROBLEM): self.refusal(status) for status in self.statuses()},
        }

    def answer(self) -> object:
        """The shape of the answer: a row, or a list in its envelope."""
        row = self.view.answers.get(self.method)
        if row is None:
            return OpenApiResponse(OpenApiTypes.OBJECT, description="") if self.method != "DELETE" else OpenApiResponse(description="Done.")
        if not (self.method == "GET" and self.view.lists):
            return row
        fields = {"data": row(many=True), "next": serializers.URLField(allow_null=True)}
        return inline_serializer(f"{row.__name__}List", fields=fields)

    def refusal(self, status: int) -> OpenApiResponse:
        """Describe one refusal."""
        return OpenApiResponse(Problem, description=REFUSALS[status])

    def statuses(self) -> list[int]:
        """The refusals that the endpoint can give, by what it declares."""
        found = {400, 401, 429}
        if "{" in self.path:
            found.add(404)
        if AllowAny not in self.view.permission_classes or self.method != "GET":
            found.add(403)
        if self.method != "GET":
            found.add(409)
        if self.method in self.view.compares:
            found |= {412, 428}
        return sorted(found)

    def _is_list_view(self, serializer: object = None) -> bool:
        """Lists stand in an envelope of ours, never in a bare array."""
        return False
