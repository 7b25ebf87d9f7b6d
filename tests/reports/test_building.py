"""A report is made once, whatever becomes of the worker, and never from the rights that its orderer has lost."""

import time
from io import BytesIO
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from django.db import InternalError, connection, transaction
from pypdf import PdfReader

from pilots import members, outbox
from pilots.models import Door, Fact, Membership, OutboxRow, Pilot, TrailRow
from reports import building, orders, shelf
from reports.models import Report, ReportFile
from reports.render.press import TooMuch
from reports.tasks import build
from tests.builders import cast
from tests.cycles import builders as cycles
from tests.reports import builders


class Killed(BaseException):
    """The worker is gone; nothing of ours catches this."""


@pytest.fixture
def ordered(tianjin, people):
    return builders.ordered(tianjin, people.lead, languages=["zh", "en"])


def text_of(file: ReportFile) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(shelf.path_of(file.sha256).read_bytes())).pages)


def test_build_composes_prints_and_makes_ready(ordered):
    build(ordered.pk)
    report = Report.objects.get(pk=ordered.pk)
    assert (report.state, report.stage, report.percent, report.error) == ("ready", "done", 100, "")
    assert report.content["number"] == report.code and report.content_sha256
    files = report.files.order_by("language")
    assert [(file.language, file.kind) for file in files] == [("en", "pdf"), ("zh", "pdf")]
    for file in files:
        data = shelf.path_of(file.sha256).read_bytes()
        assert (data[:5], len(data)) == (b"%PDF-", file.size)
    assert report.content_sha256 in text_of(files[0]).replace("\n", "")
    assert TrailRow.objects.get(act="building.ready").object_key == report.code


def test_figure_stands_in_the_report_with_its_decimals(tianjin, people):
    code = builders.figures(tianjin, people, "12.25")
    report = builders.ready(tianjin, people.lead)
    row = next(row for row in report.content["rows"] if row["code"] == code)
    assert row["value"] == "12.25"
    assert row["history"][-1] == {"period": "2024", "value": "12.25", "qualifier": "="}
    assert report.release == "tianjin/2024/r1" and report.revision == Pilot.objects.get(pk=tianjin.pk).revision
    assert code in text_of(report.files.get())


def test_delivered_three_times_gives_one_report(ordered):
    row = OutboxRow.objects.get(task="reports.build")
    assert row.payload == {"report_id": ordered.pk}
    for _time in range(3):
        outbox.deliver(row.pk)
    for _time in range(2):
        build(ordered.pk)
    assert ReportFile.objects.filter(report=ordered).count() == 2
    assert TrailRow.objects.filter(act="building.ready").count() == 1
    assert Report.objects.get(pk=ordered.pk).attempts == 1


@pytest.mark.parametrize("where", ["reports.content.compose", "reports.shelf.keep", "reports.render.pdf.press", "pilots.trail.leave"])
def test_worker_killed_between_the_steps_leaves_nothing_half_made(ordered, monkeypatch, where):
    with monkeypatch.context() as patch:
        patch.setattr(where, killing)
        with pytest.raises(Killed):
            build(ordered.pk)
    assert not ReportFile.objects.exists()
    assert Report.objects.get(pk=ordered.pk).state == "building"
    before = Report.objects.get(pk=ordered.pk).content
    Fact.objects.filter(pilot=ordered.pilot).update(source="Changed meanwhile")
    build(ordered.pk)
    report = Report.objects.get(pk=ordered.pk)
    assert (report.state, report.files.count(), report.attempts) == ("ready", 2, 2)
    assert before is None or report.content == before


def killing(*_args: object, **_more: object) -> None:
    raise Killed


