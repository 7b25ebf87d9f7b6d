"""Who comes in at the sign-in page: invited people only, counted by name and address, with passwords of the profile."""

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilots import members

KINDS = (str.isupper, str.islower, str.isdigit, lambda sign: not sign.isalnum())
KINDS_WANTED = 3


class ByInvitation(DefaultAccountAdapter):
    """Accounts come from invitations; nobody makes one at the sign-in page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class ByNameMailOrPhone(AuthenticationBackend):
    """Knows a person by username or e-mail, and by phone where what was typed is neither (DECISIONS 19)."""

    def _authenticate(self, request: HttpRequest | None, **credentials: str) -> AbstractBaseUser | None:
        """Look for a phone only when no password was compared yet, so that every try costs one comparison."""
        found = super()._authenticate(request, **credentials)
        phone = members.plain_phone(credentials.get("username") or "")
        if found or self._did_check_password or not phone:
            return found
        return self._check_password(get_user_model().objects.filter(phone=phone).first(), credentials["password"])


class KindsOfCharacters:
    """Ask for three kinds of characters in a password (GB/T 22239-2019, 8.1.4.1 a)."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a password with fewer than three of: capital letters, small letters, digits, other signs."""
        if sum(any(map(kind, password)) for kind in KINDS) < KINDS_WANTED:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        """Say the rule in the reader's language."""
        return _("Use at least three of these: capital letters, small letters, digits, other signs.")


def sign_in_name(request: HttpRequest, credentials: dict | None = None) -> str | None:
    """Find the name typed at sign-in, in small letters, so that failed tries under one name count together."""
    typed = credentials or {}
    name = typed.get("username") or typed.get("email") or request.POST.get("login") or request.POST.get("username")
    return members.plain_phone(name) or name.lower() if name else None


def client_address(request: HttpRequest) -> str:
    """Find the address a request came from, behind as many proxies as PROXY_COUNT says."""
    return get_adapter(request).get_client_ip(request)


def refuse_demo_accounts() -> None:
    """Refuse to start a server on a database with demo accounts, whose passwords everybody knows."""
    try:
        found = get_user_model().objects.filter(demo=True, is_active=True).exists()
    except OperationalError:
        # The database is away; the web server may wait for it, and the next process asks again.
        return
    finally:
        connection.close()
    if found:
        raise ImproperlyConfigured("The database holds demo accounts. A server starts in an empty database: set DATABASE_URL to one.")
