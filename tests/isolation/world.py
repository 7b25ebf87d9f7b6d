"""A pilot with something private of every kind, the people who might ask for it, and its ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from django.contrib import admin
from django.test import Client

from indicators import comments, evidence, review
from indicators.models import Citation, Import, Series
from indicators.periods import of_year
from pilots import invitations, members, tokens
from pilots.models import Cover, Door, Membership, Notice, Pilot, Role, Token, User
from reports.models import Report
from tests.builders import collection, item, person, record, submitted
from tests.cycles import builders as cycles
from tests.indicators import books, files
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
    answered = returned(pilot, people)
    submission = submitted(collection(pilot, people.coordinator, 2029), people)
    collection(pilot, people.coordinator, 2030)
    texts = dict.fromkeys(("source", "note", "explanation"), DRAFT_TEXT)
    items = [item(code, DRAFT, **texts) for code in DRAFTED if pilot.series.filter(code=code).exists()]
    record(pilot, people.contributor, *items or [item(cycles.measurable(pilot).code, "12")]).raise_if_refused()
    brought = books.brought(pilot, people.lead, table_of(pilot).encode(), name=f"{text_of(pilot)}.csv")
    report = reports.ready(pilot, people.lead)
    kept = drafted_evidence(pilot, people)
    token, _text = tokens.make(user=people.lead, name="a program", scope=Token.Scope.OWN, by=people.lead, door=Door.PAGE)
    ids = known_ids(pilot, cycle_id=cycle.pk, submission_id=submission.pk, report=report, token=token)
    ids |= answered
    return ids | ids_of_evidence(kept) | ids_of_people(pilot, people) | ids_of_an_import(brought) | ids_of_what_is_told(pilot, people)


def returned(pilot: Pilot, people: SimpleNamespace) -> dict[str, dict[str, object]]:
    """A year that came back with a mark, and a request to change another figure; answer their ids by the routes that take them."""
    sent = submitted(collection(pilot, people.coordinator, 2026), people)
    codes = list(review.Standing(sent).series)
    asked = [review.MarkInput(codes[0], "explain", "Look again")]
    sent = review.send_back(submission=sent, summary="Look again", marks=asked, by=people.coordinator, door=Door.PAGE)
    unlock = review.ask_to_unlock(submission=sent, code=codes[-1], reason="A slip of the pen", by=people.lead, door=Door.PAGE)
    asked_for = {f"api:unlock-{step}": {"id": unlock.pk} for step in ("grant", "refuse")}
    return {**asked_for, "api:mark-reply": {"id": sent.marks.get().pk}, "reports:letter": {"pk": sent.pk, "number": 1, "language": "zh"}}


def drafted_evidence(pilot: Pilot, people: SimpleNamespace) -> Citation:
    """A file that the draft cites, and a word about the draft, with the draft's text in all of them."""
    series = pilot.series.filter(code="TJ-58").first() or cycles.measurable(pilot)
    cell = {"series": series, "period": of_year(2030), "by": people.contributor, "door": Door.PAGE}
    text = text_of(pilot)
    kept = files.put(pilot, people.contributor, files.pdf(text), f"{text}.pdf", title=text).evidence
    comments.write(text=text, **cell)
    return evidence.cite(evidence=kept, page=text, quote=text, **cell)


def text_of(pilot: Pilot) -> str:
    """What stands in a pilot's own texts: the words that nobody outside is ever to see are those of A alone."""
    return DRAFT_TEXT if pilot.slug == "tianjin" else "words of another"


def table_of(pilot: Pilot) -> str:
    """A table with a figure that nobody outside is ever to see, as it is brought for import."""
    code = pilot.series.filter(mode="direct", frequency="year", code__in=DRAFTED).values_list("code", flat=True).first()
    return f"series,value,note\n{code or cycles.measurable(pilot).code},{DRAFT if code else 12},{text_of(pilot)}\n"


def ids_of_an_import(brought: Import) -> dict[str, dict[str, object]]:
    """The ids of what was brought, by the routes that take it."""
    pages = ("import", "import_apply", "import_undo", "import_cancel", "import_marked")
    rest = ("import", "import-apply", "import-undo", "import-cancel")
    return {f"indicators:{name}": {"pk": brought.pk} for name in pages} | {f"api:{name}": {"id": brought.pk} for name in rest}


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
        "first": "2029",
        "last": "2030",
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


def ids_of_evidence(cited: Citation) -> dict[str, dict[str, object]]:
    """The ids of A's evidence and of the cell that cites it."""
    one = {"id": cited.evidence_id}
    page, cell = {"pk": cited.evidence_id}, {"key": f"{cited.series.code}@2030"}
    return {
        "api:evidence": one,
        "api:evidence-file": one,
        "api:evidence-citations": one,
        "api:citation": {"id": cited.pk},
        "indicators:evidence_file": page,
        "indicators:evidence_replace": page,
        "indicators:cell": cell,
        "indicators:cell_chart": cell,
    }


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


def ids_of_what_is_told(pilot: Pilot, people: SimpleNamespace) -> dict[str, dict[str, object]]:
    """The ids of a notice of the lead's, and of a cover of the programme."""
    notice = {"pk": Notice.objects.filter(person=people.lead, pilot=pilot).latest("pk").pk}
    days = {"first_day": date(2099, 1, 1), "last_day": date(2099, 1, 9)}
    standing = Cover.objects.filter(coordinator=people.coordinator).first()
    arranged = standing or members.cover(coordinator=people.coordinator, cover=people.second, **days, by=people.second, door=Door.PAGE)
    return {"inbox-read": notice, "api:notice-read": notice, "people:cover-end": {"pk": arranged.pk}}


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
