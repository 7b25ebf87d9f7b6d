"""What each gate of a cycle still lacks, computed from the data and never ticked by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cycles.models import Action, Cycle, Nonconformity, Objective
from indicators import collecting
from indicators.models import Current, Mapping, Series
from pilots.models import Issue, Purpose

PLAN, DO, CHECK, ACT, CLOSED = Cycle.Stage


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: its code, a sentence on what to do, and the thing that it is about."""

    code: str
    message: str
    kind: str
    key: str

    def told(self) -> dict[str, str]:
        """What is kept of it when the gate is overridden."""
        return {"code": self.code, "kind": self.kind, "key": self.key}


@dataclass(frozen=True)
class Check:
    """One condition of a gate with whatever it still lacks."""

    code: str
    title: str
    lacks: tuple[Lack, ...]

    @property
    def met(self) -> bool:
        return not self.lacks


@dataclass(frozen=True)
class Gate:
    """The way out of a stage: its conditions, met or not."""

    before: str
    after: str
    checks: tuple[Check, ...]

    @property
    def lacks(self) -> tuple[Lack, ...]:
        return tuple(lack for check in self.checks for lack in check.lacks)

    @property
    def done(self) -> int:
        """How many conditions are met."""
        return sum(check.met for check in self.checks)

    @property
    def open(self) -> bool:
        return not self.lacks


def policy(cycle: Cycle) -> Iterator[Lack]:
    """The leadership has approved the policy."""
    found = getattr(cycle, "policy", None)
    if found is None:
        yield Lack("policy", _("There is no policy. Record it with the day of its approval."), "cycle", cycle.key)
    elif found.approved_on is None:
        message = _("The policy “%(title)s” is not approved. Record who approved it and when.")
        yield Lack("policy", message % {"title": found.title}, "policy", str(found.pk))


def objectives(cycle: Cycle) -> Iterator[Lack]:
    """The cycle wants something."""
    if not cycle.objectives.exists():
        yield Lack("objectives", _("There is no objective. Write at least one."), "cycle", cycle.key)


def measured(cycle: Cycle) -> Iterator[Lack]:
    """Each objective is measured by an indicator."""
    for objective in cycle.objectives.filter(measures=None):
        yield _of(objective, "indicator", _("Objective %(number)s has no indicator. Choose at least one."))


def owned(cycle: Cycle) -> Iterator[Lack]:
    """Each objective is in somebody's hands."""
    for objective in cycle.objectives.filter(owner=None):
        yield _of(objective, "owner", _("Objective %(number)s has no owner. Name one."))


def aimed(cycle: Cycle) -> Iterator[Lack]:
    """Each objective has a target for at least one of its indicators."""
    aiming = Objective.objects.filter(cycle=cycle, series__targets__active=True)
    for objective in cycle.objectives.exclude(measures=None).exclude(pk__in=aiming.values("pk")).prefetch_related("series"):
        codes = [series.code for series in objective.series.all()]
        message = _("Objective %(number)s has no target. Set one for %(codes)s.")
        yield Lack("target", message % {"number": objective.order, "codes": _(", ").join(codes)}, "series", codes[0])


def blind_cells(cycle: Cycle) -> set[tuple[int, int]]:
    """Return the cells (issue, purpose) of the matrix that no indicator, objective or action of the pilot reaches."""
    cells = {
        (issue, purpose) for issue in Issue.objects.values_list("pk", flat=True) for purpose in Purpose.objects.values_list("pk", flat=True)
    }
    served: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    adopted = Series.objects.of(cycle.pilot).filter(indicator__isnull=False).values("indicator")
    for indicator, issue, purpose in Mapping.objects.filter(indicator__in=adopted, goal=None).values_list("indicator", "issue", "purpose"):
        served[indicator][0 if issue else 1].add(issue or purpose)
    plans = [
        *cycle.objectives.prefetch_related("issues", "purposes"),
        *cycle.actions.exclude(status=Action.Status.DROPPED).prefetch_related("issues", "purposes"),
    ]
    reached = [*served.values(), *(({row.pk for row in plan.issues.all()}, {row.pk for row in plan.purposes.all()}) for plan in plans)]
    for issues, purposes in reached:
        cells -= {(issue, purpose) for issue in issues for purpose in purposes}
    return cells


def justified(cycle: Cycle) -> Iterator[Lack]:
    """Each cell of the matrix that nothing reaches is left blind for a reason."""
    left = blind_cells(cycle) - set(cycle.justifications.values_list("issue", "purpose"))
    purposes = {purpose.pk: purpose for purpose in Purpose.objects.all()}
    for issue in Issue.objects.filter(pk__in={issue for issue, _purpose in left}):
        names = _(", ").join(purpose.name for purpose in purposes.values() if (issue.pk, purpose.pk) in left)
        message = _("Nothing reaches “%(issue)s” for %(purposes)s. Say why, or give the cells an indicator or an objective.")
        yield Lack("blind", message % {"issue": issue.name, "purposes": names}, "issue", issue.key)


