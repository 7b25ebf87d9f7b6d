"""Compares a password with the person whom a name means."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from pilots import members


class ByNameMailOrPhone(AuthenticationBackend):
    """Knows a person by username or e-mail, and by phone where what was typed is neither (DECISIONS 19)."""

    def _authenticate(self, request: HttpRequest | None, **credentials: str) -> AbstractBaseUser | None:
        """Look for a phone only when no password was compared yet, so that every try costs one comparison."""
        found = super()._authenticate(request, **credentials)
        phone = members.plain_phone(credentials.get("username") or "")
        if found or self._did_check_password or not phone:
            return found
        return self._check_password(get_user_model().objects.filter(phone=phone).first(), credentials["password"])
