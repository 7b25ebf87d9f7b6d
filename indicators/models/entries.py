"""Collections and entries: the call for a year of data and the working figures that answer it."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from indicators.models.evidence import Evidence
from indicators.models.series import Series
from indicators.periods import Frequency, Period
from pilots.models import Door, Pilot, Qualifier, Role, User, known, never_emptied, stays_whole

AFTER_SUBMISSION = frozenset({Role.COORDINATOR, Role.EXPERT})


class Flag(models.TextChoices):
    """The status of a figure (SDMX CL_OBS_STATUS)."""

    NORMAL = "A", _("normal")
    BREAK = "B", _("break in the series")
    ESTIMATED = "E", _("estimated")
    PROVISIONAL = "P", _("provisional")
    NOT_COLLECTED = "L", _("missing: not collected")
    NOT_APPLICABLE = "M", _("missing: cannot exist")
    NOT_YET = "O", _("missing")
    CONFIDENTIAL = "Q", _("missing: confidential")


class Reason(models.TextChoices):
    """Why there is no figure; 0 is a figure."""

    NOT_COLLECTED = "not-collected", _("not collected")
    NOT_APPLICABLE = "not-applicable", _("not applicable")
    NOT_YET = "not-yet", _("not yet available")
    CONFIDENTIAL = "confidential", _("confidential")
    DIVISION = "division", _("the denominator is zero")


FLAG_OF_REASON = {
    Reason.NOT_COLLECTED: Flag.NOT_COLLECTED,
    Reason.NOT_APPLICABLE: Flag.NOT_APPLICABLE,
    Reason.NOT_YET: Flag.NOT_YET,
    Reason.CONFIDENTIAL: Flag.CONFIDENTIAL,
    Reason.DIVISION: Flag.NOT_APPLICABLE,
}
TYPED_FLAGS = (Flag.NORMAL, Flag.BREAK, Flag.ESTIMATED, Flag.PROVISIONAL)
TYPED_REASONS = (Reason.NOT_COLLECTED, Reason.NOT_APPLICABLE, Reason.NOT_YET, Reason.CONFIDENTIAL)


# A figure is normal or carries a caution; a missing one carries the flag of its reason; an empty cell says nothing yet.
FLAG_FITS = models.Q(value__isnull=False, reason="", flag__in=TYPED_FLAGS) | models.Q(value=None, reason="", flag__in=TYPED_FLAGS)
for _reason, _flag in FLAG_OF_REASON.items():
    FLAG_FITS |= models.Q(value=None, reason=_reason, flag=_flag)
RATIO_IS_WHOLE = models.Q(numerator=None, denominator=None) | models.Q(numerator__isnull=False, denominator__isnull=False)


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> CollectionQuerySet:
        """Calls for data are seen by the pilot's members and by the programme's readers."""
        if getattr(user, "reads_programme", False):
            return self
        return self.filter(pilot_id__in=getattr(user, "pilot_ids", ()))


class Collection(models.Model):
    """The call for a pilot's data of one period."""

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="collections")
    start = models.DateField()
    frequency = models.CharField(max_length=7, choices=Frequency, default=Frequency.YEAR)
    opens = models.DateField()
    due = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    needs_sign_off = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "-start"]
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "start", "frequency"], name="collection_once"),
            models.CheckConstraint(condition=models.Q(due__gte=models.F("opens")), name="collection_due_after_opening"),
            known("frequency", Frequency, of="collection"),
        ]
        triggers = [
            pgtrigger.Protect(name="closed_stays_closed", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)),
            *stays_whole(),
        ]

    def __str__(self) -> str:
        return f"{self.pilot.short_name} {self.period.label}"

    @property
    def period(self) -> Period:
        return Period(self.start, self.frequency)


def held(state: str) -> pgtrigger.Condition:
    """Say when more than nothing changes of an entry that stays in a state."""
    return pgtrigger.Condition(f"OLD.state = '{state}' AND NEW.state = '{state}' AND OLD.* IS DISTINCT FROM NEW.*")


# Whoever writes a figure past the acts meets the collection here; computed figures follow from figures that met it. The figures of
# a statement are looked at together, because a look for each costs more than writing it.
CLOSED = """
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT pilot_id, start FROM ({figures}) AS figures) AS asked
        JOIN indicators_collection c ON c.pilot_id = asked.pilot_id AND c.start <= asked.start
            AND asked.start < c.start + (CASE c.frequency WHEN 'year' THEN 12 WHEN 'half' THEN 6 WHEN 'quarter' THEN 3 ELSE 1 END
                                         || ' months')::interval
        GROUP BY asked.pilot_id, asked.start HAVING count(*) = count(c.closed_at)
    ) THEN
        RAISE EXCEPTION 'pgtrigger: the collection of this figure is closed';
    END IF;
    RETURN NULL;
"""
NEW_FIGURES = "SELECT id, pilot_id, start, value, qualifier, flag, reason FROM new_rows WHERE NOT computed AND state = 'open'"
OLD_FIGURES = "SELECT id, pilot_id, start, value, qualifier, flag, reason FROM old_rows"
CLOSED_STAYS_CLOSED = [
    pgtrigger.Trigger(
        name="closed_collection_takes_nothing",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_rows"),
        func=CLOSED.format(figures=NEW_FIGURES),
    ),
    pgtrigger.Trigger(
        name="closed_collection_keeps_all",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
        func=CLOSED.format(figures=f"{NEW_FIGURES} EXCEPT {OLD_FIGURES}"),
    ),
]


class EntryQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> EntryQuerySet:
        """Drafts are for the pilot's members; coordinator and expert see what was submitted; the auditor sees all.

        Whoever typed a figure from paper sees it until the team makes it its own.
        """
        roles = getattr(user, "programme_roles", frozenset())
        if Role.AUDITOR in roles:
            return self
        mine = models.Q(pilot_id__in=getattr(user, "pilot_ids", ()))
        if roles & AFTER_SUBMISSION:
            return self.filter(mine | ~models.Q(state=Entry.State.OPEN) | models.Q(unconfirmed=True, written_by=user))
        return self.filter(mine)

    def within(self, period: Period) -> EntryQuerySet:
        """Entries of `period` and of everything inside it."""
        finer = [f for f in Frequency.values if Period(period.start, f).months <= period.months]
        return self.filter(start__gte=period.start, start__lt=period.next().start, frequency__in=finer)


class Entry(models.Model):
    """A working figure of one series and period; an official observation is made from it when it is verified."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        LOCKED = "locked", _("submitted")
        VERIFIED = "verified", _("verified")

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="entries")
    series = models.ForeignKey(Series, models.PROTECT, related_name="entries")
    start = models.DateField()
    frequency = models.CharField(max_length=7, choices=Frequency)
    value = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    qualifier = models.CharField(max_length=1, choices=Qualifier, default=Qualifier.EXACT)
    flag = models.CharField(max_length=1, choices=Flag, default=Flag.NORMAL)
    reason = models.CharField(max_length=14, choices=Reason, blank=True)
    until = models.DateField(null=True, blank=True)
    given = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    computed = models.BooleanField(default=False)
    numerator = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    denominator = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    demo = models.BooleanField(default=False)
    paper = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="entries")
    unconfirmed = models.BooleanField(default=False)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()
    door = models.CharField(max_length=8, choices=Door)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["series", "start"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [models.Index(fields=["pilot", "start"], name="entry_of_a_pilot")]
        constraints = [
            models.UniqueConstraint(fields=["series", "start", "frequency"], name="entry_once"),
            models.CheckConstraint(condition=models.Q(value=None) | models.Q(reason=""), name="entry_has_a_value_or_a_reason"),
            known("frequency", Frequency, of="entry"),
            known("qualifier", Qualifier, of="entry"),
            known("flag", Flag, of="entry"),
            known("reason", Reason, of="entry", blank=True),
            models.CheckConstraint(condition=models.Q(state__in=["open", "locked", "verified"]), name="entry_state_is_known"),
            known("door", Door, of="entry"),
            models.CheckConstraint(condition=FLAG_FITS, name="entry_flag_fits_the_figure"),
            models.CheckConstraint(
                condition=RATIO_IS_WHOLE & (models.Q(computed=True) | models.Q(numerator=None)), name="entry_ratio_is_whole"
            ),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="entry_version_counts_from_one"),
            models.CheckConstraint(condition=models.Q(until=None) | models.Q(reason="not-yet"), name="entry_until_belongs_to_not_yet"),
            models.CheckConstraint(
                condition=models.Q(unconfirmed=False) | models.Q(paper__isnull=False, state="open"), name="entry_unconfirmed_is_from_paper"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="verified_content_stays", operation=pgtrigger.Update, condition=held("verified")),
            pgtrigger.Protect(name="submitted_content_stays", operation=pgtrigger.Update, condition=held("locked")),
            pgtrigger.Protect(name="no_entry_begins_verified", operation=pgtrigger.Insert, condition=pgtrigger.Q(new__state="verified")),
            *CLOSED_STAYS_CLOSED,
            pgtrigger.Protect(name="entries_stay", operation=pgtrigger.Delete),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.series.code} {self.period}"

    @cached_property
    def period(self) -> Period:
        return Period(self.start, self.frequency)

    @property
    def empty(self) -> bool:
        """Neither a figure nor a reason why there is none."""
        return self.value is None and not self.reason

    @property
    def answered(self) -> bool:
        """Whether the cell counts as done: a figure, or a reason other than "not yet" (0 is a figure)."""
        return not self.empty and self.reason != Reason.NOT_YET
