"""The entry page as a spreadsheet: pasted blocks, figures that follow at once, warnings, filters, and colleagues at work."""

import random
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from playwright.sync_api import expect

from indicators import formulas, numbers
from indicators.figures import format_figure
from indicators.formulas import Part
from indicators.models import Entry
from pilots.models import Pilot
from tests import builders
from tests.browser.sheets import ADDRESS, SheetWindow
from tests.builders import collection, item, record, standing

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
RATIO = """async (cases) => {
    const exact = await import("/static/indicators/entry/exact.js");
    return cases.map(([top, bottom, how]) => exact.ratio(exact.read(top), exact.read(bottom), how)?.text ?? null);
}"""


@pytest.fixture
def tianjin(live_portal):
    return Pilot.objects.get(slug="tianjin")


@pytest.fixture
def call(tianjin, team):
    return collection(tianjin, team.coordinator)


def sheet(window, user, language="en") -> SheetWindow:
    return SheetWindow(window(user, language=language))


def codes_from(one: SheetWindow, code: str, count: int) -> list[str]:
    """The codes of so many cells that can be filled, from one on."""
    names = one.page.eval_on_selector_all("input.value", "boxes => boxes.filter(box => box.offsetParent).map(box => box.name)")
    codes = [name.partition("@")[0] for name in names]
    return codes[codes.index(code) :][:count]


@LANGUAGES
def test_a_column_of_a_spreadsheet_is_pasted_shown_first_and_saved_as_one(window, team, tianjin, call, language):
    record(tianjin, team.lead, item("plans_adopted", "19"))
    one = sheet(window, team.contributor, language)
    codes = codes_from(one, "plans_with_participation", 14)
    texts = ["15", "20", *(str(100 + number) for number in range(11)), "n/a"]
    one.paste("plans_with_participation", "".join(f"{text}\r\n" for text in texts))
    bar = one.page.locator("#paste")
    expect(bar.locator("[data-apply]")).to_be_visible()
    said = bar.locator("[data-said]").inner_text()
    numbers_said = [int(found) for found in re.findall(r"\d+", said)]
    assert numbers_said[0] == 14
    assert numbers_said[2] == 1
    assert sum(numbers_said[1:]) == 14
    assert "n/a" in bar.locator("[data-refused]").inner_text()
    assert Entry.objects.filter(computed=False).count() == 1
    one.window.judge(f"entry-paste-{language}")
    bar.locator("[data-apply]").click()
    one.settle()
    saved = Entry.objects.filter(computed=False, written_by=team.contributor)
    assert saved.count() == numbers_said[1] + 1
    assert (standing(tianjin, codes[0]).value, standing(tianjin, codes[1]).value) == (15, 20)
    assert saved.values("written_at").distinct().count() == 1
    one.page.click("#undo")
    one.settle()
    assert [standing(tianjin, codes[0]).value, standing(tianjin, codes[1]).value] == [None, 19]


def test_a_row_of_a_spreadsheet_can_be_filled_down(window, team, tianjin, call):
    one = sheet(window, team.contributor)
    one.paste("plans_with_participation", "15\t20\t\n")
    one.page.locator("#paste [data-turn]").click()
    expect(one.page.locator("#paste [data-said]")).to_contain_text("Paste 2 values")
    one.page.locator("#paste [data-apply]").click()
    one.settle()
    assert (standing(tianjin, "plans_with_participation").value, standing(tianjin, "plans_adopted").value) == (15, 20)


BLOCK = """编号\t名称\t2029\t2030\t排名
plans_adopted\t通过的规划\t18\t20\t1
合计\t\t9\t9\t
ＴＪ-58\t\t1\t17.4\t2
tj-60\t\t5\t\t3
plans_with_participation\t\t9\t15\t4
"""


def test_a_table_with_codes_is_laid_by_them_and_by_the_year_in_its_head(window, team, tianjin, call):
    one = sheet(window, team.contributor)
    one.paste("city_population", BLOCK)
    bar = one.page.locator("#paste")
    expect(bar.locator("[data-said]")).to_have_text(
        "Paste 3 values · 3 new · 0 changed · 1 without a cell · placed by code or name, figures from column 4"
    )
    bar.locator("[data-apply]").click()
    one.settle()
    saved = {entry.series.code: entry.value for entry in Entry.objects.filter(computed=False).select_related("series")}
    assert saved == {"plans_adopted": 20, "plans_with_participation": 15, "TJ-58": Decimal("17.4")}


