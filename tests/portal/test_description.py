"""The description of the API against the API: every operation is reached, and nothing answers what it does not say."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from indicators import importing
from indicators.models import Submission
from pilots import tokens
from pilots.models import Door, Pilot, Token, User
from reports.models import Report
from tests import builders
from tests.indicators.files import pdf
from tests.isolation import world
from tests.live import LivePortal, live
from tests.portal.faults import faults_of
from tests.visitors import signed_in

SEED, LEAST_CASES = 37101, 3000
# Whoever may write is sent every corner of every operation, too; the others chance alone, and more of it.
EXAMPLES = {"lead": 3, "coordinator": 3, "read token": 10, "anonymous": 10}
CORNERS = {"lead", "coordinator"}
ADDRESS = "/api/v1"
TJ, FIGURE = {"slug": "tianjin"}, {"pilot": "tianjin", "series": "TJ-60", "period": "2030"}
CSRF = "c" * 32
# Codes of the database and rules of the data are no part of the description: what it allows can still be refused by them.
LAWFUL = ["2xx", "304", "400", "401", "403", "404", "409", "410", "412", "422", "428"]
ACTORS = {
    "lead": ("lead", Token.Scope.WRITE),
    "coordinator": ("coordinator", Token.Scope.WRITE),
    "read token": ("lead", Token.Scope.READ),
    "anonymous": None,
}
# Those who only walk.
WALKERS = {"expert": ("expert", Token.Scope.WRITE)}


@dataclass
class Stage:
    """A running portal with something private of every kind, and the headers of everybody who asks it."""

    portal: LivePortal
    people: SimpleNamespace
    sent: dict[str, dict[str, str]] = field(default_factory=dict)

    def described(self, actor: str) -> schemathesis.BaseSchema:
        """The description as the portal serves it, for one who asks."""
        checks = {"positive_data_acceptance": {"expected-statuses": LAWFUL}}
        phases = {"examples": {"enabled": False}, "coverage": {"enabled": actor in CORNERS}, "stateful": {"enabled": False}}
        generation = {"max-examples": EXAMPLES[actor], "deterministic": True, "no-shrink": True}
        told = {"seed": SEED, "headers": self.sent[actor], "checks": checks, "phases": phases, "generation": generation}
        config = SchemathesisConfig.from_dict(told)
        return schemathesis.openapi.from_url(f"{self.portal.url}{ADDRESS}/schema/?format=json", config=config)


@pytest.fixture
def stage(ground, own_database, tmp_path, settings):
    settings.OUTBOX_NUDGE, settings.MEDIA_ROOT = "tests.errands.nudge", tmp_path / "media"
    people = builders.cast(Pilot.objects.get(slug="tianjin"), Pilot.objects.get(slug="qujiang"))
    world.built(Pilot.objects.get(slug="tianjin"), people)
    with contextmanager(live)(ground, database_url=own_database, folder=tmp_path, only=("web",)) as portal:
        yield Stage(
            portal, people, {name: header(people, actor) for name, actor in {**ACTORS, **WALKERS}.items()} | {"session": session(people)}
        )


def header(people: SimpleNamespace, actor: tuple[str, str] | None) -> dict[str, str]:
    """The header of an actor's token."""
    if actor is None:
        return {}
    user = getattr(people, actor[0])
    _token, text = tokens.make(user=user, name="a program", scope=actor[1], by=user, door=Door.API)
    return {"Authorization": f"Token {text}"}


def session(people: SimpleNamespace) -> dict[str, str]:
    """The headers of the lead's browser."""
    cookies = signed_in(people.lead).cookies.output(header="", sep=";").split(";")[0].strip()
    return {"Cookie": f"{cookies}; csrftoken={CSRF}", "X-CSRFToken": CSRF}


