"""The import pages: the workbook downloaded and brought back, the preview in tabs, importing, undoing, the file back with notes."""

import re
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from indicators import importing
from indicators.models import Import, Series
from tests.builders import collection, item, record, standing
from tests.indicators.books import brought, filled, opened, row_of, template
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
HERE = "/pilots/tianjin/data/2030"


@pytest.fixture
def call(tianjin, people):
    return collection(tianjin, people.coordinator)


def upload(data: bytes, name: str = "数据.xlsx") -> dict:
    return {"file": SimpleUploadedFile(name, data)}


def read(found: Import) -> Import:
    return importing.read(import_id=found.pk, by=None, door="system")


def test_the_workbook_is_downloaded_under_a_name_that_says_whose_it_is(tianjin, people, call):
    Series.objects.filter(pilot=tianjin, code="TJ-58").update(owner_unit="环保局")
    visitor = signed_in(people.viewer)
    answer = visitor.get(f"{HERE}/workbook")
    assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff")
    assert 'filename="iso37101-tianjin-2030.xlsx"' in answer["Content-Disposition"]
    assert row_of(opened(answer.content), "TJ-60")
    part = visitor.get(f"{HERE}/workbook", {"owner_unit": "环保局"})
    assert "环保局" in unquote(part["Content-Disposition"])
    assert visitor.get(f"{HERE}/workbook", {"owner_unit": "another"}).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "coordinator", "expert", "administrator", "nobody"])
def test_nobody_but_the_pilots_own_people_sees_the_pages(tianjin, people, call, who):
    found = brought(tianjin, people.lead, "编号,数值\nTJ-58,5\n".encode())
    for path in ("workbook", "import", f"import/{found.pk}", f"import/{found.pk}/marked"):
        assert signed_in(getattr(people, who)).get(f"{HERE}/{path}").status_code == 404


def test_a_workbook_goes_all_the_way_from_the_page_and_back(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-60", "1"))
    visitor = signed_in(people.contributor)
    data = filled(visitor.get(f"{HERE}/workbook").content, TJ_58=5, TJ_60=2, TJ_61="无")
    answer = visitor.post(f"{HERE}/import", upload(data))
    (found,) = Import.objects.all()
    assert answer.url == f"{HERE}/import/{found.pk}"
    assert "every 1s" in visitor.get(answer.url).content.decode()
    read(found)
    page = visitor.get(answer.url).content.decode()
    assert "Import 2 valid figures" in page
    assert "every 1s" not in page
    assert "“无”" in page or "无" in page
    assert "!F" in page
    for tab, code in (("new", "TJ-58"), ("changed", "TJ-60"), ("refused", "TJ-61"), ("unchanged", ""), ("explained", "")):
        assert code in visitor.get(answer.url, {"tab": tab}).content.decode()
    preview = re.search(r'name="preview" value="([0-9a-f]{64})"', page)[1]
    assert visitor.post(f"{answer.url}/apply", {"preview": preview}).url == answer.url
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "TJ-60").value) == (5, 2)
    assert "2 figures imported" in visitor.get(answer.url).content.decode()
    assert visitor.post(f"{answer.url}/undo").url == answer.url
    assert (standing(tianjin, "TJ-58").empty, standing(tianjin, "TJ-60").value) == (True, 1)


def test_applying_a_preview_that_nobody_saw_is_refused_on_the_page(tianjin, people, call):
    found = brought(tianjin, people.contributor, "编号,数值\nTJ-58,5\n".encode())
    answer = signed_in(people.contributor).post(f"{HERE}/import/{found.pk}/apply", {"preview": "0" * 64})
    assert answer.status_code == 409
    assert standing(tianjin, "TJ-58") is None


def test_a_conflict_is_shown_three_ways_and_decided_by_the_person(tianjin, people, call):
    record(tianjin, people.lead, item("TJ-58", "5"), item("TJ-60", "5"))
    data = filled(template(tianjin, people.contributor), TJ_58=7, TJ_60=7)
    record(tianjin, people.lead, item("TJ-58", "6", version=1), item("TJ-60", "6", version=1))
    found = brought(tianjin, people.contributor, data)
    visitor = signed_in(people.contributor)
    page = visitor.get(f"{HERE}/import/{found.pk}").content.decode()
    assert "A colleague changed these meanwhile" in page
    chosen = {"preview": importing.preview_of(found), "choose-TJ-58@2030": "mine", "choose-TJ-60@2030": "theirs"}
    assert visitor.post(f"{HERE}/import/{found.pk}/apply", chosen).status_code == 302
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "TJ-60").value) == (7, 6)


def test_the_file_comes_back_with_the_refused_cells_marked(tianjin, people, call):
    found = brought(tianjin, people.contributor, filled(template(tianjin, people.contributor), TJ_58="约abc"))
    answer = signed_in(people.contributor).get(f"{HERE}/import/{found.pk}/marked")
    book = opened(answer.content)
    assert book.worksheets[0].cell(row_of(book, "TJ-58"), 6).value == "约abc"
    assert "with notes" in unquote(answer["Content-Disposition"])


def test_a_viewer_looks_on_and_brings_nothing(tianjin, people, call):
    found = brought(tianjin, people.contributor, "编号,数值\nTJ-58,5\n".encode())
    visitor = signed_in(people.viewer)
    page = visitor.get(f"{HERE}/import/{found.pk}").content.decode()
    assert "TJ-58" in page
    assert "/apply" not in page
    for path, sent in (("import", upload(b"x")), (f"import/{found.pk}/apply", {}), (f"import/{found.pk}/cancel", {})):
        assert visitor.post(f"{HERE}/{path}", sent).status_code == 403


def test_a_file_that_cannot_be_read_says_why_and_a_missing_one_is_asked_for(tianjin, people, call):
    visitor = signed_in(people.contributor)
    assert visitor.post(f"{HERE}/import", {}).status_code == 400
    found = brought(tianjin, people.contributor, b"%PDF-1.7\n", name="a.xlsx")
    page = visitor.get(f"{HERE}/import/{found.pk}").content.decode()
    assert found.failure["en"][:20] in page
    assert visitor.post(f"{HERE}/import/{found.pk}/cancel").status_code == 409


def test_an_import_of_another_period_or_pilot_is_not_found_here(tianjin, people, call):
    found = brought(tianjin, people.contributor, "编号,数值\nTJ-58,5\n".encode())
    visitor = signed_in(people.contributor)
    assert visitor.get(f"/pilots/tianjin/data/2029/import/{found.pk}").status_code == 404
    assert signed_in(people.stranger).get(f"/pilots/qujiang/data/2030/import/{found.pk}").status_code == 404


def test_long_previews_are_paged(tianjin, people, call, monkeypatch):
    monkeypatch.setattr("indicators.views.importing.PAGE", 2)
    found = brought(tianjin, people.contributor, "编号,数值\nTJ-58,5\nTJ-60,1\nTJ-61,1\n".encode())
    visitor = signed_in(people.contributor)
    assert "TJ-61" not in visitor.get(f"{HERE}/import/{found.pk}").content.decode()
    assert "TJ-61" in visitor.get(f"{HERE}/import/{found.pk}", {"page": 2}).content.decode()
