"""The chains of the trail: no gap, no fork, no act without its row, and every tampering found at its first bad row."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Count, Max, Min

from pilots import chains, members, trail
from pilots.models import PROGRAMME, Door, Pilot, TrailHead, TrailLink, TrailRow, User
from tests.builders import person

WRITERS, ROUNDS = 50, 4


def leave(*keys: str, pilot: Pilot | None = None, **more: object) -> None:
    """Commit an act that leaves a row for each key."""
    with transaction.atomic():
        trail.leave_many("a.deed", [trail.Change("thing", key, **more) for key in keys], by=None, door=Door.COMMAND, pilot=pilot)


def sql(statement: str, *given: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall() if cursor.description else []


def field(value: object) -> str:
    """A field as the chain counts it: its length in bytes, a colon, its text; a dash where there is none."""
    return "-" if value is None else f"{len(str(value).encode())}:{value}"


def test_each_row_carries_the_hash_of_all_before_it(own_database):
    tianjin = Pilot.objects.get(slug="tianjin")
    leave("T-1", "T-2", pilot=tianjin, after={"名": "值", "n": 1.50, "a": None})
    rows = TrailRow.objects.filter(act="a.deed").select_related("link").order_by("link__seq")
    before = bytes(TrailLink.objects.filter(chain=tianjin.pk, seq=rows[0].link.seq - 1).values_list("hash", flat=True).first() or b"")
    for row in rows:
        microseconds = round(row.at.timestamp() * 1_000_000)
        document = sql("SELECT after::text FROM pilots_trailrow WHERE id = %s", row.pk)[0][0]
        fields = (tianjin.pk, row.link.seq, microseconds, tianjin.pk, None, "command", "a.deed", "thing", row.object_key)
        body = "".join(map(field, (*fields, None, document, "", row.batch)))
        before = hashlib.sha256(before + body.encode()).digest()
        assert bytes(row.link.hash) == before
    assert bytes(TrailHead.objects.get(chain=tianjin.pk).hash) == before


def test_every_pilot_has_a_chain_of_its_own_without_gaps(own_database):
    tianjin, qujiang = Pilot.objects.filter(slug__in=("tianjin", "qujiang")).order_by("slug")
    for number in range(3):
        with transaction.atomic():
            leave(f"T-{number}", pilot=tianjin)
            leave(f"Q-{number}", pilot=qujiang)
            leave(f"P-{number}")
    for chain in TrailLink.objects.values("chain").annotate(first=Min("seq"), last=Max("seq"), count=Count("*")):
        assert (chain["first"], chain["last"]) == (1, chain["count"])
    assert TrailLink.objects.count() == TrailRow.objects.count()
    assert chains.faults() == []


def test_an_act_that_is_rolled_back_leaves_no_number_behind(own_database):
    head = TrailHead.objects.get(chain=PROGRAMME).seq
    with suppress(ZeroDivisionError), transaction.atomic():
        leave("T-1")
        raise ZeroDivisionError
    leave("T-2")
    assert TrailHead.objects.get(chain=PROGRAMME).seq == head + 1


def test_a_savepoint_that_is_rolled_back_takes_its_rows_along(own_database):
    with transaction.atomic():
        leave("T-1")
        with suppress(ZeroDivisionError), transaction.atomic():
            leave("T-2")
            raise ZeroDivisionError
        leave("T-3")
    assert list(TrailRow.objects.filter(act="a.deed").order_by("link__seq").values_list("object_key", flat=True)) == ["T-1", "T-3"]
    assert chains.faults() == []


def test_fifty_writers_neither_fork_a_chain_nor_wait_for_each_other_in_a_circle(own_database):
    """Each writer leaves rows in three chains, every other one in the opposite order, and takes its time in between."""
    places = [*Pilot.objects.order_by("pk")[:2], None]
    before = TrailRow.objects.count()
    start = Barrier(WRITERS)

    def write(number: int) -> None:
        try:
            start.wait(60)
            for turn in range(ROUNDS):
                with transaction.atomic():
                    for place in places[:: 1 if number % 2 else -1]:
                        leave(f"{number}/{turn}", pilot=place)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, number) for number in range(WRITERS)]:
            done.result()
    assert TrailRow.objects.count() == TrailLink.objects.count() == before + WRITERS * ROUNDS * len(places)
    assert chains.faults() == []


FAULTS = {
    "the row cannot be written": "ALTER TABLE pilots_trailrow ADD CONSTRAINT broken CHECK (act <> 'members.choose_language') NOT VALID",
    "the row cannot be hung in": "ALTER TABLE pilots_traillink ADD CONSTRAINT broken CHECK (seq < 0) NOT VALID",
    "the head cannot be moved": "ALTER TABLE pilots_trailhead ADD CONSTRAINT broken CHECK (seq < 0) NOT VALID",
    "the hash is gone": "DROP AGGREGATE trail_hash(bytea, bytea)",
}


@pytest.mark.parametrize("broken", FAULTS)
def test_an_act_whose_trail_fails_has_no_effect(own_database, broken):
    user = person("somebody", language="en")
    sql(FAULTS[broken])
    with pytest.raises(DatabaseError):
        members.choose_language(user=user, language="zh-hans", by=user, door=Door.PAGE)
    assert User.objects.get(pk=user.pk).language == "en"
