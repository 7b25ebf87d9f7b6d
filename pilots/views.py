"""The page of a pilot: what is known of it, where that comes from, and what it tries."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pilots import access
from pilots.models import Fact, Pilot

SHOWN = (Fact.Kind.FIGURE, Fact.Kind.OBSERVED, Fact.Kind.ACHIEVEMENT, Fact.Kind.BACKGROUND)


@login_not_required
@require_safe
def pilot(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a pilot's profile; doubtful facts and people's names are for members and the programme's readers."""
    shown = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
    insider = access.may(request.user, shown, *access.READERS)
    facts = Fact.objects.visible_to(request.user).filter(pilot=shown)
    context = {
        "pilot": shown,
        "insider": insider,
        "facts": {kind.value: [fact for fact in facts if fact.kind == kind] for kind in SHOWN},
        "trials": shown.trials.select_related("standard"),
        "goals": shown.goals.all(),
        "milestones": _milestones(shown, insider=insider),
        "stakeholders": _stakeholders(shown, insider=insider),
    }
    return render(request, "pilots/pilot.html", context)


def _milestones(shown: Pilot, *, insider: bool) -> QuerySet:
    milestones = shown.milestones.all()
    return milestones if insider else milestones.filter(doubt_zh="", doubt_en="")


def _stakeholders(shown: Pilot, *, insider: bool) -> QuerySet:
    stakeholders = shown.stakeholders.all()
    return stakeholders if insider else stakeholders.filter(public=True, person=False)
