"""Walks synthetic pilots through the acts: years verified, one that waits or came back, one that is open, a cycle and a report."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from cycles import doing, gates, planning, stages
from cycles.planning import Aim
from indicators import collecting, entry, periods, review, targets
from indicators.models import Collection, Series, Submission
from indicators.review import MarkInput
from pilots.models import Door, Issue, Pilot, Purpose, Role, User
from portal.management.seeding import citing, figures, people, places
from portal.management.seeding.people import LETTERS, Actor
from reports import orders

DOOR = Door.COMMAND
FEWEST_YEARS = 3
TARGET = Decimal(78)  # a little below what the synthetic figures are
SAID = "合成，非真实 · synthetic, not real"


@dataclass(frozen=True)
class Team:
    """Who takes part for a pilot; a pilot without actors has one person who enters and leads."""

    pilot: Pilot
    contributor: User
    lead: User
    coordinator: User
    seed: int


def walk(*, pilots: int, years: int, seed: int) -> tuple[list[Pilot], dict[str, Actor]]:
    """Make so many synthetic pilots with so many years, the last of them the one before this, and return them with the actors."""
    made = places.add(pilots)
    actors = people.add(made, seed)
    last = timezone.localdate().year - 1
    for place, pilot in enumerate(made):
        team = team_of(pilot, place, actors, seed)
        for year in range(last - years + 1, last - 1):
            verify(team, offer(team, year))
        waiting = offer(team, last - 1)
        if place % 2:
            send_back(team, waiting)
        enter(team, call(team, last), part=True)
        turn(team, last - 2, goes_on=bool(place % 2))
        orders.order(pilot=pilot, year=last - 2, languages=["zh", "en"], formats=["pdf"], audience="public", by=team.lead, door=DOOR)
    return made, actors


def team_of(pilot: Pilot, place: int, actors: dict[str, Actor], seed: int) -> Team:
    """The actors of the first three pilots, or one new person for any other."""
    coordinator = actors["coordinator"].user
    if place < len(LETTERS):
        letter = LETTERS[place]
        return Team(pilot, actors[f"{letter}.contributor"].user, actors[f"{letter}.lead"].user, coordinator, seed)
    lead = people.person(f"lead-{pilot.slug.removeprefix(places.PREFIX)}", Role.LEAD, pilot)
    return Team(pilot, lead, lead, coordinator, seed)


def call(team: Team, year: int) -> Collection:
    """Open the call for a year's data, due in thirty days."""
    today = timezone.localdate()
    due = today + timedelta(days=30)
    return collecting.open_collection(pilot=team.pilot, period=periods.of_year(year), opens=today, due=due, by=team.coordinator, door=DOOR)


def enter(team: Team, collection: Collection, *, part: bool = False) -> None:
    """Enter the figures of a collection as one batch, or a part of them."""
    batch = figures.items(collection, seed=team.seed, part=part)
    entry.record(pilot=team.pilot, entries=batch, by=team.contributor, door=DOOR).raise_if_refused()
    # Every open year has evidence; for the others that of the first pilots is enough.
    if part or team.contributor != team.lead:
        citing.cite(collection, by=team.contributor)


def offer(team: Team, year: int) -> Submission:
    """Call for a year, answer every cell and submit."""
    collection = call(team, year)
    enter(team, collection)
    return review.submit(collection=collection, note=SAID, by=team.lead, door=DOOR)


def verify(team: Team, submission: Submission) -> None:
    """Take a submission up and verify it."""
    begun = review.begin(submission=submission, by=team.coordinator, door=DOOR)
    review.verify(submission=begun, assessment=Submission.Assessment.GOOD, comment=SAID, accept_rest=True, by=team.coordinator, door=DOOR)


def send_back(team: Team, submission: Submission) -> None:
    """Send a submission back with one figure to mend."""
    due = timezone.localdate() + timedelta(days=20)
    marks = [MarkInput("SY-07", "must-fix", SAID)]
    review.send_back(submission=submission, summary=SAID, due=due, marks=marks, by=team.coordinator, door=DOOR)


def turn(team: Team, year: int, *, goes_on: bool) -> None:
    """Open a cycle with a policy and an objective; every second one goes on from Plan to Do."""
    first, last = date(year, 1, 1), date(year + 1, 12, 31)
    names = {"name_zh": f"合成周期 {year}", "name_en": f"Synthetic cycle {year}"}
    cycle = stages.open_cycle(pilot=team.pilot, year=year, starts=first, ends=last, **names, scope=SAID, by=team.lead, door=DOOR)
    planning.set_policy(cycle=cycle, title=SAID, version="1", approved_on=first, approved_by=SAID, by=team.lead, door=DOOR)
    series = aimed(team, last.year)
    aim = Aim(
        statement_zh=SAID,
        statement_en=SAID,
        owner=team.lead,
        due=last,
        series=[series],
        purposes=list(Purpose.objects.filter(mappings__indicator=series.indicator)),
        issues=list(Issue.objects.filter(mappings__indicator=series.indicator)),
    )
    objective = planning.add_objective(cycle=cycle, aim=aim, by=team.lead, door=DOOR)
    if not goes_on:
        return
    issues, purposes = Issue.objects.in_bulk(), Purpose.objects.in_bulk()
    cells = [(issues[issue], purposes[purpose]) for issue, purpose in sorted(gates.blind_cells(cycle))]
    planning.justify(cycle=cycle, cells=cells, text=SAID, by=team.lead, door=DOOR)
    stages.advance(cycle=cycle, by=team.coordinator, door=DOOR)
    doing.add_action(objective=objective, title=SAID, owner=team.lead, due=last, by=team.lead, door=DOOR)


def aimed(team: Team, year: int) -> Series:
    """The series that the objective is measured by, with a target."""
    series = Series.objects.get(pilot=team.pilot, code="SY-01")
    goal = {"operator": "≤", "value": TARGET, "year": year, "text_zh": "合成目标", "text_en": "Synthetic target"}
    targets.set_target(series=series, **goal, source=SAID, by=team.coordinator, door=DOOR)
    return series
