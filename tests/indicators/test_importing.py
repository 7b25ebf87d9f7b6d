"""Bringing a workbook: read apart, shown as a preview, imported as one batch or not at all, undone as one."""

import time
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators import importing, workbook
from indicators.models import Entry, Import
from pilots.models import OutboxRow, TrailRow
from tests.builders import PAGE, collection, item, record, standing
from tests.indicators.books import YEAR, applied, brought, filled, lines, opened, row_of, table, template

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def test_bring_keeps_the_file_and_queues_its_reading(tianjin, people, call):
    found = importing.bring(pilot=tianjin, period=YEAR, name="C:\\数据\\2030.xlsx", data=b"x", by=people.contributor, door=PAGE)
    assert (found.state, found.name, found.size) == ("waiting", "2030.xlsx", 1)
    assert importing.path_of(found.sha256).read_bytes() == b"x"
    assert OutboxRow.objects.get(task="importing.read").payload == {"import_id": found.pk}


@pytest.mark.parametrize("who", ["viewer", "coordinator", "auditor", "stranger", "administrator"])
def test_bring_refuses_whoever_is_not_of_the_team(tianjin, people, call, who):
    with pytest.raises(PermissionDenied):
        importing.bring(pilot=tianjin, period=YEAR, name="a.csv", data=b"x", by=getattr(people, who), door=PAGE)
    assert not Import.objects.exists()


def test_bring_refuses_an_empty_file_and_one_that_is_too_large(tianjin, people, call):
    for data, code in ((b"", "empty"), (b"x" * (10 * 1024 * 1024 + 1), "too_large")):
        with pytest.raises(ValidationError) as refusal:
            importing.bring(pilot=tianjin, period=YEAR, name="a.csv", data=data, by=people.lead, door=PAGE)
        assert refusal.value.code == code


def test_bring_refuses_a_file_for_which_the_pilot_has_no_room(tianjin, people, call, monkeypatch):
    monkeypatch.setattr("indicators.importing.keeping.ROOM", 10)
    importing.bring(pilot=tianjin, period=YEAR, name="a.csv", data=b"123456", by=people.lead, door=PAGE)
    with pytest.raises(ValidationError) as refusal:
        importing.bring(pilot=tianjin, period=YEAR, name="b.csv", data=b"12345", by=people.lead, door=PAGE)
    assert refusal.value.code == "quota"


