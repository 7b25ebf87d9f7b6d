"""The front page, help, the person's own account and language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from indicators.models import Current
from pilots import members
from pilots.models import Door, Pilot


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the portal is and which pilots take part."""
    pilots = _with_counts(Pilot.objects.visible_to(request.user))
    latest = _latest_years(request.user)
    rows = [{"pilot": pilot, "place": _place(pilot), "latest": latest.get(pilot.pk)} for pilot in pilots]
    return render(request, "front.html", {"rows": rows})


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Explain the way of a figure in a page."""
    return render(request, "help.html")


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show who is signed in and what the person may do where."""
    memberships = request.user.memberships.filter(ended_at=None).select_related("pilot")
    facts = [(_("Name"), request.user), (_("Username"), request.user.username), (_("E-mail"), request.user.email or _("none"))]
    return render(request, "account.html", {"facts": facts, "memberships": memberships})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak the chosen language from now on: in this browser, and wherever the person signs in."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        members.choose_language(user=request.user, language=chosen, by=request.user, door=Door.PAGE)
    return set_language(request)


def _with_counts(pilots: QuerySet) -> QuerySet:
    indicators = Q(series__active=True, series__indicator__isnull=False)
    return pilots.annotate(indicators=Count("series", filter=indicators))


def _latest_years(user: object) -> dict[int, int]:
    """The latest year with a verified figure, by pilot."""
    starts = Current.objects.visible_to(user).order_by().values_list("pilot").annotate(latest=Max("start"))
    return {pilot: latest.year for pilot, latest in starts}


def _place(pilot: Pilot) -> str:
    parts = dict.fromkeys(part for part in (pilot.province, pilot.city) if part)
    return " · ".join(parts)
