"""Gives each demo pilot a cycle that stands at another stage, step by step through the acts of Plan, Do, Check and Act."""

import json
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cycles import checking, doing, gates, improving, planning, stages
from cycles.models import Cycle, Objective
from cycles.planning import Aim
from indicators.models import Series
from pilots.models import Clause, Door, Issue, Pilot, Purpose, User
from portal.management.demo.figures import FOLDER

DOOR = Door.COMMAND
ORDER = ("plan", "do", "check", "act")
MOVES = {"under-way": ("start",), "done": ("start", "finish"), "planned": ()}


def turn(pilot: Pilot, *, lead: User, coordinator: User) -> None:
    """Open the pilot's demo cycle and bring it to its stage."""
    plan = json.loads((FOLDER / "cycles.json").read_text(encoding="utf-8"))[pilot.slug]
    year = plan["year"]
    cycle = stages.open_cycle(
        pilot=pilot,
        year=year,
        starts=date(year, 1, 1),
        ends=date(year + 1, 6, 30),
        name_zh=plan["name"]["zh"],
        name_en=plan["name"]["en"],
        scope=plan["scope"],
        by=lead,
        door=DOOR,
    )
    objectives = aims(cycle, plan, lead)
    for stage in ORDER[: ORDER.index(plan["reach"])]:
        WORK[stage](cycle, plan, objectives, lead)
        cycle = stages.advance(cycle=cycle, by=coordinator, door=DOOR)
    WORK[plan["reach"]](cycle, plan, objectives, lead)


def aims(cycle: Cycle, plan: dict[str, Any], lead: User) -> list[Objective]:
    """Record the policy and write the objectives, in the cells that their first indicator serves."""
    planning.set_policy(
        cycle=cycle, title=plan["policy"], version="1", approved_on=cycle.starts, approved_by="演示·管委会 Demo council", by=lead, door=DOOR
    )
    found = []
    for row in plan["objectives"]:
        series = list(Series.objects.filter(pilot=cycle.pilot, code__in=row["series"]))
        first = next(one for one in series if one.code == row["series"][0])
        aim = Aim(
            statement_zh=row["zh"],
            statement_en=row["en"],
            owner=lead if row.get("owner", True) else None,
            due=date(2026, 12, 31),
            series=series,
            purposes=list(Purpose.objects.filter(mappings__indicator=first.indicator)),
            issues=list(Issue.objects.filter(mappings__indicator=first.indicator)),
        )
        found.append(planning.add_objective(cycle=cycle, aim=aim, by=lead, door=DOOR))
    return found


def plan_stage(cycle: Cycle, plan: dict[str, Any], objectives: list[Objective], lead: User) -> None:
    """Say why blind cells stay blind; a cycle that rests in Plan leaves that open, so that its gate has something to ask for."""
    blind = gates.blind_cells(cycle)
    if plan["reach"] == "plan" or not blind:
        return
    issues, purposes = Issue.objects.in_bulk(), Purpose.objects.in_bulk()
    cells = [(issues[issue], purposes[purpose]) for issue, purpose in sorted(blind)]
    planning.justify(cycle=cycle, cells=cells, text="演示：本周期不作为优先事项。 Demo: no priority in this cycle.", by=lead, door=DOOR)


def do_stage(cycle: Cycle, plan: dict[str, Any], objectives: list[Objective], lead: User) -> None:
    """Add the actions and take each as far as it has come."""
    for objective, row in zip(objectives, plan["objectives"], strict=True):
        for title, status in row["actions"]:
            due = date(cycle.year, 12, 31)
            action = doing.add_action(objective=objective, title=title, owner=lead, due=due, by=lead, door=DOOR)
            for step in MOVES[status]:
                action = doing.move_action(action=action, step=step, by=lead, door=DOOR)


def check_stage(cycle: Cycle, plan: dict[str, Any], objectives: list[Objective], lead: User) -> None:
    """Hold the internal audit and, where the demo has minutes, the management review."""
    day = timezone.localdate() - timedelta(days=20)
    audit = checking.plan_audit(cycle=cycle, planned_on=day, auditor="演示·内审员 Demo auditor", scope="4–10", by=lead, door=DOOR)
    checking.conclude_audit(audit=audit, held_on=day, conclusion=plan["audit"], by=lead, door=DOOR)
    review = checking.plan_review(cycle=cycle, planned_on=day + timedelta(days=10), by=lead, door=DOOR)
    if "review" in plan:
        checking.minute_review(
            review=review,
            held_on=day + timedelta(days=10),
            attendance="演示·管理层 Demo management",
            conclusion=plan["review"],
            by=lead,
            door=DOOR,
        )


def act_stage(cycle: Cycle, plan: dict[str, Any], objectives: list[Objective], lead: User) -> None:
    """Answer what the audit found, and record what was decided."""
    told = plan["nonconformity"]
    found = improving.raise_nonconformity(
        cycle=cycle,
        grade="minor",
        text=told["text"],
        audit=cycle.audits.first(),
        clause=Clause.objects.get(number=told["clause"]),
        by=lead,
        door=DOOR,
    )
    due = timezone.localdate() + timedelta(days=40)
    improving.plan_correction(nonconformity=found, cause=told["cause"], title=told["correction"], owner=lead, due=due, by=lead, door=DOOR)
    improving.decide(cycle=cycle, kind="objective", text=plan["decision"], by=lead, door=DOOR)


WORK = {"plan": plan_stage, "do": do_stage, "check": check_stage, "act": act_stage}
