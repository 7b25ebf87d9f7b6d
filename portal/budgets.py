"""How often a program may ask: a budget for each caller and kind of request, counted minute by minute in Redis."""

from __future__ import annotations

import functools
import ipaddress
import logging
import time

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

log = logging.getLogger(__name__)
MINUTE = 60
TIMEOUT_SECONDS = 0.2
# A counter that does not answer is left alone this long, so that it does not slow every request down.
PAUSE_SECONDS = 5
READ, WRITE, WHOLE = "read", "write", "whole"


class Budget(BaseThrottle):
    """Counts a request against its caller's budget of the minute.

    A token, a person in their sessions and an address without either each have their own budgets: one for reading, one for
    writing, one for whole selections. Without Redis nobody is held back: a counter protects the portal, no figure depends on it.
    """

    paused_until = 0.0

    def allow_request(self, request: Request, view: object) -> bool:
        """Say whether the budget of this minute is not used up yet."""
        kind = getattr(view, "kind_of", lambda _request: READ)(request)
        most = limit(kind, signed_in=request.user.is_authenticated)
        return not most or self.count(f"{kind}:{caller(request, self.get_ident(request))}") <= most

    def wait(self) -> float:
        """The seconds until the next minute begins."""
        return MINUTE - time.time() % MINUTE

    def count(self, name: str) -> int:
        """Count one more in this minute and return how many there are; 0 where the counter does not answer."""
        if time.monotonic() < Budget.paused_until:
            return 0
        key = f"budget:{name}:{int(time.time() // MINUTE)}"
        try:
            found = counter().incr(key)
            if found == 1:
                counter().expire(key, 2 * MINUTE)
            return found
        except redis.RedisError as error:
            Budget.paused_until = time.monotonic() + PAUSE_SECONDS
            log.warning("Requests are not counted, because the counter does not answer: %s", error)
            return 0


def limit(kind: str, *, signed_in: bool) -> int:
    """The requests that a caller may send in a minute; 0 sets no limit."""
    if kind == READ:
        return settings.RATE_SIGNED_IN if signed_in else settings.RATE_ANONYMOUS
    return {WRITE: settings.RATE_WRITES, WHOLE: settings.RATE_WHOLE}[kind]


def caller(request: Request, address: str) -> str:
    """Name who asks: a token, a person, or the network that an address belongs to."""
    if request.auth is not None:
        return f"token:{request.auth.pk}"
    if request.user.is_authenticated:
        return f"person:{request.user.pk}"
    return f"address:{network(address)}"


def network(address: str) -> str:
    """The address itself, or the /64 of an IPv6 one: whoever has one address there has them all."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


@functools.cache
def counter() -> redis.Redis:
    """The connection to the counter, which is where the jobs wait too."""
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    once = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, retry=once)
