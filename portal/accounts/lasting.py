"""How long a session lasts: so many hours from its sign-in, and in a strict profile so many minutes without use."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from pilots import sessions
from pilots.models import Door
from portal.accounts import names

STARTED, SEEN, ENDED = "started_at", "seen_at", "ended_by"
# The last use is kept to the minute: to the second would turn every read into a write.
NOTED_EVERY = 60


def limited(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """End a session that is too old or was left alone too long; the request goes on as a stranger's."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            reason = note_use(request.session, now=int(time.time()))
            if reason:
                sessions.end(user=request.user, reason=reason, address=names.client_address(request), by=request.user, door=Door.PAGE)
                request.session.flush()
                request.session[ENDED] = reason
                request.user = AnonymousUser()
        return get_response(request)

    return answer


def note_use(session: SessionBase, *, now: int) -> str:
    """Keep the minute of use, or say why the session is over: `age` or `idle`; empty where it goes on. `now` in seconds."""
    started = session.setdefault(STARTED, now)
    if now - started >= settings.SESSION_COOKIE_AGE:
        return "age"
    if not settings.SESSION_IDLE_SECONDS:
        return ""
    seen = session.get(SEEN, started)
    if now - seen >= settings.SESSION_IDLE_SECONDS:
        return "idle"
    if now - seen >= NOTED_EVERY or SEEN not in session:
        session[SEEN] = now
    return ""


def keep_this(request: HttpRequest) -> None:
    """Let the session of this request outlive the end of all others, under a new key."""
    before = request.session.session_key
    update_session_auth_hash(request, request.user)
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
