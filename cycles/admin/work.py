"""What a cycle is made of in the admin: objectives, actions, audits, reviews, nonconformities and what corrects them."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cycles import checking, doing, improving, planning
from cycles.admin import asking
from cycles.models import Action, Audit, CorrectiveAction, Decision, Justification, Nonconformity, Objective, Policy, Review, Stocktake
from pilots.admin import WORKERS, ActAdmin, ActForm, Deed
from pilots.models import Door, Pilot, User


class PartAdmin(ActAdmin):
    """A thing that belongs to a cycle, and is worked on while the cycle's stage allows it."""

    group = _("Cycles")
    readers = WORKERS
    list_select_related = ("cycle__pilot",)
    list_filter = ("cycle__pilot", "demo")

    def pilot_of(self, target: models.Model) -> Pilot:
        return target.cycle.pilot

    def state_of(self, target: models.Model) -> str:
        return target.cycle.stage


def change_objective(objective: Objective, data: dict, *, by: User) -> Objective:
    return planning.change_objective(objective=objective, aim=planning.Aim(**data), by=by, door=Door.ADMIN)


@admin.register(Objective)
class ObjectiveAdmin(PartAdmin):
    list_display = ("cycle", "order", "statement", "owner", "due", "demo")
    list_select_related = ("cycle__pilot", "owner")
    list_display_links = ("statement",)
    change = Deed("change", _("Save the objective"), change_objective, asking.ObjectiveForm, table=planning.STEPS, step="change_objective")
    deeds = (
        Deed(
            "action",
            _("Add an action"),
            lambda objective, data, by: doing.add_action(objective=objective, **data, by=by, door=Door.ADMIN),
            asking.ActionForm,
            table=doing.STEPS,
            step="add_action",
        ),
        Deed(
            "remove",
            _("Remove the objective"),
            lambda objective, _data, by: planning.remove_objective(objective=objective, by=by, door=Door.ADMIN),
            table=planning.STEPS,
            step="remove_objective",
            removes=True,
        ),
    )

    def trail_of(self, target: Objective) -> tuple[str, str]:
        return "objective", f"{target.cycle.key}/{target.order}"


def move(name: str, label: object, *, form: type = ActForm) -> Deed:
    """Return the deed for one step of an action."""

    def run(action: Action, data: dict, *, by: User) -> Action:
        return doing.move_action(action=action, step=name, by=by, door=Door.ADMIN, **data)

    return Deed(name, label, run, form, table=doing.ACTION_STEPS)


@admin.register(Action)
class ActionAdmin(PartAdmin):
    list_display = ("cycle", "title", "objective", "owner", "due", "status", "demo")
    list_select_related = ("cycle__pilot", "objective", "owner")
    list_display_links = ("title",)
    list_filter = ("cycle__pilot", "status", "demo")
    deeds = (
        move("start", _("Start")),
        move("finish", _("Mark as done")),
        move("drop", _("Drop"), form=asking.ReasonForm),
        move("resume", _("Take up again")),
    )

    def state_of(self, target: Action) -> str:
        return target.status

    def trail_of(self, target: Action) -> tuple[str, str]:
        return "action", f"{target.cycle.key}/{target.pk}"


@admin.register(Audit)
class AuditAdmin(PartAdmin):
    list_display = ("cycle", "planned_on", "auditor", "held_on", "demo")
    list_display_links = ("planned_on",)
    deeds = (
        Deed(
            "conclude",
            _("Record the conclusion"),
            lambda audit, data, by: checking.conclude_audit(audit=audit, **data, by=by, door=Door.ADMIN),
            asking.ConclusionForm,
            table=checking.STEPS,
            step="conclude_audit",
        ),
    )

    def offered(self, deed: Deed, target: Audit, user: User) -> bool:
        return target.held_on is None and super().offered(deed, target, user)

    def trail_of(self, target: Audit) -> tuple[str, str]:
        return "audit", f"{target.cycle.key}/{target.pk}"


@admin.register(Review)
class ReviewAdmin(PartAdmin):
    list_display = ("cycle", "planned_on", "held_on", "demo")
    list_display_links = ("planned_on",)
    deeds = (
        Deed(
            "minute",
            _("Write the minutes"),
            lambda review, data, by: checking.minute_review(review=review, **data, by=by, door=Door.ADMIN),
            asking.MinutesForm,
            table=checking.STEPS,
            step="minute_review",
        ),
    )

    def offered(self, deed: Deed, target: Review, user: User) -> bool:
        return target.held_on is None and super().offered(deed, target, user)

    def trail_of(self, target: Review) -> tuple[str, str]:
        return "review", f"{target.cycle.key}/{target.pk}"


@admin.register(Nonconformity)
class NonconformityAdmin(PartAdmin):
    list_display = ("cycle", "number", "grade", "text", "clause", "demo")
    list_select_related = ("cycle__pilot", "clause")
    list_display_links = ("number", "text")
    list_filter = ("cycle__pilot", "grade", "demo")
    deeds = (
        Deed(
            "correct",
            _("Plan a corrective action"),
            lambda found, data, by: improving.plan_correction(nonconformity=found, **data, by=by, door=Door.ADMIN),
            asking.CorrectionForm,
            table=improving.STEPS,
            step="plan_correction",
        ),
    )

    def trail_of(self, target: Nonconformity) -> tuple[str, str]:
        return "nonconformity", f"{target.cycle.key}/{target.number}"


@admin.register(CorrectiveAction)
class CorrectionAdmin(PartAdmin):
    list_display = ("cycle", "title", "nonconformity", "owner", "due", "done_on", "effective", "demo")
    list_select_related = ("cycle__pilot", "nonconformity", "owner")
    list_display_links = ("title",)
    deeds = (
        Deed(
            "finish",
            _("Mark as done"),
            lambda correction, _data, by: improving.finish_correction(correction=correction, by=by, door=Door.ADMIN),
            table=improving.STEPS,
            step="finish_correction",
        ),
        Deed(
            "check",
            _("Record whether it worked"),
            lambda correction, data, by: improving.check_correction(correction=correction, **data, by=by, door=Door.ADMIN),
            asking.EffectForm,
            table=improving.STEPS,
            step="check_correction",
        ),
    )

    def offered(self, deed: Deed, target: CorrectiveAction, user: User) -> bool:
        """First it is done, then somebody else checks it."""
        ready = target.done_on is None if deed.name == "finish" else target.done_on and not target.checked_on and target.owner_id != user.pk
        return bool(ready) and super().offered(deed, target, user)


@admin.register(Policy, Decision)
class RecordAdmin(PartAdmin):
    list_display = ("cycle", "__str__", "demo")
    list_display_links = ("__str__",)


@admin.register(Justification)
class JustificationAdmin(PartAdmin):
    list_display = ("cycle", "issue", "purpose", "text", "demo")
    list_display_links = ("issue",)
    list_select_related = ("cycle__pilot", "issue", "purpose")


@admin.register(Stocktake)
class StocktakeAdmin(PartAdmin):
    list_display = ("cycle", "number", "taken_by", "taken_at")
    list_select_related = ("cycle__pilot", "taken_by")
    list_display_links = ("number",)
    list_filter = ("cycle__pilot",)

    def beside(self, request: HttpRequest, target: Stocktake) -> dict[str, object]:
        return {**super().beside(request, target), "beside": "admin/stocktake.html", "stocktake": target.lines.all()}
