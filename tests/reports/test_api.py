"""Reports over REST: ordered, watched, downloaded, given out; and hidden from whoever may not see them."""

from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from pilots.models import Door
from reports import orders
from reports.models import Report
from tests.reports import builders
from tests.visitors import signed_in

ORDER = {"year": 2024, "languages": ["zh"], "formats": ["pdf"], "audience": "public"}
LIST = "/api/v1/pilots/tianjin/reports"


def post(person, address: str, body: dict | None = None):
    client = signed_in(person) if person else Client()
    return client.post(address, body or {}, content_type="application/json")


def fetched(client, address: str):
    """Download a file to its end."""
    answer = client.get(address)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_order_answers_202_with_the_address_of_the_job(tianjin, people):
    answer = post(people.lead, LIST, ORDER)
    told = answer.json()
    assert answer.status_code == 202
    assert answer["Location"] == told["url"] and told["url"].endswith(f"/api/v1/reports/{told['id']}")
    assert {key: told[key] for key in ("number", "state", "percent", "step", "error", "files", "steps")} == {
        "number": "tianjin-2024-1",
        "state": "ordered",
        "percent": 0,
        "step": "waiting",
        "error": None,
        "files": [],
        "steps": ["cancel"],
    }


def test_job_says_when_it_is_ready_and_where_its_files_are(tianjin, people):
    builders.ready(tianjin, people.lead, languages=["zh", "en"])
    client = signed_in(people.lead)
    told = client.get(LIST).json()["data"][0]
    assert (told["state"], told["percent"], told["step"]) == ("ready", 100, "done")
    for file in told["files"]:
        answer, data = fetched(client, file["url"])
        assert (answer.status_code, answer["Content-Type"], len(data)) == (200, "application/pdf", file["size"])
        assert PdfReader(BytesIO(data)).trailer["/Root"]["/Lang"].startswith(file["lang"])
        assert client.get(file["url"], headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_same_order_again_answers_200_with_the_same_report(tianjin, people):
    report = builders.ready(tianjin, people.lead)
    answer = post(people.coordinator, LIST, ORDER)
    assert (answer.status_code, answer.json()["id"]) == (200, report.pk)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"year": "soon"}, "year"),
        ({"year": 1800}, "year"),
        ({}, "year"),
        ({**ORDER, "formats": ["exe"]}, "formats.0"),
        ({**ORDER, "languages": []}, "languages"),
        ({**ORDER, "audience": "all"}, "audience"),
        ({**ORDER, "colour": "red"}, "colour"),
    ],
)
def test_order_of_a_wrong_shape_is_400_and_names_the_field(tianjin, people, body, field):
    answer = post(people.lead, LIST, body)
    assert answer.status_code == 400
    assert field in [fault["field"] for fault in answer.json()["errors"]]
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [(None, 401), ("nobody", 403), ("stranger", 403), ("viewer", 403), ("expert", 403), ("lead", 202)]
)
def test_order_is_the_leads(tianjin, people, who, status):
    assert post(who and getattr(people, who), LIST, ORDER).status_code == status


def test_steps_go_through_the_acts(tianjin, people):
    report = builders.ready(tianjin, people.lead)
    address = f"/api/v1/reports/{report.pk}"
    assert post(people.lead, f"{address}:publish").status_code == 403
    assert post(people.coordinator, f"{address}:publish").json()["state"] == "published"
    again = post(people.coordinator, f"{address}:publish")
    assert (again.status_code, again.json()["allowed"]) == (409, ["withdraw"])
    assert post(people.coordinator, f"{address}:withdraw").status_code == 400
    assert post(people.coordinator, f"{address}:withdraw", {"reason": "A wrong figure"}).json()["state"] == "withdrawn"


def test_cancel_stops_a_report(tianjin, people):
    report = builders.ordered(tianjin, people.lead)
    assert post(people.lead, f"/api/v1/reports/{report.pk}:cancel").json()["state"] == "cancelled"
    assert post(people.lead, f"/api/v1/reports/{report.pk}:cancel").status_code == 409


def test_failed_report_says_why(tianjin, people):
    report = builders.ordered(tianjin, people.lead)
    Report.objects.filter(pk=report.pk).update(state="failed", error="too-large")
    told = signed_in(people.lead).get(f"/api/v1/reports/{report.pk}").json()
    assert told["error"]["code"] == "too-large"
    assert told["error"]["message"].startswith("Printing took too much time or memory.")


def test_unpublished_report_is_not_there_for_others(tianjin, people):
    report = builders.ready(tianjin, people.lead)
    hidden, absent = f"/api/v1/reports/{report.pk}", "/api/v1/reports/999999"
    for client in (Client(), signed_in(people.stranger), signed_in(people.administrator), signed_in(people.nobody)):
        assert client.get(LIST).json()["data"] == []
        for end in ("", "/files/pdf"):
            mine, none = client.get(hidden + end), client.get(absent + end)
            assert (mine.status_code, mine.content) == (404, none.content)
    for step in ("publish", "withdraw", "cancel"):
        assert post(people.stranger, f"{hidden}:{step}", {"reason": "x"} if step == "withdraw" else {}).status_code == 404


def test_published_report_is_everybodys_without_what_is_inside(tianjin, people):
    inside = builders.ready(tianjin, people.lead, audience="internal")
    report = builders.published(tianjin, people)
    answer = Client().get(LIST)
    assert [told["id"] for told in answer.json()["data"]] == [report.pk]
    file, _data = fetched(Client(), answer.json()["data"][0]["files"][0]["url"])
    assert file.status_code == 200 and file["Cache-Control"] == "public, no-cache"
    assert Client().get(f"/api/v1/reports/{inside.pk}/files/pdf").status_code == 404
    orders.withdraw(report=report, reason="A wrong figure", by=people.coordinator, door=Door.PAGE)
    assert Client().get(f"/api/v1/reports/{report.pk}/files/pdf").status_code == 404


def test_file_comes_as_an_attachment_that_runs_nothing(tianjin, people):
    report = builders.published(tianjin, people, languages=["zh", "en"])
    for language, name in (("zh", "filename*=utf-8''"), ("en", 'filename="tianjin-2024-1-en.pdf"')):
        answer, _data = fetched(Client(), f"/api/v1/reports/{report.pk}/files/pdf?lang={language}")
        assert answer["Content-Disposition"].startswith("attachment; ") and name in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert Client().get(f"/api/v1/reports/{report.pk}/files/docx").status_code == 404
