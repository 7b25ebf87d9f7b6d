"""A person's tokens over REST: listed, made and revoked within a session of their own."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from pilots import tokens
from pilots.api.bodies import Shape, Text, Whole
from pilots.api.endpoint import Endpoint, envelope
from pilots.api.refusing import known_pilots
from pilots.api.rows import Moment
from pilots.models import Door, Token


class TokenRow(serializers.Serializer):
    """A token, known by its first letters; its text is never shown again."""

    prefix = serializers.CharField(source="token_key")
    name = serializers.CharField()
    scope = serializers.CharField()
    pilot = serializers.CharField(source="pilot.slug", default=None, allow_null=True)
    addresses = serializers.ListField(child=serializers.CharField())
    created = Moment()
    expires = Moment(source="expiry")
    last_used_at = Moment(allow_null=True)


class NewTokenRow(TokenRow):
    """A token at the moment it is made, the only one when its text is shown."""

    token = serializers.CharField()


class TokenInput(Shape):
    """What a token is for and how long it lasts."""

    name = Text(max_length=100)
    scope = serializers.ChoiceField(Token.Scope.choices, default=Token.Scope.READ)
    pilot = Text(allow_null=True, default=None)
    days = Whole(default=tokens.LONGEST_DAYS)
    addresses = serializers.ListField(child=Text(max_length=50), default=list)


class WithoutToken(IsAuthenticated):
    """A person in their own session; a token neither makes nor ends tokens."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Refuse a program."""
        if request.auth is not None:
            raise PermissionDenied(_("A token cannot make or end tokens. Sign in yourself."))
        return super().has_permission(request, view)


class Tokens(Endpoint):
    """The tokens of the person who asks."""

    permission_classes = (WithoutToken,)
    takes = {"POST": TokenInput}
    answers = {"GET": TokenRow, "POST": NewTokenRow}
    successes = {"POST": 201}
    lists = ("GET",)
    leads = ("POST",)
    shown_once = True

    def get(self, request: Request) -> Response:
        """List your tokens."""
        return envelope(TokenRow(request.user.auth_token_set.select_related("pilot"), many=True).data)

    def post(self, request: Request) -> Response:
        """Make a token. Its text is in this answer and nowhere else."""
        given = dict(self.given)
        slug = given.pop("pilot")
        pilot = known_pilots("pilot", [slug], reader=request.user).get() if slug is not None else None
        token, text = tokens.make(user=request.user, pilot=pilot, by=request.user, door=Door.API, **given)
        address = request.build_absolute_uri(reverse("api:token", args=[token.token_key]))
        return Response({**TokenRow(token).data, "token": text}, status=201, headers={"Location": address})


class OneToken(Endpoint):
    """One of the person's tokens."""

    permission_classes = (WithoutToken,)
    successes = {"DELETE": 204}

    def delete(self, request: Request, prefix: str) -> Response:
        """Revoke a token."""
        tokens.revoke(token=get_object_or_404(request.user.auth_token_set, token_key=prefix), by=request.user, door=Door.API)
        return Response(status=204)