class Walk:
    """Asks every operation once for something that succeeds, and holds the answer to the description."""

    def __init__(self, stage: Stage) -> None:
        """Begin with nothing reached."""
        self.schema, self.sent, self.reached = stage.described("anonymous"), stage.sent, set()

    def ask(
        self,
        actor: str,
        method: str,
        path: str,
        body: object = None,
        *,
        query: dict | None = None,
        file: tuple[str, bytes] | None = None,
        **more: object,
    ) -> dict:
        """Send one request; `more` are the parts of the address, and headers with underscores for hyphens.

        A file is its name and bytes; the body then goes beside it as the fields of the form.
        """
        operation = self.schema[f"{ADDRESS}/{path}"][method]
        headers = {name.replace("_", "-"): text for name, text in more.items() if name[0].isupper()}
        parts = {name: text for name, text in more.items() if name[0].islower()}
        given = {} if file or (body is None and method != "POST") else {"body": body or {}, "media_type": "application/json"}
        case = operation.Case(path_parameters=parts, query=query or {}, headers=headers, **given)
        form = {"files": {"file": file}, "data": body or {}} if file else {}
        answer = case.call_and_validate(headers=self.sent[actor], **form)
        assert 200 <= answer.status_code < 300, (method, path, answer.status_code, answer.text)
        self.reached.add(operation.label)
        return answer.json() if answer.headers.get("content-type") == ["application/json"] else {}


def walk_of_strangers(walk: Walk) -> None:
    """Everything that is published."""
    for path in ("", "purposes", "issues", "clauses", "standards", "goals", "pilots", "indicators", "releases", "changes"):
        walk.ask("anonymous", "GET", path)
    walk.ask("anonymous", "GET", "indicators/{code}", code="iso37120-5.6")
    for path in ("", "/indicators", "/matrix", "/reports"):
        walk.ask("anonymous", "GET", f"pilots/{{slug}}{path}", **TJ)
    for form in ("json", "csv", "ndjson"):
        walk.ask("anonymous", "GET", "values", query={"format": form})


def walk_of_figures(walk: Walk) -> None:
    """A figure is written, changed and cleared; many at once; a call is opened."""
    one = "entries/{pilot}/{series}/{period}"
    walk.ask("lead", "PUT", one, {"value": "1"}, If_None_Match="*", **FIGURE)
    walk.ask("lead", "GET", one, **FIGURE)
    walk.ask("lead", "PUT", one, {"value": 2.5}, If_Match='"1"', **FIGURE)
    walk.ask("lead", "DELETE", one, If_Match='"2"', **FIGURE)
    figure = {"series": "TJ-60", "period": "2030", "value": "3", "version": 3}
    walk.ask("lead", "POST", "entries:batch", {"pilot": "tianjin", "entries": [figure]})
    walk.ask("coordinator", "POST", "pilots/{slug}/collections", {"period": "2031", "due": "2099-01-01"}, **TJ)
    walk.ask("lead", "GET", "pilots/{slug}/collections", **TJ)
    walk.ask("lead", "GET", "todo")
    told = walk.ask("lead", "GET", "notices", query={"unread": "true", "limit": 1})["data"]
    walk.ask("lead", "POST", "notices/{id}/read", id=told[0]["id"])
    walk.ask("lead", "POST", "notices/read")


def walk_of_reviews(walk: Walk) -> None:
    """A submission is withdrawn, sent back and verified; a figure is opened again."""
    at = "submissions/{id}"
    walk.ask("lead", "POST", f"{at}:withdraw", id=Submission.objects.get(state="submitted").pk)
    walk.ask("lead", "POST", "marks/{id}:reply", {"text": "As it was counted."}, id=Submission.objects.get(state="returned").marks.get().pk)
    again = walk.ask("lead", "POST", "pilots/{slug}/submissions", {"period": "2026"}, **TJ)
    walk.ask("coordinator", "POST", f"{at}:verify", {"assessment": "acceptable"}, id=again["id"])

    def offered() -> int:
        return walk.ask("lead", "POST", "pilots/{slug}/submissions", {"period": "2029"}, **TJ)["id"]

    first = offered()
    walk.ask("coordinator", "POST", f"{at}:begin", id=first)
    walk_of_values(walk, first)
    walk.ask("coordinator", "POST", f"{at}:verify", {"assessment": "good"}, id=offered())
    walk.ask("lead", "GET", "pilots/{slug}/submissions", **TJ)
    walk.ask("lead", "GET", at, id=first)
    place = {"pilot": "tianjin", "series": "TJ-58", "period": "2029"}
    walk.ask("coordinator", "POST", "entries/{pilot}/{series}/{period}:reopen", {"reason": "A slip of the pen."}, **place)


