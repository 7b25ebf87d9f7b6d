"""Who else of the team is on a sheet just now, and at which issue; kept in the cache alone and forgotten within a minute."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_required
from django.core.cache import caches
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe

from indicators.views.sheet import Sheet, find
from pilots import access
from pilots.models import User

log = logging.getLogger(__name__)
# Whoever is at work says so at least every twenty seconds.
FORGOTTEN_AFTER = 50
LONGEST_ISSUE = 60


@login_required
@require_safe
def present(request: HttpRequest, slug: str, period: str) -> JsonResponse:
    """Say who is signed in, with a fresh token for their next save, and which colleagues are on the sheet; `?at=` says where the person is.

    A page that was signed out asks here too whether it is the same person again.
    """
    sheet = find(request, slug, period)
    others = meet(sheet, at=request.GET.get("at", "")[:LONGEST_ISSUE]) if sheet.enters else []
    return JsonResponse({"person": str(request.user.pk), "csrf_token": get_token(request), "others": others})


def meet(sheet: Sheet, *, at: str) -> list[dict[str, str]]:
    """Note that the person is here, and return the colleagues who are; nobody where the cache is away."""
    team = User.objects.filter(
        is_active=True, memberships__pilot=sheet.pilot, memberships__role__in=access.TEAM, memberships__ended_at=None
    )
    names = dict(team.exclude(pk=sheet.user.pk).order_by("name").distinct().values_list("pk", "name"))
    keys = {key_of(sheet, pk): name for pk, name in names.items()}
    try:
        caches["presence"].set(key_of(sheet, sheet.user.pk), at, FORGOTTEN_AFTER)
        found = caches["presence"].get_many(list(keys))
    # Whatever keeps the cache away, nobody's work may wait for it.
    except Exception as error:
        log.warning("Nobody is seen on the sheet, because the cache does not answer: %s", error)
        return []
    return [{"name": keys[key], "at": where} for key, where in found.items()]


def key_of(sheet: Sheet, user: int) -> str:
    return f"present:{sheet.pilot.pk}:{sheet.period.code}:{user}"
