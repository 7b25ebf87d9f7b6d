"""A lead invites by keyboard, and the invited person comes in by the link."""

from tests import builders


def invited_by(lead) -> str:
    """Invite somebody by keyboard alone, copy the link, and return it."""
    lead.open("/pilots/tianjin/people/")
    lead.judge("team")
    lead.page.locator("#id_name").focus()
    lead.page.keyboard.type("王芳")
    for _field in ("role", "email"):
        lead.page.keyboard.press("Tab")
    lead.page.keyboard.type("wang.fang@city.cn")
    lead.page.keyboard.press("Enter")
    lead.page.wait_for_selector("#link")
    lead.judge("link")
    lead.page.locator("[data-copies=link]").focus()
    lead.page.keyboard.press("Enter")
    lead.page.wait_for_selector("#link-copied:has-text('已复制')")
    return lead.page.input_value("#link")


def join(guest, link: str) -> None:
    """Open the link and make an account by keyboard alone."""
    assert guest.page.goto(link).status == 200
    assert guest.page.url == f"{guest.url}/join/"
    guest.judge("join")
    assert guest.page.input_value("#id_username") == "wang.fang"
    guest.page.locator("#id_password").focus()
    guest.page.keyboard.type(builders.PASSWORD)
    guest.page.keyboard.press("Tab")
    guest.page.keyboard.type(builders.PASSWORD)
    guest.page.keyboard.press("Enter")
    guest.page.wait_for_url(f"{guest.url}/")


def test_somebody_is_invited_and_joins(window, team):
    link = invited_by(window(team.lead))
    guest, late = window(language="en"), window(language="en")
    join(guest, link)
    assert guest.open("/pilots/tianjin/cycles/") == 200
    assert late.page.goto(link).status == 404
    late.judge("nothing")


def test_an_administrator_finds_a_person_and_switches_the_account_off(window, team):
    administrator = window(team.administrator, language="en")
    administrator.open("/people/")
    administrator.judge("everybody")
    administrator.page.fill("#q", "contributor")
    administrator.page.keyboard.press("Enter")
    administrator.page.click("main th a")
    administrator.judge("person")
    administrator.page.fill("#reason", "Left the bureau")
    administrator.page.keyboard.press("Enter")
    administrator.page.wait_for_selector("text=The account is switched off.")
    administrator.judge("person-off")
