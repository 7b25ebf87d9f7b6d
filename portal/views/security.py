"""Sign-in and the security of one's own account: the library's pages, each with our act behind it and our words before it."""

from __future__ import annotations

from urllib.parse import quote

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as usersessions
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pilots import factors, sessions
from pilots.models import Door
from portal.accounts import browsers, firsts, lasting, second

LEAVE_NOTHING = '"cache", "storage"'


class SignIn(account.LoginView):
    """The door. It says why the last session ended."""

    def get_context_data(self, **more: object) -> dict[str, object]:
        ended = self.request.session.pop(lasting.ENDED, "")
        return {**super().get_context_data(**more), "ended": ended, "oidc": settings.OIDC_URL and settings.OIDC_NAME}


class SignOut(account.LogoutView):
    """The way out; the browser forgets what it kept of the pages."""

    def post(self, *args: object, **more: object) -> HttpResponse:
        response = super().post(*args, **more)
        response.headers["Clear-Site-Data"] = LEAVE_NOTHING
        return response


class ChangePassword(account.PasswordChangeView):
    """A new password for somebody who knows the old one."""

    def dispatch(self, request: HttpRequest, *args: object, **more: object) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return render(request, "account/password_elsewhere.html", {"oidc": settings.OIDC_URL and settings.OIDC_NAME})
        return super().dispatch(request, *args, **more)

    def get_context_data(self, **more: object) -> dict[str, object]:
        user = self.request.user
        due = firsts.password_is_due(user)
        why = "" if not due else "theirs" if user.password_changed_at is None else "old"
        return {**super().get_context_data(**more), "why": why, "days": settings.PASSWORD_DAYS}


class AskForLink(account.PasswordResetView):
    """Where somebody without a password asks for a link; without a mail server it says whom to ask."""

    def get_context_data(self, **more: object) -> dict[str, object]:
        return {**super().get_context_data(**more), "sends_mail": settings.MAIL}


class SetUp(totp.ActivateTOTPView):
    """A key for the person's app, and the first code that shows that it arrived."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        user = self.request.user
        with transaction.atomic():
            response = super().form_valid(form)
            second.spend(user, form.cleaned_data["code"])
            factors.switch_on(user=user, by=user, door=Door.PAGE)
        lasting.keep_this(self.request)
        return response

    def get_context_data(self, **more: object) -> dict[str, object]:
        return {**super().get_context_data(**more), "required": second.needed(self.request.user)}


class SwitchOff(totp.DeactivateTOTPView):
    """No second factor any more, or another phone."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        user = self.request.user
        with transaction.atomic():
            response = super().form_valid(form)
            factors.switch_off(user=user, by=user, door=Door.PAGE)
        lasting.keep_this(self.request)
        return response

    def get_context_data(self, **more: object) -> dict[str, object]:
        return {**super().get_context_data(**more), "required": second.needed(self.request.user)}


class Codes(recovery.ViewRecoveryCodesView):
    """The recovery codes, shown once, to be printed or kept as a file that never touched the server."""

    def get_context_data(self, **more: object) -> dict[str, object]:
        found = super().get_context_data(**more)
        return {**found, "file": quote("\n".join(found["unused_codes"])), "left": len(found["unused_codes"])}


class RenewCodes(recovery.GenerateRecoveryCodesView):
    """New recovery codes; the old ones are void."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            factors.renew_codes(user=self.request.user, by=self.request.user, door=Door.PAGE)
        return response


class Sessions(usersessions.ListUserSessionsView):
    """Where the person is signed in, and the button that ends all but this one."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        sessions.end_all(user=self.request.user, by=self.request.user, door=Door.PAGE)
        lasting.keep_this(self.request)
        return response

    def get_context_data(self, **more: object) -> dict[str, object]:
        found = super().get_context_data(**more)
        shown = [browsers.Shown.of(session) for session in sorted(found["sessions"], key=lambda each: each.created_at, reverse=True)]
        return {**found, "shown": shown, "idle": settings.SESSION_IDLE_SECONDS // 60, "most": settings.SESSIONS_AT_ONCE}
