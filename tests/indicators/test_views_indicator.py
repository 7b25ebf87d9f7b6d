"""One indicator of a pilot: its figures as chart and table, its arithmetic, its way to the target."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.test import Client

from indicators import targets
from indicators.models import Current, Series
from tests.builders import PAGE, collection, item, record, verified
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/pilots/tianjin/indicators/TJ-29/"


def page(address: str = ADDRESS, user=None, *, language: str = "en") -> str:
    client = signed_in(user, language=language) if user else Client(headers={"accept-language": language})
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def words_of(svg: str) -> str:
    return " ".join("".join(text.itertext()) for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))


@pytest.fixture
def patents(tianjin, people):
    """Patents per 100,000 people: 12 in a city of 68,965, verified for 2030."""
    call = collection(tianjin, people.coordinator)
    indicator = Series.objects.get(pilot=tianjin, code="TJ-29").indicator
    record(tianjin, people.contributor, item(indicator.numerator.key, "12"), item(indicator.denominator.key, "68965")).raise_if_refused()
    verified(call, people)
    return call


def test_the_latest_figure_stands_with_its_arithmetic(patents):
    shown = page()
    assert "12 ÷ 68,965 × 100,000 = 17.4" in shown
    assert "Patents granted in the year" in shown


def test_the_chart_holds_the_figure_the_baseline_and_the_target_as_text(patents, tianjin, people):
    series = Series.objects.get(pilot=tianjin, code="TJ-29")
    targets.set_target(series=series, operator="≥", value=Decimal(21), year=2032, by=people.coordinator, door=PAGE)
    targets.set_baseline(series=series, year=2028, value=Decimal("15.5"), by=people.coordinator, door=PAGE)
    drawn = words_of(page(ADDRESS + "chart.svg"))
    for words in ("17.4", "baseline 15.5", "target ≥ 21.0", "2028", "2032"):
        assert words in drawn
    assert "目标值 ≥ 21.0" in words_of(page(ADDRESS + "chart.svg", language="zh-hans"))


def test_the_pace_stands_with_what_the_path_asks_for(patents, tianjin, people):
    series = Series.objects.get(pilot=tianjin, code="TJ-29")
    targets.set_target(series=series, operator="≥", value=Decimal(21), year=2032, by=people.coordinator, door=PAGE)
    targets.set_baseline(series=series, year=2028, value=Decimal(15), by=people.coordinator, door=PAGE)
    shown = page()
    assert "The path asks for 18.0 in 2030." in shown
    assert "Behind" in shown


def test_the_chart_is_drawn_narrow_for_a_phone_and_in_no_other_size(patents):
    assert 'width="400"' in page(ADDRESS + "chart.svg?size=narrow")
    assert Client().get(ADDRESS + "chart.svg?size=huge").status_code == 404


def test_a_draft_is_not_on_the_page(tianjin, people):
    collection(tianjin, people.coordinator)
    record(tianjin, people.contributor, item("TJ-35", "31", period="2030-01")).raise_if_refused()
    shown = page("/pilots/tianjin/indicators/TJ-35/", people.lead)
    assert "No verified figure yet" in shown
    assert ">31" not in shown


def test_months_are_shown_under_the_year_that_they_make(patents):
    shown = page("/pilots/tianjin/indicators/TJ-35/")
    assert Current.objects.filter(series__code="TJ-35", series__pilot__slug="tianjin").count() == 13
    assert "Figures by month" in shown
    assert "December 2030" in shown


def test_an_input_says_which_indicators_it_feeds_and_shows_no_figure(patents):
    shown = page("/pilots/tianjin/indicators/city_population/")
    assert "TJ-29" in shown
    assert "68,965" not in shown


@pytest.mark.parametrize(
    "address", ["/pilots/tianjin/indicators/TJ-999/", "/pilots/qujiang/indicators/TJ-29/", "/pilots/atlantis/indicators/TJ-29/"]
)
def test_what_is_not_the_pilots_is_not_found(db, address):
    assert Client().get(address).status_code == 404
    assert Client().get(address + "chart.svg").status_code == 404
