"""What a pilot reports is read once and kept until it changes."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from indicators.models import Indicator, RosterWord, Series, Unit, Variable
from indicators.roster import roster_of
from pilots.models import Fact, Pilot

pytestmark = pytest.mark.django_db
CHANGED = [Series, Indicator, Variable, Unit, Fact, Pilot]


@pytest.fixture
def tianjin():
    return Pilot.objects.get(slug="tianjin")


def test_a_roster_is_read_once_and_then_only_its_word(tianjin):
    first = roster_of(tianjin)
    with CaptureQueriesContext(connection) as asked:
        assert roster_of(tianjin) is first
    assert len(asked) == 1


@pytest.mark.parametrize("model", CHANGED)
def test_a_change_of_what_is_reported_draws_another_word(tianjin, model):
    first = roster_of(tianjin)
    word = RosterWord.objects.get().word
    model.objects.first().save()
    assert RosterWord.objects.get().word != word
    assert roster_of(tianjin) is not first


def test_a_roster_holds_the_series_as_they_are_now(tianjin):
    assert roster_of(tianjin).by_code["TJ-58"].decimals != 7
    Series.objects.filter(pilot=tianjin, code="TJ-58").update(decimals=7)
    assert roster_of(tianjin).by_code["TJ-58"].decimals == 7


def test_a_change_that_was_rolled_back_is_not_kept(tianjin):
    first = roster_of(tianjin)
    for decimals in (7, 8):
        with transaction.atomic():
            Series.objects.filter(pilot=tianjin, code="TJ-58").update(decimals=decimals)
            assert roster_of(tianjin).by_code["TJ-58"].decimals == decimals
            transaction.set_rollback(True)
        assert roster_of(tianjin) is first


def test_the_roster_of_a_pilot_is_that_of_its_series_queries(tianjin):
    roster = roster_of(tianjin)
    told = list(Series.objects.of(tianjin).with_definitions())
    assert roster.series == told
    assert [(one.unit, one.indicator, one.variable) for one in roster.series] == [(one.unit, one.indicator, one.variable) for one in told]
    fed = {one.code for one in roster.fed_by(roster.by_key["city_population"])}
    assert fed == {
        one.code for one in told if one.computed and "city_population" in (one.indicator.numerator.key, one.indicator.denominator.key)
    }
    assert not roster.fed_by(roster.by_code["TJ-58"])
