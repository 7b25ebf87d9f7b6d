"""A person's browser window, watched for requests that leave the server, broken scripts and pages that shut people out."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

from pilots.models import User
from tests import builders

LOCALES = {"zh": "zh-CN", "en": "en-GB"}
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

# The innermost elements that make a page wider than its window.
STICKING_OUT = """() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > innerWidth);
    const inner = wide.filter((one) => !wide.some((other) => one !== other && one.contains(other)));
    return [document.documentElement.scrollWidth, ...inner.slice(0, 5).map((one) => one.outerHTML.slice(0, 200))];
}"""


class Window:
    """A person's browser window on a live portal."""

    def __init__(self, browser, url: str, shots: Path, language: str) -> None:
        self.url, self.shots = url, shots
        self.trouble: list[str] = []
        self.context = browser.new_context(viewport=WIDE, locale=LOCALES[language], timezone_id="Asia/Shanghai")
        self.context.route(re.compile("."), self._keep_inside)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.trouble.append(f"script: {error}"))
        self.page.on("console", self._hear)
        self.page.on("response", lambda answer: self.trouble.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)

    def _hear(self, line) -> None:
        """Note what the browser says of the content policy."""
        if "Content Security Policy" in line.text:
            self.trouble.append(f"console: {line.text}")

    def _keep_inside(self, route) -> None:
        """Let a request pass to the portal; note and stop every other."""
        if urlsplit(route.request.url).netloc == urlsplit(self.url).netloc:
            route.continue_()
            return
        self.trouble.append(f"left the server: {route.request.url}")
        route.abort()

    def open(self, address: str) -> int:
        """Go to an address and return the answer's status."""
        return self.page.goto(self.url + address).status

    def sign_in(self, user: User) -> None:
        """Sign in by the form, as a person does."""
        self.open("/account/login/")
        self.page.fill("input[name=login]", user.username)
        self.page.fill("input[name=password]", builders.PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(lambda url: "/account/login" not in url)

    def judge(self, name: str) -> None:
        """Keep pictures of the page, wide and narrow, and hold it to the accessibility rules and to its width."""
        self.page.wait_for_load_state("networkidle")
        for size, viewport in (("wide", WIDE), ("narrow", NARROW)):
            self.page.set_viewport_size(viewport)
            self.page.screenshot(path=self.shots / f"{name}-{size}.png")
            broken = [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(self.page).response["violations"]]
            assert not broken, f"{name}, {size}: {broken}"
            wide = self.page.evaluate(STICKING_OUT)
            assert not wide, f"{name}, {size}: wider than its window: {wide}"
        self.page.set_viewport_size(WIDE)
