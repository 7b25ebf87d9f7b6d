"""The sheet of a pilot's period as one person finds it: the call for data, its state, its boxes, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from indicators import collecting, forms, grid, periods, review
from indicators.entry import Batch
from indicators.models import Collection, Entry, Mark, Submission
from indicators.periods import Period
from indicators.rules import Watch
from pilots import access, steps
from pilots.models import Pilot, Role, User


@dataclass
class Sheet:
    """A pilot's period as one person sees it: the call for data, how far it is, and what the person may do.

    With `codes` its grid holds those series alone, and `watch` knows what stands in them.
    """

    pilot: Pilot
    period: Period
    user: User
    codes: frozenset[str] | None = None
    watch: Watch | None = None

    @cached_property
    def collection(self) -> Collection | None:
        found = Collection.objects.visible_to(self.user).filter(pilot=self.pilot)
        return found.filter(start=self.period.start, frequency=self.period.frequency).first()

    @cached_property
    def submission(self) -> Submission | None:
        """The latest submission that still stands."""
        found = Submission.objects.visible_to(self.user).filter(collection=self.collection)
        standing = found.exclude(state=Submission.State.WITHDRAWN).select_related("submitted_by", "decided_by", "reviewer")
        return standing.order_by("-number").first()

    @cached_property
    def state(self) -> str:
        """The state of the collection: that of its submission, else open or closed."""
        if self.collection is None or self.collection.closed_at:
            return collecting.CLOSED
        return self.submission.state if self.submission else collecting.OPEN

    @cached_property
    def grid(self) -> grid.Grid:
        if self.codes is None:
            return grid.read(pilot=self.pilot, period=self.period, user=self.user)
        return grid.part(pilot=self.pilot, period=self.period, user=self.user, codes=self.codes, watch=self.watch)

    @cached_property
    def cells(self) -> dict[str, grid.Cell]:
        """Every cell by its key; of a few series only what a save needs of them."""
        if self.codes is None:
            return self.grid.cells
        return grid.cells(pilot=self.pilot, period=self.period, user=self.user, codes=self.codes)

    @cached_property
    def marks(self) -> list[Mark]:
        """What the last review asked for."""
        if self.submission is None:
            return []
        return list(self.submission.marks.filter(round=self.submission.round).select_related("series", "made_by"))

    @property
    def veiled(self) -> bool:
        """Whether the figures are still the team's own, so that this reader sees only how complete they are."""
        reads_drafts = self.pilot.pk in self.user.pilot_ids or Role.AUDITOR in self.user.programme_roles
        return self.state == collecting.OPEN and not reads_drafts

    @property
    def enters(self) -> bool:
        return access.may(self.user, self.pilot, *access.TEAM)

    @property
    def steps(self) -> set[str]:
        """The names of the steps that the person may take now."""
        roles = access.roles_in(self.user, self.pilot)
        return {step.name for step in steps.available(review.STEPS, state=self.state, roles=roles)}

    @cached_property
    def neighbours(self) -> dict[str, Period]:
        """The calls for data just before and just after this one."""
        near = {"earlier": self.period.previous(), "later": self.period.next()}
        calls = Collection.objects.visible_to(self.user).filter(pilot=self.pilot, frequency=self.period.frequency)
        known = set(calls.filter(start__in=[period.start for period in near.values()]).values_list("start", flat=True))
        return {name: period for name, period in near.items() if period.start in known}

    @property
    def due(self) -> date:
        """The day that counts now: that of the review's answer, where it set one, else that of the call."""
        returned = self.state == Submission.State.RETURNED and self.submission.due
        return returned or self.collection.due

    @property
    def days_left(self) -> int:
        return (self.due - timezone.localdate()).days

    @property
    def days_over(self) -> int:
        return -self.days_left

    @property
    def completeness(self) -> collecting.Completeness:
        return collecting.completeness(self.collection)

    def editable(self, cell: grid.Cell) -> bool:
        """Whether the person could save this cell now; the act decides again."""
        if not self.enters or cell.computed:
            return False
        return (cell.entry.state if cell.entry else collecting.cell_state(self.state)) == Entry.State.OPEN

    def again(self, codes: Iterable[str] | None = None) -> Sheet:
        """Return the same sheet to be read anew, or only the series of `codes` of it."""
        return Sheet(self.pilot, self.period, self.user, None if codes is None else frozenset(codes))

    def after(self, batch: Batch, codes: Iterable[str]) -> Sheet:
        """Return some series of the same sheet as a save has left them."""
        fresh = Sheet(self.pilot, self.period, self.user, frozenset(codes), batch.watch)
        call = next((one for one in batch.sheet.collections if one.period == self.period), None)
        # An open call has no submission that marks or dates anything.
        if call and batch.sheet.states[call.pk] == collecting.OPEN:
            fresh.collection, fresh.submission = call, None
        return fresh

    def changed_since(self, cell: grid.Cell) -> bool:
        """Whether the figure was changed after the review sent the sheet back."""
        returned = self.state == Submission.State.RETURNED and self.submission.decided_at
        return bool(returned and cell.entry and cell.entry.written_at > returned)

    def boxes(self, typed: Iterable[forms.Box] = ()) -> dict[str, forms.Box]:
        """Return the boxes of the page by key, with what was typed just now in place of what stands."""
        found = forms.boxes(self.grid)
        for box in typed:
            if box.errors and box.key in found:
                found[box.key] = box.again(found[box.key])
        marks = {mark.series_id: mark for mark in self.marks}
        for box in found.values():
            box.editable = self.editable(box.cell)
            box.mark = marks.get(box.cell.series.pk)
            box.changed = self.changed_since(box.cell)
        return found


def find(request: HttpRequest, slug: str, period: str) -> Sheet:
    """Find the sheet of an address; a stranger is told that there is none."""
    try:
        pilot, found = access.find_pilot(request.user, slug), periods.parse(period)
    except (Pilot.DoesNotExist, ValidationError):
        raise Http404 from None
    if not access.may(request.user, pilot, *access.READERS):
        raise Http404
    return Sheet(pilot, found, request.user)
