"""The daily seal: one for a day however often it is asked for, in the database, as a file, and named in the log."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from hashlib import sha256
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone, translation

from pilots import sealing, trail
from pilots.models import Door, TrailHead, TrailSeal
from portal import tasks

DAY = date(2030, 1, 1)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def seal(day: date = DAY) -> TrailSeal:
    return sealing.seal(day=day, by=None, door=Door.SYSTEM)


def told(*words: str) -> tuple[int, str]:
    """How verify_trail ends, and what it prints."""
    said = StringIO()
    try:
        with translation.override("en"):
            call_command("verify_trail", *words, stdout=said, skip_checks=True)
    except SystemExit as end:
        return end.code, said.getvalue()
    return 0, said.getvalue()


def test_a_seal_holds_the_head_of_every_chain_and_its_file_the_same(own_database, caplog):
    caplog.set_level("INFO")
    made = seal()
    file = sealing.folder() / "2030-01-01.json"
    content = json.loads(file.read_text())
    assert content == {"day": "2030-01-01", "heads": made.heads, "signature": made.signature}
    assert {head["chain"]: (head["seq"], head["hash"]) for head in made.heads} == {
        head.chain: (head.seq, bytes(head.hash).hex()) for head in TrailHead.objects.all()
    }
    assert sealing.document(made).signed
    assert file.stat().st_mode & 0o077 == 0
    assert sha256(file.read_bytes()).hexdigest() in caplog.text


def test_a_day_is_sealed_once_and_its_file_comes_back(own_database):
    first = seal()
    trail.leave("a.deed", kind="thing", key="T-1", by=None, door=Door.COMMAND)
    file = sealing.folder() / "2030-01-01.json"
    before = file.read_bytes()
    file.unlink()
    assert seal() == first
    assert file.read_bytes() == before
    assert TrailSeal.objects.count() == 1
    assert seal(date(2030, 1, 2)).heads != first.heads


def test_two_schedulers_make_one_seal(own_database):
    start = Barrier(8)

    def tick() -> int:
        try:
            start.wait(60)
            return seal().pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        made = {done.result() for done in [pool.submit(tick) for _scheduler in range(8)]}
    assert len(made) == TrailSeal.objects.count() == 1


def test_the_clock_seals_today(own_database):
    tasks.seal_trail()
    tasks.seal_trail()
    made = TrailSeal.objects.get()
    assert (made.day, made.faults) == (timezone.localdate(), 0)
    assert made.rows > 0


def test_a_damaged_trail_is_sealed_as_damaged_and_the_log_says_so(own_database, caplog):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM pilots_trailrow WHERE id = (SELECT row_id FROM pilots_traillink WHERE chain = 0 AND seq = 2)")
        cursor.execute("SET session_replication_role = origin")
    assert seal().faults == 1
    assert "trail is damaged: chain 0, row 2, missing" in caplog.text


def test_verify_trail_says_how_much_it_walked_and_that_all_is_well(own_database):
    seal()
    code, said = told()
    assert code == 0
    rows, chains = TrailSeal.objects.get().rows, TrailHead.objects.count()
    assert said == f"{rows} rows in {chains} chains, 1 seals, 0 faults\n"
    code, said = told("--json")
    assert (code, json.loads(said)["sound"], json.loads(said)["faults"]) == (0, True, [])


def test_verify_trail_names_the_pilot_the_number_and_the_row(own_database):
    seal()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE pilots_trailrow SET act = 'x' WHERE id = (SELECT row_id FROM pilots_traillink WHERE chain = 0 AND seq = 3) RETURNING id"
        )
        ((row,),) = cursor.fetchall()
        cursor.execute("SET session_replication_role = origin")
    code, said = told("--head", str(sealing.folder() / "2030-01-01.json"))
    assert code == 1
    assert said.startswith(f"programme 3 (row {row} of the table): the row says something else than when it was written\n")
    code, said = told("--json")
    fault = json.loads(said)["faults"][0]
    assert (code, fault["pilot"], fault["chain"], fault["seq"], fault["kind"], fault["row"]) == (1, None, 0, 3, "changed", row)


def test_verify_trail_does_not_fail_on_a_file_that_is_not_there(own_database, tmp_path):
    code, said = told("--head", str(tmp_path / "nothing.json"))
    assert code == 1
    assert said.startswith(f"{tmp_path / 'nothing.json'}: ")


def test_a_full_disk_keeps_the_seal_in_the_database_and_the_file_comes_later(own_database, monkeypatch):
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, suppress(OSError):
        patch.setattr("os.fsync", full)
        seal()
    assert list(sealing.folder().iterdir()) == []
    assert seal() == TrailSeal.objects.get()
    assert [file.name for file in sealing.folder().iterdir()] == ["2030-01-01.json"]
