"""A workbook with five wrong cells: what is right is imported, the rest put right on the sheet, the year submitted."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from indicators import collecting
from indicators.models import Entry, Import, Submission
from indicators.workbook.writing import HEAD_ROW, PLACE
from pilots.models import Pilot
from tests.browser.sheets import ADDRESS, SheetWindow
from tests.builders import CHECKED, collection, plausible

WRONG = {"TJ-58": "12 apples", "TJ-60": "无", "TJ-61": "3-5", "plans_adopted": "1.2.3", "plans_with_participation": "约约5"}


@pytest.fixture
def call(live_portal, team):
    return collection(Pilot.objects.get(slug="tianjin"), team.coordinator)


def fill(template: bytes, call) -> bytes:
    """Fill the template as its clerks would: every figure with its explanation, five of them wrongly."""
    figures = {(series.code, period.code): plausible(series) for series, period in collecting.expected(call)}
    book = load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    for row in range(HEAD_ROW + 2, sheet.max_row + 1):
        key = tuple(sheet.cell(row, PLACE[name] + 1).value for name in ("series", "period"))
        if key in figures:
            sheet.cell(row, PLACE["value"] + 1).value = WRONG.get(key[0], figures[key])
            sheet.cell(row, PLACE["explanation"] + 1).value = CHECKED
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def bring(window, call) -> Import:
    """Download the workbook, bring it back filled in, and wait for the preview."""
    page = window.page
    window.open(f"{ADDRESS}import")
    window.judge("imports")
    with page.expect_download() as download:
        page.locator(f'a[href="{ADDRESS}workbook"]').click()
    data = fill(download.value.path().read_bytes(), call)
    page.set_input_files("#file", {"name": "2030年数据.xlsx", "mimeType": "application/octet-stream", "buffer": data})
    page.locator("main form[enctype] button[type=submit]").click()
    expect(page.locator("#apply button")).to_be_visible(timeout=60_000)
    return Import.objects.get()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_with_five_wrong_cells_becomes_a_submitted_year(window, team, call, language):
    one = window(team.lead, language=language)
    page = one.page
    found = bring(one, call)
    assert (found.counts["refused"], found.counts["new"]) == (len(WRONG), len(list(collecting.expected(call))) - len(WRONG))
    page.locator('a[href="?tab=refused"]').click()
    for text in WRONG.values():
        expect(page.locator("main")).to_contain_text(text)
    one.judge(f"import-problems-{language}")
    page.locator("#apply button").click()
    expect(page.locator(f'main a[href="{ADDRESS}"].button')).to_be_visible()
    one.judge(f"import-applied-{language}")
    sheet = SheetWindow(one)
    for code in WRONG:
        expect(sheet.box(code)).to_have_value("")
        sheet.write(code, "10")
        sheet.settle()
    one.open(f"{ADDRESS}submit")
    one.judge(f"check-{language}")
    while page.locator(".findings textarea").count():
        page.locator(".findings textarea").first.fill(CHECKED)
        page.locator(".findings form button[type=submit]").first.click()
        page.wait_for_load_state()
    page.check("#confirmed")
    page.locator("form:has(#confirmed) button[type=submit]").click()
    page.wait_for_url(re.compile(f"{ADDRESS}$"))
    one.judge(f"submitted-{language}")
    sent = Submission.objects.get()
    assert sent.state == Submission.State.SUBMITTED
    typed = Entry.objects.filter(pilot=call.pilot, computed=False).within(call.period)
    assert {entry.state for entry in typed} == {Entry.State.LOCKED}
    assert {(e.series.code, e.period.code): e.value for e in typed.select_related("series")} == {
        (series.code, period.code): 10 if series.code in WRONG else plausible(series) for series, period in collecting.expected(call)
    }
