"""Releases, the past and changes over REST: what was published stays, and programs hear of what changed."""

from itertools import chain

import pytest

from indicators.models import Current, Observation
from tests.programs import Program
from tests.published import correct, withdraw, year

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(tianjin, people):
    return year(people, tianjin)


@pytest.fixture
def program():
    return Program()


def values(program, query):
    return program.ask(f"values?{query}").json()["data"]


def test_a_release_keeps_what_it_held_and_the_present_moves_on(program, people, published):
    correct(published.collection, people, "99")
    assert [values(program, f"indicator=TJ-58&release=tianjin/2030/{r}")[0]["value"] for r in ("r1", "r2")] == ["12.5", "99"]
    assert values(program, "indicator=TJ-58")[0]["value"] == "99"
    assert len(values(program, "release=tianjin/2030/r1&limit=10000")) == Current.objects.count()


def test_as_of_shows_what_was_known_then(program, people, published):
    moment = Observation.objects.order_by("-revision").first().verified_at
    correct(published.collection, people, "99")
    then = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert values(program, f"indicator=TJ-58&as_of={then}")[0]["value"] == "12.5"
    assert values(program, "indicator=TJ-58&as_of=2100-01-01")[0]["value"] == "99"


def test_a_withdrawn_figure_is_gone_from_the_present_and_stays_in_its_release(program, published, people):
    withdraw(people)
    assert values(program, "indicator=TJ-58") == []
    assert values(program, "indicator=TJ-58&as_of=2100-01-01") == []
    assert values(program, "indicator=TJ-58&release=tianjin/2030/r1")[0]["value"] == "12.5"


def test_changes_since_a_token_are_what_was_published_and_withdrawn(program, people, published):
    token = program.ask("values?limit=1").json()["sync"]
    assert program.ask(f"changes?since={token}").json() == {"data": [], "next": None, "sync": token}
    correct(published.collection, people, "99")
    page = program.ask(f"changes?since={token}").json()
    assert [(row["indicator"], row["value"], row["change"]) for row in page["data"]] == [("TJ-58", "99", "published")]
    withdraw(people)
    last = program.ask(f"changes?since={page['sync']}").json()
    assert [(row["indicator"], row["value"], row["change"]) for row in last["data"]] == [("TJ-58", None, "withdrawn")]


def test_changes_from_the_beginning_page_to_everything(program, published, people):
    withdraw(people)
    found = list(chain(*program.pages("changes?limit=9")))
    assert len(found) == Current.objects.count() + 1
    assert [row["change"] for row in found].count("withdrawn") == 1


def test_a_token_of_another_database_is_410(program, published):
    gone = program.ask(f"changes?since={'0' * 32}.1")
    assert (gone.status_code, gone.json()["code"]) == (410, "gone")
    token, _dot, number = program.ask("changes").json()["sync"].partition(".")
    assert program.ask(f"changes?since={token}.{int(number) + 1}").status_code == 410
    assert program.ask("changes?since=yesterday").status_code == 400


def test_releases_are_listed_with_their_checksum(program, published):
    (row,) = program.ask("releases?pilot=tianjin").json()["data"]
    assert (row["code"], row["pilot"], row["period"], row["number"]) == ("tianjin/2030/r1", "tianjin", "2030", 1)
    assert (row["count"], len(row["sha256"])) == (Current.objects.count(), 64)
    assert program.ask("releases?pilot=qujiang").json() == {"data": [], "next": None}
