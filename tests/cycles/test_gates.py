"""Each gate lists what is lacking, and opens when it is there."""

from datetime import date

import pytest

from cycles import checking, doing, gates, improving, planning, stages
from cycles.models import Cycle
from indicators import publishing
from indicators.models import Current
from tests.cycles import builders
from tests.cycles.builders import PAGE


def codes(cycle: Cycle) -> list[str]:
    return [lack.code for lack in gates.of(Cycle.objects.get(pk=cycle.pk)).lacks]


def test_a_fresh_plan_lacks_policy_objectives_and_reasons_for_blind_cells(cycle):
    assert codes(cycle)[:2] == ["policy", "objectives"]
    assert set(codes(cycle)) == {"policy", "objectives", "blind"}


def test_policy_counts_only_when_it_is_approved(cycle, people):
    planning.set_policy(cycle=cycle, title="Policy", version="1", by=people.lead, door=PAGE)
    assert "policy" in codes(cycle)
    approved = {"approved_on": date(2024, 1, 15), "approved_by": "The mayor"}
    planning.set_policy(cycle=cycle, title="Policy", version="1", by=people.lead, door=PAGE, **approved)
    assert "policy" not in codes(cycle)


@pytest.mark.parametrize(("without", "code"), [({"series": []}, "indicator"), ({"owner": None}, "owner"), ({}, "target")])
def test_objective_lacks_what_it_does_not_say(cycle, people, without, code):
    objective = planning.add_objective(cycle=cycle, aim=builders.aim(cycle.pilot, people, **without), by=people.lead, door=PAGE)
    found = [lack for lack in gates.of(cycle).lacks if lack.code == code]
    about = ("series", objective.series.get().code) if code == "target" else ("objective", str(objective.pk))
    assert [(lack.kind, lack.key) for lack in found] == [about]
    assert str(objective.order) in found[0].message


def test_target_of_one_indicator_is_enough(cycle, people):
    objective = planning.add_objective(cycle=cycle, aim=builders.aim(cycle.pilot, people), by=people.lead, door=PAGE)
    builders.targeted(objective, people)
    assert "target" not in codes(cycle)


def test_blind_cell_is_named_until_it_is_justified_or_reached(cycle, people):
    issue, purpose = builders.blind(cycle)[0]
    named = next(lack for lack in gates.of(cycle).lacks if lack.code == "blind" and lack.key == issue.key)
    assert purpose.name in named.message
    planning.add_objective(
        cycle=cycle, aim=builders.aim(cycle.pilot, people, issues=[issue], purposes=[purpose]), by=people.lead, door=PAGE
    )
    assert (issue.pk, purpose.pk) not in gates.blind_cells(cycle)
    planning.justify(cycle=cycle, cells=builders.blind(cycle), text="Left for the next turn.", by=people.lead, door=PAGE)
    assert "blind" not in codes(cycle)


def test_plan_that_lacks_nothing_is_open(cycle, people):
    builders.targeted(builders.planned(cycle, people), people)
    gate = gates.of(cycle)
    assert gate.open
    assert gate.done == len(gate.checks) == 6


def test_do_lacks_verified_figures_and_actions(cycle, people):
    objective = builders.doing_stage(cycle, people)
    assert codes(cycle) == ["verified", "action"]
    done, total = gates.verified_share(Cycle.objects.get(pk=cycle.pk))
    assert done == 0
    assert total > 0
    action = doing.add_action(objective=objective, title="Plant trees", by=people.lead, door=PAGE)
    assert codes(cycle) == ["verified"]
    doing.move_action(action=action, step="drop", reason="No money was granted.", by=people.lead, door=PAGE)
    assert codes(cycle) == ["verified", "action"]


def test_do_is_open_once_the_share_is_verified(cycle, people):
    objective = builders.doing_stage(cycle, people)
    doing.add_action(objective=objective, title="Plant trees", by=people.lead, door=PAGE)
    builders.verified(cycle.pilot, people, {objective.series.get().code: "2"})
    assert codes(cycle) == []


def test_share_is_counted_to_the_last_indicator(cycle, people):
    builders.doing_stage(cycle, people)
    builders.verified(cycle.pilot, people, {})
    for current in Current.objects.filter(series__required=True, series__frequency="year")[:2]:
        publishing.withdraw(current=current, reason="A slip of the pen", by=people.coordinator, door=PAGE)
    cycle = Cycle.objects.get(pk=cycle.pk)
    assert gates.verified_share(cycle) == (43, 45)
    for share, more in ((95, None), (96, "1"), (100, "2")):
        cycle.share = share
        assert [lack.message.split()[-2] for lack in gates.verified(cycle)] == ([more] if more else [])


def test_check_lacks_audit_and_review_until_they_are_concluded(cycle, people):
    builders.checking_stage(cycle, people)
    assert codes(cycle) == ["audit", "review"]
    audit = checking.plan_audit(cycle=cycle, planned_on=date(2025, 2, 1), auditor="An auditor", scope="All", by=people.lead, door=PAGE)
    meeting = checking.plan_review(cycle=cycle, planned_on=date(2025, 3, 1), by=people.lead, door=PAGE)
    lacks = gates.of(Cycle.objects.get(pk=cycle.pk)).lacks
    assert [(lack.kind, lack.key) for lack in lacks] == [("audit", str(audit.pk)), ("review", str(meeting.pk))]
    checking.conclude_audit(audit=audit, held_on=date(2025, 2, 3), conclusion="Conforms.", by=people.lead, door=PAGE)
    checking.minute_review(review=meeting, held_on=date(2025, 3, 1), attendance="All", conclusion="Go on.", by=people.lead, door=PAGE)
    assert codes(cycle) == []


def test_act_waits_for_a_correction_that_works(cycle, people):
    builders.acting_stage(cycle, people)
    assert codes(cycle) == []
    found = improving.raise_nonconformity(cycle=cycle, grade="minor", text="No record of training.", by=people.lead, door=PAGE)
    seen = [said(cycle)]
    for effective in (False, True):
        correction = planned_correction(found, people)
        seen.append(said(cycle))
        improving.finish_correction(correction=correction, by=people.lead, door=PAGE)
        seen.append(said(cycle))
        evidence = "Looked at the records of May."
        improving.check_correction(correction=correction, effective=effective, evidence=evidence, by=people.coordinator, door=PAGE)
        seen.append(said(cycle))
    assert len(set(seen)) == 5
    assert seen[-1] == ""
    assert all(str(found.number) in sentence for sentence in seen[:-1])


def planned_correction(found, people):
    facts = {"cause": "Nobody was named.", "title": "Name somebody", "owner": people.lead, "due": date(2025, 5, 1)}
    return improving.plan_correction(nonconformity=found, by=people.lead, door=PAGE, **facts)


def said(cycle: Cycle) -> str:
    return " ".join(lack.message for lack in gates.of(Cycle.objects.get(pk=cycle.pk)).lacks)


def test_closed_cycle_has_no_gate(cycle, people):
    builders.acting_stage(cycle, people)
    assert gates.of(stages.advance(cycle=cycle, by=people.coordinator, door=PAGE)) is None
