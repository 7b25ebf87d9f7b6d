"""Outages: the database or a disk fails a request, which is told as 503 with words and a time to come back."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from django.db import DatabaseError, Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Outage:
    """What failed a request: its code at the API, its words for a reader, and the seconds after which to ask again."""

    code: str
    detail: str | Promise
    wait: int


AWAY = Outage("unavailable", _("The database does not answer just now. Try again in a few seconds."), 5)
BUSY = Outage("busy", _("Somebody else was changing the same thing at this moment, so your change was not made. Try again."), 1)
SLOW = Outage("too_slow", _("This took too long and was stopped. Ask for less at a time, or try again later."), 10)
FULL = Outage("no_room", _("The server has no room left to save this. Reading still works. Tell the administrator."), 60)
# The conditions of PostgreSQL that are more, or less, than an answer that did not come (its manual, appendix A).
BY_CONDITION = {"25006": AWAY, "40001": BUSY, "40P01": BUSY, "53100": FULL, "55P03": BUSY, "57014": SLOW}
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def behind(exc: BaseException | None) -> Outage | None:
    """Find the outage behind an error, also where other code has put an error of its own over it; None where there is none."""
    while exc is not None:
        found = _named(exc)
        if found:
            return found
        exc = exc.__cause__ or exc.__context__
    return None


def _named(exc: BaseException) -> Outage | None:
    """Read one error by itself."""
    if isinstance(exc, OSError):
        return FULL if exc.errno in NO_ROOM else None
    if not isinstance(exc, Error):
        return None
    condition = getattr(exc.__cause__, "pgcode", None)
    if condition in BY_CONDITION:
        return BY_CONDITION[condition]
    # A line that breaks while an answer comes has no condition, and the driver gives it no class of its own.
    broken = type(exc) is DatabaseError and not condition
    return AWAY if broken or isinstance(exc, OperationalError | InterfaceError) else None


def page(request: HttpRequest, outage: Outage) -> HttpResponse:
    """Answer a reader of pages, without asking the database for anything: not even who reads."""
    words = {"outage": outage, "sent": request.method not in {"GET", "HEAD"}}
    return HttpResponse(render_to_string("503.html", words), status=503, headers={"Retry-After": str(outage.wait)})
