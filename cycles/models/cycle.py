"""A pilot's cycle, the stage it is in, and who moved it from stage to stage."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.periods import Period, of_year
from pilots.models import Pilot, Role, User, choose, kept_whole, known, never_emptied

# The programme's readers of cycles; the others see those of their own pilots.
READERS = frozenset({Role.COORDINATOR, Role.EXPERT, Role.AUDITOR})


class CycleQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> CycleQuerySet:
        """Cycles are for the pilot's members, the coordinator, the expert and the auditor."""
        if getattr(user, "programme_roles", frozenset()) & READERS:
            return self
        return self.filter(pilot_id__in=getattr(user, "pilot_ids", ()))


class Cycle(models.Model):
    """One turn of Plan, Do, Check and Act in a pilot, around the figures of one year."""

    class Stage(models.TextChoices):
        PLAN = "plan", _("Plan")
        DO = "do", _("Do")
        CHECK = "check", _("Check")
        ACT = "act", _("Act")
        CLOSED = "closed", _("Closed")

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="cycles", verbose_name=_("pilot"))
    number = models.PositiveSmallIntegerField(_("number"))
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year of the figures"))
    starts = models.DateField(_("starts"))
    ends = models.DateField(_("ends"))
    stage = models.CharField(_("stage"), max_length=6, choices=Stage, default=Stage.PLAN)
    share = models.PositiveSmallIntegerField(_("share of required indicators to be verified, in percent"), default=80)
    scope = models.TextField(_("scope"), blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened at"))
    demo = models.BooleanField(_("demo"), default=False)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "-number"]
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "number"], name="cycle_number_once"),
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")),
                name="cycle_ends_after_start",
                violation_error_message=_("The cycle ends before it starts. Choose a later end."),
            ),
            models.CheckConstraint(
                condition=models.Q(share__gte=1, share__lte=100),
                name="cycle_share_is_percent",
                violation_error_message=_("The share of verified indicators is a percentage from 1 to 100."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name_zh="", name_en=""),
                name="cycle_has_a_name",
                violation_error_message=_("Name the cycle in Chinese or in English."),
            ),
            models.CheckConstraint(condition=models.Q(stage__in=["plan", "do", "check", "act", "closed"]), name="cycle_stage_is_known"),
        ]
        triggers = [
            pgtrigger.Protect(name="cycles_stay", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="closed_cycle_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.stage = 'closed' AND NEW.stage = 'closed' AND OLD.* IS DISTINCT FROM NEW.*"),
            ),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.pilot.short_name} · {self.name}"

    @property
    def name(self) -> str:
        return choose(self, "name")

    @property
    def period(self) -> Period:
        """The year whose figures the cycle checks."""
        return of_year(self.year)

    @property
    def key(self) -> str:
        """How the trail names the cycle."""
        return f"{self.pilot.slug}/{self.number}"


def closed_with_its_cycle() -> list[pgtrigger.Trigger]:
    """Refuse to add, change or remove a part of a closed cycle."""
    words = "RAISE EXCEPTION 'pgtrigger: the cycle is closed';"
    closed = "(SELECT stage FROM cycles_cycle WHERE id = {row}.cycle_id) = 'closed'"
    func = """
        IF TG_OP <> 'INSERT' AND {old} THEN {words} END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF {new} THEN {words} END IF;
        RETURN NEW;
    """.format(old=closed.format(row="OLD"), new=closed.format(row="NEW"), words=words)
    return [
        pgtrigger.Trigger(
            name="closed_with_its_cycle",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            func=func,
        )
    ]


class PartQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> PartQuerySet:
        """Whoever sees a cycle sees all that belongs to it."""
        return self.filter(cycle__in=Cycle.objects.visible_to(user))


class StageChange(models.Model):
    """A move of a cycle from one stage to another, with what the gate still lacked where it was overridden."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="changes")
    step = models.CharField(max_length=20)
    before = models.CharField(max_length=6, choices=Cycle.Stage)
    after = models.CharField(max_length=6, choices=Cycle.Stage)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    lacked = models.JSONField(default=list)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change of stage")
        verbose_name_plural = _("changes of stage")
        constraints = [
            models.CheckConstraint(condition=models.Q(lacked=[]) | ~models.Q(reason=""), name="stage_change_override_has_a_reason"),
            known("before", Cycle.Stage, of="stagechange"),
            known("after", Cycle.Stage, of="stagechange"),
            models.CheckConstraint(condition=~models.Q(before=models.F("after")), name="stage_change_changes_something"),
        ]
        triggers = kept_whole()

    def __str__(self) -> str:
        return f"{self.cycle} {self.before} → {self.after}"
