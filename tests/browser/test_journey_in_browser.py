"""A city's year in one go: typed, pasted, kept offline, agreed on, kept while signed out, brought by workbook, submitted."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from openpyxl import load_workbook
from playwright.sync_api import Locator, expect

from indicators import collecting, numbers
from indicators.models import Entry, Import, Submission
from indicators.workbook.writing import HEAD_ROW, PLACE
from pilots.models import Pilot, TrailRow
from tests import builders
from tests.browser.sheets import ADDRESS, SheetWindow
from tests.builders import CHECKED, collection, plausible

WRONG = {"TJ-58": "12 apples", "TJ-60": "无", "TJ-61": "3-5", "plans_adopted": "1.2.3", "plans_with_participation": "约约5"}
PASTED, TYPED, OFFLINE, SIGNED_OUT = 14, 3, 2, 2


@pytest.fixture
def call(live_portal, team):
    return collection(Pilot.objects.get(slug="tianjin"), team.coordinator)


@pytest.fixture
def figures(call) -> dict[str, Decimal]:
    """What the city has to say of its year, by code."""
    return {series.code: plausible(series) for series, _period in collecting.expected(call)}


class Journey:
    """A lead at the sheet, with the figures that shall be there at the end; `free` are the cells that nobody has touched yet."""

    def __init__(self, sheet: SheetWindow, figures: dict[str, Decimal], language: str) -> None:
        self.sheet, self.page, self.figures, self.language = sheet, sheet.page, figures, language
        self.free = [code for code in self.visible() if code in figures and code not in WRONG]
        self.done: list[str] = []

    def visible(self) -> list[str]:
        """The codes of the cells that can be filled, in the order of the page; nothing for those of a part of the year."""
        names = self.page.eval_on_selector_all("input.value", "boxes => boxes.filter(box => box.offsetParent).map(box => box.name)")
        return [name.partition("@")[0] if name.endswith("@2030.value") else "" for name in names]

    def take(self, count: int) -> list[str]:
        """Take the next free cells."""
        taken, self.free = self.free[:count], self.free[count:]
        self.done += taken
        return taken

    def take_together(self, count: int) -> list[str]:
        """Take free cells that follow each other on the page without a gap."""
        codes = self.visible()
        runs = (codes[place : place + count] for place in range(len(codes) - count + 1))
        run = next(run for run in runs if set(run) <= set(self.free))
        self.free = [code for code in self.free if code not in run]
        self.done += run
        return run

    def text(self, code: str) -> str:
        return numbers.plain(self.figures[code])

    def judge(self, name: str) -> None:
        self.sheet.window.judge(f"journey-{name}-{self.language}")

    def reach(self, target: Locator, *, most: int = 200) -> None:
        """Press Tab until a thing has the focus."""
        for _press in range(most):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def answer(self, target: Locator) -> None:
        """Go to what waits beside the sheet by its key, and press one of its buttons."""
        self.page.keyboard.press("F6")
        self.reach(target, most=5)
        self.page.keyboard.press("Enter")

    def press(self, target: Locator) -> None:
        """Go to a button or link by keys and press Enter on it."""
        self.reach(target)
        self.page.keyboard.press("Enter")

    def start_over(self) -> None:
        """Load the page anew, which puts the focus before its first link."""
        self.page.reload()
        self.page.wait_for_selector("#sheet[data-ready]")

    def type_by_keys(self) -> None:
        """Fill cells with nothing but the keyboard, from the top of the page on."""
        for code in self.take(TYPED):
            self.reach(self.sheet.box(code))
            self.page.keyboard.type(self.text(code))
            self.page.keyboard.press("Enter")
        self.sheet.settle()
        self.judge("typed")

    def paste(self) -> None:
        """Paste a column of a spreadsheet, look at what it would do, and take it."""
        codes = self.take_together(PASTED)
        self.sheet.paste(codes[0], "".join(f"{self.text(code)}\r\n" for code in codes))
        bar = self.page.locator("#paste")
        expect(bar.locator("[data-said]")).to_contain_text(str(PASTED))
        self.judge("paste")
        self.answer(bar.locator("[data-apply]"))
        self.sheet.settle()

    def go_offline(self) -> None:
        """Type without a network, reload nothing, and come back."""
        self.sheet.window.context.set_offline(True)
        codes = self.take(OFFLINE)
        for code in codes:
            self.sheet.write(code, self.text(code))
        expect(self.sheet.status(codes[-1])).to_contain_text("Waiting" if self.language == "en" else "待发送")
        assert set(self.sheet.kept()) == {f"{code}@2030" for code in codes}
        self.judge("offline")
        self.sheet.window.context.set_offline(False)
        self.sheet.settle()

    def meet_a_conflict(self, other: SheetWindow) -> None:
        """Write what a colleague has written meanwhile, see both figures, and keep one's own."""
        (code,) = self.take(1)
        other.write(code, "3")
        other.settle()
        self.sheet.write(code, self.text(code))
        said = self.page.locator("#conflict [data-said]")
        expect(said).to_contain_text("a contributor")
        expect(said).to_contain_text(self.text(code))
        self.judge("conflict")
        self.answer(self.page.locator("#conflict [data-mine]"))
        self.sheet.settle()

    def sign_in_again(self, username: str) -> None:
        """Type on after the session ran out, sign in on the page, and see it sent."""
        Session.objects.all().delete()
        for code in self.take(SIGNED_OUT):
            self.sheet.write(code, self.text(code))
        banner, dialog = self.page.locator("#signed-out"), self.page.locator("#sign-in")
        expect(banner).to_be_visible()
        self.judge("signed-out")
        self.answer(banner.get_by_role("button"))
        for name, text in (("login", username), ("password", builders.PASSWORD)):
            self.reach(dialog.locator(f"[name={name}]"))
            self.page.keyboard.type(text)
        self.judge("sign-in")
        self.page.keyboard.press("Enter")
        self.sheet.settle()
        expect(banner).to_be_hidden()
        assert self.sheet.kept() == {}

    def bring_the_workbook(self, call) -> None:
        """Download the workbook, fill in the rest with five wrong cells, look at the preview and import what is right."""
        self.start_over()
        self.press(self.page.locator(f'main a[href="{ADDRESS}import"]').first)
        self.page.wait_for_url(re.compile("/import$"))
        self.judge("import")
        with self.page.expect_download() as download:
            self.press(self.page.locator(f'a[href="{ADDRESS}workbook"]'))
        data = filled(download.value.path().read_bytes(), call, but=self.done)
        self.page.set_input_files("#file", {"name": "2030年数据.xlsx", "mimeType": "application/octet-stream", "buffer": data})
        self.press(self.page.locator("main form[enctype] button[type=submit]"))
        expect(self.page.locator("#apply button")).to_be_visible(timeout=60_000)
        self.press(self.page.locator('a[href="?tab=refused"]'))
        for text in WRONG.values():
            expect(self.page.locator("main")).to_contain_text(text)
        self.judge("import-problems")
        counts = Import.objects.get().counts
        assert (counts["refused"], counts["conflict"], counts["changed"]) == (len(WRONG), 0, 0)
        self.press(self.page.locator("#apply button"))
        self.page.wait_for_selector(f'main a[href="{ADDRESS}"].button')
        self.judge("import-applied")

    def correct(self) -> None:
        """Put the wrong cells right on the sheet."""
        self.press(self.page.locator(f'main a[href="{ADDRESS}"].button'))
        self.page.wait_for_selector("#sheet[data-ready]")
        for code in WRONG:
            expect(self.sheet.box(code)).to_have_value("")
            self.sheet.write(code, self.text(code))
        self.sheet.settle()
        self.judge("corrected")

    def submit(self) -> None:
        """Check the year, explain what is asked, and hand it in."""
        self.start_over()
        self.press(self.page.locator(f'main a[href="{ADDRESS}submit"]').first)
        self.page.wait_for_url(re.compile("/submit$"))
        self.judge("check")
        while self.page.locator(".findings textarea").count():
            self.reach(self.page.locator(".findings textarea").first)
            self.page.keyboard.type(CHECKED)
            with self.page.expect_navigation():
                self.press(self.page.locator(".findings form button[type=submit]").first)
        self.reach(self.page.locator("#confirmed"))
        self.page.keyboard.press("Space")
        self.press(self.page.locator("form:has(#confirmed) button[type=submit]"))
        self.page.wait_for_url(re.compile(f"{ADDRESS}$"))
        self.judge("submitted")