def test_a_figure_that_follows_is_there_at_once_and_confirmed_by_the_server(window, team, tianjin, call):
    record(tianjin, team.lead, item("plans_adopted", "20"))
    one = sheet(window, team.contributor)
    one.box("plans_with_participation").focus()
    one.page.keyboard.type("15")
    expect(one.figure("TJ-54")).to_have_text("75.0")
    expect(one.figure("TJ-54")).to_have_class(re.compile("provisional"))
    expect(one.page.locator(".focus-line .equation")).to_contain_text("15 ÷ 20 × 100 = 75.0")
    assert standing(tianjin, "plans_with_participation") is None
    one.page.keyboard.press("Escape")
    expect(one.figure("TJ-54")).to_have_text("")
    one.write("plans_with_participation", "15")
    one.settle()
    expect(one.figure("TJ-54")).not_to_have_class(re.compile("provisional"))
    expect(one.figure("TJ-54")).to_have_text("75.0")
    one.box("city_population").focus()
    expect(one.page.locator(".focus-line summary")).to_contain_text(re.compile(r"changes \d\d figures"))


def test_the_browser_divides_like_the_server_to_the_last_digit(window, team):
    draw = random.Random(37101)
    cases, expected = [], []
    for _ in range(400):
        top, bottom = (Decimal(draw.randint(0, 10**12)).scaleb(-draw.randint(0, 6)) for _ in range(2))
        signs = draw.choice("=≥≤>≈"), draw.choice("=≥≤>≈")
        multiplier, decimals = Decimal(draw.choice(["1", "100", "1000", "100000", "0.5"])), draw.randint(0, 4)
        factors = [Fraction(draw.choice([1, 1, 1000, 10**4, 3]), draw.choice([1, 1, 1000, 7])) for _ in range(2)]
        parts = [Part(value, sign) for value, sign in zip((top, bottom), signs, strict=True)]
        found = formulas.divide(*parts, multiplier=multiplier, top=Fraction(top) * factors[0], bottom=Fraction(bottom) * factors[1])
        written = [f"{'' if sign == '=' else sign}{numbers.plain(value)}" for value, sign in zip((top, bottom), signs, strict=True)]
        how = {
            "topFactor": f"{factors[0].numerator}/{factors[0].denominator}",
            "multiplier": numbers.plain(multiplier),
            "decimals": str(decimals),
        }
        cases.append([*written, {**how, "bottomFactor": f"{factors[1].numerator}/{factors[1].denominator}"}])
        text = None if found.value is None else format_figure(found.value, decimals=decimals, language="en", qualifier=found.qualifier)
        expected.append(text)
    one = window()
    one.open("/help/")
    assert one.page.evaluate(RATIO, cases) == expected


@LANGUAGES
def test_an_unusual_figure_is_saved_with_a_warning_that_an_explanation_clears(window, team, tianjin, call, language):
    collection(tianjin, team.coordinator, 2029)
    record(tianjin, team.lead, item("plans_adopted", "20", period="2029"))
    one = sheet(window, team.contributor, language)
    one.write("plans_adopted", "200")
    one.settle()
    expect(one.status("plans_adopted")).to_contain_text("Check this figure" if language == "en" else "请核对")
    one.window.judge(f"entry-warning-{language}")
    one.below("plans_adopted").locator("textarea").fill("新区并入后规划数大幅增加，见批复文件")
    one.page.keyboard.press("Tab")
    one.settle()
    expect(one.status("plans_adopted")).to_contain_text("Explained" if language == "en" else "已说明")
    kept = standing(tianjin, "plans_adopted")
    assert (kept.value, kept.version, kept.explanation) == (200, 2, "新区并入后规划数大幅增加，见批复文件")


def test_filters_leave_what_is_looked_for_and_stay_in_the_address(window, team, tianjin, call):
    record(tianjin, team.lead, item("TJ-58", "12"))
    one = sheet(window, team.contributor)
    rows = one.page.locator("tr.row:visible")
    everything = rows.count()
    one.page.fill("#filter-q", "tj-54")
    expect(rows).to_have_count(3)
    assert "q=tj-54" in one.page.url
    one.page.reload()
    expect(rows).to_have_count(3)
    one.page.click("#filter-clear")
    expect(rows).to_have_count(everything)
    one.page.click("[data-filter=missing]")
    expect(one.box("TJ-58")).to_be_hidden()
    expect(one.box("plans_adopted")).to_be_visible()


def test_colleagues_at_work_are_seen_beside_their_issue(window, team, call):
    first, second = sheet(window, team.contributor), sheet(window, team.lead)
    first.box("plans_adopted").focus()
    expect(first.page.locator("[data-here] i")).to_have_count(0)
    second.box("TJ-58").focus()
    expect(second.page.locator("[data-here] i")).to_have_attribute("title", "a contributor", timeout=25_000)


def test_what_is_answered_is_counted_as_it_is_saved(window, team, tianjin, call):
    one = sheet(window, team.contributor)
    required = one.page.locator("#meters .progress b").first
    before = one.page.locator("#meters").inner_text()
    one.write("plans_with_participation", "15")
    one.write("plans_adopted", "20")
    one.settle()
    assert one.page.locator("#meters").inner_text() != before
    counted = one.page.locator("#meters").inner_text()
    one.window.open(ADDRESS)
    expect(required).to_be_visible()
    assert one.page.locator("#meters").inner_text() == counted
    assert builders.standing(tianjin, "TJ-54").value == 75
