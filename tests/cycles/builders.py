"""Cycles in every stage and verified figures for them, reached by walking the acts."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from cycles import checking, doing, gates, planning, stages
from cycles.models import Cycle, Objective
from indicators import collecting, entry, periods, review, targets
from indicators.entry import Item
from indicators.models import Collection, Mode, Series, Target
from pilots.models import Issue, Pilot, Purpose
from tests import builders as shared
from tests.builders import PAGE

YEAR = 2024


def opened(pilot: Pilot, people: SimpleNamespace, **more: object) -> Cycle:
    """A cycle in Plan that asks for the smallest share of verified figures."""
    facts = {"year": YEAR, "starts": date(2024, 1, 1), "ends": date(2025, 6, 30), "name_zh": "第一轮", "name_en": "First turn", "share": 1}
    return stages.open_cycle(pilot=pilot, by=people.lead, door=PAGE, **{**facts, **more})


def measurable(pilot: Pilot) -> Series:
    """The first required indicator of the pilot that is typed for a whole year and has no target from the catalogue."""
    direct = Series.objects.of(pilot).filter(indicator__isnull=False, mode=Mode.DIRECT, frequency=periods.Frequency.YEAR)
    return direct.exclude(pk__in=Target.objects.values("series")).order_by("-required", "order").first()


def aim(pilot: Pilot, people: SimpleNamespace, **more: object) -> planning.Aim:
    facts = {"statement_en": "Cleaner air", "statement_zh": "空气更清洁", "owner": people.contributor, "series": [measurable(pilot)]}
    return planning.Aim(**{**facts, **more})


def planned(cycle: Cycle, people: SimpleNamespace) -> Objective:
    """Everything that the gate out of Plan asks for, except a target; the objective is returned."""
    planning.set_policy(
        cycle=cycle, title="Policy", version="1", approved_on=date(2024, 1, 15), approved_by="The mayor", by=people.lead, door=PAGE
    )
    objective = planning.add_objective(cycle=cycle, aim=aim(cycle.pilot, people), by=people.lead, door=PAGE)
    planning.justify(cycle=cycle, cells=blind(cycle), text="Left for the next turn.", by=people.lead, door=PAGE)
    return objective


def targeted(objective: Objective, people: SimpleNamespace) -> Target:
    series = objective.series.get()
    return targets.set_target(series=series, operator="≥", value=Decimal(1), year=YEAR, by=people.coordinator, door=PAGE)


def blind(cycle: Cycle) -> list[tuple[Issue, Purpose]]:
    issues, purposes = Issue.objects.in_bulk(), Purpose.objects.in_bulk()
    return [(issues[issue], purposes[purpose]) for issue, purpose in sorted(gates.blind_cells(cycle))]


def doing_stage(cycle: Cycle, people: SimpleNamespace) -> Objective:
    """Move a cycle in Plan on to Do, with nothing lacking."""
    objective = planned(cycle, people)
    targeted(objective, people)
    stages.advance(cycle=cycle, by=people.coordinator, door=PAGE)
    return objective


def checking_stage(cycle: Cycle, people: SimpleNamespace, value: str = "2") -> Objective:
    """Move a cycle in Plan on to Check, with one verified figure."""
    objective = doing_stage(cycle, people)
    doing.add_action(objective=objective, title="Plant trees", owner=people.contributor, by=people.lead, door=PAGE)
    verified(cycle.pilot, people, {objective.series.get().code: value})
    stages.advance(cycle=cycle, by=people.coordinator, door=PAGE)
    return objective


def acting_stage(cycle: Cycle, people: SimpleNamespace, value: str = "2") -> Objective:
    """Move a cycle in Plan on to Act; its stocktake is frozen on the way."""
    objective = checking_stage(cycle, people, value)
    audit = checking.plan_audit(
        cycle=cycle, planned_on=date(2025, 2, 1), auditor="An auditor", scope="All clauses", by=people.lead, door=PAGE
    )
    checking.conclude_audit(audit=audit, held_on=date(2025, 2, 3), conclusion="Conforms.", by=people.lead, door=PAGE)
    meeting = checking.plan_review(cycle=cycle, planned_on=date(2025, 3, 1), by=people.lead, door=PAGE)
    checking.minute_review(review=meeting, held_on=date(2025, 3, 1), attendance="All", conclusion="Go on.", by=people.lead, door=PAGE)
    stages.advance(cycle=cycle, by=people.coordinator, door=PAGE)
    return objective


def verified(pilot: Pilot, people: SimpleNamespace, values: dict[str, str]) -> None:
    """Answer the whole year: the figures given, and for every other cell that it was not collected; then submit and verify."""
    call = shared.collection(pilot, people.coordinator, YEAR, due=date(2027, 3, 31))
    entry.record(
        pilot=pilot, entries=[answer(*cell, values) for cell in collecting.expected(call)], by=people.contributor, door=PAGE
    ).raise_if_refused()
    reviewed(call, people)


def answer(series: Series, period: periods.Period, values: dict[str, str]) -> Item:
    if series.code in values:
        return Item(series.code, period, Decimal(values[series.code]), version=0)
    return Item(series.code, period, None, reason="not-collected", flag="L", version=0)


def corrected(pilot: Pilot, people: SimpleNamespace, code: str, value: str) -> None:
    """Reopen a verified figure, change it, and verify the correction."""
    period = periods.of_year(YEAR)
    review.reopen(pilot=pilot, cells=[(code, period)], reason="A slip of the pen", by=people.coordinator, door=PAGE)
    standing = shared.standing(pilot, code, period.code)
    shared.record(pilot, people.contributor, shared.item(code, value, period.code, version=standing.version)).raise_if_refused()
    reviewed(pilot.collections.get(), people)


def reviewed(call: Collection, people: SimpleNamespace) -> None:
    submission = review.submit(collection=call, by=people.lead, door=PAGE)
    review.verify(submission=submission, assessment="good", accept_rest=True, by=people.coordinator, door=PAGE)
