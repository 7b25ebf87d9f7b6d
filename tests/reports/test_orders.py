"""Who may order, cancel, publish and withdraw a report, in which state, and what each leaves behind."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from pilots.models import Door, OutboxRow, TrailRow
from reports import orders
from reports.models import Report
from tests.builders import locks_asleep
from tests.reports import builders

PAGE = Door.PAGE


def test_order_writes_the_report_its_job_and_a_trail_row(tianjin, people):
    report = builders.ordered(tianjin, people.lead, languages=["en", "zh", "en"])
    assert (report.code, report.state, report.languages, report.formats) == ("tianjin-2024-1", "ordered", ["zh", "en"], ["pdf"])
    job = OutboxRow.objects.get(task="reports.build")
    assert (job.key, job.payload) == ("tianjin-2024-1", {"report_id": report.pk})
    row = TrailRow.objects.get(act="orders.order")
    assert (row.actor, row.door, row.pilot, row.object_key) == (people.lead, "page", tianjin, report.code)


def test_order_and_its_job_stand_or_fall_together(tianjin, people, monkeypatch):
    def failing(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("reports.orders.trail.leave", failing)
    with pytest.raises(RuntimeError), transaction.atomic():
        builders.ordered(tianjin, people.lead)
    assert not Report.objects.exists() and not OutboxRow.objects.filter(task="reports.build").exists()


@pytest.mark.parametrize("role", ["viewer", "contributor", "stranger", "expert", "administrator", "auditor", "nobody"])
def test_only_lead_and_coordinator_order(tianjin, people, role):
    with pytest.raises(PermissionDenied):
        builders.ordered(tianjin, getattr(people, role))
    assert not Report.objects.exists() and not OutboxRow.objects.filter(task="reports.build").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", 1800),
        ("year", 9999),
        ("languages", []),
        ("languages", ["fr"]),
        ("formats", ["exe"]),
        ("formats", []),
        ("audience", "everybody"),
    ],
)
def test_order_that_makes_no_sense_is_refused_by_field(tianjin, people, field, value):
    with pytest.raises(ValidationError) as refusal:
        builders.ordered(tianjin, people.lead, **{field: value})
    assert list(refusal.value.message_dict) == [field]
    assert not Report.objects.exists()


def test_second_click_gives_the_report_that_waits(tianjin, people):
    first = builders.ordered(tianjin, people.lead)
    assert builders.ordered(tianjin, people.coordinator) == first
    assert OutboxRow.objects.filter(task="reports.build").count() == 1


def test_second_order_on_the_same_data_gives_the_report_that_is_there(tianjin, people):
    builders.figures(tianjin, people)
    first = builders.ready(tianjin, people.lead)
    assert builders.ordered(tianjin, people.coordinator) == first
    orders.publish(report=first, by=people.coordinator, door=PAGE)
    assert builders.ordered(tianjin, people.lead) == first


def test_order_on_changed_data_makes_a_new_report(tianjin, people):
    first = builders.ready(tianjin, people.lead)
    builders.figures(tianjin, people)
    second = builders.ordered(tianjin, people.lead)
    assert (second.number, second.state) == (first.number + 1, "ordered")


@pytest.mark.parametrize("other", [{"languages": ["en"]}, {"audience": "internal"}, {"year": 2023}])
def test_other_order_makes_another_report(tianjin, people, other):
    first = builders.ready(tianjin, people.lead)
    assert builders.ordered(tianjin, people.lead, **other) != first


def test_cancelled_and_failed_reports_do_not_answer_a_new_order(tianjin, people):
    first = builders.ordered(tianjin, people.lead)
    orders.cancel(report=first, by=people.lead, door=PAGE)
    second = builders.ordered(tianjin, people.lead)
    Report.objects.filter(pk=second.pk).update(state="failed", error="interrupted")
    third = builders.ordered(tianjin, people.lead)
    assert [first.number, second.number, third.number] == [1, 2, 3]


def test_cancel_stops_a_report_and_leaves_a_trail_row(tianjin, people):
    report = orders.cancel(report=builders.ordered(tianjin, people.lead), by=people.coordinator, door=PAGE)
    assert report.state == "cancelled"
    row = TrailRow.objects.get(act="orders.cancel")
    assert (row.before, row.after) == ({"state": "ordered"}, {"state": "cancelled"})


def test_publish_and_withdraw_are_the_coordinators(tianjin, people):
    report = builders.ready(tianjin, people.lead)
    for person in (people.lead, people.expert, people.auditor, people.stranger, people.nobody):
        with pytest.raises(PermissionDenied):
            orders.publish(report=report, by=person, door=PAGE)
    report = orders.publish(report=report, by=people.coordinator, door=PAGE)
    assert report.state == "published" and report.published_at
    with pytest.raises(PermissionDenied):
        orders.withdraw(report=report, reason="A wrong figure", by=people.lead, door=PAGE)
    report = orders.withdraw(report=report, reason="A wrong figure", by=people.coordinator, door=PAGE)
    assert (report.state, TrailRow.objects.get(act="orders.withdraw").reason) == ("withdrawn", "A wrong figure")


def test_withdraw_needs_a_reason(tianjin, people):
    report = builders.published(tianjin, people)
    with pytest.raises(ValidationError) as refusal:
        orders.withdraw(report=report, reason="  ", by=people.coordinator, door=PAGE)
    assert list(refusal.value.message_dict) == ["reason"]
    assert Report.objects.get(pk=report.pk).state == "published"


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        ("ordered", {"cancel"}),
        ("building", {"cancel"}),
        ("ready", {"publish"}),
        ("failed", set()),
        ("cancelled", set()),
        ("published", {"withdraw"}),
        ("withdrawn", {"publish"}),
    ],
)
def test_each_state_allows_its_steps_and_refuses_the_others(tianjin, people, state, possible):
    report = builders.ordered(tianjin, people.lead)
    with locks_asleep():
        Report.objects.filter(pk=report.pk).update(state=state, **facts_of(state))
    report.refresh_from_db()
    assert {step.name for step in orders.available(report, people.coordinator)} == possible
    for name in {"cancel", "publish", "withdraw"} - possible:
        more = {"reason": "A wrong figure"} if name == "withdraw" else {}
        with pytest.raises(ValidationError) as refusal:
            getattr(orders, name)(report=report, by=people.coordinator, door=PAGE, **more)
        assert refusal.value.code == "wrong_state"
    assert Report.objects.get(pk=report.pk).state == state


def facts_of(state):
    """What belongs to a report in a state."""
    now = timezone.now()
    composed = {"content": {}, "composed_at": now, "content_sha256": "0" * 64, "ready_at": now}
    given_out = {**composed, "published_at": now}
    return {"ready": composed, "published": given_out, "withdrawn": given_out, "failed": {"error": "interrupted"}}.get(state, {})


def test_internal_report_stays_inside(tianjin, people):
    report = builders.ready(tianjin, people.lead, audience="internal")
    assert orders.available(report, people.coordinator) == []
    with pytest.raises(ValidationError) as refusal:
        orders.publish(report=report, by=people.coordinator, door=PAGE)
    assert refusal.value.code == "internal"


def test_strangers_see_published_public_reports_only(tianjin, people):
    from django.contrib.auth.models import AnonymousUser

    inside = (people.viewer, people.contributor, people.lead, people.coordinator, people.expert, people.auditor)
    outside = (people.stranger, people.administrator, people.nobody, AnonymousUser(), None)
    report = builders.ready(tianjin, people.lead)
    assert all(report in Report.objects.visible_to(person) for person in inside)
    assert not any(Report.objects.visible_to(person).exists() for person in outside)
    orders.publish(report=report, by=people.coordinator, door=PAGE)
    assert all(report in Report.objects.visible_to(person) for person in (*inside, *outside))
    orders.withdraw(report=report, reason="A wrong figure", by=people.coordinator, door=PAGE)
    assert not any(Report.objects.visible_to(person).exists() for person in outside)