def walk_of_values(walk: Walk, submission: int) -> None:
    """Values are accepted, marked and advised on; what came back is answered, and another value asked for."""
    at, one = "submissions/{id}", {"id": submission}
    why = {"kind": "explain", "text": "Why?"}
    walk.ask("coordinator", "POST", "submissions:assign", {"submissions": [submission], "reviewer": "coordinator"})
    walk.ask("expert", "POST", f"{at}:advise", {"indicator": "TJ-58", **why}, **one)
    batch = walk.ask("coordinator", "POST", f"{at}:accept", {"indicators": ["TJ-60", "TJ-58"]}, **one)["batch"]
    walk.ask("coordinator", "POST", f"{at}:take_back", {"batch": batch}, **one)
    for code in ("TJ-58", "TJ-60"):
        walk.ask("coordinator", "POST", f"{at}:mark", {"indicator": code, **why}, **one)
    walk.ask("coordinator", "POST", f"{at}:unmark", {"indicator": "TJ-60"}, **one)
    walk.ask("coordinator", "GET", f"{at}/values", **one)
    marks = walk.ask("coordinator", "POST", f"{at}:send_back", {"summary": "Two places."}, **one)["marks"]
    sent = next(mark["id"] for mark in marks if mark["sent_at"])
    walk.ask("lead", "POST", "marks/{id}:reply", {"text": "Because."}, id=sent)
    for code, step in (("TJ-60", "grant"), ("TJ-54", "refuse")):
        row = walk.ask("lead", "POST", f"{at}:ask_to_unlock", {"indicator": code, "reason": "A slip."}, **one)
        asked = next(each["id"] for each in row["unlock_requests"] if each["state"] == "asked")
        walk.ask("coordinator", "POST", "unlock_requests/{id}:" + step, {"answer": "Seen."}, id=asked)


def walk_of_gathering(walk: Walk) -> None:
    """A figure is typed from paper and confirmed; an indicator is reported in another way."""
    page = builders.scan(Pilot.objects.get(slug="tianjin"), User.objects.get(username="coordinator"))
    figure = {"series": "TJ-12", "period": "2030", "value": "3", "version": 0}
    walk.ask("coordinator", "POST", "entries:on_paper", {"pilot": "tianjin", "paper": page.pk, "entries": [figure]})
    seen = {"series": "TJ-12", "period": "2030", "version": 1}
    walk.ask("lead", "POST", "entries:confirm", {"pilot": "tianjin", "figures": [seen]})
    walk.ask("lead", "POST", "pilots/{slug}/indicators/{series}:choose_mode", {"mode": "direct"}, series="TJ-54", **TJ)


def walk_of_evidence(walk: Walk) -> None:
    """A file is put, cited for another figure and read; a thread about a figure is settled and opened again."""
    cell = {"series": "TJ-60", "period": "2030"}
    kept = walk.ask("lead", "POST", "pilots/{slug}/evidence", {"title": "Yearbook", **cell}, file=("yearbook.pdf", pdf("walk")), **TJ)["id"]
    walk.ask("lead", "GET", "pilots/{slug}/evidence", **TJ)
    walk.ask("lead", "GET", "evidence/{id}", id=kept)
    walk.ask("lead", "GET", "evidence/{id}/file", id=kept)
    cited = walk.ask("lead", "POST", "evidence/{id}/citations", {"series": "TJ-12", "period": "2030", "page": "3"}, id=kept)["id"]
    walk.ask("lead", "GET", "citations/{id}", id=cited)
    walk.ask("lead", "DELETE", "citations/{id}", id=cited)
    thread = "entries/{pilot}/{series}/{period}/comments"
    walk.ask("lead", "POST", thread, {"text": "Which boundary?"}, **FIGURE)
    walk.ask("lead", "GET", thread, **FIGURE)
    walk.ask("lead", "POST", f"{thread}:resolve", **FIGURE)
    walk.ask("lead", "POST", f"{thread}:reopen", **FIGURE)