def verified(cycle: Cycle) -> Iterator[Lack]:
    """Enough of the required indicators of the year are verified."""
    done, total = verified_share(cycle)
    needed = -(-cycle.share * total // 100)
    if done < needed:
        message = _("%(done)s of %(total)s required indicators of %(year)s are verified. Verify %(more)s more.")
        facts = {"done": done, "total": total, "year": cycle.year, "more": needed - done}
        yield Lack("verified", message % facts, "collection", cycle.period.code)


def verified_share(cycle: Cycle) -> tuple[int, int]:
    """Return how many required indicators have every figure of the cycle's year verified, and how many there are."""
    period = cycle.period
    published = Current.objects.filter(pilot=cycle.pilot, start__gte=period.start, start__lt=period.next().start)
    found = set(published.values_list("series", "start", "frequency"))
    required = Series.objects.of(cycle.pilot).filter(required=True, indicator__isnull=False)
    wanted = [{(row.pk, part.start, part.frequency) for part in collecting.reported_for(row, period)} for row in required]
    return sum(cells <= found for cells in wanted if cells), sum(map(bool, wanted))


def acted(cycle: Cycle) -> Iterator[Lack]:
    """Each objective has an action that was not dropped."""
    busy = Action.objects.filter(cycle=cycle).exclude(status=Action.Status.DROPPED).values("objective")
    for objective in cycle.objectives.exclude(pk__in=busy):
        yield _of(objective, "action", _("Objective %(number)s has no action. Add at least one."))


def audited(cycle: Cycle) -> Iterator[Lack]:
    """An internal audit is finished."""
    if cycle.audits.filter(held_on__isnull=False).exists():
        return
    planned = cycle.audits.first()
    if planned is None:
        yield Lack("audit", _("There is no internal audit. Plan one and record its conclusion."), "cycle", cycle.key)
    else:
        message = _("The internal audit planned on %(day)s has no conclusion. Record it.")
        yield Lack("audit", message % {"day": date_format(planned.planned_on)}, "audit", str(planned.pk))


def minuted(cycle: Cycle) -> Iterator[Lack]:
    """The management review is held and minuted."""
    if cycle.reviews.filter(held_on__isnull=False).exists():
        return
    planned = cycle.reviews.first()
    if planned is None:
        yield Lack("review", _("There is no management review. Plan one and write its minutes."), "cycle", cycle.key)
    else:
        message = _("The management review planned on %(day)s has no minutes. Write them.")
        yield Lack("review", message % {"day": date_format(planned.planned_on)}, "review", str(planned.pk))


def corrected(cycle: Cycle) -> Iterator[Lack]:
    """Each nonconformity is answered by a corrective action that was found to work."""
    for found in cycle.nonconformities.prefetch_related("corrections"):
        message = _missing_correction(found)
        if message:
            yield Lack("nonconformity", message % {"number": found.number}, "nonconformity", str(found.pk))


def _missing_correction(found: Nonconformity) -> str:
    """Say what a nonconformity lacks, or nothing."""
    corrections = list(found.corrections.all())
    if any(row.effective for row in corrections):
        return ""
    if not corrections:
        return _("Nonconformity %(number)s has no corrective action. Plan one.")
    if all(row.effective is False for row in corrections):
        return _("The corrective action for nonconformity %(number)s did not work. Plan another one.")
    if any(row.done_on and row.effective is None for row in corrections):
        return _("Nobody has checked whether the corrective action for nonconformity %(number)s worked. Record the check.")
    return _("The corrective action for nonconformity %(number)s is not finished.")


def _of(objective: Objective, code: str, message: str) -> Lack:
    return Lack(code, message % {"number": objective.order}, "objective", str(objective.pk))


Rule = tuple[str, str, Callable[[Cycle], Iterator[Lack]]]
GATES: dict[str, tuple[str, tuple[Rule, ...]]] = {
    PLAN: (
        DO,
        (
            ("policy", gettext_lazy("The policy is approved"), policy),
            ("objectives", gettext_lazy("There are objectives"), objectives),
            ("indicator", gettext_lazy("Each objective has an indicator"), measured),
            ("owner", gettext_lazy("Each objective has an owner"), owned),
            ("target", gettext_lazy("Each objective has a target"), aimed),
            ("blind", gettext_lazy("Each blind cell of the matrix is justified"), justified),
        ),
    ),
    DO: (
        CHECK,
        (
            ("verified", gettext_lazy("Enough required indicators are verified"), verified),
            ("action", gettext_lazy("Each objective has an action"), acted),
        ),
    ),
    CHECK: (
        ACT,
        (
            ("audit", gettext_lazy("An internal audit is finished"), audited),
            ("review", gettext_lazy("The management review is minuted"), minuted),
        ),
    ),
    ACT: (CLOSED, (("nonconformity", gettext_lazy("Each nonconformity is corrected, and the correction works"), corrected),)),
}


def of(cycle: Cycle) -> Gate | None:
    """Return the gate out of the cycle's stage as the data stand now; a closed cycle has none."""
    if cycle.stage not in GATES:
        return None
    after, rules = GATES[cycle.stage]
    return Gate(cycle.stage, after, tuple(Check(code, str(title), tuple(rule(cycle))) for code, title, rule in rules))
