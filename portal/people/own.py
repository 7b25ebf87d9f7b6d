"""What the portal keeps about a person, for that person to take along."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from pilots import members


@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Hand a person everything that is kept about them, as a JSON file."""
    answer = JsonResponse(members.own_data(request.user), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer
