"""The matrix page: 72 cells, the figures behind one of them, and nothing that is not published."""

import re

import pytest
from django.test import Client

from indicators import matrix, periods
from tests.builders import answer_all, collection, verified
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/pilots/tianjin/matrix"


def page(query: str = "", user=None, *, language: str = "en") -> str:
    client = signed_in(user, language=language) if user else Client(headers={"accept-language": language})
    answer = client.get(ADDRESS + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_has_six_purposes_by_twelve_issues(tianjin):
    shown = page()
    assert len(re.findall(r'<th scope="row"', shown)) == 12
    assert len(re.findall(r"<td class=", shown)) == 72
    assert "Preservation and improvement of environment" in shown
    assert "环境保护与改善" in page(language="zh-hans")


def test_a_cell_counts_the_indicators_that_serve_its_purpose_through_its_issue(tianjin):
    cell = matrix.read(tianjin, periods.of_year(2030)).cell("mobility", "well-being")
    shown = page("?cell=mobility.well-being")
    assert len(cell.figures) > 1
    assert f"<h2>{len(cell.figures)} indicators</h2>" in shown
    assert [figure.series.name_en for figure in cell.figures if figure.series.name_en not in shown] == []


def test_a_blank_cell_says_so_in_words(tianjin):
    blind = sum(cell.blind for row in matrix.read(tianjin, periods.of_year(2030)).rows for cell in row.cells)
    assert blind > 0
    assert page().count("cell-blind") == blind


def test_a_cell_that_does_not_exist_opens_none(tianjin):
    assert "Open a cell" in page("?cell=mobility.beauty")


def test_verified_figures_show_their_pace_and_drafts_do_not(tianjin, people):
    call = collection(tianjin, people.coordinator)
    answer_all(call, people.contributor)
    assert "cell-no-data" in page("?period=2030", people.lead)
    verified(call, people)
    shown = page("?period=2030")
    assert "cell-no-data" not in shown
    assert "cell-no-target" in shown


def test_the_page_opens_on_the_latest_verified_year(tianjin, people):
    verified(collection(tianjin, people.coordinator), people)
    assert "<span>2030</span>" in page()


@pytest.mark.parametrize("period", ["yesterday", "2024-13", "99999"])
def test_a_period_that_is_none_is_not_found(tianjin, period):
    assert Client().get(f"{ADDRESS}?period={period}").status_code == 404


def test_an_unknown_pilot_is_not_found(db):
    assert Client().get("/pilots/atlantis/matrix").status_code == 404


def test_the_page_takes_as_many_queries_with_figures_as_without(tianjin, people, django_assert_max_num_queries):
    verified(collection(tianjin, people.coordinator), people)
    with django_assert_max_num_queries(14):
        page()
