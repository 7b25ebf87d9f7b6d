"""The page of what waits for a person."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import waiting


@login_required
@require_safe
def todo(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader, the nearest day first."""
    user = request.user
    context = {
        "calls": waiting.calls_for(user),
        "submissions": waiting.submissions_for(user),
        "reports": waiting.reports_for(user),
        "unstaffed": waiting.unstaffed_for(user),
        "invited": waiting.invitations_for(user),
    }
    return render(request, "todo.html", context)
