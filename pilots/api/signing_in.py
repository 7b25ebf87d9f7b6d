"""How a program says who it is: by its token, or within a person's session."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from pilots import tokens
from pilots.models import Door, Token, User

# Endpoints with one of these show published things to everybody.
OPEN = {AllowAny, IsAuthenticatedOrReadOnly}


class ByToken(TokenAuthentication):
    """`Authorization: Token i37_…`; the person behind it has, for this request, only what the token opens."""

    def authenticate(self, request: HttpRequest) -> tuple[User, Token] | None:
        """Find the person of a token; a program without one is nobody."""
        self.address = BaseThrottle().get_ident(request)
        found = super().authenticate(request)
        if found is not None:
            tokens.note_use(token=found[1], by=found[0], door=Door.API)
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, Token]:
        """Find the token, or refuse in the same words whatever is wrong with it."""
        known = tokens.find(token.decode("ascii", errors="replace"), address=self.address)
        if known is None:
            raise AuthenticationFailed(
                _("This token is not valid. It may have expired or been revoked; make a new one on your account page.")
            )
        return tokens.narrow(known.user, known), known


class TokenScheme(OpenApiAuthenticationExtension):
    """Says in the OpenAPI document how the token is sent."""

    target_class = "pilots.api.signing_in.ByToken"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Describe the header."""
        return build_bearer_security_scheme_object("Authorization", "Token")


class WithinItsScope(BasePermission):
    """A token opens no more than it was made for, whoever its person is."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse a change through a token that only reads, and what is not public through one for published figures."""
        if request.auth is None or request.auth.scope == Token.Scope.WRITE:
            return True
        if request.method not in SAFE_METHODS:
            self.message = _("This token may only read. Make one that may write.")
            return False
        self.message = _("This token reads published figures only. Make one that reads what you may read.")
        return request.auth.scope == Token.Scope.OWN or not OPEN.isdisjoint(view.permission_classes)


class SignedInWhereClosed(BasePermission):
    """Lets people without an account read what is published, unless PUBLIC_SITE is off."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Ask for an account where the site is closed."""
        return settings.PUBLIC_SITE or request.user.is_authenticated
