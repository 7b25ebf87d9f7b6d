"""The page of a pilot: what everybody reads, and what only its members and the programme's readers do."""

import pytest
from django.test import Client

from pilots.models import Fact, Pilot, Stakeholder
from tests.builders import cast
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/pilots/huangpu/"


def page(user=None, *, language="en", address=ADDRESS) -> str:
    client = signed_in(user, language=language) if user else Client(headers={"accept-language": language})
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def huangpu(db):
    return Pilot.objects.get(slug="huangpu")


@pytest.fixture
def island(huangpu):
    """The area of Bio Island as printed: larger than the whole district, so in doubt."""
    return Fact.objects.get(pilot=huangpu, kind=Fact.Kind.FIGURE, key="bio-island-area")


def test_every_fact_stands_with_its_source_phrase(huangpu):
    shown = page()
    phrases = Fact.objects.visible_to(None).filter(pilot=huangpu, kind=Fact.Kind.FIGURE).values_list("source_phrase", flat=True)
    assert len(phrases) >= 5
    assert [phrase for phrase in phrases if phrase not in shown] == []


def test_a_doubtful_fact_is_not_on_the_public_page(island):
    assert island.name_en not in page()
    assert island.doubt_en not in page()


def test_a_member_and_the_programmes_readers_see_a_doubtful_fact_with_its_doubt(huangpu, island, tianjin):
    people = cast(huangpu, tianjin)
    for reader in (people.viewer, people.coordinator, people.auditor):
        shown = page(reader)
        assert island.name_en in shown
        assert island.doubt_en in shown


def test_a_member_of_another_pilot_sees_no_more_than_the_public(huangpu, island, tianjin):
    assert island.doubt_en not in page(cast(huangpu, tianjin).stranger)


def test_the_names_of_people_are_for_members(huangpu, tianjin):
    name = Stakeholder.objects.filter(pilot=huangpu, person=True).first().name_en
    assert name not in page()
    assert name in page(cast(huangpu, tianjin).viewer)


def test_the_page_speaks_chinese_and_english(huangpu):
    assert huangpu.name_zh in page(language="zh-hans")
    assert "试用的标准" in page(language="zh-hans")
    assert "Standards tried here" in page()


def test_a_year_is_written_without_a_comma():
    assert "1,984" not in page()
    assert ">1984<" in page()


def test_an_unknown_pilot_and_one_that_left_are_not_found_alike(huangpu):
    Pilot.objects.filter(slug="qujiang").update(active=False)
    gone, unknown = (Client().get(f"/pilots/{slug}/") for slug in ("qujiang", "atlantis"))
    assert (gone.status_code, unknown.status_code) == (404, 404)
    assert gone.content.decode().replace("qujiang", "") == unknown.content.decode().replace("atlantis", "")
