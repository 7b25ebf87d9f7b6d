"""Visitors of the pages: somebody signed in, without the slow way over the sign-in form."""

import time

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from pilots.models import User

STARTED = "started_at"


def signed_in(user: User, *, language: str = "en") -> Client:
    """Return a client with a session of `user`.

    Django's `force_login` reports a sign-in without an address, which the lockout's counting refuses.
    """
    client = Client(headers={"accept-language": language})
    session = client.session
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[STARTED] = int(time.time())
    session.save()
    return client
