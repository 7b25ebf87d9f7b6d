"""The auditor's page: every act in the portal, searched, read and taken along as a file, with the word of the last seal."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pilots import searching
from pilots.models import Door, Pilot, Role, TrailSeal

FORMS = {
    "csv": ("text/csv; charset=utf-8", searching.as_csv),
    "ndjson": ("application/x-ndjson", searching.as_ndjson),
}


@login_required
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Show a page of the rows that fit the filters, the newest first. To everybody but an auditor nothing is here."""
    _auditors_only(request)
    before = request.GET.get("before", "")
    context = {
        "asked": {name: request.GET.get(name, "") for name in searching.FILTERS},
        "pilots": Pilot.objects.visible_to(request.user),
        "doors": Door.choices,
        "seal": TrailSeal.objects.visible_to(request.user).first(),
        "later": before,
    }
    try:
        found = searching.rows(searching.read(request.GET), user=request.user)
    except ValidationError as refusal:
        return render(request, "trail.html", {**context, "errors": refusal.message_dict}, status=400)
    rows, following = searching.page(found, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    shown = [(row, searching.differences(row)) for row in rows]
    return render(request, "trail.html", {**context, "rows": shown, "following": following})


@login_required
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Give all rows that fit the filters as a file, however many they are."""
    _auditors_only(request)
    try:
        found = searching.rows(searching.read(request.GET), user=request.user)
    except ValidationError as refusal:
        raise Http404 from refusal
    kind, lines = FORMS[form]
    response = StreamingHttpResponse(lines(found), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="trail-{timezone.localdate()}.{form}"'
    return response


def _auditors_only(request: HttpRequest) -> None:
    if Role.AUDITOR not in request.user.programme_roles:
        raise Http404
