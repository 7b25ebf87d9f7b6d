"""The turn of the cycle that the year belongs to: its objectives, its actions, and the matrix that both stand in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from cycles import stocktake
from cycles.models import Cycle, Objective, StocktakeLine
from indicators import numbers
from indicators.matrix import Matrix
from indicators.models import Pace
from pilots.models import Pilot, User
from reports.content.place import both
from reports.schema import Cycle as CycleTold
from reports.schema import MatrixCell
from reports.schema import Objective as ObjectiveTold


@dataclass(frozen=True)
class Turn:
    """A cycle as the report tells it, with whether any of it is invented."""

    cycle: Cycle
    told: CycleTold
    demo: bool


@dataclass(frozen=True)
class Work:
    """How many actions stand in each cell (issue, purpose), and which blind cells are justified."""

    actions: Counter = field(default_factory=Counter)
    justified: frozenset = frozenset()


def cycle_of(pilot: Pilot, year: int, *, reader: User | None) -> Turn | None:
    """The latest cycle around the figures of the year, if `reader` may see one: frozen lines once it has left Check."""
    cycle = Cycle.objects.visible_to(reader).filter(pilot=pilot, year=year).order_by("-number").first()
    if cycle is None:
        return None
    lines = stocktake.lines(cycle)
    told: CycleTold = {
        "number": cycle.number,
        "name": both(cycle, "name"),
        "stage": cycle.stage,
        "objectives": [
            _objective(objective, line)
            for objective in cycle.objectives.order_by("order")
            for line in [line for line in lines if line.objective_id == objective.pk] or [None]
        ],
    }
    return Turn(cycle, told, cycle.demo or any(line.demo for line in lines))


def _objective(objective: Objective, line: StocktakeLine | None) -> ObjectiveTold:
    """An objective with one of its indicators; one that nothing measures stands with its statement alone."""
    if line is None:
        bare = {"series": "", "value": None, "qualifier": "=", "decimals": 0, "unit": {"zh": "", "en": ""}, "target": None}
        return {"statement": both(objective, "statement"), **bare, "pace": Pace.NO_DATA}
    aim = {"operator": line.target_operator, "value": numbers.plain(line.target), "year": line.target_year}
    return {
        "statement": both(line, "statement"),
        "series": line.series_code,
        "value": numbers.plain(line.value),
        "qualifier": line.qualifier,
        "decimals": line.decimals,
        "unit": both(line, "unit"),
        "target": aim if line.target is not None else None,
        "pace": line.pace,
    }


def actions_in(turn: Turn | None) -> Work:
    """Where in the matrix the cycle works, and where it says why it does not."""
    if turn is None:
        return Work()
    actions: Counter = Counter()
    for action in turn.cycle.actions.prefetch_related("issues", "purposes"):
        actions.update((issue.key, purpose.key) for issue in action.issues.all() for purpose in action.purposes.all())
    return Work(actions, frozenset(turn.cycle.justifications.values_list("issue__key", "purpose__key")))


def cells_of(read: Matrix, work: Work) -> list[MatrixCell]:
    """The 72 cells with what serves each; the pace of a cell is the one that the matrix page shows."""
    return [
        {
            "issue": cell.issue.key,
            "purpose": cell.purpose.key,
            "pace": cell.counts,
            "status": cell.pace,
            "actions": work.actions[cell.issue.key, cell.purpose.key],
            "justified": (cell.issue.key, cell.purpose.key) in work.justified,
        }
        for row in read.rows
        for cell in row.cells
    ]
