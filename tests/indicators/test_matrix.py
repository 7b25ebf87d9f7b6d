"""The matrix: 72 cells, filled from published figures only, each coloured by what presses most."""

import pytest

from indicators import matrix, periods, publishing, review
from indicators.models import Current, Mapping
from tests.builders import PAGE, answer_all, collection, submitted, verified

pytestmark = pytest.mark.django_db
YEAR = periods.of_year(2030)


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def cells(read):
    return [cell for row in read.rows for cell in row.cells]


def test_it_has_twelve_rows_of_six_cells_and_every_reported_indicator(tianjin):
    read = matrix.read(tianjin, YEAR)
    assert [len(row.cells) for row in read.rows] == [6] * 12
    assert len(read.figures) == 63
    assert all(cell.issue == row.issue for row in read.rows for cell in row.cells)


def test_an_indicator_stands_where_its_purposes_meet_its_issues_and_nowhere_else(tianjin):
    read = matrix.read(tianjin, YEAR)
    for figure in read.figures:
        mapped = Mapping.objects.filter(indicator=figure.series.indicator, goal=None)
        purposes = set(mapped.exclude(purpose=None).values_list("purpose__key", flat=True))
        issues = set(mapped.exclude(issue=None).values_list("issue__key", flat=True))
        found = {(cell.issue.key, cell.purpose.key) for cell in cells(read) if figure in cell.figures}
        assert found == {(issue, purpose) for issue in issues for purpose in purposes}


def test_what_is_not_published_leaves_no_mark_in_it(tianjin, people, call):
    empty = shown(matrix.read(tianjin, YEAR))
    answer_all(call, people.contributor)
    assert shown(matrix.read(tianjin, YEAR)) == empty
    submission = submitted(call, people)
    assert shown(matrix.read(tianjin, YEAR)) == empty
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    assert shown(matrix.read(tianjin, YEAR)) != empty


def shown(read):
    return [(figure.series.code, figure.pace, figure.current and figure.current.value) for figure in read.figures]


def test_counts_add_up_to_the_indicators_of_the_cell_and_of_the_pilot(tianjin, people, call):
    verified(call, people)
    read = matrix.read(tianjin, YEAR)
    assert sum(read.counts.values()) == 63
    assert all(sum(cell.counts.values()) == len(cell.figures) for cell in cells(read))
    assert all(cell.blind == (not cell.figures) for cell in cells(read))


@pytest.mark.parametrize(
    ("paces", "shows"),
    [
        ([], "no-data"),
        (["no-data"], "no-data"),
        (["no-target", "no-data"], "no-target"),
        (["reached", "no-data", "no-data"], "reached"),
        (["reached", "off-track"], "off-track"),
        (["on-track", "on-track", "off-track"], "on-track"),
        (["behind", "on-track", "reached"], "behind"),
    ],
)
def test_a_cell_shows_the_pace_of_most_and_the_pressing_one_in_doubt(paces, shows):
    figures = [matrix.Figure(None, Current(pace=pace)) for pace in paces]
    assert matrix.Cell(None, None, figures).pace == shows


def test_a_withdrawn_figure_leaves_the_matrix(tianjin, people, call):
    verified(call, people)
    figure = next(figure for figure in matrix.read(tianjin, YEAR).figures if figure.series.code == "TJ-29")
    publishing.withdraw(current=figure.current, reason="口径有误", by=people.coordinator, door=PAGE)
    figure = next(figure for figure in matrix.read(tianjin, YEAR).figures if figure.series.code == "TJ-29")
    assert (figure.current, figure.pace) == (None, "no-data")


def test_the_figure_of_a_year_goes_before_those_inside_it_and_the_latest_of_these_before_the_others(tianjin, people, call):
    verified(call, people)
    found = matrix.latest_of(tianjin, YEAR)
    years = {row.series_id for row in Current.objects.filter(frequency="year")}
    for series, row in found.items():
        assert row.frequency == "year" or series not in years
        later = Current.objects.filter(series=series, frequency=row.frequency, start__gt=row.start)
        assert not later.exists()
    assert matrix.latest_of(tianjin, periods.of_year(2031)) == {}


def test_another_pilots_figures_are_not_in_it(tianjin, people, call):
    from pilots.models import Pilot

    verified(call, people)
    other = matrix.read(Pilot.objects.get(slug="qujiang"), YEAR)
    assert all(figure.current is None for figure in other.figures)
    assert matrix.published_years(tianjin) == [2030]
    assert matrix.published_years(other.pilot) == []


def test_it_is_read_in_a_handful_of_queries(tianjin, people, call, django_assert_num_queries):
    verified(call, people)
    with django_assert_num_queries(5):
        matrix.read(tianjin, YEAR)
