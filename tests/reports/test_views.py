"""The page of a pilot's reports: who sees which line and which button, and what the buttons do."""

import pytest
from django.test import Client

from reports.models import Report
from tests.reports import builders
from tests.visitors import signed_in

PAGE = "/pilots/tianjin/reports/"
ORDER = {"year": "2024", "languages": ["zh", "en"], "audience": "public"}


@pytest.fixture
def figures(tianjin, people):
    return builders.figures(tianjin, people)


def address(report: Report, end: str) -> str:
    return f"{PAGE}{report.year}-{report.number}/{end}"


def test_lead_orders_a_report_and_sees_how_far_it_is(tianjin, people, figures):
    client = signed_in(people.lead)
    answer = client.post(f"{PAGE}order", ORDER, follow=True)
    page = answer.content.decode()
    assert Report.objects.get().languages == ["zh", "en"]
    assert "The report is being made." in page and '<progress value="0" max="100"' in page
    assert 'hx-trigger="every 2s"' in page and "htmx-2.min.js" in page


def test_lines_alone_answer_the_page_that_asks_again(tianjin, people):
    report = builders.ordered(tianjin, people.lead)
    client = signed_in(people.lead)
    part = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("<section") and "waiting for its turn" in part
    builders.built(report)
    part = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in part and f"{report.year}-{report.number}/zh.pdf" in part


def test_page_does_not_ask_again_when_nothing_is_being_made(tianjin, people):
    builders.ready(tianjin, people.lead)
    page = signed_in(people.lead).get(PAGE).content.decode()
    assert "hx-get" not in page and "htmx-2" not in page


@pytest.mark.parametrize("wrong", [{"year": "1800"}, {"languages": []}, {"audience": "all"}])
def test_order_that_makes_no_sense_shows_the_form_again(tianjin, people, figures, wrong):
    answer = signed_in(people.lead).post(f"{PAGE}order", {**ORDER, **wrong})
    assert answer.status_code == 400 and list(answer.context["form"].errors) == list(wrong)
    assert not Report.objects.exists()


def test_same_order_again_says_that_the_report_is_there(tianjin, people, figures):
    builders.ready(tianjin, people.lead, languages=["zh", "en"])
    page = signed_in(people.lead).post(f"{PAGE}order", ORDER, follow=True).content.decode()
    assert "This report is there already." in page and Report.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "offered"), [("lead", True), ("coordinator", True), ("viewer", False), ("expert", False), ("stranger", False), (None, False)]
)
def test_form_stands_for_those_who_may_order(tianjin, people, figures, who, offered):
    client = signed_in(getattr(people, who)) if who else Client()
    assert (b"Order a report" in client.get(PAGE, headers={"Accept-Language": "en"}).content) is offered
    status = client.post(f"{PAGE}order", ORDER).status_code
    assert status == (302 if offered or who is None else 403)
    assert Report.objects.exists() is offered


def test_without_published_figures_nothing_can_be_ordered(tianjin, people):
    page = signed_in(people.lead).get(PAGE).content.decode()
    assert "No figures are published yet." in page and "<select" not in page


def test_buttons_take_the_steps(tianjin, people):
    report = builders.ready(tianjin, people.lead)
    client = signed_in(people.coordinator)
    assert client.post(address(report, "publish")).status_code == 302
    assert client.post(address(report, "publish")).status_code == 409
    assert client.post(address(report, "withdraw"), {"reason": " "}).status_code == 400
    assert client.post(address(report, "withdraw"), {"reason": "A wrong figure"}).status_code == 302
    assert Report.objects.get().state == "withdrawn"
    waiting = builders.ordered(tianjin, people.lead, languages=["en"])
    assert client.post(address(waiting, "cancel")).status_code == 302
    assert client.post(address(waiting, "cancel")).status_code == 409


def test_steps_are_refused_to_whoever_may_not(tianjin, people):
    report = builders.ready(tianjin, people.lead)
    assert signed_in(people.lead).post(address(report, "publish")).status_code == 403
    for end in ("publish", "withdraw", "cancel"):
        assert signed_in(people.stranger).post(address(report, end), {"reason": "x"}).status_code == 404
        assert Client().post(address(report, end)).status_code == 302
        assert signed_in(people.coordinator).get(address(report, end)).status_code == 405
    assert Report.objects.get().state == "ready"


def test_failed_report_says_why_and_what_to_do(tianjin, people):
    report = builders.ordered(tianjin, people.lead)
    Report.objects.filter(pk=report.pk).update(state="failed", error="no-room")
    page = signed_in(people.lead).get(PAGE).content.decode()
    assert "The server could not keep the file." in page


def test_file_of_an_unpublished_report_is_not_there_for_others(tianjin, people):
    report = builders.ready(tianjin, people.lead)
    for client in (Client(), signed_in(people.stranger), signed_in(people.administrator)):
        assert client.get(address(report, "zh.pdf")).status_code == 404
        assert b"zh.pdf" not in client.get(PAGE).content
    answer = signed_in(people.viewer).get(address(report, "zh.pdf"))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert answer["Cache-Control"] == "private, no-cache" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    again = signed_in(people.viewer).get(address(report, "zh.pdf"), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_published_report_is_on_everybodys_page_without_names(tianjin, people):
    builders.published(tianjin, people)
    page = Client(headers={"accept-language": "en"}).get(PAGE).content.decode()
    assert "zh.pdf" in page and str(people.lead) not in page
    assert "<button" not in page.split('id="reports"')[1].split("</section>")[0]
