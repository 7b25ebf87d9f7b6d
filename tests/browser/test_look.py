"""Every kind of page on the demo data, wide and narrow, in both languages, light and dark: readable, reachable, within its window."""

from collections.abc import Iterator

import pytest

from tests.browser.windows import Window
from tests.live import LivePortal, live

DEMO_PASSWORD = "demo-figures-only"
PAGES = {
    "": {
        "front": "/",
        "help": "/help/",
        "sign-in": "/account/login/",
        "catalogue": "/indicators/",
        "definition": "/indicators/iso37120-5.6/",
        "profile": "/pilots/tianjin/",
        "matrix": "/pilots/tianjin/matrix?cell=mobility.well-being",
        "indicator": "/pilots/tianjin/indicators/TJ-35/",
        "reports": "/pilots/tianjin/reports/",
        "nowhere": "/nowhere/",
    },
    "tianjin-lead": {
        "home": "/",
        "doubts": "/pilots/huangpu/",
        "account": "/account/",
        "password": "/account/password/",
        "second-factor": "/account/factor/",
        "cycles": "/pilots/tianjin/cycles/",
        "todo-demo": "/todo",
        "calls": "/pilots/tianjin/data/",
        "sheet": "/pilots/tianjin/data/2024/",
        "details": "/pilots/tianjin/data/2024/cells/TJ-58@2024/",
        "check-demo": "/pilots/tianjin/data/2024/submit",
        "imports": "/pilots/tianjin/data/2024/import",
        "evidence": "/pilots/tianjin/evidence/",
        "way": "/pilots/tianjin/indicators/TJ-54/mode",
        "years": "/pilots/tianjin/data/2023..2024/",
        "sign-off": "/pilots/tianjin/data/2024/sign-off",
        "inbox": "/inbox/",
    },
    "coordinator": {
        "pilots": "/",
        "all-doubts": "/pilots/huangpu/",
        "queue": "/reviews/",
        "paper": "/pilots/tianjin/data/2024/paper",
        "todo-coordinator": "/todo",
        "inbox-coordinator": "/inbox/",
        "account-coordinator": "/account/",
        "covers": "/covers/",
    },
    "expert": {"todo-expert": "/todo", "inbox-empty": "/inbox/"},
    "administrator": {"todo-administrator": "/todo"},
}


@pytest.fixture(scope="module")
def demo(ground, django_db_blocker, tmp_path_factory) -> Iterator[LivePortal]:
    """One web server on the demo data for all tests of this file: they only read."""
    with django_db_blocker.unblock(), ground.own(template="demo") as url:
        yield from live(ground, database_url=url, folder=tmp_path_factory.mktemp("look"), only=("web",))


def sign_in(window: Window, username: str) -> None:
    """Sign in by the form with the demo password."""
    window.open("/account/login/")
    window.page.fill("input[name=login]", username)
    window.page.fill("input[name=password]", DEMO_PASSWORD)
    window.page.click("main button[type=submit]")
    window.page.wait_for_url(lambda url: "/account/login" not in url)


@pytest.mark.parametrize("chosen", [("zh", "light"), ("en", "dark")], ids="-".join)
def test_every_page_is_fit_for_use(chromium, demo, shots, chosen):
    language, scheme = chosen
    for username, pages in PAGES.items():
        window = Window(chromium, demo.url, shots, language)
        window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if username:
            sign_in(window, username)
        for name, address in pages.items():
            assert window.open(address) == (404 if name == "nowhere" else 200), address
            window.judge(f"{name}-{language}-{scheme}")
        window.context.close()
        assert window.trouble == []


def test_the_shell_works_by_keyboard_and_without_script(chromium, demo, shots):
    window = Window(chromium, demo.url, shots, "en")
    window.open("/pilots/tianjin/matrix")
    page = window.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator(".matrix td a").first.focus()
    before = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('table') !== null")
    assert page.evaluate("document.activeElement.getAttribute('href')") != before
    page.keyboard.press("Enter")
    page.wait_for_url("**cell=**")
    page.click("[data-fold]")
    assert page.evaluate("document.documentElement.dataset.nav") == "folded"
    window.open("/help/")
    assert page.evaluate("document.documentElement.dataset.nav") == "folded"
    assert window.trouble == []
    window.context.close()


def test_a_phone_without_script_reaches_every_place(chromium, demo):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(demo.url + "/help/")
    assert not page.locator("#navigation").is_visible()
    page.get_by_role("link", name="More").click()
    assert page.locator("#navigation").is_visible()
    page.locator("#navigation").get_by_role("link", name="Indicator catalogue").click()
    assert page.url.endswith("/indicators/")
    page.goto(demo.url + "/help/#navigation")
    page.locator("#navigation").get_by_role("button", name="中文").click()
    assert page.locator("h1").inner_text() == "帮助"
    context.close()
