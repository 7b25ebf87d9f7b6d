"""A window on the entry page: its cells, how the saving stands, and what a person does with hands and clipboard."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Locator, expect

from tests.browser.windows import Window

ADDRESS = "/pilots/tianjin/data/2030/"
PASTE = """([text, selector]) => {
    const clipboard = new DataTransfer();
    clipboard.setData("text/plain", text);
    const told = new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true });
    document.querySelector(selector).dispatchEvent(told);
}"""


class SheetWindow:
    """The entry page of Tianjin's 2030 in somebody's window."""

    def __init__(self, window: Window) -> None:
        self.window, self.page = window, window.page
        self.open()

    def open(self) -> None:
        """Go to the page and wait until its script is at work."""
        self.window.open(ADDRESS)
        self.page.wait_for_selector("#sheet[data-ready]")

    def box(self, code: str) -> Locator:
        return self.page.locator(f'[name="{code}@2030.value"]')

    def status(self, code: str) -> Locator:
        return self.page.locator(f'[id="status-{code}@2030"]')

    def below(self, code: str) -> Locator:
        return self.page.locator(f'[id="below-{code}@2030"]')

    def figure(self, code: str) -> Locator:
        return self.page.locator(f'[id="value-{code}@2030"]')

    @property
    def state(self) -> Locator:
        return self.page.locator("#save-state")

    def write(self, code: str, text: str) -> None:
        """Type over what stands in a cell and leave it by Enter."""
        self.box(code).focus()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def settle(self) -> None:
        """Wait until everything that was typed is saved."""
        expect(self.state).to_have_text(re.compile(r"\d\d:\d\d$"))

    def kept(self) -> dict[str, dict]:
        """What the browser keeps of this sheet, by cell."""
        found = self.page.evaluate("Object.entries(localStorage).filter(([name]) => name.startsWith('entry:'))")
        return {name.rpartition(":")[2]: json.loads(text) for name, text in found}

    def paste(self, code: str, text: str) -> None:
        """Paste a text as a spreadsheet leaves it in the clipboard."""
        self.box(code).focus()
        self.page.evaluate(PASTE, [text, f'[id="input-{code}@2030"]'])
