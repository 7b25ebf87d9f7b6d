"""Building: a worker composes an ordered report once, prints it, and makes it ready; any part may be done again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from pilots import access, notices, trail
from pilots.models import Notice, User
from reports import content, shelf
from reports.models import Kind, Report, ReportFile
from reports.orders import ORDERERS
from reports.render import TooMuch, pdf
from reports.schema import digest, likeness

log = logging.getLogger(__name__)

State, Stage, Trouble = Report.State, Report.Stage, Report.Trouble
ATTEMPTS = 3
PRINTERS = {Kind.PDF: pdf.render}
# The first key of the lock that keeps two workers from one report; the second is the report's own.
LOCK = 37101
COMPOSED = 10


class Stopped(Exception):
    """The report is not being made any more: somebody cancelled it."""


def build(*, report_id: int, by: User | None, door: str) -> Report:
    """Make an ordered report: compose, print each language, keep the files, make it ready.

    Safe to call again at any time and from several workers: a second one waits for the first and finds the work done. What fails is
    raised for another try; after three tries the report is failed, with its reason.
    """
    with _alone(report_id):
        report = _begin(report_id, by=by, door=door)
        if report.state != State.BUILDING:
            return report
        try:
            _compose(report)
            _finish(report, _printed(report), by=by, door=door)
        except Stopped:
            log.info("report %s was cancelled while it was made", report.code)
        except PermissionDenied:
            _fail(report, Trouble.NOT_ALLOWED, by=by, door=door)
        except Exception as error:
            if report.attempts < ATTEMPTS:
                raise
            log.exception("report %s failed at attempt %s", report.code, report.attempts)
            _fail(report, _trouble(error), by=by, door=door)
    report.refresh_from_db()
    return report


@contextmanager
def _alone(report_id: int) -> Iterator[None]:
    """Keep other workers from the report; the database frees the lock by itself when this worker dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, report_id])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, report_id])


@transaction.atomic
def _begin(report_id: int, *, by: User | None, door: str) -> Report:
    """Take the report into work, or leave it as it is where nothing is to be done; one that was interrupted too often is failed."""
    report = Report.objects.select_for_update(of=("self",), no_key=True).select_related("pilot", "ordered_by").get(pk=report_id)
    if not report.under_way:
        return report
    report.state, report.heartbeat = State.BUILDING, timezone.now()
    report.attempts += 1
    report.save(update_fields=["state", "heartbeat", "attempts"])
    if report.attempts > ATTEMPTS:
        _fail(report, Trouble.INTERRUPTED, by=by, door=door)
        report.state = State.FAILED
    return report


def _compose(report: Report) -> None:
    """Fix the content, once: a later try prints what the first one composed. Who ordered it must still be allowed to."""
    access.require(report.ordered_by, report.pilot, *ORDERERS)
    if report.content is not None:
        return
    _go_on(report, Stage.COMPOSING, 0)
    now = timezone.now().astimezone(UTC).replace(microsecond=0)
    with _one_moment():
        composed = content.compose(
            report.pilot,
            report.year,
            audience=report.audience,
            reader=report.ordered_by,
            number=report.code,
            composed=now.isoformat(),
        )
    report.content, report.composed_at = composed, now
    report.content_sha256, report.fingerprint = digest(composed), likeness(composed)
    report.release, report.revision, report.demo = composed["release"], composed["revision"], report.demo or composed["demo"]
    fixed = ("content", "composed_at", "content_sha256", "fingerprint", "release", "revision", "demo")
    _go_on(report, Stage.COMPOSING, COMPOSED, **{name: getattr(report, name) for name in fixed})


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read one state of the database; within a transaction that has begun, its own state stands."""
    begun = connection.in_atomic_block
    with transaction.atomic():
        if not begun:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _printed(report: Report) -> list[ReportFile]:
    """Print every language and keep the files; nothing of them is in the database yet."""
    files = []
    for place, language in enumerate(report.languages):
        _go_on(report, Stage(f"printing-{language}"), COMPOSED + (100 - COMPOSED) * place // len(report.languages))
        for kind in report.formats:
            kept = shelf.keep(PRINTERS[kind](report.content, language))
            files.append(ReportFile(report=report, language=language, kind=kind, sha256=kept.sha256, size=kept.size))
    return files


@transaction.atomic
def _finish(report: Report, files: list[ReportFile], *, by: User | None, door: str) -> None:
    """Name the files and make the report ready, in one step."""
    now = timezone.now()
    _go_on(report, Stage.DONE, 100, state=State.READY, ready_at=now)
    for file in files:
        file.made_at = now
    ReportFile.objects.bulk_create(files)
    _leave("ready", report, by=by, door=door, after={"state": State.READY, "content": report.content_sha256})
    _tell(Notice.Kind.REPORT_READY, report)


@transaction.atomic
def _fail(report: Report, trouble: Trouble, *, by: User | None, door: str) -> None:
    """Write down that the report cannot be made, and why; one that was cancelled meanwhile stays cancelled."""
    moved = Report.objects.filter(pk=report.pk, state=State.BUILDING).update(state=State.FAILED, error=trouble, heartbeat=timezone.now())
    if moved:
        _leave("fail", report, by=by, door=door, after={"state": State.FAILED, "error": trouble})
        _tell(Notice.Kind.REPORT_FAILED, report, error=trouble)


def _tell(kind: Notice.Kind, report: Report, **facts: str) -> None:
    """Tell whoever ordered the report what became of it."""
    facts = {"code": report.code, "year": report.year, **facts}
    notices.tell(
        kind, people=[report.ordered_by_id], pilot=report.pilot, by=None, key=str(report.pk), once=f"{kind}:{report.pk}", payload=facts
    )


def _go_on(report: Report, stage: Stage, percent: int, **more: object) -> None:
    """Write how far the report is, by compare-and-set: nothing is written to one that was cancelled, and the work stops."""
    held = Report.objects.filter(pk=report.pk, state=State.BUILDING)
    if not held.update(stage=stage, percent=percent, heartbeat=timezone.now(), **more):
        raise Stopped


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, TooMuch):
        return Trouble.TOO_LARGE
    return Trouble.NO_ROOM if isinstance(error, OSError) else Trouble.NOT_PRINTED


def _leave(name: str, report: Report, *, by: User | None, door: str, after: dict[str, object]) -> None:
    trail.leave(f"building.{name}", kind="report", key=report.code, by=by, door=door, pilot=report.pilot, after=after)
