"""A submission as one reader sees it on the page of its review."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.http import QueryDict
from django.utils.functional import cached_property

from indicators import grid, review
from indicators.models import Entry, Mark, Reply, Submission, UnlockRequest
from pilots import access
from pilots.models import Role, User


@dataclass
class Desk:
    """A submission as one reader sees it: its figures, its marks and the steps that are open."""

    submission: Submission
    user: User
    typed: QueryDict = field(default_factory=QueryDict)

    @property
    def reader(self) -> bool:
        """Whether the person reviews at all, and so is shown the steps that are closed to them."""
        return access.may(self.user, self.submission.pilot, Role.COORDINATOR)

    @cached_property
    def grid(self) -> grid.Grid:
        return grid.read(pilot=self.submission.pilot, period=self.submission.collection.period, user=self.user)

    @cached_property
    def steps(self) -> set[str]:
        return {step.name for step in review.available(self.submission, self.user)}

    @property
    def reopens(self) -> bool:
        """Whether the person may open verified figures for a correction."""
        return self.reader and self.submission.state == Submission.State.VERIFIED

    @cached_property
    def marks(self) -> dict[int, list[Mark]]:
        """The marks of every round by series, the latest first."""
        found: dict[int, list[Mark]] = {}
        replies = Prefetch("replies", Reply.objects.visible_to(self.user).select_related("written_by"), to_attr="seen_replies")
        seen = Mark.objects.visible_to(self.user).filter(submission=self.submission).select_related("made_by").prefetch_related(replies)
        for mark in seen.order_by("-round", "advice"):
            found.setdefault(mark.series_id, []).append(mark)
        return found

    @cached_property
    def judges(self) -> bool:
        """Whether the person judges single values now."""
        return "accept" in self.possible

    @cached_property
    def possible(self) -> set[str]:
        return {step.name for step in review.possible(self.submission, self.user)}

    @cached_property
    def standing(self) -> review.Standing | None:
        """How single values stand, for those who review and read along."""
        return review.Standing(self.submission) if access.may(self.user, self.submission.pilot, *review.READERS) else None

    @property
    def tally(self) -> list[tuple[str, int]]:
        """How many values stand in which state, in words."""
        counts = Counter(self.standing.states.values()) if self.standing else Counter()
        return [(label, counts[state]) for state, label in review.STATES.items() if counts[state]]

    @cached_property
    def stroke(self) -> tuple[uuid.UUID, int] | None:
        """The last stroke in which the person accepted several values that still stand, and how many."""
        mine = [row for row in (self.standing.judgements.values() if self.standing else ()) if row.made_by_id == self.user.pk]
        counts = Counter(row.batch for row in mine)
        latest = max(mine, key=lambda row: row.pk, default=None)
        return (latest.batch, counts[latest.batch]) if latest and counts[latest.batch] > 1 and self.judges else None

    @cached_property
    def asked(self) -> list[review.Asked]:
        """The marks that the pilot has to answer now."""
        return review.asked(self.submission) if access.may(self.user, self.submission.pilot, *access.MEMBERS) else []

    @cached_property
    def requests(self) -> list[UnlockRequest]:
        """The requests to unlock of the present round."""
        seen = UnlockRequest.objects.visible_to(self.user).filter(submission=self.submission, round=self.submission.round)
        return list(seen.select_related("series__indicator", "series__variable", "asked_by", "decided_by"))

    @property
    def locked(self) -> list[grid.Row]:
        """The values that could be asked for."""
        rows = [row for row in self.grid.rows if row.kind != "reference" and row.cell.entry]
        return [row for row in rows if row.cell.entry.state == Entry.State.LOCKED]

    @cached_property
    def count(self) -> int:
        """How many figures and reasons verifying makes official."""
        indicators = [row for row in self.grid.rows if row.kind == "indicator"]
        entries = [cell.entry for row in indicators for cell in {row.cell, *row.parts} if cell.entry]
        return sum(entry.state == Entry.State.LOCKED and not entry.empty for entry in entries)

    @property
    def groups(self) -> list[tuple[grid.Group, list[Line]]]:
        return [(group, [self.line(row) for row in group.rows if row.kind != "reference"]) for group in self.grid.groups]

    def line(self, row: grid.Row) -> Line:
        code = row.series.code
        return Line(
            row,
            self.marks.get(row.series.pk, []),
            kind=self.typed.get(f"{code}.kind", ""),
            text=self.typed.get(f"{code}.text", ""),
            chosen=row.cell.key in self.typed.getlist("cell"),
            state=self.standing.states.get(code, "") if self.standing else "",
        )


@dataclass(frozen=True)
class Line:
    """A row of the workspace, with the marks on it and what the reviewer is about to say."""

    row: grid.Row
    marks: list[Mark]
    kind: str
    text: str
    chosen: bool
    state: str = ""

    @property
    def draft(self) -> Mark | None:
        """The reviewers' mark that is not sent yet."""
        return next((mark for mark in self.marks if mark.sent_at is None and not mark.advice), None)

    @property
    def words(self) -> str:
        """What the box of the mark holds: what was just typed, else the draft."""
        return self.text or (self.draft.text if self.draft else "")

    @property
    def chosen_kind(self) -> str:
        return self.kind or (self.draft.kind if self.draft else "")

    @property
    def state_words(self) -> str:
        """How the value stands, in words."""
        return str(review.STATES.get(self.state, ""))

    @property
    def entry(self) -> Entry | None:
        return self.row.cell.entry

    @property
    def reopenable(self) -> bool:
        return self.entry is not None and self.entry.state == Entry.State.VERIFIED and not self.entry.empty
