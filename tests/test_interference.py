"""Whatever A's people do to their drafts, not one byte changes of what B's people and strangers can fetch."""

import pytest

from indicators import comments, evidence
from indicators.models import Evidence
from indicators.periods import of_year
from tests.builders import PAGE, item, record, standing
from tests.indicators import files
from tests.isolation import world
from tests.isolation.asking import Answer, ask
from tests.isolation.routes import Route, every_route
from tests.reports import builders as reports
from tests.test_isolation import SIDE_DOORS

pytestmark = pytest.mark.django_db
# Setting up a second factor makes a new secret at each visit.
ROUTES = [route for route in every_route() if "GET" in route.methods and route.name != "mfa_activate_totp"]
WATCHERS = ("anonymous", "B viewer", "B contributor", "B lead")
EXPORTS = tuple(f"/api/v1/values?pilot=tianjin,qujiang&format={form}" for form in ("json", "csv", "ndjson"))


def fetched(a: world.World) -> dict[tuple[str, str], Answer]:
    """Everything that every watcher can fetch, page for page and byte for byte."""
    plain = [(route, route.address(a.ids_for(route))) for route in ROUTES]
    plain += [(ROUTES[0], address) for address in (*SIDE_DOORS, *EXPORTS)]
    return {(watcher, address): alike(a.clients[watcher], route, address) for watcher in WATCHERS for route, address in plain}


def alike(client, route: Route, address: str) -> tuple:
    answer = ask(client, route, "GET", address)
    return answer.status, answer.body, answer.headers, answer.location


def change_a_value(a: world.World) -> None:
    record(a.pilot, a.people.contributor, item("TJ-58", "2.5", version=standing(a.pilot, "TJ-58").version)).raise_if_refused()


def change_a_text(a: world.World) -> None:
    texts = {"note": "another text", "source": "another source", "version": standing(a.pilot, "new_patents").version}
    record(a.pilot, a.people.contributor, item("new_patents", world.DRAFT, **texts)).raise_if_refused()


def make_a_file(a: world.World) -> None:
    reports.ready(a.pilot, a.people.lead, audience="internal", languages=["en"])


def put_a_new_edition(a: world.World) -> None:
    former = Evidence.objects.filter(pilot=a.pilot).latest("pk")
    evidence.replace(evidence=former, brought=files.brought(files.pdf("another edition")), by=a.people.lead, door=PAGE)


def say_something(a: world.World) -> None:
    comments.write(series=a.pilot.series.get(code="TJ-58"), period=of_year(2030), text="another word", by=a.people.lead, door=PAGE)


def test_a_changed_value_a_changed_text_and_a_new_file_of_a_change_no_byte_for_b_and_strangers(tianjin, people):
    a = world.built(tianjin, people)
    before = fetched(a)
    for change in (change_a_value, change_a_text, make_a_file, put_a_new_edition, say_something):
        change(a)
        after = fetched(a)
        differing = [place for place in before if before[place] != after[place]]
        assert not differing, f"{change.__name__}: {differing[:20]}"
    assert len(before) > 4 * 200
