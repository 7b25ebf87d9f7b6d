"""The page of what waits for a person."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pilots.models import Role
from portal import waiting


@login_required
@require_safe
def todo(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader, the nearest day first."""
    user = request.user
    context = {
        "calls": waiting.calls_for(user),
        "threads": waiting.threads_for(user),
        "imports": waiting.imports_for(user),
        "proposals": waiting.proposals_for(user),
        "reviews": waiting.reviews_for(user),
        "unlocks": waiting.unlocks_for(user),
        "late": waiting.late_for(user),
        "targets": waiting.targets_for(user),
        "reports": waiting.reports_for(user),
        "unstaffed": waiting.unstaffed_for(user),
        "invited": waiting.invitations_for(user),
        "seal": waiting.trail_for(user),
    }
    context["empty"] = not any(context.values())
    context |= {"covering": waiting.covering_for(user), "trouble": waiting.trouble_for(user)}
    context["reviews_own"] = Role.COORDINATOR in user.programme_roles
    return render(request, "todo.html", context)
