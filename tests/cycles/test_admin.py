"""A cycle is run through the administration: gate lists, step buttons, forms that call the acts."""

import pytest
from django.contrib import admin
from django.urls import reverse

from cycles import checking, improving, planning, stages
from cycles.models import Action, Cycle, Objective
from indicators.models import Series
from pilots.models import TrailRow
from tests.cycles import builders
from tests.cycles.builders import PAGE
from tests.visitors import signed_in as at


def page(thing, deed: str = "change") -> str:
    return reverse(f"admin:cycles_{thing._meta.model_name}_{deed}", args=[thing.pk])


def buttons(answer) -> set[str]:
    return {deed.name for deed, _address in answer.context["deeds"]}


def test_page_of_a_cycle_lists_what_the_gate_lacks_with_links(people, cycle):
    answer = at(people.coordinator).get(page(cycle))
    shown = [(lack.code, address) for _check, lacks in answer.context["gate_lines"] for lack, address in lacks]
    assert ("policy", page(cycle, "policy")) in shown
    assert ("objectives", page(cycle, "objective")) in shown
    assert all(at(people.coordinator).get(address).status_code == 200 for _code, address in shown)


def test_every_lack_leads_to_a_page_that_opens(people, cycle):
    client = at(people.coordinator)
    for reach in (builders.planned, lambda c, p: builders.targeted(c.objectives.get(), p)):
        reach(cycle, people)
        followed(client, cycle)
    stages.advance(cycle=cycle, by=people.coordinator, door=PAGE)
    followed(client, cycle)


def followed(client, cycle) -> None:
    for _check, lacks in client.get(page(cycle)).context["gate_lines"]:
        for _lack, address in lacks:
            assert client.get(address).status_code == 200, address


def test_refused_gate_shows_each_missing_item_and_stays(people, cycle):
    answer = at(people.coordinator).post(page(cycle, "advance"))
    assert answer.status_code == 409
    errors = answer.context["adminform"].form.non_field_errors()
    assert len(errors) == len(answer.context["gate"].lacks)
    assert Cycle.objects.get(pk=cycle.pk).stage == "plan"


def test_coordinator_advances_a_cycle(people, cycle):
    builders.targeted(builders.planned(cycle, people), people)
    answer = at(people.coordinator).post(page(cycle, "advance"))
    assert answer["Location"] == page(cycle)
    assert Cycle.objects.get(pk=cycle.pk).stage == "do"
    assert TrailRow.objects.get(act="stages.start_do").door == "admin"


def test_override_needs_a_reason_that_says_something(people, cycle):
    client = at(people.coordinator)
    short = client.post(page(cycle, "advance"), {"override_reason": "go"})
    assert short.context["adminform"].form.errors["override_reason"]
    assert client.post(page(cycle, "advance"), {"override_reason": "The mayor wants it so."}).status_code == 302
    change = Cycle.objects.get(pk=cycle.pk).changes.get()
    assert change.reason == "The mayor wants it so."
    assert {lack["code"] for lack in change.lacked} == {"policy", "objectives", "blind"}


@pytest.mark.parametrize(("role", "offered"), [("coordinator", True), ("lead", False), ("auditor", False)])
def test_step_buttons_stand_for_those_who_may(people, cycle, role, offered):
    answer = at(getattr(people, role)).get(page(cycle))
    assert ("advance" in buttons(answer)) is offered
    assert at(getattr(people, role)).post(page(cycle, "advance")).status_code == (409 if offered else 403)


def test_lead_of_another_pilot_finds_nothing(people, cycle):
    client = at(people.stranger)
    for address in (page(cycle), page(cycle, "advance"), page(cycle, "objective"), page(cycle, "history")):
        assert client.get(address).status_code == 404
        assert client.get(address.replace(str(cycle.pk), "999999")).status_code == 404
    assert client.post(page(cycle, "advance")).status_code == 404
    assert not client.get(reverse("admin:cycles_cycle_changelist")).context["cl"].result_count


def test_cycle_is_planned_through_forms(people, tianjin):
    client, series = at(people.lead), builders.measurable(tianjin)
    facts = {"pilot": tianjin.pk, "year": 2024, "name_zh": "第一轮", "starts": "2024-01-01", "ends": "2025-06-30", "share": 1}
    client.post(reverse("admin:cycles_cycle_add"), facts)
    cycle = Cycle.objects.get()
    approved = {"title": "Policy", "version": "1", "approved_on": "2024-01-15", "approved_by": "The mayor"}
    client.post(page(cycle, "policy"), approved)
    client.post(page(cycle, "objective"), {"statement_zh": "空气更清洁", "series": [series.pk], "owner": people.viewer.pk})
    objective = Objective.objects.get()
    assert (cycle.policy.approved_by, list(objective.series.all()), objective.owner) == ("The mayor", [series], people.viewer)
    client.post(
        page(objective), {"statement_zh": "空气更清洁", "statement_en": "Cleaner air", "series": [series.pk], "owner": people.lead.pk}
    )
    objective.refresh_from_db()
    assert (objective.statement_en, objective.owner) == ("Cleaner air", people.lead)
    form = client.get(page(cycle, "blind")).context["adminform"].form
    cells = [key for key, _label in form.fields["cells"].choices]
    client.post(page(cycle, "blind"), {"cells": cells, "text": "Left for the next turn."})
    assert cycle.justifications.count() == len(cells)
    client.post(page(objective, "action"), {"title": "Plant trees"})
    assert Action.objects.get().objective == objective


