"""The auditor's page of the trail: found by any filter, page by page, side by side, taken along whole, and for nobody else."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pilots import sealing, searching, trail
from pilots.models import Door, Pilot, TrailRow, TrailSeal
from tests.programs import text_of
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠a")


@pytest.fixture
def auditor(people):
    return signed_in(people.auditor)


def leave(act: str = "a.deed", *, by=None, pilot=None, key="T-1", door=Door.PAGE, **more) -> None:
    trail.leave(act, kind=more.pop("kind", "thing"), key=key, by=by, door=door, pilot=pilot, **more)


def at(row: TrailRow, moment: datetime) -> None:
    """Move a row in time, past the lock of its table."""
    connection.check_constraints()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE pilots_trailrow SET at = %s WHERE id = %s", [moment, row.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def keys(client, **asked: str) -> list[str]:
    """The keys of the rows that a page shows."""
    return [row.object_key for row, _differences in client.get("/trail/", asked).context["rows"]]


def lines(client, form: str, **asked: str) -> list[dict]:
    text = text_of(client.get(f"/trail/trail.{form}", asked))
    if form == "csv":
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("who", ["viewer", "contributor", "lead", "stranger", "coordinator", "expert", "administrator", "nobody"])
@pytest.mark.parametrize("address", ["/trail/", "/trail/trail.csv", "/trail/trail.ndjson", "/trail/?pilot=tianjin&before=1"])
def test_nobody_but_an_auditor_finds_anything(people, who, address):
    client = signed_in(getattr(people, who))
    answer, nothing = client.get(address), client.get("/trailing/")
    assert (answer.status_code, nothing.status_code) == (404, 404)
    assert b"/trail/" not in client.get("/todo").content


def test_a_stranger_is_led_to_the_sign_in_page(client):
    answer = client.get("/trail/")
    assert (answer.status_code, answer.url) == (302, "/account/login/?next=/trail/")


def test_an_auditor_comes_here_from_the_navigation(auditor):
    assert b'href="/trail/"' in auditor.get("/todo").content


def test_each_filter_finds_its_rows(auditor, people, tianjin):
    leave("first.deed", by=people.lead, pilot=tianjin, key="ONE", reason="a slip of the pen")
    leave("second.deed", by=people.coordinator, key="TWO", door=Door.ADMIN, kind="other", after={"value": "一百二十"})
    ours = {"act": ".deed"}
    assert keys(auditor, **ours) == ["TWO", "ONE"]
    assert keys(auditor, **ours, pilot="tianjin") == ["ONE"]
    assert keys(auditor, **ours, pilot="programme") == ["TWO"]
    assert keys(auditor, **ours, pilot="nowhere") == []
    assert keys(auditor, **ours, person="A.LEAD") == ["ONE"]
    assert keys(auditor, **ours, person="oordinat") == ["TWO"]
    assert keys(auditor, act="first") == ["ONE"]
    assert keys(auditor, **ours, kind="other") == ["TWO"]
    assert keys(auditor, **ours, key="wo") == ["TWO"]
    assert keys(auditor, **ours, door="admin") == ["TWO"]
    assert keys(auditor, **ours, text="slip") == ["ONE"]
    assert keys(auditor, **ours, text="一百二") == ["TWO"]
    assert keys(auditor, **ours, text="no such text\0") == []


def test_days_are_those_of_the_portals_clock(auditor):
    """Midnight in Shanghai is 16:00 UTC of the day before."""
    for key, moment in {"late": "2030-05-01T15:59:59Z", "early": "2030-05-01T16:00:00Z"}.items():
        leave(key=key)
        at(TrailRow.objects.get(object_key=key), datetime.fromisoformat(moment))
    assert keys(auditor, act="a.deed", since="2030-05-02") == ["early"]
    assert keys(auditor, act="a.deed", until="2030-05-01") == ["late"]
    assert sorted(keys(auditor, act="a.deed", since="2030-05-01", until="2030-05-02")) == ["early", "late"]
    assert keys(auditor, act="a.deed", since="9999-12-31") == []
    assert len(keys(auditor, act="a.deed", until="9999-12-31")) == 2


@pytest.mark.parametrize("day", ["yesterday", "2030-13-01", "2030-02-30", "٢٠٣٠"])
def test_a_day_that_is_none_is_said_and_nothing_is_searched(auditor, day):
    answer = auditor.get("/trail/", {"since": day, "text": "kept"})
    assert answer.status_code == 400
    assert "Write the day as 2026-05-31." in answer.content.decode()
    assert 'value="kept"' in answer.content.decode()
    assert auditor.get("/trail/trail.csv", {"until": day}).status_code == 404


def test_pages_hold_fifty_rows_and_lose_none(auditor):
    trail.leave_many("a.deed", [trail.Change("thing", f"T-{n}") for n in range(120)], by=None, door=Door.API)
    seen, before = [], ""
    while True:
        context = auditor.get("/trail/", {"act": "a.deed", "before": before}).context
        seen.append([row.object_key for row, _differences in context["rows"]])
        leave("another.deed")
        if context["following"] is None:
            break
        before = context["following"]
    assert [len(page) for page in seen] == [50, 50, 20]
    assert [key for page in seen for key in page] == [f"T-{n}" for n in range(119, -1, -1)]


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 40, "1'"])
def test_an_odd_place_to_begin_is_no_error(auditor, before):
    assert auditor.get("/trail/", {"before": before}).status_code == 200


def test_a_page_shows_what_changed_side_by_side(auditor):
    leave(before={"value": "1", "flag": "A", "gone": "x"}, after={"value": "<2>", "flag": "A", "steps": [1]})
    row = TrailRow.objects.get(act="a.deed")
    shown = [(one.name, one.before, one.after) for one in searching.differences(row)]
    assert shown == [("gone", "x", None), ("value", "1", "<2>"), ("steps", None, "[1]")]
    assert "<td>1</td><td>&lt;2&gt;</td>" in auditor.get("/trail/", {"act": "a.deed"}).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(auditor, people, django_assert_max_num_queries):
    for number in range(30):
        leave(by=people.lead, key=f"T-{number}", pilot=Pilot.objects.order_by("pk")[number % 2])
    with django_assert_max_num_queries(12):
        auditor.get("/trail/")


def test_files_hold_every_row_that_fits_with_its_hash(auditor, people, tianjin, monkeypatch):
    monkeypatch.setattr(searching, "SLICE", 7)
    changes = [trail.Change("thing", f"T-{n}", {"n": n}, {"n": n + 1, "名": "值"}) for n in range(50)]
    trail.leave_many("a.deed", changes, by=people.lead, door=Door.API, pilot=tianjin, reason='said "so",\nand why')
    connection.check_constraints()
    told = lines(auditor, "ndjson", act="a.deed")
    assert [row["key"] for row in told] == [f"T-{n}" for n in range(49, -1, -1)]
    row = TrailRow.objects.select_related("link").get(object_key="T-7", act="a.deed")
    assert told[42] == {
        "pilot": "tianjin",
        "seq": row.link.seq,
        "at": row.at.isoformat().replace("+00:00", "Z"),
        "username": "a.lead",
        "name": "a lead",
        "door": "api",
        "act": "a.deed",
        "kind": "thing",
        "key": "T-7",
        "before": {"n": 7},
        "after": {"n": 8, "名": "值"},
        "reason": 'said "so",\nand why',
        "batch": str(row.batch),
        "hash": bytes(row.link.hash).hex(),
    }
    as_csv = lines(auditor, "csv", act="a.deed")
    assert [json.loads(line["before"]) for line in as_csv] == [line["before"] for line in told]
    assert [{name: line[name] for name in ("seq", "key", "reason", "hash")} for line in as_csv] == [
        {"seq": str(line["seq"]), "key": line["key"], "reason": line["reason"], "hash": line["hash"]} for line in told
    ]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_csv_begins_as_a_formula(auditor, formula):
    leave(key=formula, reason=formula)
    (row,) = lines(auditor, "csv", act="a.deed")
    assert (row["key"], row["reason"]) == (f"'{formula}", f"'{formula}")
    (row,) = lines(auditor, "ndjson", act="a.deed")
    assert (row["key"], row["reason"]) == (formula, formula)


def test_the_page_says_when_the_trail_was_sealed_and_what_was_found(auditor, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    assert "has not been sealed yet" in auditor.get("/trail/").content.decode()
    connection.check_constraints()
    sealing.seal(day=date(2030, 1, 1), by=None, door=Door.SYSTEM)
    assert "each as it was written" in auditor.get("/trail/").content.decode()
    told = {"heads": [], "signature": "", "rows": 7, "faults": 2, "made_at": timezone.now() + timedelta(days=1)}
    TrailSeal.objects.create(day=date(2030, 1, 2), **told)
    assert "7 rows, 2 faults" in auditor.get("/trail/").content.decode()
