"""Where a reader can go from any page: the person's places, the pilots, the reference."""

from dataclasses import dataclass

from django import template
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.models import Collection
from pilots import access
from pilots.models import Notice, Pilot, Role, keeps_people

register = template.Library()

# A programme of thousands lists its pilots on the front page; the navigation names the nearest few.
PILOTS_NAMED = 8
DOCK = 3


@dataclass(frozen=True)
class Place:
    """One address with its name, and a shorter one for a phone's bar.

    `current` is "page" on the page itself and "true" inside its part of the portal.
    """

    name: str
    address: str
    icon: str = ""
    current: str = ""
    short: str = ""


@dataclass(frozen=True)
class Group:
    """Places that belong together, under a title or none."""

    key: str
    title: str
    places: list[Place]


@dataclass(frozen=True)
class Navigation:
    """All that the shell of a page offers: the groups at the left, three places of the phone's bar, whose it is, and what is unread."""

    groups: list[Group]
    dock: list[Place]
    person: str
    unread: int = 0


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> Navigation:
    """Return the places that the reader of this page may go to."""
    request: HttpRequest = context["request"]
    pilots = _pilots(request)
    here = _pilot_in_view(request, pilots)
    groups = [
        Group("", "", _own_places(request, here)),
        Group("pilots", _("Pilots"), [_place(request, pilot.short_name, _pilot_address(pilot)) for pilot in pilots]),
        Group("reference", _("Reference"), _reference(request)),
    ]
    named = {place.icon: place for group in groups for place in group.places if place.icon}
    wanted = ("todo", "data", "matrix", "review", "home", "catalogue", "help")
    dock = [named[icon] for icon in wanted if icon in named][:DOCK]
    unread = Notice.objects.visible_to(request.user).unread().count() if request.user.is_authenticated else 0
    return Navigation([group for group in groups if group.places], dock, str(request.user), unread)


def _place(request: HttpRequest, name: str, address: str, icon: str = "", *, short: str = "") -> Place:
    current = ""
    if request.path == address:
        current = "page"
    elif address != "/" and request.path.startswith(address):
        current = "true"
    return Place(name, address, icon, current, short or name)


def _pilots(request: HttpRequest) -> list[Pilot]:
    """The pilots to name: the person's own first, then the programme's order."""
    visible = list(Pilot.objects.visible_to(request.user)[:PILOTS_NAMED])
    mine = getattr(request.user, "pilot_ids", frozenset())
    missing = mine - {pilot.pk for pilot in visible}
    if missing:
        visible = [*Pilot.objects.visible_to(request.user).filter(pk__in=missing), *visible]
    return sorted(visible, key=lambda pilot: pilot.pk not in mine)


def _pilot_in_view(request: HttpRequest, pilots: list[Pilot]) -> Pilot | None:
    """The pilot whose page this is, or else the first that the person belongs to."""
    slug = request.resolver_match.kwargs.get("slug") if request.resolver_match else None
    if slug:
        return Pilot.objects.visible_to(request.user).filter(slug=slug).first()
    mine = getattr(request.user, "pilot_ids", frozenset())
    return next((pilot for pilot in pilots if pilot.pk in mine), None)


def _own_places(request: HttpRequest, here: Pilot | None) -> list[Place]:
    places = _pilot_places(request, here) if here else []
    if not request.user.is_authenticated:
        return [_place(request, _("Front page"), reverse("home"), "home"), *places]
    todo = _place(request, _("To do"), reverse("todo"), "todo")
    review = _place(request, _("Review"), reverse("indicators:reviews"), "review")
    everybody = [_place(request, _("People"), reverse("people:everybody"), "person")] if keeps_people(request.user) else []
    return [todo, *places, review, *everybody]


def _pilot_places(request: HttpRequest, pilot: Pilot) -> list[Place]:
    matrix = _place(request, _("Matrix"), reverse("indicators:matrix", args=[pilot.slug]), "matrix")
    reports = _place(request, _("Annual reports"), reverse("reports:list", args=[pilot.slug]), "report")
    return [matrix, *_member_places(request, pilot), reports, *_team_place(request, pilot)]


def _member_places(request: HttpRequest, pilot: Pilot) -> list[Place]:
    """The pilot's data entry (its newest open collection, else the newest of all) and its cycles, for those who read them."""
    if not access.may(request.user, pilot, *access.READERS):
        return []
    newest = (F("closed_at").asc(nulls_first=True), "-start")
    collection = Collection.objects.visible_to(request.user).filter(pilot=pilot).order_by(*newest).first()
    places = [_place(request, _("PDCA cycle"), reverse("cycles:cycles", args=[pilot.slug]), "cycle")]
    if collection:
        entry = reverse("indicators:entry", args=[pilot.slug, collection.period.code])
        places.insert(0, _place(request, _("Data entry"), entry, "data", short=_("Data")))
    evidence = _place(request, _("Evidence"), reverse("indicators:evidence", args=[pilot.slug]), "evidence")
    return [*places, evidence]


def _team_place(request: HttpRequest, pilot: Pilot) -> list[Place]:
    """The pilot's people, for its lead; whoever keeps everybody finds them there."""
    if keeps_people(request.user) or not access.may(request.user, pilot, Role.LEAD):
        return []
    return [_place(request, _("People"), reverse("people:team", args=[pilot.slug]), "person")]


def _pilot_address(pilot: Pilot) -> str:
    return reverse("pilots:pilot", args=[pilot.slug])


def _reference(request: HttpRequest) -> list[Place]:
    auditor = Role.AUDITOR in getattr(request.user, "programme_roles", ())
    return [
        *([_place(request, _("Trail"), reverse("trail"), "history")] if auditor else []),
        _place(request, _("Indicator catalogue"), reverse("indicators:catalogue"), "catalogue", short=_("Indicators")),
        _place(request, _("Help"), reverse("help"), "help"),
    ]