def filled(template: bytes, call, *, but: list[str]) -> bytes:
    """Fill the template where nothing stands yet, each figure with its explanation, five of them wrongly."""
    figures = {(series.code, period.code): plausible(series) for series, period in collecting.expected(call) if series.code not in but}
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


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_year_is_typed_pasted_kept_offline_agreed_on_brought_and_submitted(window, team, call, figures, language):
    colleague = SheetWindow(window(team.contributor, language=language))
    journey = Journey(SheetWindow(window(team.lead, language=language)), figures, language)
    journey.type_by_keys()
    journey.paste()
    journey.go_offline()
    journey.meet_a_conflict(colleague)
    colleague.window.context.close()
    journey.sign_in_again(team.lead.username)
    journey.bring_the_workbook(call)
    journey.correct()
    journey.submit()
    assert Submission.objects.get().state == Submission.State.SUBMITTED
    typed = Entry.objects.filter(pilot=call.pilot, computed=False).within(call.period).select_related("series")
    assert {entry.state for entry in typed} == {Entry.State.LOCKED}
    assert {(entry.series.code, entry.period.code): entry.value for entry in typed} == {
        (series.code, period.code): plausible(series) for series, period in collecting.expected(call)
    }
    written = TrailRow.objects.filter(pilot=call.pilot, act="entry.record", after__computed=False)
    assert written.count() == sum(entry.version for entry in typed)
