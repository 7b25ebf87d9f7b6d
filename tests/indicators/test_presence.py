"""Who else is on a sheet: the team sees each other, nobody else sees anybody, and without the cache nobody waits."""

import pytest
from django.core.cache import caches

from pilots.models import Role
from tests.builders import collection, person
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/pilots/tianjin/data/2030/present"


@pytest.fixture(autouse=True)
def _call(tianjin, people, ground):
    caches["presence"].clear()
    collection(tianjin, people.coordinator)


def told(user, at: str = "") -> dict:
    answer = signed_in(user).get(ADDRESS, {"at": at})
    assert answer.status_code == 200
    return answer.json()


def test_the_team_sees_who_else_is_at_which_issue(people):
    assert told(people.lead, "mobility")["others"] == []
    assert told(people.contributor, "well-being")["others"] == [{"name": "a lead", "at": "mobility"}]
    assert told(people.lead)["others"] == [{"name": "a contributor", "at": "well-being"}]


def test_readers_outside_the_team_see_nobody_and_are_seen_by_nobody(tianjin, people):
    told(people.lead, "mobility")
    for who in (people.viewer, people.coordinator, people.auditor):
        assert told(who, "mobility")["others"] == []
    assert told(people.lead)["others"] == []


def test_who_left_the_team_is_not_named_any_more(tianjin, people):
    from pilots import members
    from pilots.models import Door

    colleague = person("a.colleague", Role.CONTRIBUTOR, tianjin)
    told(colleague, "mobility")
    members.end(membership=colleague.memberships.get(), by=people.administrator, door=Door.PAGE)
    assert told(people.lead)["others"] == []


def test_the_page_learns_who_is_signed_in_and_gets_a_token_for_its_next_save(people):
    answer = told(people.contributor)
    assert answer["person"] == str(people.contributor.pk)
    assert len(answer["csrf_token"]) == 64


def test_without_the_cache_nobody_is_seen_and_nobody_waits(people, settings, caplog):
    away = {**settings.CACHES, "presence": {**settings.CACHES["presence"], "LOCATION": "unix:///nowhere/valkey.sock?db=0"}}
    settings.CACHES = away
    assert told(people.lead, "mobility")["others"] == []
    assert "Nobody is seen on the sheet" in caplog.text
