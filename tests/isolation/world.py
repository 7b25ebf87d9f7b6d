"""A pilot with something private of every kind, the people who might ask for it, and its ids."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from django.contrib import admin
from django.test import Client

from indicators.models import Series
from pilots import invitations, tokens
from pilots.models import Door, Membership, Pilot, Role, Token, User
from reports.models import Report
from tests.builders import collection, item, person, record, submitted
from tests.cycles import builders as cycles
from tests.isolation.routes import Route
from tests.reports import builders as reports
from tests.visitors import signed_in

# As the page of roles names them; the person behind each stands in the cast of the tests.
ACTORS = {
    "anonymous": None,
    "A viewer": "viewer",
    "A contributor": "contributor",
    "A lead": "lead",
    "B lead": "stranger",
    "coordinator": "coordinator",
    "expert": "expert",
    "administrator": "administrator",
    "auditor": "auditor",
    "B viewer": "b_viewer",
    "B contributor": "b_contributor",
    "superuser without a role": "superuser",
    "switched off, once A lead": "gone",
}
# Their programs: whose token it is, and what it opens.
PROGRAMS = {
    "A lead's token for published figures": ("lead", Token.Scope.READ),
    "A lead's token that reads": ("lead", Token.Scope.OWN),
    "A lead's token that writes": ("lead", Token.Scope.WRITE),
    "B lead's token that writes": ("stranger", Token.Scope.WRITE),
}
ENGLISH = {"accept-language": "en"}
# A working figure of A and the texts beside it: nobody but A's members and the auditor may ever read them before submission.
DRAFT, DRAFT_TEXT = "31415926.535", "draft-canary"
DRAFTED = ("TJ-58", "new_patents")
DRAFT_BYTES = (b"31415926", b"31,415,926", b"draft-canary")


@dataclass
class World:
    """Everything that a walk over the routes needs."""

    pilot: Pilot
    people: SimpleNamespace
    clients: dict[str, Client]
    ids: dict[str, dict[str, object]]

    def ids_for(self, route: Route) -> dict[str, object]:
        """A's ids for a route: its own ones, or those of every route."""
        known = self.ids.get(route.name) or self.ids.get(route.space, {})
        return {**self.ids[""], **known}


def built(pilot: Pilot, people: SimpleNamespace) -> World:
    """A as everybody finds it, and everybody."""
    ids = furnished(pilot, people)
    return World(pilot, people, {**persons(people), **programs(people)}, {**ids, **dict(ids_in_admin(pilot))})


def furnished(pilot: Pilot, people: SimpleNamespace) -> dict[str, dict[str, object]]:
    """Walk the acts until a pilot has a verified year, a submitted one, a draft, a cycle, and a report; answer its ids."""
    cycle = cycles.opened(pilot, people)
    cycles.acting_stage(cycle, people)
    submission = submitted(collection(pilot, people.coordinator, 2029), people)
    collection(pilot, people.coordinator, 2030)
    texts = dict.fromkeys(("source", "note", "explanation"), DRAFT_TEXT)
    items = [item(code, DRAFT, **texts) for code in DRAFTED if pilot.series.filter(code=code).exists()]
    record(pilot, people.contributor, *items or [item(cycles.measurable(pilot).code, "12")]).raise_if_refused()
    report = reports.ready(pilot, people.lead)
    token, _text = tokens.make(user=people.lead, name="a program", scope=Token.Scope.OWN, by=people.lead, door=Door.PAGE)
    ids = known_ids(pilot, cycle_id=cycle.pk, submission_id=submission.pk, report=report, token=token)
    return ids | ids_of_people(pilot, people)


def persons(people: SimpleNamespace) -> dict[str, Client]:
    """A client for each person, some of whom only the walk over the routes needs."""
    other = Pilot.objects.get(slug="qujiang")
    people.b_viewer, people.b_contributor = person("b.viewer", Role.VIEWER, other), person("b.contributor", Role.CONTRIBUTOR, other)
    people.superuser, people.gone = person("super.user"), person("a.gone", Role.LEAD, Pilot.objects.get(slug="tianjin"))
    User.objects.filter(pk=people.superuser.pk).update(is_superuser=True)
    found = {name: signed_in(getattr(people, who)) if who else Client(headers=ENGLISH) for name, who in ACTORS.items()}
    User.objects.filter(pk=people.gone.pk).update(is_active=False)
    return found


def programs(people: SimpleNamespace) -> dict[str, Client]:
    """A client for each program, which carries its token and no session."""
    found = {}
    for name, (who, scope) in PROGRAMS.items():
        user = getattr(people, who)
        _token, text = tokens.make(user=user, name=name, scope=scope, by=user, door=Door.PAGE)
        found[name] = Client(headers={**ENGLISH, "authorization": f"Token {text}"})
    return found


def known_ids(pilot: Pilot, *, cycle_id: int, submission_id: int, report: Report, token: Token) -> dict[str, dict[str, object]]:
    """The ids of A's things: for every route, for the routes of a space, and for single ones."""
    typed = Series.objects.filter(pilot=pilot, code="TJ-58").first() or cycles.measurable(pilot)
    shared = typed.indicator.code
    everywhere = {
        "slug": pilot.slug,
        "pilot": pilot.slug,
        "code": typed.code,
        "series": typed.code,
        "period": "2030",
        "number": 1,
        "pk": cycle_id,
        "id": submission_id,
        "kind": "pdf",
        "prefix": token.token_key,
        "content_type_id": 1,
        "object_id": 1,
        "key": "unknown-key",
        "uidb36": "1",
        "app_label": "indicators",
    }
    found = {
        "": everywhere,
        "indicators": {"pk": submission_id},
        "indicators:definition": {"code": shared},
        "api:indicator": {"code": shared},
    }
    for name in ("report", "report-file", "report-publish", "report-withdraw", "report-cancel"):
        found[f"api:{name}"] = {"pk": report.pk}
    found["reports"] = {"number": report.number, "year": report.year, "language": "zh"}
    return found


def ids_of_people(pilot: Pilot, people: SimpleNamespace) -> dict[str, dict[str, object]]:
    """The ids of A's people: a member, that member's role, and an invitation with the signs of its link."""
    invitation, text = invitations.invite(roles=[Role.VIEWER], pilot=pilot, name="Invited Person", by=people.lead, door=Door.PAGE)
    role, asked = {"pk": people.viewer.memberships.get().pk}, {"pk": invitation.pk}
    return {
        "people": {"pk": people.viewer.pk},
        "people:role-change": role,
        "people:role-end": role,
        "people:renew": asked,
        "people:revoke": asked,
        "people:join-link": {"token": text},
    }


def ids_in_admin(pilot: Pilot):
    """One thing of the pilot for each of the administration's models, or an id that nothing has."""
    for model in admin.site._registry:
        rows = model._default_manager.all()
        if any(field.name == "pilot" for field in model._meta.fields):
            rows = rows.filter(pilot=pilot)
        if model is User:
            rows = rows.filter(username="a.viewer")
        if model is Membership:
            rows = rows.filter(user__username="a.viewer")
        first = rows.order_by("-pk").first()
        yield f"admin:{model._meta.app_label}_{model._meta.model_name}", {"object_id": first.pk if first else 987654321}
