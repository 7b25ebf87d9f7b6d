"""The pages of evidence and of one cell: everything works as a plain form, and the script gets the panel alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from indicators.models import Citation, Comment, Evidence
from tests.builders import collection, item, record, standing, submitted
from tests.indicators.files import pdf, picture, put, sent
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
CELL = "/pilots/tianjin/data/2030/cells/TJ-58@2030/"
PAGE = "/pilots/tianjin/evidence/"
BY_SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


@pytest.fixture
def client(people, call):
    return signed_in(people.contributor)


def said(answer) -> str:
    return answer.content.decode()


def do(client, deed: str, **fields):
    return client.post(CELL, {"deed": deed, **fields})


def test_a_cell_shows_its_figure_its_checks_its_texts_and_its_history(tianjin, people, client):
    record(tianjin, people.contributor, item("TJ-58", "12", source="Yearbook p. 3", note="a note")).raise_if_refused()
    record(tianjin, people.lead, item("TJ-58", "15", version=1, source="Yearbook p. 4", note="a note")).raise_if_refused()
    page = said(client.get(CELL))
    for words in ("Yearbook p. 4", "a note", "<del>12", "Source changed.", "a lead", "chart.svg", "No file shows where"):
        assert words in page
    assert client.get(f"{CELL}chart.svg")["Content-Type"] == "image/svg+xml"


def test_the_script_gets_the_panel_alone(client):
    whole, panel = client.get(CELL), client.get(CELL, headers=BY_SCRIPT)
    assert ("<html" in said(whole), "<html" in said(panel)) == (True, False)
    assert "data-close-panel" in said(panel)


def test_the_texts_of_a_figure_are_saved_with_its_version_and_leave_the_figure_alone(tianjin, people, client):
    record(tianjin, people.contributor, item("TJ-58", "12", qualifier="≥")).raise_if_refused()
    assert do(client, "texts", source="Yearbook", note="", explanation="", version="1").status_code == 302
    now = standing(tianjin, "TJ-58")
    assert (now.value, now.qualifier, now.source, now.version) == (12, "≥", "Yearbook", 2)
    stale = do(client, "texts", source="typed by me", version="1")
    assert stale.status_code == 412
    assert "typed by me" in said(stale)
    assert standing(tianjin, "TJ-58").source == "Yearbook"


def test_a_missing_figure_keeps_its_reason_when_its_source_is_written(tianjin, people, client):
    record(tianjin, people.contributor, item("TJ-58", None, reason="not-collected")).raise_if_refused()
    assert do(client, "texts", source="Bureau", version="1").status_code == 302
    now = standing(tianjin, "TJ-58")
    assert (now.reason, now.flag, now.source) == ("not-collected", "L", "Bureau")


def test_the_source_of_the_year_before_is_proposed_and_taken_over_by_one_button(tianjin, people, client):
    collection(tianjin, people.coordinator, 2029)
    record(tianjin, people.contributor, item("TJ-58", "11", "2029", source="Yearbook of the city")).raise_if_refused()
    record(tianjin, people.contributor, item("TJ-58", "12")).raise_if_refused()
    assert "Yearbook of the city" in said(client.get(CELL))
    assert standing(tianjin, "TJ-58").source == ""
    assert do(client, "source", version="1").status_code == 302
    assert standing(tianjin, "TJ-58").source == "Yearbook of the city"
    assert "It is the same this year" not in said(client.get(CELL))


def test_several_files_come_with_page_and_quote_and_one_refusal_is_shown_beside_what_was_kept(client):
    files = [sent(), SimpleUploadedFile("shot.png", picture()), SimpleUploadedFile("run.exe", b"MZ")]
    answer = client.post(CELL, {"deed": "bring", "files": files, "page": "7", "quote": "twelve"}, headers=BY_SCRIPT)
    assert answer.status_code == 200
    assert "run.exe" in said(answer)
    assert Citation.objects.standing().filter(page="7", quote="twelve").count() == 2


def test_a_file_that_is_there_is_cited_and_taken_away_again(tianjin, people, client):
    kept = put(tianjin, people.lead).evidence
    assert str(kept) in said(client.get(CELL))
    assert do(client, "cite", evidence=kept.pk, page="9").status_code == 302
    standing_now = Citation.objects.standing().get()
    assert do(client, "end", citation=standing_now.pk).status_code == 302
    assert not Citation.objects.standing().exists()


def test_a_thread_is_kept_on_the_page_and_marked(client):
    do(client, "say", text="<script>x</script> which boundary?")
    page = said(client.get(CELL))
    assert "&lt;script&gt;x&lt;/script&gt; which boundary?" in page
    assert "unresolved" in page
    do(client, "resolve")
    do(client, "reopen")
    assert list(Comment.objects.values_list("kind", flat=True)) == ["words", "resolved", "reopened"]


@pytest.mark.parametrize("deed", ["", "nothing", "bring", "cite", "end", "say"])
def test_a_form_that_says_too_little_is_400(client, deed):
    assert do(client, deed).status_code == 400


def test_a_submitted_figure_shows_its_evidence_and_takes_nothing_more(tianjin, people, call, client):
    do(client, "bring", files=[sent()])
    submitted(call, people)
    page = said(client.get(CELL))
    assert ('value="bring"' in page, 'value="texts"' in page, "年鉴 2030.pdf" in page) == (False, False, True)
    assert do(client, "bring", files=[SimpleUploadedFile("late.pdf", pdf("late"))]).status_code == 400
    assert Evidence.objects.count() == 1
    coordinator = said(signed_in(people.coordinator).get(CELL))
    assert "年鉴 2030.pdf" in coordinator
    assert "History" not in coordinator


@pytest.mark.parametrize("key", ["TJ-58@2031", "TJ-99@2030", "TJ-58", "@2030", "TJ-58@2030-Q1", "TJ-58@x"])
def test_a_cell_that_is_none_is_404(client, key):
    assert client.get(f"/pilots/tianjin/data/2030/cells/{key}/").status_code == 404


def test_a_computed_figure_shows_its_division_and_has_no_texts_of_its_own(tianjin, people, client):
    record(tianjin, people.contributor, item("new_patents", "12"), item("city_population", "60000")).raise_if_refused()
    page = said(client.get("/pilots/tianjin/data/2030/cells/TJ-29@2030/"))
    assert "60,000" in page
    assert 'value="texts"' not in page


def test_the_page_of_evidence_lists_files_with_their_cells_and_figures_without_any(tianjin, people, client):
    record(tianjin, people.contributor, item("TJ-58", "12"), item("plans_adopted", "3")).raise_if_refused()
    do(client, "bring", files=[sent()], page="4")
    page = said(client.get(PAGE))
    assert reverse("indicators:cell", args=["tianjin", "2030", "TJ-58@2030"]) in page
    assert reverse("indicators:cell", args=["tianjin", "2030", "plans_adopted@2030"]) in page
    assert "年鉴 2030.pdf" in said(client.get(PAGE, {"q": "年鉴"}))
    assert "年鉴 2030.pdf" not in said(client.get(PAGE, {"q": "nothing"}))


def test_a_file_is_replaced_on_the_page(tianjin, people, client):
    kept = put(tianjin, people.contributor).evidence
    address = reverse("indicators:evidence_replace", args=["tianjin", kept.pk])
    assert client.post(address, {"file": SimpleUploadedFile("new.pdf", pdf("new"))}).status_code == 302
    assert client.post(address, {"file": SimpleUploadedFile("newer.pdf", pdf("newer"))}).status_code == 409
    assert client.post(address, {"file": sent()}).status_code == 409
    assert Evidence.objects.get(replaces=kept).name == "new.pdf"


def test_a_form_larger_than_any_may_be_is_413_before_it_is_read(client):
    answer = client.generic("POST", PAGE, b"--x--", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(200 * 1024 * 1024))
    assert answer.status_code == 413
