"""The trail: one row for each change, in the same transaction as the change, never altered, read by auditors."""

import contextlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.utils import InternalError

from pilots import trail
from pilots.models import Door, TrailRow

pytestmark = pytest.mark.django_db


def leave(by=None, **more):
    trail.leave("a.deed", kind="thing", key="T-1", by=by, door=Door.COMMAND, **more)
    return TrailRow.objects.filter(act="a.deed").first()


def test_a_row_says_what_was_done_to_what_by_whom_where_and_why(tianjin, people):
    row = leave(people.lead, pilot=tianjin, before={"value": "1"}, after={"value": "2"}, reason="更正")
    assert (row.act, row.object_kind, row.object_key, row.actor, row.pilot) == ("a.deed", "thing", "T-1", people.lead, tianjin)
    assert (row.door, row.before, row.after, row.reason) == ("command", {"value": "1"}, {"value": "2"}, "更正")
    assert row.at.tzinfo is not None


def test_the_rows_of_a_batch_share_a_number_and_a_time(people):
    changes = [trail.Change("thing", f"T-{number}", after={"n": number}) for number in range(3)]
    trail.leave_many("a.batch", changes, by=people.lead, door=Door.API)
    rows = TrailRow.objects.filter(act="a.batch")
    assert [row.object_key for row in rows.order_by("pk")] == ["T-0", "T-1", "T-2"]
    assert len({(row.batch, row.at) for row in rows}) == 1
    assert leave(people.lead).batch not in {row.batch for row in rows}


def test_nothing_is_left_of_an_act_that_fails(people):
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        leave(people.lead)
        raise ZeroDivisionError
    assert not TrailRow.objects.filter(act="a.deed").exists()


@pytest.mark.parametrize("statement", ["UPDATE pilots_trailrow SET reason = ''", "DELETE FROM pilots_trailrow"])
def test_the_database_refuses_to_change_the_trail(people, statement):
    leave(people.lead)
    with pytest.raises(InternalError, match="pgtrigger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_only_an_auditor_reads_the_trail(people):
    leave(people.lead)
    readers = {name for name, who in vars(people).items() if TrailRow.objects.visible_to(who).exists()}
    assert readers == {"auditor"}
    assert not TrailRow.objects.visible_to(AnonymousUser()).exists()
