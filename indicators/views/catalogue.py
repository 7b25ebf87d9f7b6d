"""The catalogue: every definition of what is measured, to search and to read."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from indicators.models import Indicator, Series, Theme
from pilots.models import Issue, Purpose, Standard

PAGE = 50
# Purposes first, then issues, then goals, each in the framework's order.
SERVED = ("purpose__order", "issue__order", "goal__number")


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the definitions, narrowed by words, standard, theme, purpose and issue."""
    chosen = {name: request.GET.get(name, "").strip() for name in ("q", "standard", "theme", "purpose", "issue")}
    found = _narrowed(Indicator.objects.all(), chosen)
    adopted = Count("series", filter=Q(series__active=True, series__pilot__active=True))
    shown = found.select_related("standard", "theme", "unit", "pilot").annotate(adopted=adopted)
    page = Paginator(shown.order_by(F("standard__order").asc(nulls_last=True), "order", "code"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "chosen": chosen,
        "standards": Standard.objects.filter(indicators__isnull=False).distinct(),
        "themes": Theme.objects.all(),
        "purposes": Purpose.objects.all(),
        "issues": Issue.objects.all(),
    }
    return render(request, "indicators/catalogue.html", context)


@login_not_required
@require_safe
def definition(request: HttpRequest, code: str) -> HttpResponse:
    """Show one definition: what is counted, how, in what limits, what it serves and who uses it."""
    kin = ("standard", "theme", "unit", "pilot", "goal_target", "numerator__unit", "denominator__unit")
    found = get_object_or_404(Indicator.objects.select_related(*kin), code=code)
    context = {
        "indicator": found,
        "mappings": found.mappings.select_related("purpose", "issue", "goal").order_by(*SERVED),
        "adopted": Series.objects.visible_to(request.user).filter(indicator=found).select_related("pilot"),
        "past": found.past_definitions.order_by("-version"),
    }
    return render(request, "indicators/definition.html", context)


def _narrowed(found: QuerySet, chosen: dict[str, str]) -> QuerySet:
    if chosen["q"]:
        words = Q(code__icontains=chosen["q"]) | Q(name_zh__icontains=chosen["q"]) | Q(name_en__icontains=chosen["q"])
        found = found.filter(words)
    for name, path in (("standard", "standard__key"), ("theme", "theme__key")):
        if chosen[name]:
            found = found.filter(**{path: chosen[name]})
    for name in ("purpose", "issue"):
        if chosen[name]:
            found = found.filter(pk__in=Indicator.objects.filter(**{f"mappings__{name}__key": chosen[name]}).values("pk"))
    return found
