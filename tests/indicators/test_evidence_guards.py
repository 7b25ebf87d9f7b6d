"""What stands guard around evidence: limits, warnings, who may replace and see, and what waits for whom."""

import hashlib
import io
import os
import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import translation

from indicators import evidence, periods, review
from indicators.evidence import keeping, kinds, naming
from indicators.models import Citation, Evidence, Series
from pilots.models import Pilot
from tests.builders import PAGE, answer_all, cast, collection, item, record, submitted
from tests.indicators.files import PDF, brought, package, pdf, put
from tests.indicators.test_evidence import cite
from tests.indicators.test_importing_at_once import tried, while_held
from tests.programs import Program, text_of
from tests.visitors import signed_in

YEAR = periods.of_year(2030)
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def team(own_database):
    return cast(Pilot.objects.get(slug="tianjin"), Pilot.objects.get(slug="qujiang"))


@pytest.fixture
def pilot(team):
    return Pilot.objects.get(slug="tianjin")


def address(kept: Evidence, slug: str = "tianjin") -> str:
    return reverse("indicators:evidence_file", args=[slug, kept.pk])


def figure(pilot: Pilot) -> Series:
    return Series.objects.get(pilot=pilot, code="TJ-58")


def test_nothing_is_read_of_a_file_that_is_too_large():
    class Unread(io.BytesIO):
        def seek(self, place: int, whence: int = 0) -> int:
            return kinds.LARGEST + 1

        def read(self, size: int = -1) -> bytes:
            raise AssertionError("it was read")

    with pytest.raises(ValidationError) as refusal:
        kinds.look(Unread(), "large.pdf")
    assert refusal.value.code == "too_large"


@pytest.mark.django_db
def test_an_old_file_of_an_office_program_and_an_empty_one_are_told_apart_from_a_broken_one(tianjin, people):
    told = {}
    for case, data in {"old": OLD, "empty": b"", "broken": package()[:-30]}.items():
        with pytest.raises(ValidationError) as refusal, translation.override("en"):
            put(tianjin, people.contributor, data, "table.xlsx")
        told[case] = refusal.value.messages[0]
    assert "is an old Office file" in told["old"]
    assert "is empty" in told["empty"]
    assert "is not a sound XLSX file" in told["broken"]


@pytest.mark.django_db
def test_a_protected_pdf_is_taken_with_a_warning(tianjin, people):
    data = PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 2 0 R")
    with translation.override("en"):
        (warning,) = put(tianjin, people.contributor, data, "sealed.pdf").warnings
    assert "seems to be protected" in warning


def test_a_name_is_kept_in_the_form_in_which_everybody_writes_it():
    assert naming.tidy("re\u0301sume\u0301.pdf") == "résumé.pdf"


def test_what_only_looks_like_an_ending_is_cut_with_the_name():
    assert len(naming.tidy("a." + "市" * 300).encode()) <= 255


@pytest.mark.django_db
def test_a_quote_has_a_largest_length(tianjin, people):
    collection(tianjin, people.coordinator)
    kept = put(tianjin, people.contributor).evidence
    with pytest.raises(ValidationError, match="2000"):
        cite(kept, figure(tianjin), people.contributor, quote="x" * 2001)
    assert not Citation.objects.exists()


@pytest.mark.django_db
def test_a_cell_without_a_figure_in_a_submitted_year_takes_no_evidence(tianjin, people):
    call, kept = collection(tianjin, people.coordinator), put(tianjin, people.contributor).evidence
    Series.objects.filter(pilot=tianjin, code="TJ-58").update(active=False)
    submitted(call, people)
    Series.objects.filter(pilot=tianjin, code="TJ-58").update(active=True)
    assert tried(lambda: cite(kept, figure(tianjin), people.contributor)) == "wrong_state"


@pytest.mark.django_db
def test_a_coordinator_who_put_a_paper_replaces_it_by_no_other(tianjin, people):
    kept = put(tianjin, people.coordinator).evidence
    with pytest.raises(PermissionDenied):
        evidence.replace(evidence=kept, brought=brought(pdf("new")), by=people.coordinator, door=PAGE)
    assert Evidence.objects.count() == 1


@pytest.mark.django_db
def test_the_file_of_an_open_figure_is_the_teams_own_at_every_door(tianjin, people):
    collection(tianjin, people.coordinator)
    record(tianjin, people.contributor, item("TJ-58", "12")).raise_if_refused()
    kept = put(tianjin, people.contributor, name="canary.pdf").evidence
    cite(kept, figure(tianjin), people.contributor)
    visitor, program = signed_in(people.coordinator), Program(people.coordinator)
    assert visitor.get(address(kept)).status_code == 404
    assert "canary" not in visitor.get("/pilots/tianjin/evidence/").content.decode()
    assert program.ask("pilots/tianjin/evidence?series=TJ-58").json()["data"] == []
    assert program.ask(f"evidence/{kept.pk}/file").status_code == 404


@pytest.mark.django_db
def test_a_file_is_found_below_its_own_pilot_alone(tianjin, people):
    kept = put(tianjin, people.contributor).evidence
    auditor = signed_in(people.auditor)
    assert text_of(auditor.get(address(kept))).encode() == pdf()
    assert auditor.get(address(kept, "qujiang")).status_code == 404


@pytest.mark.django_db
def test_a_file_that_waits_for_the_scan_is_refused_to_who_has_it_already(tianjin, people):
    kept = put(tianjin, people.contributor).evidence
    Evidence.objects.filter(pk=kept.pk).update(state=Evidence.State.REFUSED)
    answer = signed_in(people.contributor).get(address(kept), headers={"If-None-Match": f'"{kept.sha256}"'})
    assert answer.status_code == 409


@pytest.mark.django_db
def test_the_folders_of_evidence_are_for_this_account_alone(tianjin, people):
    folder = evidence.path_of(put(tianjin, people.contributor).evidence.sha256).parent
    assert folder.stat().st_mode & 0o077 == 0


def test_a_citation_waits_while_the_year_is_submitted_and_is_refused_then(team, pilot):
    Series.objects.filter(pilot=pilot).exclude(code__in=("TJ-58", "TJ-60")).update(active=False)
    call, kept = collection(pilot, team.coordinator), put(pilot, team.contributor).evidence
    answer_all(call, team.contributor)
    told = while_held(
        lambda: tried(lambda: review.submit(collection=call, by=team.lead, door=PAGE)),
        lambda: tried(lambda: cite(kept, figure(pilot), team.contributor)),
    )
    assert told == ("done", "wrong_state")


def test_of_two_new_editions_at_the_same_moment_the_second_is_told_of_the_first(team, pilot):
    kept = put(pilot, team.contributor).evidence

    def replace(words: str) -> str:
        return tried(lambda: evidence.replace(evidence=kept, brought=brought(pdf(words)), by=team.lead, door=PAGE))

    assert while_held(lambda: replace("one"), lambda: replace("another")) == ("done", "wrong_state")


def test_a_file_that_is_put_again_while_the_broom_comes_by_stays(team, pilot):
    place = evidence.path_of(hashlib.sha256(pdf()).hexdigest())
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(pdf())
    os.utime(place, (time.time() - 90_000,) * 2)
    told = while_held(lambda: keeping.line_up(pilot), evidence.sweep, then=lambda: put(pilot, team.contributor))
    assert told == (None, 0)
    assert place.is_file()
