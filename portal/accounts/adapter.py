"""What the sign-in library asks of the portal: invited people only, passwords by the act, and our own words."""

from __future__ import annotations

import time

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pilots import passwords
from pilots.models import Door
from portal.accounts.lasting import STARTED

# Whoever has just signed in need not type the password again to set up a second factor.
FRESH_SECONDS = 300
WRONG = _("The name or the password is not right. Check both and try again.")


class ByInvitation(DefaultAccountAdapter):
    """Accounts come from invitations; nobody makes one at the sign-in page."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "enter_current_password": _("This is not your password now. Type it again."),
        "incorrect_password": _("This is not your password. Type it again."),
        "too_many_login_attempts": _("There were too many tries. Wait half an hour and try again."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
        "rate_limited": _("There were too many tries. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Change a password, at the page for it or at the link of a mail."""
        passwords.change(user=user, password=password, by=user, door=Door.PAGE)

    def is_reauthentication_required(self, *, app: str, **more: object) -> bool:
        """Ask for the password again before a second factor is touched, but for a few minutes after the sign-in."""
        fresh = time.time() - self.request.session.get(STARTED, 0) < FRESH_SECONDS
        return not fresh and super().is_reauthentication_required(app=app, **more)
