"""What a person must do before anything else: change a password that is too old or not their own, set up a second factor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve
from django.utils import timezone

from portal.accounts import second

PASSWORD, FACTOR = "account_change_password", "mfa_activate_totp"
ALWAYS = frozenset({"account_logout", "account_reauthenticate", "set_language", "live", "ready"})


def first_things_first(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Lead a person to what must be done first from every page; at the API their session counts as nobody's until it is done."""

    def answer(request: HttpRequest) -> HttpResponse:
        step = first_step(request.user) if request.user.is_authenticated else None
        if step is None or route_of(request) in {step, *ALWAYS}:
            return get_response(request)
        if request.path.startswith("/api/"):
            request.user = AnonymousUser()
            return get_response(request)
        return redirect(step)

    return answer


def first_step(user: AbstractBaseUser) -> str | None:
    """Name the page that a person must pass first, or none."""
    if password_is_due(user):
        return PASSWORD
    if second.needed(user) and not second.held(user):
        return FACTOR
    return None


def password_is_due(user: AbstractBaseUser) -> bool:
    """Say whether a password was chosen by somebody else or is older than the profile allows."""
    if not user.has_usable_password():
        return False
    changed, days = user.password_changed_at, settings.PASSWORD_DAYS
    return changed is None or (bool(days) and timezone.now() - changed >= timedelta(days=days))


def route_of(request: HttpRequest) -> str:
    """Name the route that a request is for; empty where there is none."""
    try:
        return resolve(request.path_info).view_name
    except Http404:
        return ""
