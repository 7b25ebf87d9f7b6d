"""What a process keeps of a pilot is never older than what others have committed."""

import psycopg2

from indicators.roster import roster_of
from pilots.models import Pilot


def test_a_change_that_is_not_committed_yet_is_seen_once_it_is(own_database):
    tianjin = Pilot.objects.get(slug="tianjin")
    with psycopg2.connect(own_database) as other, other.cursor() as cursor:
        cursor.execute("UPDATE indicators_series SET decimals = 7 WHERE code = 'TJ-58'")
        assert roster_of(tianjin).by_code["TJ-58"].decimals != 7
        other.commit()
    assert roster_of(tianjin).by_code["TJ-58"].decimals == 7
