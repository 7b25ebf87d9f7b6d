"""The pages of a pilot's cycles: the stages, the gate with what it lacks, and the objectives beside their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cycles import gates, stages, stocktake
from cycles.models import Cycle, Objective, StocktakeLine
from pilots import access
from pilots.models import Door, Phase, Pilot

# Where on the page of a cycle the thing stands that a gate lacks.
ANCHORS = {"policy": "policy", "objectives": "objectives", "audit": "check", "review": "check", "nonconformity": "act"}


@dataclass(frozen=True)
class StageOnPage:
    """A stage in the strip at the head: its name, and whether it is behind, now or ahead."""

    key: str
    name: str
    place: str


@login_required
@require_safe
def cycles(request: HttpRequest, slug: str) -> HttpResponse:
    """List a pilot's cycles, the newest first."""
    pilot = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
    if not access.may(request.user, pilot, *access.READERS):
        raise Http404
    found = Cycle.objects.visible_to(request.user).filter(pilot=pilot)
    return render(request, "cycles/cycles.html", {"pilot": pilot, "cycles": found, "demo": any(cycle.demo for cycle in found)})


@login_required
@require_safe
def cycle(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a cycle."""
    return render(request, "cycles/cycle.html", _shown(request, _found(request, slug, number)))


@login_required
@require_POST
def advance(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Move a cycle on, or show what its gate still lacks."""
    shown = _found(request, slug, number)
    reason = request.POST.get("override_reason", "")
    try:
        stages.advance(cycle=shown, override_reason=reason or None, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return _refused(request, shown, refusal, override_reason=reason)
    messages.success(request, _("The cycle moved on."))
    return redirect("cycles:cycle", slug, number)


@login_required
@require_POST
def reopen(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Move a cycle back by one stage."""
    shown = _found(request, slug, number)
    reason = request.POST.get("reason", "")
    try:
        stages.reopen(cycle=shown, reason=reason, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return _refused(request, shown, refusal, reason=reason)
    messages.success(request, _("The cycle went back one stage."))
    return redirect("cycles:cycle", slug, number)


def _found(request: HttpRequest, slug: str, number: int) -> Cycle:
    """Find the cycle of an address; to strangers it is not there."""
    found = Cycle.objects.visible_to(request.user).select_related("pilot", "policy")
    return get_object_or_404(found, pilot__slug=slug, number=number)


def _refused(request: HttpRequest, shown: Cycle, refusal: ValidationError, **typed: str) -> HttpResponse:
    """Show the page again with the refusal and what was typed; 409 where the state forbids it."""
    wrong_state = getattr(refusal, "code", None) == "wrong_state"
    context = {**_shown(request, shown), "refusal": refusal.messages, "typed": typed}
    return render(request, "cycles/cycle.html", context, status=409 if wrong_state else 400)


def _shown(request: HttpRequest, shown: Cycle) -> dict[str, object]:
    gate, roles = gates.of(shown), access.roles_in(request.user, shown.pilot)
    lines = stocktake.lines(shown)
    frozen = shown.stage in (stages.ACT, stages.CLOSED)
    keeper = not roles.isdisjoint(stages.GATEKEEPERS)
    return {
        "cycle": shown,
        "pilot": shown.pilot,
        "demo": shown.demo or any(line.demo for line in lines),
        "stages": _strip(shown),
        "day": (timezone.localdate() - shown.starts).days + 1,
        "days": (shown.ends - shown.starts).days + 1,
        "gate": gate,
        "checks": [(check, [(lack, _address(lack, shown)) for lack in check.lacks]) for check in gate.checks] if gate else [],
        "next_step": stages.next_step(shown) if keeper else None,
        "back_step": stages.BACKWARD.get(shown.stage) if keeper else None,
        "objectives": _objectives(shown, lines),
        "taken": shown.stocktakes.order_by("-number").first() if frozen else None,
        "today": timezone.localdate(),
        **_content(shown),
    }


def _content(shown: Cycle) -> dict[str, object]:
    """What was done in each stage."""
    return {
        "actions": shown.actions.select_related("objective", "owner"),
        "audits": shown.audits.all(),
        "reviews": shown.reviews.all(),
        "nonconformities": shown.nonconformities.select_related("clause").prefetch_related("corrections__owner"),
        "decisions": shown.decisions.select_related("decided_by"),
        "justified": shown.justifications.count(),
        "changes": shown.changes.select_related("by"),
    }


def _strip(shown: Cycle) -> list[StageOnPage]:
    """Name the four stages as the pilot calls them."""
    order = list(stages.UNDER_WAY)
    now = order.index(shown.stage) if shown.stage in order else len(order)
    alias = shown.pilot.stage_names == Pilot.StageNames.ECO_TREE
    names = {phase.key: phase.alias if alias else phase.name for phase in Phase.objects.all()}
    places = ["behind"] * now + ["now"] + ["ahead"] * (len(order) - now)
    return [StageOnPage(key, names.get(key, Cycle.Stage(key).label), place) for key, place in zip(order, places, strict=False)]


def _objectives(shown: Cycle, lines: Sequence[StocktakeLine]) -> list[tuple[Objective, list[StocktakeLine]]]:
    """Put the lines of the stocktake under their objectives."""
    found = shown.objectives.select_related("owner")
    return [(objective, [line for line in lines if line.objective_id == objective.pk]) for objective in found]


def _address(lack: gates.Lack, shown: Cycle) -> str:
    """Return where the reader can look at what is lacking: the entry page, the indicator, the matrix, or a place on this page."""
    if lack.kind == "collection":
        return reverse("indicators:entry", args=[shown.pilot.slug, lack.key])
    if lack.kind == "series":
        return reverse("indicators:indicator", args=[shown.pilot.slug, lack.key])
    if lack.kind == "issue":
        return reverse("indicators:matrix", args=[shown.pilot.slug])
    if lack.kind == "objective":
        return f"#objective-{lack.key}"
    return f"#{ANCHORS[lack.code]}"
