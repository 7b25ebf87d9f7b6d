"""The stages of a cycle: how it moves from one to the next, and what is open to whom inside each."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cycles import gates, stocktake
from cycles.models import Cycle, StageChange
from pilots import access, steps, trail
from pilots.models import Pilot, Role, User
from pilots.steps import Step

PLAN, DO, CHECK, ACT, CLOSED = Cycle.Stage
UNDER_WAY = (PLAN, DO, CHECK, ACT)
# Who works on the content of a cycle; the gates are the coordinator's.
LEADERS = (Role.LEAD, Role.COORDINATOR)
GATEKEEPERS = (Role.COORDINATOR,)
SHORTEST_REASON = 10

STEPS = (
    Step("start_do", (PLAN,), DO, GATEKEEPERS, gettext_lazy("Move on to Do")),
    Step("start_check", (DO,), CHECK, GATEKEEPERS, gettext_lazy("Move on to Check")),
    Step("start_act", (CHECK,), ACT, GATEKEEPERS, gettext_lazy("Move on to Act")),
    Step("close", (ACT,), CLOSED, GATEKEEPERS, gettext_lazy("Close the cycle")),
    Step("back_to_plan", (DO,), PLAN, GATEKEEPERS, gettext_lazy("Go back to Plan")),
    Step("back_to_do", (CHECK,), DO, GATEKEEPERS, gettext_lazy("Go back to Do")),
    Step("back_to_check", (ACT,), CHECK, GATEKEEPERS, gettext_lazy("Go back to Check")),
    Step("back_to_act", (CLOSED,), ACT, GATEKEEPERS, gettext_lazy("Open the cycle again")),
)
FORWARD = {step.before[0]: step.name for step in STEPS[:4]}
BACKWARD = {step.before[0]: step.name for step in STEPS[4:]}


def work(name: str, label: str | Promise, *, within: tuple[str, ...], roles: tuple[str, ...] = LEADERS) -> Step:
    """Return a step that works inside some stages and moves the cycle nowhere."""
    return Step(name, within, "", roles, label)


def lock(cycle: Cycle) -> Cycle:
    """Return the cycle as it is now, kept from others until the transaction ends."""
    return Cycle.objects.select_for_update(of=("self",), no_key=True).select_related("pilot").get(pk=cycle.pk)


def enter(table: tuple[Step, ...], name: str, *, cycle: Cycle, by: User) -> Cycle:
    """Lock the cycle for an act inside its stage, or refuse: a person without the role, then a stage that does not allow it."""
    cycle = lock(cycle)
    steps.take(table, name, state=cycle.stage, roles=access.roles_in(by, cycle.pilot))
    return cycle


def next_step(cycle: Cycle) -> Step | None:
    """Return the step that leads out of the cycle's stage, whoever may take it; a closed cycle has none."""
    return next((step for step in STEPS if step.name == FORWARD.get(cycle.stage)), None)


@transaction.atomic
def open_cycle(
    *,
    pilot: Pilot,
    year: int,
    starts: date,
    ends: date,
    by: User,
    door: str,
    name_zh: str = "",
    name_en: str = "",
    scope: str = "",
    share: int = 80,
) -> Cycle:
    """Open the pilot's next cycle in Plan, around the figures of `year`; one cycle is under way at a time.

    `share` is the percentage of required indicators that Do has to bring. A lead or a coordinator does this.
    """
    access.require(by, pilot, *LEADERS)
    # The pilot's row keeps two people from opening the same number.
    Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    running = Cycle.objects.filter(pilot=pilot).exclude(stage=CLOSED).first()
    if running is not None:
        raise ValidationError(
            _("Cycle %(number)s is still under way. Close it first."), code="wrong_state", params={"number": running.number}
        )
    last = Cycle.objects.filter(pilot=pilot).aggregate(last=models.Max("number"))["last"] or 0
    cycle = Cycle(
        pilot=pilot, number=last + 1, year=year, starts=starts, ends=ends, name_zh=name_zh, name_en=name_en, scope=scope, share=share
    )
    cycle.opened_by, cycle.opened_at, cycle.demo = by, timezone.now(), by.demo
    cycle.full_clean()
    cycle.save(force_insert=True)
    trail.leave("stages.open_cycle", kind="cycle", key=cycle.key, by=by, door=door, pilot=pilot, after={"year": year, "stage": cycle.stage})
    return cycle


@transaction.atomic
def advance(*, cycle: Cycle, by: User, door: str, override_reason: str | None = None) -> Cycle:
    """Move a cycle through its next gate; leaving Check freezes the stocktake.

    Refused while the gate lacks anything, with each missing item, unless the coordinator overrides it with a reason; what was
    lacking is kept with the change.
    """
    cycle = lock(cycle)
    step = steps.take(STEPS, FORWARD.get(cycle.stage, "close"), state=cycle.stage, roles=access.roles_in(by, cycle.pilot))
    lacks = gates.of(cycle).lacks
    reason = (override_reason or "").strip()
    if lacks and override_reason is None:
        refusal = ValidationError([ValidationError(lack.message, code="wrong_state") for lack in lacks])
        refusal.code = "wrong_state"
        refusal.more = {"lacks": [{**lack.told(), "message": lack.message} for lack in lacks]}
        raise refusal
    if lacks:
        check_reason(reason, "override_reason")
    if cycle.stage == CHECK:
        stocktake.take(cycle=cycle, by=by, door=door)
    return _move(cycle, step, by=by, door=door, reason=reason if lacks else "", lacked=[lack.told() for lack in lacks])


@transaction.atomic
def reopen(*, cycle: Cycle, reason: str, by: User, door: str) -> Cycle:
    """Move a cycle one stage back, with a reason; a stocktake that was taken stays, and the next one stands beside it."""
    cycle = lock(cycle)
    step = steps.take(STEPS, BACKWARD.get(cycle.stage, "back_to_plan"), state=cycle.stage, roles=access.roles_in(by, cycle.pilot))
    check_reason(reason.strip(), "reason")
    running = Cycle.objects.filter(pilot=cycle.pilot).exclude(stage=CLOSED).exclude(pk=cycle.pk).first()
    if cycle.stage == CLOSED and running is not None:
        raise ValidationError(
            _("Cycle %(number)s is still under way. Close it first."), code="wrong_state", params={"number": running.number}
        )
    return _move(cycle, step, by=by, door=door, reason=reason.strip(), lacked=[])


def check_reason(reason: str, field: str) -> None:
    """Refuse a reason that tells a later reader nothing."""
    if len(reason) < SHORTEST_REASON:
        message = _("Write the reason in at least %(length)s characters.") % {"length": SHORTEST_REASON}
        raise ValidationError({field: ValidationError(message, code="reason")})


def _move(cycle: Cycle, step: Step, *, by: User, door: str, reason: str, lacked: list[dict]) -> Cycle:
    """Change the stage, and keep who did it, when and why."""
    before, cycle.stage = cycle.stage, step.after
    cycle.save(update_fields=["stage"])
    StageChange.objects.create(
        cycle=cycle, step=step.name, before=before, after=step.after, by=by, at=timezone.now(), reason=reason, lacked=lacked
    )
    told = {"before": {"stage": before}, "after": {"stage": step.after, "lacked": lacked}, "reason": reason}
    trail.leave(f"stages.{step.name}", kind="cycle", key=cycle.key, by=by, door=door, pilot=cycle.pilot, **told)
    return cycle