def test_worker_killed_again_and_again_fails_the_report_with_its_reason(ordered, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("reports.shelf.keep", killing)
        for _time in range(building.ATTEMPTS):
            with pytest.raises(Killed):
                build(ordered.pk)
    build(ordered.pk)
    report = Report.objects.get(pk=ordered.pk)
    assert (report.state, report.error) == ("failed", "interrupted")


@pytest.mark.parametrize(
    ("failure", "reason"),
    [(TooMuch("memory"), "too-large"), (OSError(28, "No space left on device"), "no-room"), (RuntimeError("glyph"), "not-printed")],
)
def test_failure_is_tried_three_times_and_then_told(ordered, monkeypatch, failure, reason):
    def failing(*_args):
        raise failure

    monkeypatch.setattr("reports.render.pdf.press", failing)
    for _time in range(building.ATTEMPTS - 1):
        with pytest.raises(type(failure)):
            build(ordered.pk)
        assert Report.objects.get(pk=ordered.pk).state == "building"
    build(ordered.pk)
    report = Report.objects.get(pk=ordered.pk)
    assert (report.state, report.error) == ("failed", reason)
    assert TrailRow.objects.get(act="building.fail").after == {"state": "failed", "error": reason}


def test_cancelled_report_is_not_made(ordered, people):
    orders.cancel(report=ordered, by=people.lead, door=Door.PAGE)
    build(ordered.pk)
    report = Report.objects.get(pk=ordered.pk)
    assert (report.state, report.attempts, report.content) == ("cancelled", 0, None)


@pytest.mark.parametrize("where", ["reports.content.compose", "reports.shelf.keep"])
def test_report_cancelled_while_it_is_made_stays_cancelled(ordered, people, monkeypatch, where):
    whole = {"reports.content.compose": building.content.compose, "reports.shelf.keep": shelf.keep}[where]

    def meanwhile(*args, **more):
        orders.cancel(report=Report.objects.get(pk=ordered.pk), by=people.lead, door=Door.PAGE)
        monkeypatch.undo()
        return whole(*args, **more)

    monkeypatch.setattr(where, meanwhile)
    build(ordered.pk)
    report = Report.objects.get(pk=ordered.pk)
    assert (report.state, report.files.count()) == ("cancelled", 0)


def test_worker_has_no_rights_that_the_orderer_lost(ordered, people):
    members.end(membership=Membership.objects.get(user=people.lead), by=None, door=Door.COMMAND)
    build(ordered.pk)
    report = Report.objects.get(pk=ordered.pk)
    assert (report.state, report.error, report.content) == ("failed", "not-allowed", None)


def test_content_once_fixed_is_never_changed(ordered):
    build(ordered.pk)
    with pytest.raises(InternalError), transaction.atomic():
        Report.objects.filter(pk=ordered.pk).update(content={})
    with pytest.raises(InternalError), transaction.atomic():
        ReportFile.objects.update(size=1)
    bare = builders.ordered(ordered.pilot, ordered.ordered_by)
    with pytest.raises(InternalError), transaction.atomic():
        Report.objects.filter(pk=bare.pk).delete()


def everybody() -> SimpleNamespace:
    """The people of the tests, in a database of the test's own."""
    return cast(Pilot.objects.get(slug="tianjin"), Pilot.objects.get(slug="qujiang"))


def test_content_is_read_at_one_moment(own_database, monkeypatch):
    people, seen = everybody(), []

    def looking(*args, **more):
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            seen.append(cursor.fetchone()[0])
        return compose(*args, **more)

    compose = building.content.compose
    report = builders.ordered(people.lead.memberships.get().pilot, people.lead)
    monkeypatch.setattr("reports.content.compose", looking)
    assert builders.built(report).state == "ready"
    assert seen == ["repeatable read"]


def test_demo_figures_are_marked_in_the_report(tianjin, people):
    people.contributor.__class__.objects.filter(pk=people.contributor.pk).update(demo=True)
    people.contributor.refresh_from_db()
    cycles.verified(tianjin, people, {cycles.measurable(tianjin).code: "3"})
    chinese, english = builders.ready(tianjin, people.lead, languages=["zh", "en"]).files.order_by("-language")
    assert "演示数据" in text_of(chinese)
    assert "Demo data" in text_of(english)
    assert Report.objects.get().demo is True


def test_two_workers_make_one_report(own_database, monkeypatch):
    people, composing, go_on = everybody(), Event(), Event()
    report = builders.ordered(people.lead.memberships.get().pilot, people.lead)
    compose = building.content.compose

    def slow(*args, **more):
        composing.set()
        assert go_on.wait(30)
        return compose(*args, **more)

    monkeypatch.setattr("reports.content.compose", slow)
    workers = [Thread(target=worker, args=[report.pk]) for _worker in range(2)]
    workers[0].start()
    assert composing.wait(30)
    workers[1].start()
    assert waited_for_the_first()
    go_on.set()
    for one in workers:
        one.join(60)
    report.refresh_from_db()
    assert (report.state, report.attempts, report.files.count()) == ("ready", 1, 1)


def worker(report_id: int) -> None:
    """Build a report on a connection of its own, as another process would."""
    try:
        build(report_id)
    finally:
        connection.close()


def waited_for_the_first() -> bool:
    """Whether, within ten seconds, a worker waits for another's lock."""
    for _look in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.1)
    return False
