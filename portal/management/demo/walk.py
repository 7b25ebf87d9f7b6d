"""Walks the demo through the acts: people, targets, calls for data, figures, submissions and reviews."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from indicators import collecting, comments, entry, evidence, periods, review, targets
from indicators.models import Collection, Entry, Submission
from indicators.review import MarkInput
from pilots.models import Door, Pilot, User
from portal.management import papers
from portal.management.demo import turns
from portal.management.demo.figures import SOURCE, Sheet, chance
from reports import orders

CHECKED = "演示：已与主管部门核对。 Demo: checked with the office in charge."
DOOR = Door.COMMAND
LAST = 2024  # the year under way in the demo
TARGET_YEAR, BASELINE_YEAR = 2026, 2020
# How far each pilot has come: the first year with figures, what became of the last one, and how many indicators it has then.
ANSWERED = {"tianjin": 38, "huangpu": 14}
FIRST_YEARS = {"tianjin": 2021, "qujiang": 2022, "huangpu": 2022, "university-town": 2022}
CITED = 4  # so many figures of a pilot name a file
DAYS_LEFT = {"tianjin": 12, "qujiang": 9, "huangpu": 26, "university-town": 6}


@dataclass(frozen=True)
class Team:
    """The demo people who take part for one pilot; in a small team the lead enters the figures too."""

    contributor: User
    lead: User
    coordinator: User


def walk(pilots: dict[str, Pilot], people: dict[str, User], *, say: Callable[[str], object]) -> None:
    """Give every pilot its demo years, one act after the other, as people would."""
    for slug, first in FIRST_YEARS.items():
        lead = people[f"{slug}-lead"]
        team = Team(people.get(f"{slug}-contributor", lead), lead, people["coordinator"])
        sheet = Sheet(pilots[slug])
        aim(sheet, team)
        for year in range(first, LAST):
            verified_year(sheet, team, year)
        last_year(sheet, team)
        turns.turn(sheet.pilot, lead=team.lead, coordinator=team.coordinator)
        say(f"{slug}: demo years {first} to {LAST}")
    print_report(pilots["tianjin"], people["tianjin-lead"])


def print_report(pilot: Pilot, lead: User) -> None:
    """Order the report of the last whole year; the worker prints it once the portal runs."""
    orders.order(pilot=pilot, year=LAST - 1, languages=["zh", "en"], formats=["pdf"], audience="public", by=lead, door=DOOR)


def aim(sheet: Sheet, team: Team) -> None:
    """Set a baseline and a target where the demo has one and no source gives one."""
    for series, trend in sheet.aims():
        targets.set_baseline(
            series=series,
            year=BASELINE_YEAR,
            value=sheet.fit(series, trend.first - trend.step),
            source=SOURCE,
            by=team.coordinator,
            door=DOOR,
        )
        targets.set_target(
            series=series,
            operator="≤" if trend.step < 0 else "≥",
            value=sheet.fit(series, trend.target),
            year=TARGET_YEAR,
            text_zh="演示目标",
            text_en="Demo target",
            source=SOURCE,
            by=team.coordinator,
            door=DOOR,
        )


def verified_year(sheet: Sheet, team: Team, year: int) -> None:
    """Call for a past year, enter it, submit it and verify it."""
    collection = call(sheet, team, year, opens=date(year + 1, 1, 8), due=date(year + 1, 3, 31))
    enter(sheet, team, collection)
    submission = offer(collection, team)
    review.verify(
        submission=review.begin(submission=submission, by=team.coordinator, door=DOOR),
        assessment=Submission.Assessment.GOOD,
        comment="演示审核。 Demo review.",
        accept_rest=True,
        by=team.coordinator,
        door=DOOR,
    )


def last_year(sheet: Sheet, team: Team) -> None:
    """The year under way: partly entered, or submitted, or sent back."""
    today = timezone.localdate()
    slug = sheet.pilot.slug
    collection = call(sheet, team, LAST, opens=today - timedelta(days=30), due=today + timedelta(days=DAYS_LEFT[slug]))
    if slug in ANSWERED:
        enter(sheet, team, collection, chosen=some(sheet, ANSWERED[slug]))
        cite(sheet, team, collection)
        return
    enter(sheet, team, collection)
    submission = offer(collection, team)
    if slug == "university-town":
        send_back(submission, team, due=today + timedelta(days=DAYS_LEFT[slug]))


def cite(sheet: Sheet, team: Team, collection: Collection) -> None:
    """Show what evidence looks like: a page of an invented yearbook and a screenshot, cited by some figures, and a word about one."""
    pilot, period = sheet.pilot, collection.period
    typed = Entry.objects.filter(pilot=pilot, computed=False, value__isnull=False).within(period).select_related("series__unit")
    figures = list(typed.order_by("series__order", "start")[:CITED])
    lines = [f"{entry.series.name_zh or entry.series.definition.name_zh}　{entry.value:f}".rstrip("0").rstrip(".") for entry in figures]
    yearbook = papers.pdf(f"演示统计年鉴 {LAST} 第 12 页 demo yearbook", [f"{pilot.name_zh} {LAST}", *lines])
    shot = papers.png(f"演示截图 {LAST} demo screenshot", lines[-1:])
    for brought, cited in ((yearbook, figures[:-1]), (shot, figures[-1:])):
        kept = evidence.put(pilot=pilot, brought=brought, by=team.contributor, door=DOOR).evidence
        for figure in cited:
            where = {"series": figure.series, "period": figure.period, "page": "12", "quote": papers.INVENTED}
            evidence.cite(evidence=kept, **where, by=team.contributor, door=DOOR)
    first = {"series": figures[0].series, "period": figures[0].period}
    comments.write(**first, text="演示：口径与去年是否一致？ Demo: is the boundary the same as last year?", by=team.lead, door=DOOR)


def call(sheet: Sheet, team: Team, year: int, *, opens: date, due: date) -> Collection:
    """Open the call for a year's data."""
    return collecting.open_collection(pilot=sheet.pilot, period=periods.of_year(year), opens=opens, due=due, by=team.coordinator, door=DOOR)


