"""What waits for whom, on the page and over REST."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from indicators import collecting, review
from pilots import members
from pilots.models import Door, Pilot
from reports import orders
from tests.builders import PAGE, collection, item, person, record, submitted
from tests.programs import Program
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db


def page_of(user) -> str:
    """Return the page without its navigation."""
    return signed_in(user).get("/todo").content.decode().split("<main")[1].split("</main>")[0]


def test_the_card_counts_what_is_done_and_warned_of_and_leads_back_to_the_last_cell(tianjin, people):
    collection(tianjin, people.coordinator, 2029)
    due = timezone.localdate() + timedelta(days=12)
    collecting.extend(collection=collection(tianjin, people.coordinator), due=due, reason="x", by=people.coordinator, door=PAGE)
    record(tianjin, people.contributor, item("TJ-58", "1240", period="2029")).raise_if_refused()
    record(tianjin, people.contributor, item("TJ-59", "8300", period="2030-Q1"), item("TJ-58", "6450")).raise_if_refused()
    page = page_of(people.contributor)
    assert "1 warning " in page
    assert f"closes in 12 days ({due} 24:00 CST)" in page
    assert 'href="/pilots/tianjin/data/2030/#TJ-58@2030"' in page
    assert 'href="/pilots/tianjin/data/2030/"' in page_of(people.lead)
    assert Program(people.contributor).ask("todo").json()["data"][0]["warnings"] == 1


def test_the_day_that_a_review_sets_counts_from_then_on(tianjin, people):
    submission = submitted(collection(tianjin, people.coordinator), people)
    day = timezone.localdate() + timedelta(days=5)
    review.send_back(submission=submission, summary="Once more.", due=day, by=people.coordinator, door=PAGE)
    assert f"closes in 5 days ({day} 24:00 CST)" in page_of(people.contributor)


@pytest.mark.parametrize(
    ("who", "waits"), [("contributor", True), ("lead", True), ("viewer", False), ("coordinator", False), ("stranger", False)]
)
def test_an_open_collection_waits_for_the_pilots_team(tianjin, people, who, waits):
    collection(tianjin, people.coordinator)
    assert ('href="/pilots/tianjin/data/2030/"' in page_of(getattr(people, who))) is waits


def test_only_the_lead_is_offered_to_submit(tianjin, people):
    collection(tianjin, people.coordinator)
    assert "Check and submit" in page_of(people.lead)
    assert "Check and submit" not in page_of(people.contributor)


def test_the_nearest_day_stands_first(tianjin, people):
    collection(tianjin, people.coordinator, 2031, due=date(2032, 5, 1))
    collection(tianjin, people.coordinator, 2030, due=date(2032, 4, 1))
    page = page_of(people.contributor)
    assert page.index("/data/2030/") < page.index("/data/2031/")


def test_a_submission_waits_for_the_coordinator_and_then_for_nobody(tianjin, people):
    submission = submitted(collection(tianjin, people.coordinator), people)
    assert f'href="/reviews/{submission.pk}/"' in page_of(people.coordinator)
    assert "Nothing waits for you" in page_of(people.contributor)
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
    assert "Nothing waits for you" in page_of(people.coordinator)


def test_what_was_sent_back_waits_for_the_team_again(tianjin, people):
    submission = submitted(collection(tianjin, people.coordinator), people)
    review.send_back(submission=submission, summary="Once more.", by=people.coordinator, door=PAGE)
    assert "Sent back" in page_of(people.contributor)


def test_a_report_on_its_way_is_shown_to_whoever_ordered_it(tianjin, people):
    orders.order(pilot=tianjin, year=2030, languages=["zh"], formats=["pdf"], audience="public", by=people.lead, door=PAGE)
    assert "Reports on their way" in page_of(people.lead)
    assert "Reports on their way" not in page_of(people.contributor)


def test_a_program_is_told_the_same_as_its_person(tianjin, people):
    submission = submitted(collection(tianjin, people.coordinator, 2030), people)
    collection(tianjin, people.coordinator, 2031, due=date(2032, 4, 1))
    report = orders.order(pilot=tianjin, year=2030, languages=["zh"], formats=["pdf"], audience="public", by=people.lead, door=PAGE)
    enter, made = Program(people.lead).ask("todo").json()["data"]
    assert (enter["kind"], enter["pilot"], enter["period"], enter["state"], enter["due"]) == (
        "enter",
        "tianjin",
        "2031",
        "open",
        "2032-04-01",
    )
    assert (enter["done"], enter["total"] > 0) == (0, True)
    assert (made["kind"], made["period"], made["url"]) == ("report", "2030", f"http://testserver/api/v1/reports/{report.pk}")
    (review_row,) = Program(people.coordinator).ask("todo").json()["data"]
    assert (review_row["kind"], review_row["state"], review_row["done"]) == ("review", "submitted", None)
    assert Program(people.coordinator).ask(review_row["url"]).json()["id"] == submission.pk
    assert Program(people.stranger).ask("todo").json() == {"data": [], "next": None}


def test_a_token_for_another_pilot_is_told_nothing_of_this_one(tianjin, people):
    collection(tianjin, people.coordinator)
    both = person("both", "lead", tianjin)
    members.grant(user=both, role="lead", pilot=Pilot.objects.get(slug="qujiang"), by=None, door=Door.COMMAND)
    both = type(both).objects.get(pk=both.pk)
    assert Program(both).ask("todo").json()["data"]
    assert Program(both, pilot=Pilot.objects.get(slug="qujiang")).ask("todo").json()["data"] == []
