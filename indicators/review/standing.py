"""How the values of a submission stand: accepted, marked, changed since they were accepted, or not looked at yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.models import Entry, Judgement, Mark, Series, Submission
from indicators.review import rounds
from indicators.review.table import entries_of
from indicators.roster import Roster, roster_of
from pilots import access
from pilots.models import Role, User

ACCEPTED, MARKED, CHANGED, UNREVIEWED = "accepted", "marked", "changed", "unreviewed"
STATES = {
    ACCEPTED: gettext_lazy("accepted"),
    MARKED: gettext_lazy("marked"),
    CHANGED: gettext_lazy("changed since it was accepted"),
    UNREVIEWED: gettext_lazy("not reviewed"),
}
READERS = (Role.COORDINATOR, Role.EXPERT, Role.AUDITOR)


@dataclass
class Standing:
    """How the values of a submission stand in its present round."""

    submission: Submission
    roster: Roster = field(init=False)

    def __post_init__(self) -> None:
        self.roster = roster_of(self.submission.pilot)

    @cached_property
    def entries(self) -> dict[int, list[Entry]]:
        """The submitted entries of each series."""
        found: dict[int, list[Entry]] = {}
        for entry in entries_of(self.submission, Entry.State.LOCKED, Entry.State.OPEN):
            found.setdefault(entry.series_id, []).append(entry)
        return found

    @cached_property
    def series(self) -> dict[str, Series]:
        """The indicators to be judged, by code: those with a figure, or with a reason why there is none."""
        known = (self.roster.by_id[pk] for pk in self.entries if pk in self.roster.by_id)
        ours = [one for one in known if one.indicator_id and any(not entry.empty for entry in self.entries[one.pk])]
        return {one.code: one for one in sorted(ours, key=lambda one: (one.order, one.code))}

    def behind(self, series: Series) -> list[Entry]:
        """The entries that a value stands on: its own, and those of its inputs."""
        inputs = self.roster.inputs_of(series) if series.computed else ()
        return [entry for one in (series, *inputs) for entry in self.entries.get(one.pk, ())]

    def versions(self, series: Series) -> dict[str, int]:
        """The versions of all that a value stands on, as a judgement keeps them."""
        return {str(entry.pk): entry.version for entry in self.behind(series)}

    @cached_property
    def marks(self) -> dict[int, Mark]:
        """The marks of the present round by series, sent or not; advice is not among them."""
        return {mark.series_id: mark for mark in Mark.objects.filter(submission=self.submission, round=self.submission.round, advice=False)}

    @cached_property
    def judgements(self) -> dict[int, Judgement]:
        """The acceptances that stand, by series."""
        rows = Judgement.objects.filter(submission=self.submission, ended_at=None).select_related("made_by")
        return {row.series_id: row for row in rows}

    @cached_property
    def once_accepted(self) -> set[int]:
        """The series that an earlier round accepted."""
        rows = Judgement.objects.filter(submission=self.submission, round__lt=self.submission.round)
        return set(rows.values_list("series", flat=True))

    def accepted(self, series: Series) -> bool:
        """Whether the acceptance of a value stands and is of what is there now."""
        judgement = self.judgements.get(series.pk)
        return judgement is not None and judgement.versions == self.versions(series)

    def state(self, series: Series) -> str:
        """Say `accepted`, `marked`, `changed` (accepted once, and another figure now) or `unreviewed`."""
        mark = self.marks.get(series.pk)
        if mark is not None and mark.asks:
            return MARKED
        if self.accepted(series):
            return ACCEPTED
        return CHANGED if series.pk in self.once_accepted else UNREVIEWED

    @cached_property
    def states(self) -> dict[str, str]:
        """The state of every value by its code."""
        return {code: self.state(series) for code, series in self.series.items()}

    @property
    def unreviewed(self) -> list[str]:
        """The codes that nobody has judged as they are now."""
        return [code for code, state in self.states.items() if state in (UNREVIEWED, CHANGED)]

    @property
    def asking(self) -> list[Mark]:
        """The marks of this round that want a change or an explanation, on values and on inputs."""
        return [mark for mark in self.marks.values() if mark.asks]

    def find(self, code: str) -> Series:
        """Return the series of a code that stands in this submission, or refuse."""
        series = self.roster.by_code.get(code)
        if series is None or series.pk not in self.entries:
            words = _("%(code)s is not part of this submission.")
            raise ValidationError(words, code="unknown_series", params={"code": code[:60]})
        return series

    def own(self, series: Series, by: User) -> bool:
        """Whether the person wrote something that a value stands on."""
        return any(entry.written_by_id == by.pk for entry in self.behind(series))


def changes(submission: Submission, standing: Standing) -> Mapping[int, str]:
    """Say of each series of a submission whether it is new, changed or unchanged since the round before."""
    rows = [entry for entries in standing.entries.values() for entry in entries]
    return rounds.compare(rows, rounds.before(submission))


def require_reader(submission: Submission, user: User) -> None:
    """Refuse those from whom a review is kept until it is sent: how single values stand is for reviewers, experts and the auditor."""
    access.require(user, submission.pilot, *READERS)
