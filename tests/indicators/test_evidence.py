"""Evidence: a file is kept once, whole and unchanged, and a figure that was offered keeps the files that it was offered with."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InternalError, connection, transaction
from django.utils import translation

from indicators import evidence, periods
from indicators.evidence import handing, places
from indicators.models import Citation, Evidence, Series
from pilots import storing
from pilots.models import Pilot, TrailRow
from tests.builders import PAGE, collection, item, record, submitted
from tests.indicators import files
from tests.indicators.files import brought, pdf, put

pytestmark = pytest.mark.django_db
YEAR = periods.of_year(2030)
COLUMNS = "series_id, start, frequency, page, quote, cited_by_id, cited_at"
STATEMENTS = (
    "UPDATE indicators_citation SET ended_at = now(), ended_by_id = cited_by_id",
    "UPDATE indicators_citation SET page = '99'",
    "DELETE FROM indicators_citation",
    f"INSERT INTO indicators_citation (evidence_id, {COLUMNS}) SELECT evidence_id + 1, {COLUMNS} FROM indicators_citation",
)


@pytest.fixture(autouse=True)
def _own_folder_in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with translation.override("en"):
        yield


@pytest.fixture
def series(tianjin):
    return Series.objects.get(pilot=tianjin, code="TJ-58")


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def on_disk(settings) -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def cite(kept, series, by, **more):
    return evidence.cite(evidence=kept, series=series, period=YEAR, by=by, door=PAGE, **more)


def refused(code: str):
    return pytest.raises(ValidationError, check=lambda refusal: refusal.code == code or code in [e.code for e in refusal.error_list])


def test_a_file_lies_under_the_sum_of_its_bytes_for_this_account_alone(tianjin, people, settings):
    kept = put(tianjin, people.contributor).evidence
    assert on_disk(settings) == [evidence.path_of(kept.sha256)]
    assert evidence.path_of(kept.sha256).read_bytes() == pdf()
    assert evidence.path_of(kept.sha256).stat().st_mode & 0o077 == 0
    assert (kept.size, kept.kind, kept.name, kept.state) == (len(pdf()), "pdf", "年鉴 2030.pdf", "clean")
    row = TrailRow.objects.get(act="evidence.put")
    assert (row.after["sha256"], row.actor, row.pilot) == (kept.sha256, people.contributor, tianjin)


def test_the_same_bytes_again_are_the_same_evidence_and_leave_no_second_row(tianjin, people):
    first, again = put(tianjin, people.contributor), put(tianjin, people.lead, name="another name.pdf")
    assert (first.fresh, again.fresh, again.evidence) == (True, False, first.evidence)
    assert TrailRow.objects.filter(act="evidence.put").count() == 1


def test_the_same_bytes_in_two_pilots_are_two_rows_and_one_file(tianjin, people, settings):
    put(tianjin, people.contributor)
    other = put(Pilot.objects.get(slug="qujiang"), people.stranger)
    assert (other.fresh, Evidence.objects.count(), len(on_disk(settings))) == (True, 2, 1)


def test_a_file_that_the_disk_has_lost_comes_back_when_it_is_put_again(tianjin, people):
    kept = put(tianjin, people.contributor).evidence
    evidence.path_of(kept.sha256).unlink()
    put(tianjin, people.contributor)
    assert [trouble.evidence for trouble in evidence.rehash()] == []


@pytest.mark.parametrize("who", ["viewer", "expert", "auditor", "administrator", "stranger", "nobody"])
def test_whoever_does_not_enter_for_the_pilot_puts_nothing(tianjin, people, settings, who):
    with pytest.raises(PermissionDenied):
        put(tianjin, getattr(people, who))
    assert on_disk(settings) == []


def test_a_coordinator_puts_a_paper_and_reads_it_but_cites_nothing(tianjin, people, call, series):
    kept = put(tianjin, people.coordinator).evidence
    assert list(Evidence.objects.visible_to(people.coordinator)) == [kept]
    with pytest.raises(PermissionDenied):
        cite(kept, series, people.coordinator)


def test_a_pilot_keeps_no_more_than_it_has_room_for(tianjin, people, settings):
    settings.EVIDENCE_MB = 1
    put(tianjin, people.contributor, pdf("a" * 700_000))
    with refused("quota"):
        put(tianjin, people.contributor, pdf("b" * 700_000))
    put(Pilot.objects.get(slug="qujiang"), people.stranger, pdf("b" * 700_000))
    assert len(on_disk(settings)) == 2


def test_one_bad_file_among_several_keeps_back_no_other(tianjin, people, call, series):
    found = evidence.bring(
        pilot=tianjin,
        files=[brought(), brought(b"MZ", "figures.exe"), brought(files.picture(), "shot.png")],
        cell=(series, YEAR),
        page="3",
        by=people.contributor,
        door=PAGE,
    )
    assert [outcome.refusal and outcome.refusal.code for outcome in found] == [None, "kind", None]
    assert Citation.objects.standing().filter(series=series, page="3").count() == 2


def test_a_citation_says_page_and_quote_and_changing_them_keeps_the_former(tianjin, people, call, series):
    kept = put(tianjin, people.contributor).evidence
    first = cite(kept, series, people.contributor, page="12", quote="年末 12 件")
    assert cite(kept, series, people.contributor, page="12", quote=" 年末 12 件 ") == first
    second = cite(kept, series, people.lead, page="13")
    first.refresh_from_db()
    assert (first.ended_by, second.page) == (people.lead, "13")
    assert list(Citation.objects.standing()) == [second]
    ended = evidence.end_citation(citation=second, by=people.contributor, door=PAGE)
    assert (ended.ended_by, evidence.end_citation(citation=second, by=people.lead, door=PAGE).ended_by) == (people.contributor,) * 2
    assert [row.act for row in TrailRow.objects.filter(object_kind="citation").order_by("pk")] == [
        "evidence.cite",
        "evidence.cite",
        "evidence.end_citation",
    ]


def test_a_file_of_another_pilot_is_no_source(tianjin, people, call, series):
    foreign = put(Pilot.objects.get(slug="qujiang"), people.stranger).evidence
    with pytest.raises(ValidationError, match="another pilot"):
        cite(foreign, series, people.contributor)


def test_nothing_is_cited_for_a_year_that_nobody_calls_for(tianjin, people, series):
    kept = put(tianjin, people.contributor).evidence
    with refused("wrong_state"):
        cite(kept, series, people.contributor)


def test_a_submitted_figure_keeps_the_evidence_that_it_was_offered_with(tianjin, people, call, series):
    kept, late = put(tianjin, people.contributor).evidence, put(tianjin, people.contributor, pdf("late")).evidence
    standing = cite(kept, series, people.contributor)
    submitted(call, people)
    with refused("wrong_state"):
        cite(late, series, people.contributor)
    with refused("wrong_state"):
        evidence.end_citation(citation=standing, by=people.contributor, door=PAGE)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_itself_keeps_the_evidence_of_a_submitted_figure(tianjin, people, call, series, statement):
    kept = put(tianjin, people.contributor).evidence
    put(tianjin, people.contributor, pdf("late"))
    cite(kept, series, people.contributor)
    submitted(call, people)
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("change", ["sha256 = repeat('0', 64)", "name = 'x'", "size = 1", "kind = 'png'", "put_at = now()"])
def test_the_database_lets_nobody_change_what_was_put(tianjin, people, change):
    put(tianjin, people.contributor)
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE indicators_evidence SET {change}")


def test_a_new_edition_is_cited_where_figures_are_open_and_the_former_stays_where_they_were_offered(tianjin, people, call, series):
    old = put(tianjin, people.contributor).evidence
    cite(old, series, people.contributor, page="4")
    submitted(call, people)
    later = collection(tianjin, people.coordinator, 2031)
    evidence.cite(evidence=old, series=series, period=later.period, page="5", by=people.contributor, door=PAGE)
    new = evidence.replace(evidence=old, brought=brought(pdf("new")), by=people.lead, door=PAGE).evidence
    found = Citation.objects.standing().order_by("start").values_list("start__year", "evidence", "page")
    assert list(found) == [(2030, old.pk, "4"), (2031, new.pk, "5")]
    assert new.replaces == old
    with refused("wrong_state"):
        evidence.replace(evidence=old, brought=brought(pdf("newer")), by=people.lead, door=PAGE)
    with refused("known"):
        evidence.replace(evidence=new, brought=brought(), by=people.lead, door=PAGE)


def test_the_list_of_uncited_figures_names_what_is_typed_and_has_no_file(tianjin, people, call, series):
    record(tianjin, people.contributor, item("TJ-58", "12"), item("plans_adopted", "3")).raise_if_refused()
    assert [entry.series.code for entry in evidence.uncited(tianjin, YEAR)] == ["plans_adopted", "TJ-58"]
    cite(put(tianjin, people.contributor).evidence, series, people.contributor)
    assert [entry.series.code for entry in evidence.uncited(tianjin, YEAR)] == ["plans_adopted"]


def test_drafts_evidence_is_the_teams_own_until_a_figure_that_cites_it_is_submitted(tianjin, people, call, series):
    kept, loose = put(tianjin, people.contributor).evidence, put(tianjin, people.contributor, pdf("loose")).evidence
    cite(kept, series, people.contributor)

    def seen(who):
        return set(Evidence.objects.visible_to(getattr(people, who)))

    assert [seen(who) for who in ("viewer", "lead", "auditor")] == [{kept, loose}] * 3
    assert [seen(who) for who in ("coordinator", "expert", "stranger", "administrator", "nobody")] == [set()] * 5
    submitted(call, people)
    assert [seen(who) for who in ("coordinator", "expert", "stranger", "administrator")] == [{kept}, {kept}, set(), set()]


def test_one_changed_byte_on_the_disk_is_found_and_never_handed_out(tianjin, people):
    kept = put(tianjin, people.contributor).evidence
    sound = handing.hand_out(kept)
    assert b"".join(sound.streaming_content) == pdf()
    sound.file_to_stream.close()
    path = evidence.path_of(kept.sha256)
    path.write_bytes(pdf().replace(b"1.4", b"1.5"))
    assert [(trouble.evidence, trouble.missing) for trouble in evidence.rehash()] == [(kept, False)]
    with pytest.raises(ValidationError, match="not the one"):
        handing.hand_out(kept)
    path.unlink()
    assert [trouble.missing for trouble in evidence.rehash()] == [True]
    with pytest.raises(ValidationError, match="not on the disk"):
        handing.hand_out(kept)


def test_a_file_that_no_row_names_is_swept_away_after_a_day_and_a_named_one_never(tianjin, people, settings):
    kept = put(tianjin, people.contributor).evidence
    lost, fresh = evidence.path_of("0" * 64), evidence.path_of("1" * 64)
    for path in (lost, fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    for path in (lost, evidence.path_of(kept.sha256)):
        os.utime(path, (time.time() - 90_000,) * 2)
    assert evidence.sweep() == 1
    assert on_disk(settings) == sorted([fresh, evidence.path_of(kept.sha256)])
    assert evidence.sweep() == 0


def test_a_full_disk_leaves_neither_row_nor_half_a_file(tianjin, people, settings):
    class Torn(io.BytesIO):
        def read(self, size: int = -1) -> bytes:
            if size > 1000:
                raise OSError(28, "No space left on device")
            return super().read(size)

    with pytest.raises(OSError, match="No space"), transaction.atomic():
        storing.put_from(places.path_of("2" * 64), Torn(pdf("x" * 9000)))
    assert on_disk(settings) == []
