"""Evidence over REST: a file is put with its cell in one request, listed, handed out, replaced, and cited elsewhere."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from indicators import evidence, periods
from indicators.models import Citation, Evidence
from pilots.models import Pilot, TrailRow
from tests.builders import PAGE, collection, submitted
from tests.indicators.files import authored, pdf, put
from tests.programs import API, Program, text_of

pytestmark = pytest.mark.django_db
YEAR = periods.of_year(2030)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def send(who, data: bytes | None = None, *, name: str = "yearbook.pdf", slug: str = "tianjin", headers: dict | None = None, **fields: str):
    """Put a file as a program does."""
    program = who if isinstance(who, Program) else Program(who)
    body = encode_multipart(BOUNDARY, {**fields, "file": SimpleUploadedFile(name, pdf() if data is None else data)})
    sent = {**program.sent, "Accept-Language": "en", **(headers or {})}
    return program.generic("POST", f"{API}pilots/{slug}/evidence", body, content_type=MULTIPART_CONTENT, headers=sent)


def test_a_file_is_put_and_cited_in_one_request_and_listed_with_its_cell(tianjin, people, call):
    answer = send(people.contributor, title="Yearbook", series="TJ-58", period="2030", page="12", quote="twelve")
    row = answer.json()
    assert (answer.status_code, row["kind"], row["state"], row["title"]) == (201, "pdf", "clean", "Yearbook")
    assert (answer["Location"], row["warnings"]) == (row["url"], [])
    (cited,) = row["citations"]
    assert (cited["series"], cited["period"], cited["page"], cited["quote"]) == ("TJ-58", "2030", "12", "twelve")
    (listed,) = Program(people.viewer).ask("pilots/tianjin/evidence?series=TJ-58&period=2030").json()["data"]
    assert {**listed, "warnings": []} == row
    assert Program(people.viewer).ask("pilots/tianjin/evidence?series=TJ-60").json() == {"data": [], "next": None}
    assert Program(people.viewer).ask(f"pilots/tianjin/evidence?sha256={row['sha256']}").json()["data"] == [listed]


def test_the_same_bytes_are_answered_with_the_file_that_is_there(tianjin, people):
    first, again = send(people.contributor), send(people.lead, name="another.pdf")
    assert (first.status_code, again.status_code, first.json()["id"]) == (201, 200, again.json()["id"])


def test_a_coordinator_who_brings_a_file_of_the_drafts_learns_neither_its_name_nor_its_title(tianjin, people, call):
    send(people.contributor, name="draft.pdf", title="canary", series="TJ-58", period="2030")
    answer = send(people.coordinator, name="draft.pdf")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert "canary" not in answer.content.decode()
    submitted(call, people)
    assert send(people.coordinator, name="draft.pdf").json()["title"] == "canary"


def test_a_request_that_comes_again_puts_nothing_twice_and_another_file_under_its_key_is_refused(tianjin, people):
    program = Program(people.contributor)
    first, again = (send(program, headers={"Idempotency-Key": "k-1"}) for _time in range(2))
    other = send(program, pdf("other"), headers={"Idempotency-Key": "k-1"})
    assert (first.status_code, again.status_code, again.content == first.content) == (201, 201, True)
    assert (other.status_code, other.json()["code"], Evidence.objects.count()) == (422, "key_reused", 1)
    assert send(program, title="named", headers={"Idempotency-Key": "k-1"}).status_code == 422


def test_a_file_comes_back_byte_for_byte_and_is_not_sent_to_who_has_it(tianjin, people):
    kept = put(tianjin, people.contributor).evidence
    answer = Program(people.viewer).ask(f"evidence/{kept.pk}/file")
    assert text_of(answer).encode() == pdf()
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == ("nosniff", "default-src 'none'; sandbox")
    assert Program(people.viewer).ask(f"evidence/{kept.pk}/file", If_None_Match=answer["ETag"]).status_code == 304


def test_a_file_whose_bytes_changed_on_the_disk_is_409(tianjin, people):
    kept = put(tianjin, people.contributor).evidence
    evidence.path_of(kept.sha256).write_bytes(b"%PDF-other")
    answer = Program(people.viewer).ask(f"evidence/{kept.pk}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"data": b"MZ", "name": "x.exe"}, 400, "kind"),
        ({"data": b""}, 400, "empty"),
        ({"series": "TJ-58"}, 400, "required"),
        ({"series": "nothing", "period": "2030"}, 400, "invalid"),
        ({"series": "TJ-58", "period": "20x"}, 400, "period"),
        ({"series": "TJ-58", "period": "2031"}, 409, "wrong_state"),
        ({"replaces": "987654"}, 404, "not_found"),
        ({"colour": "red"}, 400, "unknown_field"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(tianjin, people, call, fields, status, code):
    answer = send(people.contributor, fields.pop("data", None), name=fields.pop("name", "yearbook.pdf"), **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Evidence.objects.count() == 0


def test_a_body_that_says_it_is_too_large_is_413_before_anything_is_read(tianjin, people):
    program = Program(people.contributor)
    answer = program.generic(
        "POST", f"{API}pilots/tianjin/evidence", b"--x--", MULTIPART_CONTENT, headers=program.sent, CONTENT_LENGTH="30000000"
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_pilot_without_room_is_413(tianjin, people, settings):
    settings.EVIDENCE_MB = 0
    assert (send(people.contributor).status_code, Evidence.objects.count()) == (413, 0)


def test_a_body_of_another_kind_is_415(tianjin, people):
    assert Program(people.contributor).tell("POST", "pilots/tianjin/evidence", {"file": "x"}).status_code == 415


def test_an_author_in_a_file_is_a_warning(tianjin, people):
    assert "王芳" in send(people.contributor, authored(names="王芳"), name="letter.docx").json()["warnings"][0]


def test_a_new_edition_names_the_one_that_it_replaces(tianjin, people, call):
    first = send(people.contributor, series="TJ-58", period="2030").json()
    second = send(people.contributor, pdf("second"), replaces=str(first["id"])).json()
    assert (second["replaces"], [cited["series"] for cited in second["citations"]]) == (first["id"], ["TJ-58"])


def test_a_citation_is_made_and_ended_and_stays_once_the_figure_is_submitted(tianjin, people, call):
    program, kept = Program(people.contributor), put(tianjin, people.contributor).evidence
    made = program.tell("POST", f"evidence/{kept.pk}/citations", {"series": "TJ-60", "period": "2030", "page": "3"})
    assert made.status_code == 201
    assert program.tell("DELETE", f"citations/{made.json()['id']}").status_code == 204
    assert program.ask(f"citations/{made.json()['id']}").status_code == 404
    again = program.tell("POST", f"evidence/{kept.pk}/citations", {"series": "TJ-60", "period": "2030"}).json()
    submitted(call, people)
    assert program.tell("DELETE", f"citations/{again['id']}").status_code == 409
    assert Citation.objects.standing().count() == 1
    seen = Program(people.coordinator).ask(f"evidence/{kept.pk}").json()
    assert [cited["id"] for cited in seen["citations"]] == [again["id"]]


def test_the_coordinator_sees_of_a_file_only_the_citations_of_submitted_figures(tianjin, people, call):
    kept = put(tianjin, people.contributor).evidence
    series = tianjin.series.get(code="TJ-58")
    evidence.cite(evidence=kept, series=series, period=YEAR, by=people.contributor, door=PAGE)
    submitted(call, people)
    later = collection(tianjin, people.coordinator, 2031)
    evidence.cite(evidence=kept, series=series, period=later.period, page="draft", by=people.contributor, door=PAGE)
    seen = Program(people.coordinator).ask(f"evidence/{kept.pk}").json()["citations"]
    assert [cited["period"] for cited in seen] == ["2030"]
    assert len(Program(people.viewer).ask(f"evidence/{kept.pk}").json()["citations"]) == 2


def test_a_thread_is_written_settled_and_opened_again(tianjin, people, call):
    program, thread = Program(people.contributor), "entries/tianjin/TJ-58/2030/comments"
    assert program.tell("POST", thread, {"text": " 请核对口径 "}).json()["text"] == "请核对口径"
    assert program.tell("POST", f"{thread}:reopen").status_code == 409
    assert program.tell("POST", f"{thread}:resolve").json()["kind"] == "resolved"
    assert program.tell("POST", f"{thread}:resolve").status_code == 409
    assert program.tell("POST", f"{thread}:reopen").json()["kind"] == "reopened"
    assert [row["kind"] for row in Program(people.viewer).ask(thread).json()["data"]] == ["words", "resolved", "reopened"]
    assert TrailRow.objects.filter(act__startswith="comments.", object_key="TJ-58/2030").count() == 3
    assert Program(people.coordinator).ask(thread).json()["data"] == []
    assert program.tell("POST", thread, {"text": "x" * 5001}).status_code == 400
    assert program.tell("POST", "entries/tianjin/TJ-58/2030-Q1/comments", {"text": "x"}).status_code == 400


def test_a_coordinator_speaks_about_a_figure_once_it_is_submitted(tianjin, people, call):
    program, thread = Program(people.coordinator), "entries/tianjin/TJ-58/2030/comments"
    assert program.tell("POST", thread, {"text": "too early"}).status_code == 409
    submitted(call, people)
    assert program.tell("POST", thread, {"text": "which boundary?"}).status_code == 201
    assert program.tell("POST", f"{thread}:resolve").status_code == 200


def test_the_list_goes_on_from_page_to_page(tianjin, people, monkeypatch):
    from indicators.api import evidence as door

    monkeypatch.setattr(door, "PAGE", 2)
    ids = [put(tianjin, people.contributor, pdf(str(number))).evidence.pk for number in range(5)]
    pages = list(Program(people.viewer).pages("pilots/tianjin/evidence"))
    assert [[row["id"] for row in page] for page in pages] == [ids[:2:-1], ids[2:0:-1], ids[:1]]


def test_a_file_of_another_pilot_is_not_there(tianjin, people):
    foreign = put(Pilot.objects.get(slug="qujiang"), people.stranger).evidence
    program = Program(people.lead)
    assert [program.ask(f"evidence/{foreign.pk}{tail}").status_code for tail in ("", "/file")] == [404, 404]
    assert send(people.lead, pdf("new"), replaces=str(foreign.pk)).status_code == 404
    assert program.tell("POST", f"evidence/{foreign.pk}/citations", {"series": "TJ-58", "period": "2030"}).status_code == 404
