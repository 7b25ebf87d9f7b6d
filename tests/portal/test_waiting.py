"""What waits for each role: answers to what came back, comments, imports, proposals, late pilots and what is out of order."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from indicators import collecting, comments, periods, review, targets
from indicators.models import Collection, Import, Submission
from indicators.review import MarkInput
from pilots import members, outbox
from pilots.models import Notice, OutboxRow
from portal import waiting
from tests.builders import PAGE, collection, submitted
from tests.cycles import builders as cycles
from tests.programs import Program
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
MARKS = [
    MarkInput(series="TJ-58", kind="must-fix", text="Look again"),
    MarkInput(series="TJ-54", kind="explain", text="Why?"),
    MarkInput(series="TJ-53", kind="note", text="Fine"),
]


def page_of(user, language="en") -> str:
    """Return the page without its navigation."""
    return signed_in(user, language=language).get("/todo").content.decode().split("<main")[1].split("</main>")[0]


def day(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def sent(tianjin, people):
    return submitted(collection(tianjin, people.coordinator), people)


def test_what_came_back_says_how_many_changes_are_asked_for_by_when(sent, people):
    review.send_back(submission=sent, summary="Two <b>places</b>", due=day(9), marks=MARKS, by=people.coordinator, door=PAGE)
    page = page_of(people.contributor)
    assert f"Sent back: 2 changes are asked for by {day(9)}." in page
    assert "Two &lt;b&gt;places&lt;/b&gt;" in page
    assert f"已退回：请在 {day(9)} 前完成 2 处修改。" in page_of(people.contributor, "zh-hans")


def test_what_came_back_is_late_by_the_day_of_the_answer(sent, people):
    review.send_back(submission=sent, summary="Again", due=day(3), by=people.coordinator, door=PAGE)
    Submission.objects.filter(pk=sent.pk).update(due=day(-4))
    assert f"4 days over ({day(-4)})" in page_of(people.contributor)
    (late,) = waiting.late_for(people.coordinator)
    assert (late.collection, late.days, late.returned) == (sent.collection, 4, True)
    page = page_of(people.coordinator)
    assert "1 overdue call for data" in page and "Sent back, the changes are not in" in page
    assert waiting.late_for(people.lead) == waiting.late_for(people.expert) == []


def test_calls_that_nobody_answered_in_time_stand_with_the_coordinator_the_latest_first(tianjin, people):
    for year, days in ((2030, -3), (2031, -20), (2032, 4)):
        call = collection(tianjin, people.coordinator, year)
        Collection.objects.filter(pk=call.pk).update(opens=day(-60), due=day(days))
    assert [one.days for one in waiting.late_for(people.coordinator)] == [20, 3]


def test_waiting_days_are_shown_and_call_for_attention_after_five_and_ten(sent, people):
    for days, tone in ((5, ""), (6, "warning"), (10, "warning"), (11, "error")):
        Submission.objects.filter(pk=sent.pk).update(submitted_at=timezone.now() - timedelta(days=days))
        (one,) = waiting.reviews_for(people.coordinator)
        assert (one.days, one.tone) == (days, tone)
    assert "11 days waiting" in page_of(people.coordinator)
    assert "已等待 11 天" in page_of(people.coordinator, "zh-hans")


def test_whoever_covers_sees_the_reviews_of_the_absent_marked(sent, people):
    Submission.objects.filter(pk=sent.pk).update(reviewer=people.coordinator)
    assert "covering for" not in page_of(people.second)
    members.cover(coordinator=people.coordinator, cover=people.second, first_day=day(0), last_day=day(3), by=people.second, door=PAGE)
    page = page_of(people.second)
    assert f"You cover for {people.coordinator} until {day(3)}." in page
    assert f"covering for {people.coordinator}" in page
    assert "covering for" not in page_of(people.coordinator)


def test_an_expert_reads_along_and_an_auditor_does_not(sent, people):
    assert "1 submission under review" in page_of(people.expert)
    assert "Nothing waits for you" in page_of(people.auditor)


def say(series, by):
    return comments.write(series=series, period=periods.of_year(2030), text="Why is it less?", by=by, door=PAGE)


def test_a_comment_waits_for_whom_it_concerns_until_it_is_answered_or_settled(sent, people, tianjin):
    series = tianjin.series.get(code="TJ-54")
    say(series, people.coordinator)
    assert [one.cell for one in waiting.threads_for(people.lead)] == ["TJ-54@2030"]
    assert "/pilots/tianjin/data/2030/cells/TJ-54@2030/" in page_of(people.contributor), "who wrote the figure"
    for nobody in (people.viewer, people.stranger, people.expert, people.second, people.coordinator):
        assert waiting.threads_for(nobody) == []
    say(series, people.contributor)
    assert waiting.threads_for(people.contributor) == []
    assert len(waiting.threads_for(people.coordinator)) == 1, "who asked has the answer"
    comments.resolve(series=series, period=periods.of_year(2030), by=people.lead, door=PAGE)
    assert waiting.threads_for(people.coordinator) == waiting.threads_for(people.contributor) == []


def test_an_import_that_was_read_waits_for_whoever_brought_it(tianjin, people):
    file = {"sha256": "a" * 64, "size": 1, "name": "表.xlsx", "kind": "xlsx", "door": PAGE}
    made = Import.objects.create(
        pilot=tianjin, start=periods.of_year(2030).start, state="ready", brought_by=people.contributor, brought_at=timezone.now(), **file
    )
    assert f"/data/2030/import/{made.pk}" in page_of(people.contributor)
    assert waiting.imports_for(people.lead) == []


def test_a_proposed_target_waits_for_the_coordinator_and_is_named_to_its_lead(tianjin, people):
    series = cycles.measurable(tianjin)
    target = targets.set_target(series=series, operator="≥", value=Decimal("3.00"), year=2035, by=people.lead, door=PAGE)
    assert f"/admin/indicators/target/{target.pk}/" in page_of(people.coordinator)
    assert "1 of your targets waits for the coordinator" in page_of(people.lead)
    assert "≥ 3" in page_of(people.lead)
    targets.approve_target(target=target, by=people.coordinator, door=PAGE)
    assert waiting.targets_for(people.coordinator) == waiting.proposals_for(people.lead) == []


def test_an_administrator_is_told_of_jobs_that_were_given_up(people):
    row = outbox.put("reports.build", key="one", payload={})
    OutboxRow.objects.filter(pk=row.pk).update(attempts=outbox.ATTEMPTS)
    assert "1 job failed too often and was given up" in page_of(people.administrator)
    assert "failed too often" not in page_of(people.coordinator)


def test_a_program_is_told_of_everything_that_waits(sent, people, tianjin):
    say(tianjin.series.get(code="TJ-54"), people.coordinator)
    late = collecting.open_collection(pilot=tianjin, period=periods.of_year(2029), due=day(1), by=people.coordinator, door=PAGE)
    Collection.objects.filter(pk=late.pk).update(opens=day(-9), due=day(-2))
    targets.set_target(series=cycles.measurable(tianjin), operator="≥", value=Decimal(2), year=2035, by=people.lead, door=PAGE)
    rows = Program(people.coordinator).ask("todo").json()["data"]
    assert [row["kind"] for row in rows] == ["review", "late", "approve"]
    assert rows[1]["due"] == str(day(-2))
    rows = Program(people.lead).ask("todo").json()["data"]
    assert [row["kind"] for row in rows] == ["enter", "answer"]
    assert rows[1]["url"] == "http://testserver/pilots/tianjin/data/2030/cells/TJ-54@2030/"


def test_a_request_to_unlock_waits_for_the_coordinator_until_it_is_answered(sent, people):
    review.send_back(submission=sent, summary="Again", due=day(9), marks=MARKS[:1], by=people.coordinator, door=PAGE)
    request = review.ask_to_unlock(submission=sent, code="TJ-53", reason="A slip", by=people.contributor, door=PAGE)
    page = page_of(people.coordinator)
    assert "1 request to unlock a figure" in page and "A slip" in page
    assert Program(people.coordinator).ask("todo").json()["data"][0]["kind"] == "unlock"
    assert waiting.unlocks_for(people.lead) == waiting.unlocks_for(people.expert) == []
    assert Notice.objects.filter(kind="unlock-asked").get().person == people.coordinator, "who sent it back"
    review.grant(request=request, by=people.coordinator, door=PAGE)
    assert waiting.unlocks_for(people.coordinator) == []
    assert set(Notice.objects.filter(kind="unlock-granted").values_list("person", flat=True)) == {people.lead.pk, people.contributor.pk}


def test_whom_a_submission_is_assigned_to_is_told_and_nobody_else(sent, people):
    review.assign(submissions=[sent], reviewer=people.second, by=people.coordinator, door=PAGE)
    assert Notice.objects.get(kind="assigned").person == people.second