def test_read_shows_what_is_new_changed_unchanged_refused_and_explained(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-58", "5"), item("TJ-60", "1", source="年鉴"))
    before = list(Entry.objects.values())
    text = "编号,数值\nTJ-58,5\nTJ-60,2\nTJ-61,3\nnew_patents,约abc\n合计,10\n"
    found = brought(tianjin, people.contributor, table(text), name="表.csv")
    assert {key: line.status for key, line in lines(found).items()} == {
        "TJ-58@2030": "unchanged",
        "TJ-60@2030": "changed",
        "TJ-61@2030": "new",
        "new_patents@2030": "refused",
    }
    assert found.state == "ready"
    assert (found.counts["new"], found.counts["changed"], found.counts["unchanged"], found.counts["refused"]) == (1, 1, 1, 1)
    assert found.counts["cells"] == {"imported": 4, "unchanged": 2, "refused": 2, "explained": 4, "total": 12}
    changed = lines(found)["TJ-60@2030"]
    assert (changed.now["value"], changed.answer["value"], changed.answer["source"]) == ("1", "2", "年鉴")
    assert list(Entry.objects.values()) == before


def test_read_says_every_problem_in_both_languages_with_its_cell(tianjin, people, call):
    found = brought(tianjin, people.contributor, filled(template(tianjin, people.contributor), TJ_58="约abc", TJ_60=-1))
    problems = {line.series: line for line in importing.lines_of(found) if line.status == "refused"}
    assert set(problems) == {"TJ-58", "TJ-60"}
    for line in problems.values():
        assert "!F" in line.place
        assert line.said["zh"] != line.said["en"]
        assert line.said["en"].isascii() or "约" in line.said["en"]
        assert any("\u4e00" <= sign <= "\u9fff" for sign in line.said["zh"])


def test_apply_writes_the_valid_figures_as_one_batch_and_says_so_in_the_trail(tianjin, people, call):
    found = brought(tianjin, people.contributor, filled(template(tianjin, people.contributor), TJ_58=5, TJ_60="约1.2万", TJ_61="x"))
    with pytest.raises(ValidationError) as refusal:
        applied(found, people.contributor)
    assert refusal.value.code == "problems"
    assert not Entry.objects.filter(pilot=tianjin, start=YEAR.start).exists()
    applied(found, people.contributor, only_valid=True)
    assert standing(tianjin, "TJ-58").value == 5
    assert (standing(tianjin, "TJ-60").value, standing(tianjin, "TJ-60").qualifier) == (12000, "≈")
    assert standing(tianjin, "TJ-61") is None
    assert len(set(TrailRow.objects.filter(act="entry.record").values_list("batch", flat=True))) == 1
    assert TrailRow.objects.get(act="importing.apply").after == {"written": 2, "left": 1}


def test_apply_refuses_another_preview_than_the_one_that_was_seen(tianjin, people, call):
    found = brought(tianjin, people.contributor, table("编号,数值\nTJ-58,5\n"))
    with pytest.raises(ValidationError) as refusal:
        importing.apply(found=found, preview="0" * 64, by=people.contributor, door=PAGE)
    assert (refusal.value.code, standing(tianjin, "TJ-58")) == ("stale", None)


def test_undo_puts_back_what_stood_before_and_leaves_what_was_changed_since(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-58", "5", source="年鉴", qualifier="≥"), item("TJ-60", "1"))
    found = brought(tianjin, people.contributor, table("编号,数值\nTJ-58,7\nTJ-60,2\nTJ-61,3\n"))
    done = applied(found, people.contributor)
    record(tianjin, people.lead, item("TJ-60", "9", version=2))
    undone = importing.undo(found=done, by=people.contributor, door=PAGE)
    back = standing(tianjin, "TJ-58")
    assert (back.value, back.qualifier, back.source, back.version) == (5, "≥", "年鉴", 3)
    assert (standing(tianjin, "TJ-60").value, standing(tianjin, "TJ-61").empty) == (9, True)
    assert (undone.state, undone.counts["left"]) == ("undone", ["TJ-60@2030"])


def test_undo_refuses_where_nothing_can_be_put_back(tianjin, people, call):
    done = applied(brought(tianjin, people.contributor, table("编号,数值\nTJ-58,7\n")), people.contributor)
    record(tianjin, people.lead, item("TJ-58", "8", version=1))
    with pytest.raises(ValidationError) as refusal:
        importing.undo(found=done, by=people.contributor, door=PAGE)
    done.refresh_from_db()
    assert (refusal.value.code, done.state, standing(tianjin, "TJ-58").value) == ("wrong_state", "applied", 8)


def test_cancel_gives_an_import_up_and_its_reading_with_it(tianjin, people, call):
    found = importing.bring(pilot=tianjin, period=YEAR, name="a.csv", data=table("编号,数值\nTJ-58,7\n"), by=people.lead, door=PAGE)
    importing.cancel(found=found, by=people.contributor, door=PAGE)
    assert importing.read(import_id=found.pk, by=None, door="system").state == "cancelled"


def test_a_reading_that_was_interrupted_is_taken_up_again(tianjin, people, call):
    found = importing.bring(pilot=tianjin, period=YEAR, name="a.csv", data=table("编号,数值\nTJ-58,7\n"), by=people.lead, door=PAGE)
    Import.objects.filter(pk=found.pk).update(state="reading", percent=10)
    assert importing.read(import_id=found.pk, by=None, door="system").state == "ready"


def test_whoever_lost_the_role_meanwhile_imports_nothing(tianjin, people, call):
    found = importing.bring(pilot=tianjin, period=YEAR, name="a.csv", data=table("编号,数值\nTJ-58,7\n"), by=people.lead, door=PAGE)
    people.lead.memberships.all().delete()
    failed = importing.read(import_id=found.pk, by=None, door="system")
    assert (failed.state, failed.failure["code"]) == ("failed", "not_allowed")


def test_what_goes_back_holds_their_figures_red_cells_with_notes_and_can_be_brought_again(tianjin, people, call):
    found = brought(tianjin, people.contributor, filled(template(tianjin, people.contributor), TJ_58="约abc", TJ_60=3))
    layout = workbook.lay(pilot=tianjin, period=YEAR, user=people.contributor, language="zh")
    data = workbook.write(layout, importing.marks_of(found))
    book = opened(data)
    sheet = book.worksheets[0]
    wrong, right = sheet.cell(row_of(book, "TJ-58"), 6), sheet.cell(row_of(book, "TJ-60"), 6)
    assert (wrong.value, right.value, right.comment) == ("约abc", "3", None)
    assert "约abc" in wrong.comment.text
    assert wrong.fill.fgColor.rgb.endswith("F8CFC6")
    assert any("F" in str(cell.value) for cell in book["问题" if "问题" in book.sheetnames else "Problems"]["A"][1:])
    again = brought(tianjin, people.contributor, filled(data, TJ_58=4))
    applied(again, people.contributor)
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "TJ-60").value) == (Decimal(4), Decimal(3))


def test_sweep_removes_only_old_files_that_no_row_names(tianjin, people, call, monkeypatch):
    found = importing.bring(pilot=tianjin, period=YEAR, name="a.csv", data=b"kept", by=people.lead, door=PAGE)
    orphan = importing.path_of("0" * 64)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"left")
    assert importing.sweep() == 0
    two_days_later = time.time() + 2 * 86400
    monkeypatch.setattr("indicators.importing.keeping.time.time", lambda: two_days_later)
    assert importing.sweep() >= 1
    assert importing.path_of(found.sha256).is_file() and not orphan.exists()


def test_a_reason_with_the_day_on_which_the_figure_will_be_there_comes_in_and_goes_out(tianjin, people, call):
    told = {"value": None, "reason": "暂缺", "until": "2031-06-30"}
    applied(brought(tianjin, people.contributor, filled(template(tianjin, people.contributor), TJ_58=told)), people.contributor)
    entry = standing(tianjin, "TJ-58")
    assert (entry.value, entry.reason, str(entry.until)) == (None, "not-yet", "2031-06-30")
    again = brought(tianjin, people.contributor, template(tianjin, people.contributor))
    assert lines(again)["TJ-58@2030"].status == "unchanged"
