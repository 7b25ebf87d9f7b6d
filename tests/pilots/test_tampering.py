"""Tampering with the trail past the acts, in six ways at twenty places each: every one is found, and the first bad row named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction

from pilots import sealing, trail
from pilots.chains import Fault
from pilots.models import PROGRAMME, Door, Pilot
from tests.builders import person

pytestmark = pytest.mark.django_db

LENGTH, FIRST_SEAL, PLACES = 26, 10, range(4, 24)
TABLES = ("pilots_trailrow", "pilots_traillink", "pilots_trailhead", "pilots_trailseal")
FIELDS = {
    "at": "at + interval '1 microsecond'",
    "actor_id": "(SELECT min(id) FROM pilots_user)",
    "pilot_id": "NULL",
    "door": "'admin'",
    "act": "act || 's'",
    "object_kind": "'other'",
    "object_key": "object_key || ' '",
    "before": "NULL",
    "after": "jsonb_set(after, '{value}', '\"13\"')",
    "reason": "'another'",
    "batch": "gen_random_uuid()",
    # What is taken from one field is put before the next.
    "object_kind = 'thin', object_key": "'g' || object_key",
}
ROW = "(SELECT row_id FROM pilots_traillink WHERE chain = {chain} AND seq = {seq})"
LINK = "chain = {chain} AND seq = {seq}"
COLUMNS = "at, door, act, object_kind, object_key, before, after, reason, batch, actor_id, pilot_id"


@pytest.fixture
def sealed(tianjin, settings, tmp_path):
    """A chain of Tianjin with a seal after its tenth row and one at its end; the triggers and keys of its tables are gone."""
    settings.MEDIA_ROOT = str(tmp_path)
    person("somebody")
    for number in range(LENGTH):
        # Ids with gaps, as rolled back acts leave them.
        sql("SELECT nextval('pilots_trailrow_id_seq')")
        told = {"before": {"value": "11"}, "after": {"value": "12"}}
        trail.leave("a.deed", kind="thing", key=f"T-{number}", by=None, door=Door.COMMAND, pilot=tianjin, reason="Why", **told)
        if number == FIRST_SEAL - 1:
            seal(1)
    seal(2)
    assert sealing.verify().faults == []
    sql("ALTER TABLE pilots_traillink DROP CONSTRAINT trail_link_once")
    for table in TABLES:
        for (name,) in sql(f"SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal"):
            sql(f'DROP TRIGGER "{name}" ON {table}')
    return tianjin.pk


def seal(day: int) -> None:
    connection.check_constraints()
    sealing.seal(day=date(2030, 1, day), by=None, door=Door.SYSTEM)


def sql(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def found(chain: int, tamper: Callable[[int, int, int], None]) -> list[Fault]:
    """Tamper at each of the twenty places in turn, and return the fault that the walk then finds in the chain."""
    faults = []
    for turn, seq in enumerate(PLACES):
        point = transaction.savepoint()
        tamper(chain, seq, turn)
        connection.check_constraints()
        faults.append(next(fault for fault in sealing.verify().faults if fault.chain == chain))
        transaction.savepoint_rollback(point)
    assert sealing.verify().faults == []
    return faults


def change(chain: int, seq: int, turn: int) -> None:
    field = list(FIELDS)[turn % len(FIELDS)]
    sql(f"UPDATE pilots_trailrow SET {field} = {FIELDS[field]} WHERE id = {ROW.format(chain=chain, seq=seq)}")


def delete(chain: int, seq: int, turn: int) -> None:
    """Take a row out; every other time its link goes with it."""
    sql(f"DELETE FROM pilots_trailrow WHERE id = {ROW.format(chain=chain, seq=seq)}")
    if turn % 2:
        sql(f"DELETE FROM pilots_traillink WHERE {LINK.format(chain=chain, seq=seq)}")


def insert(chain: int, seq: int, turn: int) -> None:
    """Put a row in before another one; every other time with a link of its own and a right hash, the later ones pushed on."""
    row = ROW.format(chain=chain, seq=seq)
    sql(f"INSERT INTO pilots_trailrow (id, {COLUMNS}) SELECT id - 1, {COLUMNS} FROM pilots_trailrow WHERE id = {row}")
    if turn % 2:
        sql(f"UPDATE pilots_traillink SET seq = seq + 1 WHERE chain = {chain} AND seq >= {seq}")
        sql(f"UPDATE pilots_trailhead SET seq = seq + 1 WHERE chain = {chain}")
        sql(
            f"INSERT INTO pilots_traillink (row_id, chain, seq, hash)"
            f" SELECT r.id, {chain}, {seq}, sha256(l.hash || trail_body(r, {chain}, {seq}))"
            f" FROM pilots_trailrow r, pilots_traillink l WHERE l.chain = {chain} AND l.seq = {seq} - 1"
            f" AND r.id = {ROW.format(chain=chain, seq=seq + 1)} - 1"
        )


def swap(chain: int, seq: int, turn: int) -> None:
    """Let two rows change places, by their numbers in the table or by what their links name."""
    (one,), (other,) = sql(f"SELECT row_id FROM pilots_traillink WHERE chain = {chain} AND seq IN ({seq}, {seq + 2}) ORDER BY seq")
    table, column = ("pilots_traillink", "row_id") if turn % 2 else ("pilots_trailrow", "id")
    for before, after in ((one, -1), (other, one), (-1, other)):
        sql(f"UPDATE {table} SET {column} = {after} WHERE {column} = {before}")


def cut(chain: int, seq: int, turn: int) -> None:
    """Cut the tail off: rows and links; then also the head set back; then also the seals taken out of the database."""
    sql(f"DELETE FROM pilots_trailrow WHERE id IN (SELECT row_id FROM pilots_traillink WHERE chain = {chain} AND seq >= {seq})")
    sql(f"DELETE FROM pilots_traillink WHERE chain = {chain} AND seq >= {seq}")
    if turn % 3 > 0:
        sql(
            f"UPDATE pilots_trailhead h SET seq = l.seq, hash = l.hash FROM pilots_traillink l"
            f" WHERE h.chain = {chain} AND l.chain = {chain} AND l.seq = {seq} - 1"
        )
    if turn % 3 > 1:
        sql("DELETE FROM pilots_trailseal")


def rewrite(chain: int, seq: int, turn: int) -> None:
    """Change a row and give it and every later one the hash that is right then, up to the head."""
    change(chain, seq, list(FIELDS).index("after"))
    sql(
        f"""WITH again AS (SELECT l.row_id, trail_hash((SELECT hash FROM pilots_traillink WHERE chain = {chain} AND seq = {seq} - 1),
        trail_body(r, l.chain, l.seq)) OVER (ORDER BY l.seq) AS hash FROM pilots_traillink l JOIN pilots_trailrow r ON r.id = l.row_id
        WHERE l.chain = {chain} AND l.seq >= {seq})
        UPDATE pilots_traillink l SET hash = again.hash FROM again WHERE again.row_id = l.row_id"""
    )
    sql(
        f"UPDATE pilots_trailhead h SET hash = l.hash FROM pilots_traillink l"
        f" WHERE h.chain = {chain} AND l.chain = h.chain AND l.seq = h.seq"
    )
    if turn % 2:
        sql("DELETE FROM pilots_trailseal")


ALONE = {change: {"changed"}, delete: {"missing"}, insert: {"inserted"}, swap: {"order"}, cut: {"tail", "cut"}}


@pytest.mark.parametrize("tamper", ALONE, ids=lambda tamper: tamper.__name__)
def test_the_first_bad_row_is_named(sealed, tamper):
    faults = found(sealed, tamper)
    assert [fault.seq for fault in faults] == list(PLACES)
    assert {fault.kind for fault in faults} == ALONE[tamper]


def test_a_chain_that_was_written_anew_is_told_by_its_seals(sealed):
    """The hashes all fit, so the seals alone tell, and they tell between which two of them it happened."""
    faults = found(sealed, rewrite)
    spans = [(1, FIRST_SEAL) if seq <= FIRST_SEAL else (FIRST_SEAL + 1, LENGTH) for seq in PLACES]
    assert [(fault.kind, fault.seq, fault.until) for fault in faults] == [("rewritten", *span) for span in spans]


def test_a_seal_that_was_made_with_another_key_says_so(sealed, settings):
    settings.SECRET_KEY = "another key of at least fifty characters, and no secret"
    faults = sealing.verify().faults
    assert {fault.kind for fault in faults} == {"unsigned"}
    assert len(faults) == 4, "two in the database and two in the folder"


def test_a_seal_that_was_changed_says_so(sealed):
    sql("UPDATE pilots_trailseal SET heads = '[]' WHERE day = '2030-01-01'")
    assert [(fault.kind, fault.source) for fault in sealing.verify().faults] == [("unsigned", "2030-01-01")]


def test_a_seal_of_later_days_names_where_a_portal_put_back_ends(sealed, tmp_path):
    """A restored portal is sound in itself; the file that was copied away knows rows that it has not."""
    file = tmp_path / "copied-away.json"
    file.write_bytes((sealing.folder() / "2030-01-02.json").read_bytes())
    for path in sealing.folder().iterdir():
        path.unlink()
    cut(sealed, 20, 2)
    assert sealing.verify().faults == []
    assert [(fault.kind, fault.chain, fault.seq, fault.source) for fault in sealing.verify([file]).faults] == [
        ("cut", sealed, 20, str(file))
    ]


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"day": "2030-01-01", "heads": [{"chain": 1}], "signature": ""}', "\udcff", "[" * 20_000]
)
def test_a_file_that_is_no_seal_is_named(sealed, tmp_path, content):
    file = tmp_path / "no-seal.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    assert [(fault.chain, fault.kind, fault.source) for fault in sealing.verify([file]).faults] == [(None, "unsigned", str(file))]


def test_a_seal_names_every_chain_and_is_the_same_in_its_file(sealed):
    content = json.loads((sealing.folder() / "2030-01-02.json").read_text())
    named = {head["chain"]: (head["pilot"], head["seq"]) for head in content["heads"]}
    assert named[sealed] == ("tianjin", LENGTH)
    assert named[PROGRAMME][0] == ""
    assert set(named) <= {PROGRAMME, *Pilot.objects.values_list("pk", flat=True)}