def walk_of_importing(walk: Walk) -> None:
    """A template is fetched; a table is brought, watched, applied and undone, another one set aside."""
    walk.ask("lead", "GET", "pilots/{slug}/workbook", query={"period": "2030"}, **TJ)

    def brought(value: int) -> int:
        table = f"series,value\nTJ-60,{value}\n".encode()
        made = walk.ask("lead", "POST", "pilots/{slug}/imports", {"period": "2030"}, file=("table.csv", table), **TJ)["id"]
        importing.read(import_id=made, by=None, door=Door.SYSTEM)
        return made

    applied = brought(4)
    walk.ask("lead", "GET", "pilots/{slug}/imports", **TJ)
    walk.ask("lead", "GET", "imports/{id}", id=applied)
    walk.ask("lead", "POST", "imports/{id}:apply", {"only_valid": True}, id=applied)
    walk.ask("lead", "POST", "imports/{id}:undo", id=applied)
    walk.ask("lead", "POST", "imports/{id}:cancel", id=brought(5))


def walk_of_cycles_and_reports(walk: Walk) -> None:
    """A cycle goes on and back; a report is ordered and stopped, another given out and taken back."""
    (row,) = walk.ask("lead", "GET", "cycles")["data"]
    walk.ask("lead", "GET", "cycles/{id}", id=row["id"])
    walk.ask("coordinator", "POST", "cycles/{id}:advance", id=row["id"])
    walk.ask("coordinator", "POST", "cycles/{id}:reopen", {"reason": "A longer slip of the pen."}, id=row["id"])
    order = {"year": 2023, "languages": ["en"], "formats": ["pdf"], "audience": "internal"}
    made = walk.ask("lead", "POST", "pilots/{slug}/reports", order, **TJ)["id"]
    walk.ask("lead", "GET", "reports/{id}", id=made)
    walk.ask("lead", "POST", "reports/{id}:cancel", id=made)
    ready = Report.objects.get(state="ready").pk
    walk.ask("lead", "GET", "reports/{id}/files/{kind}", id=ready, kind="pdf")
    walk.ask("coordinator", "POST", "reports/{id}:publish", id=ready)
    walk.ask("coordinator", "POST", "reports/{id}:withdraw", {"reason": "A slip of the pen."}, id=ready)


def walk_of_tokens(walk: Walk) -> None:
    """A person makes a token in their session and ends it."""
    made = walk.ask("session", "POST", "tokens", {"name": "nightly", "addresses": ["203.0.113.0/24"]})
    walk.ask("session", "GET", "tokens")
    walk.ask("session", "DELETE", "tokens/{prefix}", prefix=made["prefix"])


WALKS = (
    walk_of_strangers,
    walk_of_figures,
    walk_of_evidence,
    walk_of_importing,
    walk_of_reviews,
    walk_of_gathering,
    walk_of_cycles_and_reports,
    walk_of_tokens,
)


def test_every_operation_succeeds_as_described_and_four_actors_find_nothing_undescribed(stage, capsys):
    walk = Walk(stage)
    for part in WALKS:
        part(walk)
    described = {found.ok().label for found in walk.schema.get_all_operations()}
    assert described - walk.reached == set()
    answered, faults = Counter(), []
    for actor in ACTORS:
        for event in from_schema(stage.described(actor)).execute():
            faults += faults_of(event, actor)
            if isinstance(event, events.ScenarioFinished):
                answered.update(one.response.status_code for one in event.recorder.interactions.values() if one.response)
    with capsys.disabled():
        print(f"\n{sum(answered.values())} cases as {len(ACTORS)} actors, seed {SEED}: {dict(sorted(answered.items()))}")
    assert not faults, "\n".join(faults[:20])
    assert not [status for status in answered if status >= 500]
    assert sum(answered.values()) >= LEAST_CASES
    assert '"level": "ERROR"' not in stage.portal.log("web").read_text()
