"""Several people put evidence at the same moment, and a figure is submitted while somebody cites."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from indicators import evidence, periods, review
from indicators.evidence import keeping
from indicators.models import Citation, Entry, Evidence, Series
from pilots.models import Pilot
from tests.builders import PAGE, answer_all, cast, collection
from tests.indicators.files import pdf, put
from tests.test_races import at_once

TOGETHER = 10


@pytest.fixture
def team(own_database, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return cast(Pilot.objects.get(slug="tianjin"), Pilot.objects.get(slug="qujiang"))


@pytest.fixture
def pilot(team):
    return Pilot.objects.get(slug="tianjin")


def kept_files(settings) -> int:
    return sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


def test_ten_uploads_at_once_do_not_get_past_the_room_of_their_pilot(team, pilot, settings):
    settings.EVIDENCE_MB = 1

    def bring(number):
        try:
            return put(pilot, team.contributor, pdf(str(number) * 300_000)).fresh
        except ValidationError as refusal:
            return refusal.code

    told = at_once(*[lambda number=number: bring(number) for number in range(TOGETHER)])
    assert sorted(map(str, told)) == ["True"] * 3 + ["quota"] * 7
    assert keeping.used_by(pilot) <= 1024 * 1024
    assert kept_files(settings) == Evidence.objects.count() == 3


def test_ten_uploads_of_the_same_bytes_at_once_are_one_file_and_one_row(team, pilot, settings):
    told = at_once(*[lambda: put(pilot, team.contributor).fresh] * TOGETHER)
    assert sorted(told) == [False] * 9 + [True]
    assert kept_files(settings) == Evidence.objects.count() == 1


def test_a_figure_is_submitted_with_a_citation_or_the_citation_is_refused(team, pilot):
    Series.objects.filter(pilot=pilot).exclude(code__in=("TJ-58", "TJ-60")).update(active=False)
    series = Series.objects.get(pilot=pilot, code="TJ-58")
    call = collection(pilot, team.coordinator)
    answer_all(call, team.contributor)
    many = [put(pilot, team.contributor, pdf(str(number))).evidence for number in range(TOGETHER)]

    def cite(one):
        try:
            evidence.cite(evidence=one, series=series, period=periods.of_year(2030), by=team.contributor, door=PAGE)
        except ValidationError as refusal:
            return refusal.code
        return "cited"

    told = at_once(lambda: review.submit(collection=call, by=team.lead, door=PAGE), *[lambda one=one: cite(one) for one in many])[1:]
    assert set(told) <= {"cited", "wrong_state"}
    assert Citation.objects.standing().count() == told.count("cited")
    assert Entry.objects.get(series=series).state == Entry.State.LOCKED
