"""The cycle in the admin: its gate with what is lacking, and a button for every act that is open in its stage."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cycles import checking, gates, improving, planning, stages, stocktake
from cycles.admin import asking
from cycles.models import Cycle
from indicators.models import Series
from pilots.admin import WORKERS, ActAdmin, Deed
from pilots.models import Door, User

# Where the thing that a gate lacks is put right in the admin: the page of the thing itself, or a form of the cycle.
FORMS = {"policy": "policy", "objectives": "objective", "audit": "audit", "review": "review", "blind": "blind"}
PAGES = {"objective", "audit", "review", "nonconformity"}


def advance(cycle: Cycle, data: dict, *, by: User) -> Cycle:
    """Move on; a reason that is left empty overrides nothing."""
    return stages.advance(cycle=cycle, override_reason=data["override_reason"] or None, by=by, door=Door.ADMIN)


def add_objective(cycle: Cycle, data: dict, *, by: User) -> object:
    return planning.add_objective(cycle=cycle, aim=planning.Aim(**data), by=by, door=Door.ADMIN)


CONTENT = (
    Deed(
        "policy",
        _("Record the policy"),
        lambda cycle, data, by: planning.set_policy(cycle=cycle, **data, by=by, door=Door.ADMIN),
        asking.PolicyForm,
        table=planning.STEPS,
        step="set_policy",
    ),
    Deed("objective", _("Add an objective"), add_objective, asking.ObjectiveForm, table=planning.STEPS, step="add_objective"),
    Deed(
        "blind",
        _("Justify blind cells"),
        lambda cycle, data, by: planning.justify(cycle=cycle, **data, by=by, door=Door.ADMIN),
        asking.BlindForm,
        table=planning.STEPS,
        step="justify",
    ),
    Deed(
        "audit",
        _("Plan an internal audit"),
        lambda cycle, data, by: checking.plan_audit(cycle=cycle, **data, by=by, door=Door.ADMIN),
        asking.AuditForm,
        table=checking.STEPS,
        step="plan_audit",
    ),
    Deed(
        "review",
        _("Plan a management review"),
        lambda cycle, data, by: checking.plan_review(cycle=cycle, **data, by=by, door=Door.ADMIN),
        asking.ReviewForm,
        table=checking.STEPS,
        step="plan_review",
    ),
    Deed(
        "nonconformity",
        _("Record a nonconformity"),
        lambda cycle, data, by: improving.raise_nonconformity(cycle=cycle, **data, by=by, door=Door.ADMIN),
        asking.NonconformityForm,
        table=improving.STEPS,
        step="raise_nonconformity",
    ),
    Deed(
        "decision",
        _("Record a decision"),
        lambda cycle, data, by: improving.decide(cycle=cycle, **data, by=by, door=Door.ADMIN),
        asking.DecisionForm,
        table=improving.STEPS,
        step="decide",
    ),
)


class MoveOn(Deed):
    """The way through the gate, under the name of the stage that it leads to."""

    def offered(self, held: object, state: str) -> bool:
        return state in stages.FORWARD and not self.holders.isdisjoint(held)


class GoBack(Deed):
    """The way back by one stage."""

    def offered(self, held: object, state: str) -> bool:
        return state in stages.BACKWARD and not self.holders.isdisjoint(held)


@admin.register(Cycle)
class CycleAdmin(ActAdmin):
    group = _("Cycles")
    readers = WORKERS
    list_display = ("pilot", "number", "name", "year", "stage", "starts", "ends", "demo")
    list_display_links = ("number", "name")
    list_filter = ("pilot", "stage", "demo")
    list_select_related = ("pilot",)
    add = Deed(
        "add",
        _("Open a cycle"),
        lambda _none, data, by: stages.open_cycle(**data, by=by, door=Door.ADMIN),
        asking.CycleForm,
        stages.LEADERS,
    )
    deeds = (
        MoveOn("advance", _("Move on to the next stage"), advance, asking.OverrideForm, stages.GATEKEEPERS, direct=True),
        *CONTENT,
        GoBack(
            "reopen",
            _("Go back one stage"),
            lambda cycle, data, by: stages.reopen(cycle=cycle, **data, by=by, door=Door.ADMIN),
            asking.ReasonForm,
            stages.GATEKEEPERS,
        ),
    )

    def state_of(self, target: Cycle) -> str:
        return target.stage

    def beside(self, request: HttpRequest, target: Cycle) -> dict[str, object]:
        """Show what the gate lacks, each line with the place where it is put right, and the objectives with their figures."""
        gate = gates.of(target)
        lines = [(check, [(lack, address(lack, target)) for lack in check.lacks]) for check in gate.checks] if gate else []
        step = stages.next_step(target)
        return {
            **super().beside(request, target),
            "beside": "admin/cycle.html",
            "gate": gate,
            "gate_label": step.label if step else "",
            "gate_lines": lines,
            "stocktake": stocktake.lines(target),
            "page": reverse("cycles:cycle", args=[target.pilot.slug, target.number]),
        }

    def trail_of(self, target: Cycle) -> tuple[str, str]:
        return "cycle", target.key


def address(lack: gates.Lack, cycle: Cycle) -> str:
    """Return where in the admin a lacking thing is put right, or nothing where that is not one place."""
    if lack.kind in PAGES:
        return reverse(f"admin:cycles_{lack.kind}_change", args=[lack.key])
    if lack.kind == "series":
        series = Series.objects.get(pilot=cycle.pilot, code=lack.key)
        return reverse("admin:indicators_series_target", args=[series.pk])
    if lack.kind == "collection":
        return f"{reverse('admin:indicators_collection_changelist')}?pilot__id__exact={cycle.pilot_id}"
    return reverse(f"admin:cycles_cycle_{FORMS[lack.code]}", args=[cycle.pk])
