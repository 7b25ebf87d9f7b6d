"""With a virus scanner, nobody gets a file before it was found clean; a scanner that does not answer changes nothing about that."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from indicators import evidence, periods
from indicators.evidence import handing
from indicators.models import Evidence, Series
from pilots import outbox
from pilots.models import Door, OutboxRow, TrailRow
from portal import tasks
from tests.builders import PAGE, collection
from tests.indicators.files import pdf, put
from tests.indicators.scanner import EICAR, scanning

pytestmark = pytest.mark.django_db
INFECTED = pdf().replace(b"%%EOF", EICAR + b"\n%%EOF")


@pytest.fixture
def scanner(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with scanning() as found, translation.override("en"):
        settings.CLAMD = found.address
        yield found


def deliver() -> None:
    """Do what the worker does with the waiting scan."""
    outbox.deliver(OutboxRow.objects.get(task="evidence.scan", done_at=None).pk)


def fresh(kept: Evidence) -> Evidence:
    return Evidence.objects.get(pk=kept.pk)


def test_a_file_waits_until_it_was_found_clean(tianjin, people, scanner):
    kept = put(tianjin, people.contributor).evidence
    assert kept.state == Evidence.State.QUARANTINED
    with pytest.raises(ValidationError, match="waits for the virus scan"):
        handing.hand_out(kept)
    deliver()
    assert (scanner.seen, fresh(kept).state) == ([pdf()], Evidence.State.CLEAN)
    handing.hand_out(fresh(kept)).file_to_stream.close()


def test_a_file_with_a_virus_is_never_handed_out_and_no_figure_may_cite_it(tianjin, people, scanner):
    kept = put(tianjin, people.contributor, INFECTED).evidence
    deliver()
    assert fresh(kept).state == Evidence.State.REFUSED
    assert TrailRow.objects.get(act="evidence.scan").after["virus"] == "Eicar-Test-Signature"
    with pytest.raises(ValidationError, match="refused this file"):
        handing.hand_out(fresh(kept))
    collection(tianjin, people.coordinator)
    series = Series.objects.get(pilot=tianjin, code="TJ-58")
    with pytest.raises(ValidationError, match="refused this file"):
        evidence.cite(evidence=fresh(kept), series=series, period=periods.of_year(2030), by=people.contributor, door=PAGE)


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: NOT OK\0", b"garbage", None])
def test_an_answer_that_is_not_clear_leaves_the_file_waiting(tianjin, people, scanner, answer):
    kept = put(tianjin, people.contributor).evidence
    scanner.says = answer
    deliver()
    assert fresh(kept).state == Evidence.State.QUARANTINED


def test_a_scanner_that_is_away_leaves_the_file_waiting_and_is_asked_again_later(tianjin, people, scanner, settings):
    kept = put(tianjin, people.contributor).evidence
    settings.CLAMD = "clamd://127.0.0.1:9"
    deliver()
    tasks.scan_waiting()
    assert fresh(kept).state == Evidence.State.QUARANTINED
    settings.CLAMD = ""
    tasks.scan_waiting()
    assert fresh(kept).state == Evidence.State.QUARANTINED
    settings.CLAMD = scanner.address
    tasks.scan_waiting()
    assert fresh(kept).state == Evidence.State.CLEAN


def test_a_scan_that_is_delivered_again_changes_nothing(tianjin, people, scanner):
    kept = put(tianjin, people.contributor).evidence
    for _time in range(3):
        tasks.scan_evidence(evidence_id=kept.pk)
    assert len(scanner.seen) == TrailRow.objects.filter(act="evidence.scan").count() == 1
    assert evidence.scan(evidence_id=987_654, by=None, door=Door.SYSTEM)