def enter(sheet: Sheet, team: Team, collection: Collection, *, chosen: frozenset[str] | None = None) -> None:
    """Enter the figures of a collection as one batch."""
    items = sheet.items(collection, chosen=chosen)
    entry.record(pilot=sheet.pilot, entries=items, by=team.contributor, door=DOOR).raise_if_refused()


def offer(collection: Collection, team: Team) -> Submission:
    """Answer what the soft rules ask about the figures, and submit the collection."""
    asked = review.check(collection, reader=team.contributor).doubtful
    places = {one.place.pk: one.place for one in asked if one.place}
    items = [entry.Item.of(place, explanation=CHECKED) for place in places.values()]
    entry.record(pilot=collection.pilot, entries=items, by=team.contributor, door=DOOR).raise_if_refused()
    return review.submit(collection=collection, note="演示提交。 Demo submission.", by=team.lead, door=DOOR)


def some(sheet: Sheet, count: int) -> frozenset[str]:
    """So many of a pilot's indicators, the same ones at every load."""
    codes = [series.code for series in sheet.series if series.indicator_id]
    return frozenset(sorted(codes, key=lambda code: chance("answered", code))[:count])


def send_back(submission: Submission, team: Team, *, due: date) -> None:
    """Send the submission back with a mark of each kind."""
    review.send_back(
        submission=submission,
        summary="演示：两处需要修改或说明。 Demo: two figures need a change or a word.",
        due=due,
        marks=[
            MarkInput("UT-13", "must-fix", "演示：用水量是否包含消防用水？请核对。 Demo: does this include fire water? Check it."),
            MarkInput("UT-05", "explain", "演示：累计值比上年增加偏多，请说明。 Demo: the total rose more than usual; say why."),
            MarkInput("UT-24", "note", "演示：明年改用同一问卷。 Demo: use the same questions next year."),
        ],
        by=team.coordinator,
        door=DOOR,
    )