def test_owner_from_outside_cannot_be_chosen(people, cycle):
    given = {"statement_en": "Cleaner air", "owner": people.stranger.pk}
    answer = at(people.lead).post(page(cycle, "objective"), given)
    assert answer.status_code == 400
    assert answer.context["adminform"].form.errors["owner"]
    assert not Objective.objects.exists()


def test_removed_objective_leads_back_to_the_list(people, cycle):
    objective = planning.add_objective(cycle=cycle, aim=builders.aim(cycle.pilot, people), by=people.lead, door=PAGE)
    answer = at(people.lead).post(page(objective, "remove"))
    assert answer["Location"] == reverse("admin:cycles_objective_changelist")
    assert not Objective.objects.exists()


def test_check_and_act_are_run_through_forms(people, cycle):
    builders.checking_stage(cycle, people)
    client = at(people.lead)
    client.post(page(cycle, "audit"), {"planned_on": "2025-02-01", "auditor": "An auditor", "scope": "All"})
    client.post(page(cycle.audits.get(), "conclude"), {"held_on": "2025-02-03", "conclusion": "Conforms."})
    client.post(page(cycle, "review"), {"planned_on": "2025-03-01"})
    client.post(page(cycle.reviews.get(), "minute"), {"held_on": "2025-03-01", "attendance": "All", "conclusion": "Go on."})
    client.post(page(cycle, "nonconformity"), {"text": "No record of training.", "grade": "minor"})
    found = cycle.nonconformities.get()
    client.post(page(found, "correct"), {"cause": "Nobody named", "title": "Name one", "owner": people.viewer.pk, "due": "2025-05-01"})
    client.post(page(found.corrections.get(), "finish"))
    client.post(page(found.corrections.get(), "check"), {"effective": "yes", "evidence": "Looked at the records."})
    client.post(page(cycle, "decision"), {"kind": "lesson", "text": "Name people earlier."})
    assert found.corrections.get().effective is True
    assert cycle.decisions.get().text == "Name people earlier."
    at(people.coordinator).post(page(cycle, "advance"))
    assert Cycle.objects.get(pk=cycle.pk).stage == "act"
    stock = cycle.stocktakes.get()
    assert client.get(page(stock)).context["stocktake"].count() == 1


def test_concluded_audit_offers_nothing_more(people, cycle):
    builders.acting_stage(cycle, people)
    client = at(people.lead)
    assert buttons(client.get(page(cycle.audits.get()))) == set()
    assert client.post(page(cycle.audits.get(), "conclude"), {"held_on": "2025-02-03", "conclusion": "Again."}).status_code == 409


def test_owner_of_a_correction_is_not_offered_to_check_it(people, cycle):
    builders.acting_stage(cycle, people)
    found = improving.raise_nonconformity(cycle=cycle, grade="minor", text="No record.", by=people.lead, door=PAGE)
    facts = {"cause": "Nobody named", "title": "Name one", "owner": people.lead, "due": checking.timezone.localdate()}
    correction = improving.plan_correction(nonconformity=found, by=people.lead, door=PAGE, **facts)
    improving.finish_correction(correction=correction, by=people.lead, door=PAGE)
    assert "check" not in buttons(at(people.lead).get(page(correction)))
    given = {"effective": "yes", "evidence": "Looked at the records."}
    assert at(people.lead).post(page(correction, "check"), given).status_code == 403
    assert "check" in buttons(at(people.coordinator).get(page(correction)))


def test_history_of_a_cycle_is_the_trail(people, cycle):
    answer = at(people.lead).get(page(cycle, "history"))
    assert [row.act for row in answer.context["rows"]] == ["stages.open_cycle"]


def test_target_is_proposed_from_the_gate_and_counts_once_it_is_approved(people, cycle):
    builders.planned(cycle, people)
    client = at(people.lead)
    lacks = [(lack, address) for _check, lacks in client.get(page(cycle)).context["gate_lines"] for lack, address in lacks]
    ((lack, address),) = lacks
    assert lack.code == "target"
    client.post(address, {"operator": "≥", "value": "２", "year": "2026"})
    target = Series.objects.get(pilot=cycle.pilot, code=lack.key).targets.get(value=2)
    assert client.get(page(cycle)).context["gate"].lacks
    approve = reverse("admin:indicators_target_approve", args=[target.pk])
    assert client.post(approve).status_code == 403
    assert at(people.coordinator).post(approve).status_code == 302
    assert not client.get(page(cycle)).context["gate"].lacks
    assert at(people.coordinator).post(approve).status_code == 409


def test_every_page_of_everything_opens_for_the_auditor_with_few_queries(people, cycle, django_assert_max_num_queries):
    builders.acting_stage(cycle, people)
    found = improving.raise_nonconformity(cycle=cycle, grade="minor", text="No record.", by=people.lead, door=PAGE)
    facts = {"cause": "Nobody named", "title": "Name one", "owner": people.viewer, "due": checking.timezone.localdate()}
    improving.plan_correction(nonconformity=found, by=people.lead, door=PAGE, **facts)
    improving.decide(cycle=cycle, kind="lesson", text="Begin earlier.", by=people.lead, door=PAGE)
    client, opened = at(people.auditor), set()
    for model, shown in admin.site._registry.items():
        if not shown.opens_to(people.auditor):
            continue
        with django_assert_max_num_queries(20):
            assert client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")).status_code == 200
        first = model._default_manager.first()
        if first is None:
            continue
        with django_assert_max_num_queries(60):
            assert client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[first.pk])).status_code == 200
        opened.add(model.__name__)
    assert len(opened) > 30
