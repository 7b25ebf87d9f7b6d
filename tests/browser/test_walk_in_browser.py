"""One figure from a city's keyboard to what everybody sees, in a real browser on a real server."""

import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from indicators.models import Current, Submission
from pilots.models import Pilot
from tests.builders import answer_all, collection, standing

SHEET = "/pilots/tianjin/data/2030/"


@pytest.fixture
def call(team):
    return collection(Pilot.objects.get(slug="tianjin"), team.coordinator)


def field(window, key: str):
    return window.page.locator(f'[name="{key}.value"]')


def settled(window):
    """Wait until everything that was typed is saved or refused."""
    expect(window.page.locator("#save-state")).to_have_text(re.compile(r"\d\d:\d\d$"))


def enter(window):
    """Enter two inputs by keyboard and see what they make."""
    window.open("/todo")
    window.judge("todo")
    window.page.click(f'main a[href="{SHEET}"]')
    window.page.wait_for_selector("#sheet[data-ready]")
    field(window, "plans_with_participation@2030").fill("１５")
    field(window, "plans_with_participation@2030").press("Enter")
    window.page.keyboard.type("20")
    window.page.keyboard.press("Enter")
    settled(window)
    expect(window.page.locator('[id="value-TJ-54@2030"]')).to_have_text("75.0")
    settled(window)
    assert field(window, "plans_with_participation@2030").input_value() == "15"
    window.judge("entry")


def submit(window):
    """Check and submit the year."""
    window.open(f"{SHEET}submit")
    window.judge("check")
    window.page.fill("#note", "两处为估计值")
    window.page.check("#confirmed")
    window.page.click("main form button[type=submit]")
    window.page.wait_for_url(f"**{SHEET}")
    window.judge("submitted")
    assert field(window, "plans_adopted@2030").count() == 0


def verify(window, submission):
    """Find the submission in the queue, review and verify it."""
    window.open("/reviews/")
    window.judge("reviews")
    window.page.click(f'main a[href="/reviews/{submission.pk}/"]')
    window.page.click("text=Begin the review")
    window.judge("review")
    assert "15 ÷ 20 × 100 = 75.0" in window.page.locator("main").inner_text()
    window.page.click("button[value=accept-clean]")
    while (warned := window.page.locator("button[value^='accept:']")).count():
        warned.first.click()
        window.page.wait_for_load_state()
    window.judge("judged")
    window.page.check("#assessment-good")
    window.page.click("button:has-text('Verify')")
    window.page.wait_for_selector("text=Verified and published as tianjin/2030/r1.")
    window.judge("verified")


def order_report(window) -> str:
    """Order the report of the year, wait for the worker, and read the Chinese PDF that the browser downloads."""
    window.open("/pilots/tianjin/reports/")
    window.page.click("form.order button[type=submit]")
    link = window.page.locator("a[hreflang=zh]")
    expect(link).to_be_visible(timeout=60_000)
    window.judge("reports")
    with window.page.expect_download() as download:
        link.click()
    return "".join(page.extract_text() for page in PdfReader(download.value.path()).pages)


def test_a_figure_walks_from_the_keyboard_to_the_printed_report(window, team, call):
    enter(window(team.contributor))
    answer_all(call, team.contributor)
    submit(window(team.lead))
    coordinator = window(team.coordinator, language="en")
    verify(coordinator, Submission.objects.get())
    published = Current.objects.get(series__code="TJ-54")
    assert (published.value, published.release) == (75, "tianjin/2030/r1")
    assert re.search(r"TJ-54\D+.{0,200}75\.0", order_report(coordinator), re.S)
    anyone = window()
    assert anyone.open("/pilots/tianjin/indicators/TJ-54/") == 200
    assert "75.0" in anyone.page.locator("main").inner_text()
    anyone.judge("indicator")


def test_the_form_works_without_a_script(window, team, call, chromium):
    plain = window(team.contributor, language="en")
    context = chromium.new_context(java_script_enabled=False, storage_state=plain.context.storage_state())
    page = context.new_page()
    page.goto(plain.url + SHEET)
    page.fill('[name="TJ-58@2030.value"]', "12 apples")
    page.fill('[name="plans_adopted@2030.value"]', "20")
    page.click("#save-all")
    assert page.input_value('[name="TJ-58@2030.value"]') == "12 apples"
    assert "apples" in page.locator('[id="below-TJ-58@2030"]').inner_text()
    page.fill('[name="TJ-58@2030.value"]', "12")
    page.click("#save-all")
    assert "1 figure saved." in page.locator(".messages").inner_text()
    context.close()
    pilot = Pilot.objects.get(slug="tianjin")
    assert (standing(pilot, "TJ-58").value, standing(pilot, "plans_adopted").value) == (12, 20)
