"""Counts failed tries and closes the door for a while, and keeps every coming and going in the trail.

The lockout library hears Django's three signals of sign-in, failure and sign-out, whichever door they come from, and hands them
to its handler: this one. No other place of the portal listens to a signal.
"""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.usersessions.models import UserSession
from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, Sum
from django.http import HttpRequest

from pilots import sessions
from pilots.models import Door
from portal.accounts import names
from portal.accounts.lasting import STARTED

# Failures that close the door, counted without a pause of half an hour. First a name at an address, so that nobody keeps
# a person out from elsewhere; a name from everywhere and an address for every name only at many more.
PAIR, NAME, ADDRESS = 5, 50, 100
# Whoever types codes has the password already, so a name alone is enough.
CODES = 5
WAYS = {"socialaccount": "oidc"}


class Doorkeeper(AxesDatabaseHandler):
    """Knows the limits, and writes down who came, who was refused and who left."""

    def get_failures(self, request: HttpRequest, credentials: dict | None = None) -> int:
        """Count the failures against the limit that is nearest, in a scale on which AXES_FAILURE_LIMIT closes the door."""
        name, address = names.counted_name(request, credentials), request.axes_ip_address
        this_name, here = Q(username=name), Q(ip_address=address)
        limits = {"pair": (this_name & here, PAIR), "name": (this_name, NAME), "address": (here, ADDRESS)}
        if name.startswith("code:"):
            limits = {"name": (this_name, CODES)}
        recent = AccessAttempt.objects.filter(this_name | here, attempt_time__gte=get_cool_off_threshold(request))
        sums = recent.aggregate(**{scope: Sum("failures_since_start", filter=which) for scope, (which, _limit) in limits.items()})
        return max((sums[scope] or 0) * settings.AXES_FAILURE_LIMIT // limit for scope, (_which, limit) in limits.items())

    def user_login_failed(self, sender: object, credentials: dict, request: HttpRequest | None = None, **more: object) -> None:
        """Count a failed try, and keep it and the lock that it may have closed."""
        if request is None:
            return
        shut = request.axes_locked_out
        super().user_login_failed(sender, credentials, request, **more)
        who = names.named(request, credentials).shown
        tried = "code" if names.CODE_OF in credentials else "password"
        address = request.axes_ip_address
        sessions.refuse(name=who, reason="locked" if shut else tried, address=address, by=None, door=Door.PAGE)
        if request.axes_locked_out and not shut:
            sessions.lock(name=who, address=address, by=None, door=Door.PAGE)

    def user_logged_in(self, sender: object, request: HttpRequest, user: AbstractBaseUser, **more: object) -> None:
        """Forget the failures of this name at this address, begin the session's time, and keep the sign-in."""
        super().user_logged_in(sender, request, user, **more)
        self.reset_attempts(username=f"code:{user.pk}")
        request.session[STARTED] = int(time.time())
        make_room(user)
        UserSession.objects.create_from_request(request)
        sessions.begin(user=user, how=way_in(request, user), address=request.axes_ip_address, by=user, door=Door.PAGE)

    def user_logged_out(self, sender: object, request: HttpRequest, user: AbstractBaseUser | None, **more: object) -> None:
        """Keep the sign-out."""
        super().user_logged_out(sender, request, user, **more)
        if user is not None:
            sessions.end(user=user, reason="signed out", address=request.axes_ip_address, by=user, door=Door.PAGE)


def way_in(request: HttpRequest, user: AbstractBaseUser) -> str:
    """Say by what a person proved who they are, such as password+totp."""
    steps = [step.get("type") or WAYS.get(step["method"], step["method"]) for step in get_authentication_records(request, user)]
    return "+".join(dict.fromkeys(steps)) or "link"


def make_room(user: AbstractBaseUser) -> None:
    """End the oldest sessions of a person, so that with the one that begins there are no more than the profile allows at once."""
    if settings.SESSIONS_AT_ONCE:
        held = sorted(UserSession.objects.purge_and_list(user), key=lambda session: session.created_at)
        for session in held[: max(0, len(held) + 1 - settings.SESSIONS_AT_ONCE)]:
            session.end()


def forget(user: AbstractBaseUser) -> None:
    """Forget the failures counted against a person, from whatever address."""
    for kind in ("person", "code"):
        AxesProxyHandler.reset_attempts(username=f"{kind}:{user.pk}")
