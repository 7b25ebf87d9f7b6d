"""Workbooks over REST, and one outcome at every door: page, API and command."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import translation

from indicators import importing
from indicators.models import Entry, Import
from pilots.models import Token
from tests.builders import collection, item, record, standing
from tests.indicators.books import filled, opened, row_of, template
from tests.programs import Program, hyphens, whole
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
IMPORTS = "pilots/tianjin/imports"


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


@pytest.fixture
def program(people):
    return Program(people.contributor, scope=Token.Scope.WRITE)


def bring(program: Program, data: bytes, name: str = "数据.xlsx", **more: str):
    """Send a file, and have it read as the worker does."""
    form = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile(name, data), "period": "2030"})
    answer = program.generic("POST", whole(IMPORTS), form, content_type=MULTIPART_CONTENT, headers={**program.sent, **hyphens(more)})
    if answer.status_code == 202:
        importing.read(import_id=answer.json()["id"], by=None, door="system")
    return answer


def test_the_template_is_given_for_a_period_and_for_a_unit(tianjin, people, call, program):
    tianjin.series.filter(code="TJ-58").update(owner_unit="环保局")
    answer = program.ask("pilots/tianjin/workbook?period=2030")
    assert answer.status_code == 200
    assert row_of(opened(answer.content), "TJ-60")
    part = program.ask("pilots/tianjin/workbook?period=2030&owner_unit=环保局")
    with pytest.raises(AssertionError):
        row_of(opened(part.content), "TJ-60")
    assert program.ask("pilots/tianjin/workbook?owner_unit=x").status_code == 400


def test_a_workbook_is_brought_watched_applied_and_undone(tianjin, people, call, program):
    answer = bring(program, filled(template(tianjin, people.contributor), TJ_58=5, TJ_60="约abc"))
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    seen = program.ask(f"imports/{answer.json()['id']}").json()
    assert (seen["state"], seen["counts"]["new"], seen["counts"]["refused"]) == ("ready", 1, 1)
    assert sum(count for name, count in seen["cells"].items() if name != "total") == seen["cells"]["total"]
    (problem,) = seen["problems"]
    assert (problem["series"], problem["raw"], problem["code"]) == ("TJ-60", "约abc", "number")
    assert problem["cell"].endswith("!F" + problem["cell"].rpartition("F")[2])
    assert problem["reason"] and problem["fix"]
    place = f"imports/{seen['id']}"
    assert program.tell("POST", f"{place}:apply", {}).status_code == 400
    done = program.tell("POST", f"{place}:apply", {"only_valid": True, "preview": seen["preview"]})
    assert (done.status_code, done.json()["state"], done.json()["steps"]) == (200, "applied", ["undo"])
    assert standing(tianjin, "TJ-58").value == 5
    assert program.tell("POST", f"{place}:apply", {"only_valid": True}).status_code == 409
    assert program.tell("POST", f"{place}:undo", {}).json()["state"] == "undone"
    assert standing(tianjin, "TJ-58").empty


def test_figures_that_moved_on_are_412_and_then_chosen_one_by_one(tianjin, people, call, program):
    record(tianjin, people.lead, item("TJ-58", "5"))
    id = bring(program, filled(template(tianjin, people.contributor), TJ_58=7)).json()["id"]
    record(tianjin, people.lead, item("TJ-58", "6", version=1))
    assert program.tell("POST", f"imports/{id}:apply", {}).status_code == 412
    seen = program.ask(f"imports/{id}").json()
    assert (seen["counts"]["conflict"], seen["problems"][0]["code"]) == (1, "stale")
    assert program.tell("POST", f"imports/{id}:apply", {"mine": ["TJ-58@2030"]}).status_code == 200
    assert standing(tianjin, "TJ-58").value == 7


def test_a_file_that_is_sent_again_with_its_key_is_brought_once(tianjin, people, call, program):
    first, second = (bring(program, "编号,数值\nTJ-58,5\n".encode(), Idempotency_Key="a-key") for _time in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] == second.json()["id"]
    assert Import.objects.count() == 1


DOCUMENT = "编号,数值,来源\nTJ-58,5,年鉴\nTJ-60,2,\nTJ-61,约abc,\ncity_population,7万,\n没有的编号,1,\n合计,9,\n"


def by_page(tianjin, people) -> dict:
    visitor = signed_in(people.contributor)
    here = visitor.post("/pilots/tianjin/data/2030/import", {"file": SimpleUploadedFile("a.csv", DOCUMENT.encode())}).url
    found = importing.read(import_id=int(here.rpartition("/")[2]), by=None, door="system")
    with translation.override("en"):
        outcome = importing.outcome(found)
    assert visitor.post(f"{here}/apply", {"preview": importing.preview_of(found)}).status_code == 302
    return outcome


def by_api(tianjin, people) -> dict:
    program = Program(people.contributor, scope=Token.Scope.WRITE)
    id = bring(program, DOCUMENT.encode(), "a.csv").json()["id"]
    seen = program.ask(f"imports/{id}", Accept_Language="en").json()
    assert program.tell("POST", f"imports/{id}:apply", {"only_valid": True}).status_code == 200
    return {name: seen[name] for name in ("state", "counts", "cells", "problems")}


def by_command(tianjin, people) -> dict:
    file, said = Path("a.csv"), StringIO()
    file.write_text(DOCUMENT, encoding="utf-8")
    told = {"pilot": "tianjin", "period": "2030", "by": people.contributor.username, "json": True}
    with translation.override("en"):
        call_command("import_workbook", str(file), dry_run=True, only_valid=True, stdout=said, **told)
    with pytest.raises(CommandError):
        call_command("import_workbook", str(file), stdout=StringIO(), **told)
    call_command("import_workbook", str(file), only_valid=True, stdout=StringIO(), **told)
    return json.loads(said.getvalue())


def test_page_api_and_command_say_and_do_the_same(tianjin, people, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    record(tianjin, people.lead, item("TJ-60", "1"))
    seen = []
    for door in (by_page, by_api, by_command):
        with transaction.atomic():
            outcome = door(tianjin, people)
            entries = Entry.objects.filter(pilot=tianjin).order_by("series__code", "start")
            left = list(entries.values_list("series__code", "value", "source", "door"))
            seen.append((outcome, left))
            transaction.set_rollback(True)
    assert seen[0][1], "something was written"
    assert seen[0] == seen[1] == seen[2]


def test_a_dry_run_keeps_nothing(tianjin, people, call, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("编号,数值\nTJ-58,5\n", encoding="utf-8")
    before = Import.objects.count(), Entry.objects.count()
    told = {"pilot": "tianjin", "period": "2030", "by": people.contributor.username, "dry_run": True}
    call_command("import_workbook", str(file), stdout=StringIO(), **told)
    assert (Import.objects.count(), Entry.objects.count()) == before


def test_the_command_writes_the_template(tianjin, people, call, tmp_path):
    record(tianjin, people.lead, item("TJ-58", "5"))
    call_command("workbook", str(tmp_path / "t.xlsx"), pilot="tianjin", period="2030")
    book = opened((tmp_path / "t.xlsx").read_bytes())
    assert book.worksheets[0].cell(row_of(book, "TJ-58"), 6).value == 5
