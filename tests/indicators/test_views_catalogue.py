"""The catalogue: searched by words and by what an indicator serves, and one definition at a time."""

import re

import pytest
from django.test import Client

from indicators.models import Indicator, Mapping

pytestmark = pytest.mark.django_db


def page(address: str, *, language: str = "en") -> str:
    answer = Client(headers={"accept-language": language}).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def codes(shown: str) -> list[str]:
    return re.findall(r'<td class="code"[^>]*>([^<]+)</td>', shown)


def test_the_catalogue_lists_every_definition_page_by_page(db):
    assert f"{Indicator.objects.count()} definitions" in page("/indicators/")
    first, second = codes(page("/indicators/")), codes(page("/indicators/?page=2"))
    assert len(first) == len(second) == 50
    assert not set(first) & set(second)


@pytest.mark.parametrize("words", ["PM2.5", "细颗粒物", "iso37120-8.1"])
def test_a_definition_is_found_by_its_name_in_both_languages_and_by_its_code(db, words):
    assert "iso37120-8.1" in codes(page(f"/indicators/?q={words}"))


def test_the_catalogue_is_narrowed_by_purpose_and_issue(db):
    found = codes(page("/indicators/?purpose=well-being&issue=mobility"))
    serving = [
        set(Mapping.objects.filter(**{f"{end}__key": key}).values_list("indicator__code", flat=True))
        for end, key in (("purpose", "well-being"), ("issue", "mobility"))
    ]
    assert set(found) == serving[0] & serving[1]


def test_a_search_without_a_find_says_what_to_do(db):
    shown = page("/indicators/?q=unicorns")
    assert "No indicator fits" in shown
    assert "Show all" in shown


def test_a_search_for_markup_shows_it_as_text(db):
    assert "<script>alert" not in page("/indicators/?q=<script>alert(1)</script>")


def test_a_definition_shows_formula_limits_what_it_serves_and_whose_word_that_is(db):
    shown = page("/indicators/iso37120-5.6/")
    for words in (
        "Patents granted in the year",
        "City population",
        "100,000",
        "≥ 0",
        "Innovation, creativity and research",
        "our judgement",
        "TJ-29",
    ):
        assert words in shown


def test_an_unknown_definition_is_not_found(db):
    assert Client().get("/indicators/iso37120-99.9/").status_code == 404
