"""Reports in the administration: ordered, given out and taken back through the acts."""

import pytest
from django.urls import reverse

from pilots.models import TrailRow
from reports.models import Report
from tests.reports import builders
from tests.visitors import signed_in


def page(report: Report, deed: str = "change") -> str:
    return reverse(f"admin:reports_report_{deed}", args=[report.pk])


def buttons(answer) -> set[str]:
    return {deed.name for deed, _address in answer.context["deeds"]}


def test_report_is_ordered_through_a_form(tianjin, people):
    facts = {"pilot": tianjin.pk, "year": 2024, "languages": ["zh"], "formats": ["pdf"], "audience": "public"}
    answer = signed_in(people.lead).post(reverse("admin:reports_report_add"), facts)
    assert answer["Location"] == page(Report.objects.get())
    assert TrailRow.objects.get(act="orders.order").door == "admin"


@pytest.mark.parametrize(("role", "offered"), [("coordinator", {"publish"}), ("lead", set()), ("auditor", set())])
def test_step_buttons_stand_for_those_who_may(tianjin, people, role, offered):
    report = builders.ready(tianjin, people.lead)
    answer = signed_in(getattr(people, role)).get(page(report))
    assert answer.status_code == 200 and buttons(answer) == offered


def test_coordinator_publishes_and_withdraws(tianjin, people):
    report, client = builders.ready(tianjin, people.lead), signed_in(people.coordinator)
    assert client.post(page(report, "publish")).status_code == 302
    assert client.post(page(report, "withdraw"), {"reason": ""}).status_code == 400
    assert client.post(page(report, "withdraw"), {"reason": "A wrong figure"}).status_code == 302
    assert Report.objects.get().state == "withdrawn"
    assert [row.act for row in client.get(page(report, "history")).context["rows"]][:2] == ["orders.withdraw", "orders.publish"]


def test_lead_of_another_pilot_finds_nothing(tianjin, people):
    report, client = builders.ready(tianjin, people.lead), signed_in(people.stranger)
    assert client.get(page(report)).status_code == 404
    assert client.post(page(report, "cancel")).status_code == 404
    assert not client.get(reverse("admin:reports_report_changelist")).context["cl"].result_count
    assert not client.get(reverse("admin:reports_reportfile_changelist")).context["cl"].result_count
    orderable = client.get(reverse("admin:reports_report_add")).context["adminform"].form.fields["pilot"].queryset
    assert tianjin not in orderable
