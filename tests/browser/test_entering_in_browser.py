"""A team fills its year in a real browser: by keyboard, without a network, signed out and in again, two at one cell."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from indicators.models import Entry
from pilots.models import Pilot, TrailRow
from tests import builders
from tests.browser.sheets import ADDRESS, SheetWindow
from tests.builders import collection, item, record, standing

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture
def tianjin(live_portal):
    return Pilot.objects.get(slug="tianjin")


@pytest.fixture
def call(tianjin, team):
    return collection(tianjin, team.coordinator)


def sheet(window, user, language="en") -> SheetWindow:
    return SheetWindow(window(user, language=language))


def test_keys_alone_fill_a_year(window, team, tianjin, call):
    one = sheet(window, team.contributor, "zh")
    keys = one.page.keyboard
    one.box("plans_with_participation").focus()
    keys.type("１５")
    keys.press("Enter")
    assert one.page.evaluate("document.activeElement.name") == "plans_adopted@2030.value"
    keys.type("20")
    keys.press("Tab")
    one.settle()
    expect(one.figure("TJ-54")).to_have_text("75.0")
    expect(one.box("plans_with_participation")).to_have_value("15")
    keys.press("Shift+Tab")
    keys.press("ArrowUp")
    assert one.page.evaluate("document.activeElement.name") == "plans_with_participation@2030.value"
    keys.type("99")
    keys.press("Escape")
    expect(one.box("plans_with_participation")).to_have_value("15")
    assert one.kept() == {}
    assert (standing(tianjin, "plans_with_participation").value, standing(tianjin, "plans_adopted").value) == (15, 20)


def test_a_word_half_composed_is_left_alone(window, team, call):
    one = sheet(window, team.contributor, "zh")
    one.box("plans_with_participation").focus()
    composing = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true})"
    one.page.evaluate(f"document.activeElement.dispatchEvent({composing})")
    assert one.page.evaluate("document.activeElement.name") == "plans_with_participation@2030.value"


def test_a_figure_is_saved_two_seconds_after_the_last_letter(window, team, tianjin, call):
    one = sheet(window, team.contributor)
    one.box("TJ-58").focus()
    one.page.keyboard.type("17.4")
    one.settle()
    assert standing(tianjin, "TJ-58").value == builders.Decimal("17.4")
    assert one.page.evaluate("document.activeElement.name") == "TJ-58@2030.value"


@LANGUAGES
def test_a_refused_figure_stays_in_its_cell_through_a_reload(window, team, tianjin, call, language):
    one = sheet(window, team.contributor, language)
    one.write("TJ-58", "12 apples")
    expect(one.below("TJ-58")).to_contain_text("apples")
    expect(one.box("TJ-58")).to_have_attribute("aria-invalid", "true")
    one.window.judge(f"entry-refused-{language}")
    one.page.reload()
    expect(one.box("TJ-58")).to_have_value("12 apples")
    expect(one.below("TJ-58")).to_contain_text("apples")
    one.write("TJ-58", "12")
    one.settle()
    assert (standing(tianjin, "TJ-58").value, one.kept()) == (12, {})


def test_what_was_typed_outlives_the_window(window, team, tianjin, call):
    one = sheet(window, team.contributor)
    one.window.context.set_offline(True)
    one.write("TJ-58", "42")
    expect(one.status("TJ-58")).to_contain_text("Waiting")
    one.page.route("**/data/2030/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    one.window.context.set_offline(False)
    one.page.reload()
    expect(one.box("TJ-58")).to_have_value("42")
    assert standing(tianjin, "TJ-58") is None
    one.page.unroute_all()
    one.page.click("#save-again")
    one.settle()
    assert standing(tianjin, "TJ-58").value == 42


@LANGUAGES
def test_two_people_in_one_cell_see_both_figures_and_lose_none(window, team, tianjin, call, language):
    first, second = sheet(window, team.contributor, language), sheet(window, team.lead, language)
    first.write("TJ-58", "17.4")
    first.settle()
    second.write("TJ-58", "17.7")
    said = second.page.locator("#conflict [data-said]")
    expect(said).to_be_visible()
    for text in ("a contributor", "17.4", "17.7"):
        expect(said).to_contain_text(text)
    expect(second.box("TJ-58")).to_have_value("17.7")
    second.window.judge(f"entry-conflict-{language}")
    second.page.reload()
    expect(second.box("TJ-58")).to_have_value("17.7")
    second.page.click("#conflict [data-mine]")
    second.settle()
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "TJ-58").version) == (builders.Decimal("17.7"), 2)
    first.write("TJ-58", "18")
    expect(first.page.locator("#conflict")).to_be_visible()
    first.page.locator("#conflict [data-theirs]").click()
    expect(first.box("TJ-58")).to_have_value("17.7")
    assert (first.kept(), standing(tianjin, "TJ-58").version) == ({}, 2)


def test_a_conflict_takes_no_key_from_somebody_who_types_on(window, team, tianjin, call):
    one = sheet(window, team.contributor)
    record(tianjin, team.lead, item("plans_with_participation", "14"))
    one.write("plans_with_participation", "15")
    one.page.keyboard.type("2")
    expect(one.page.locator("#conflict")).to_be_visible()
    one.page.keyboard.type("0")
    one.page.keyboard.press("Enter")
    expect(one.box("plans_adopted")).to_have_value("20")
    expect(one.box("plans_with_participation")).to_have_value("15")


def sign_out_everywhere() -> None:
    """Let every session run out."""
    Session.objects.all().delete()


@LANGUAGES
def test_who_was_signed_out_signs_in_on_the_page_and_nothing_is_lost(window, team, tianjin, call, language):
    one = sheet(window, team.contributor, language)
    sign_out_everywhere()
    one.write("TJ-58", "42")
    banner = one.page.locator("#signed-out")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text(re.compile("1 "))
    one.write("plans_adopted", "20")
    one.window.judge(f"entry-signed-out-{language}")
    banner.get_by_role("button").click()
    dialog = one.page.locator("#sign-in")
    dialog.locator("[name=login]").fill(team.contributor.username)
    dialog.locator("[name=password]").fill("not the password")
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator("[role=alert]")).to_be_visible()
    one.window.judge(f"entry-sign-in-{language}")
    dialog.locator("[name=login]").fill(team.contributor.username)
    dialog.locator("[name=password]").fill(builders.PASSWORD)
    dialog.locator("button[type=submit]").click()
    one.settle()
    expect(banner).to_be_hidden()
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "plans_adopted").value, one.kept()) == (42, 20, {})


def test_another_person_on_the_same_computer_never_sends_what_the_first_one_typed(window, team, tianjin, call):
    one = sheet(window, team.contributor)
    sign_out_everywhere()
    one.write("TJ-58", "42")
    one.page.locator("#signed-out button").click()
    dialog = one.page.locator("#sign-in")
    dialog.locator("[name=login]").fill(team.lead.username)
    dialog.locator("[name=password]").fill(builders.PASSWORD)
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_contain_text("Somebody else is signed in")
    one.page.goto(one.window.url + ADDRESS)
    expect(one.box("TJ-58")).to_have_value("")
    one.write("plans_adopted", "20")
    one.settle()
    assert standing(tianjin, "TJ-58") is None
    assert list(one.kept()) == ["TJ-58@2030"]
    one.window.context.clear_cookies()
    one.window.sign_in(team.contributor)
    one.window.open(ADDRESS)
    one.settle()
    assert standing(tianjin, "TJ-58").written_by == team.contributor


def test_the_last_saves_are_taken_back_one_by_one_unless_somebody_changed_the_cell_since(window, team, tianjin, call):
    one = sheet(window, team.contributor)
    one.write("TJ-58", "17.4")
    one.settle()
    one.write("plans_adopted", "20")
    one.settle()
    one.write("TJ-58", "18")
    expect(one.page.locator("#undo")).to_have_text("Undo TJ-58")
    one.settle()
    one.page.locator("h1").click()
    one.page.keyboard.press("Control+z")
    expect(one.box("TJ-58")).to_have_value("17.4")
    one.settle()
    record(tianjin, team.lead, item("plans_adopted", "30", version=1))
    expect(one.page.locator("#undo")).to_have_text("Undo plans_adopted")
    one.page.click("#undo")
    expect(one.page.locator("#conflict")).to_be_visible()
    one.page.click("#conflict [data-theirs]")
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "plans_adopted").value) == (builders.Decimal("17.4"), 30)


def test_a_reason_is_chosen_by_keyboard(window, team, tianjin, call):
    one = sheet(window, team.contributor)
    one.box("TJ-58").focus()
    one.page.keyboard.press("Alt+ArrowDown")
    expect(one.page.locator("#status-list")).to_be_focused()
    one.page.select_option("#status-list", "reason:not-collected")
    one.page.keyboard.press("Enter")
    one.settle()
    expect(one.status("TJ-58")).to_contain_text("not collected")
    assert standing(tianjin, "TJ-58").reason == "not-collected"
    one.write("TJ-58", "5")
    one.settle()
    assert (standing(tianjin, "TJ-58").value, standing(tianjin, "TJ-58").reason) == (5, "")


def test_every_acknowledged_save_left_one_row_in_the_trail(window, team, tianjin, call):
    one = sheet(window, team.contributor)
    before = TrailRow.objects.filter(act="entry.record").count()
    for number in range(10):
        one.write("TJ-58", str(number + 1))
        one.settle()
    assert standing(tianjin, "TJ-58").version == 10
    assert TrailRow.objects.filter(act="entry.record").count() - before == 10
    assert Entry.objects.count() == 1
