"""Everything that is known about one cell: what it means, how it is checked, where its figure comes from, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from indicators import collecting, comments, grid, periods, rules
from indicators.entry import Item
from indicators.models import Citation, Comment, Current, Entry, Evidence, Flag, Reason, Series, Submission
from indicators.periods import Period
from indicators.roster import roster_of
from pilots import access
from pilots.models import Pilot, Role, TrailRow, User

YEARS = 10
CHANGES, PICKED = 20, 100
TEXTS = ("source", "note", "explanation")
FIRST = {"entry", "citation"}


@dataclass(frozen=True)
class Change:
    """One line of a cell's history: when, who, what was done, and the figure before and after where it changed."""

    row: TrailRow
    old: str
    new: str
    texts: tuple[str, ...]

    @property
    def moved(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True)
class Details:
    """One cell as one person sees it."""

    pilot: Pilot
    series: Series
    period: Period
    user: User

    @property
    def key(self) -> str:
        return f"{self.series.code}@{self.period.code}"

    @cached_property
    def reads_drafts(self) -> bool:
        """Whether the person sees working figures from their first day."""
        return self.pilot.pk in self.user.pilot_ids or Role.AUDITOR in self.user.programme_roles

    @cached_property
    def entries(self) -> dict[tuple[int, Period], Entry]:
        """The figures that the person may see of this series and of its inputs, of the last ten years."""
        since = periods.of_year(self.period.year - YEARS + 1).start
        found = Entry.objects.visible_to(self.user).filter(series__in=[self.series, *self.inputs], start__gte=since)
        found = found.filter(start__lt=periods.of_year(self.period.year).next().start).select_related("written_by", "series__unit")
        return {(entry.series_id, entry.period): entry for entry in found}

    @cached_property
    def inputs(self) -> list[Series]:
        """The pilot's series that this one is computed from."""
        if not self.series.computed:
            return []
        wanted = (self.series.indicator.numerator_id, self.series.indicator.denominator_id)
        found = {one.variable_id: one for one in Series.objects.of(self.pilot).with_definitions().filter(variable__in=wanted)}
        return [found[variable] for variable in dict.fromkeys(wanted) if variable in found]

    @cached_property
    def row(self) -> grid.Row:
        """The line of the sheet that this cell stands in, with its equation and its pace."""
        watch = rules.Watch(roster_of(self.pilot), entries=self.entries)
        sheet = grid.Sheet(self.pilot, self.period, [self.series, *self.inputs], watch)
        return next(row for row in sheet.grid().rows if row.series.pk == self.series.pk)

    @property
    def entry(self) -> Entry | None:
        return self.entries.get((self.series.pk, self.period))

    @property
    def last(self) -> Entry | None:
        """The figure of a year ago."""
        return self.entries.get((self.series.pk, periods.shift(self.period, -12 // self.period.months)))

    @cached_property
    def state(self) -> str:
        """The state of the cell: its entry's, else the one that its collection gives it; closed where nobody calls for it."""
        calls = self.pilot.collections.filter(start__lte=self.period.start).order_by("-start")
        call = next((one for one in calls if self.period.start < one.period.next().start), None)
        if call is None:
            return collecting.CLOSED
        state = collecting.state_of(call)
        if state == collecting.CLOSED:
            return state
        return self.entry.state if self.entry else collecting.cell_state(state)

    @property
    def enters(self) -> bool:
        """Whether the person could change the cell's texts and evidence now; the acts decide again."""
        return access.may(self.user, self.pilot, *access.TEAM) and self.state == Entry.State.OPEN

    @property
    def types(self) -> bool:
        """Whether the texts belong to a figure that somebody types."""
        return self.enters and not self.row.cell.computed

    @property
    def talks(self) -> bool:
        """Whether the person could say something about the cell now."""
        if access.may(self.user, self.pilot, *access.TEAM):
            return True
        offered = self.entry is not None and self.entry.state != Entry.State.OPEN
        return offered and access.may(self.user, self.pilot, *comments.WRITERS)

    @property
    def proposed_source(self) -> str:
        """The source of a year ago, as long as this year names none."""
        if self.entry is not None and self.entry.source:
            return ""
        return self.last.source if self.last else ""

    def item(self, **texts: str) -> Item:
        """Return the figure as it stands, with other texts, for the act that writes it."""
        if self.entry is None:
            return Item(self.series.code, self.period, None, **texts)
        kept = {field.name: getattr(self.entry, field.name) for field in fields(Item) if hasattr(self.entry, field.name)}
        flag = Flag.NORMAL if self.entry.reason else self.entry.flag
        return Item(**{**kept, "series": self.series.code, "period": self.period, "flag": flag, "version": None, **texts})

    @cached_property
    def citations(self) -> list[Citation]:
        """The files that stand as sources of the cell."""
        seen = Citation.objects.visible_to(self.user).standing().filter(**self.place)
        return list(seen.select_related("evidence", "cited_by").order_by("pk"))

    @property
    def place(self) -> dict[str, object]:
        return {"series": self.series, "start": self.period.start, "frequency": self.period.frequency}

    @cached_property
    def pickable(self) -> QuerySet[Evidence]:
        """The latest files of the pilot that the cell does not cite yet."""
        cited = [citation.evidence_id for citation in self.citations]
        seen = Evidence.objects.visible_to(self.user).filter(pilot=self.pilot, replaced_by=None)
        return seen.exclude(state=Evidence.State.REFUSED).exclude(pk__in=cited)[:PICKED]

    @cached_property
    def thread(self) -> list[Comment]:
        """What was said about the cell."""
        seen = Comment.objects.visible_to(self.user).filter(**self.place)
        return list(seen.select_related("written_by").order_by("pk"))

    @property
    def unsettled(self) -> bool:
        return bool(self.thread) and self.thread[-1].kind != Comment.Kind.RESOLVED

    @cached_property
    def history(self) -> list[Change]:
        """What was done to the cell, the newest first, for those who read drafts."""
        if not self.reads_drafts:
            return []
        rows = TrailRow.objects.filter(pilot=self.pilot, object_kind__in=FIRST, object_key=f"{self.series.code}/{self.period}")
        return [change_of(row, self.series) for row in rows.select_related("actor").order_by("-pk")[:CHANGES]]

    @cached_property
    def figures(self) -> list[Current | Entry]:
        """The figures of the last ten years: working ones where the person may see them, else what is published."""
        published = Current.objects.visible_to(self.user).filter(series=self.series, frequency=self.period.frequency)
        since = periods.of_year(self.period.year - YEARS + 1).start
        known: dict[Period, Current | Entry] = {row.period: row for row in published.filter(start__gte=since)}
        known |= {period: entry for (pk, period), entry in self.entries.items() if pk == self.series.pk and entry.value is not None}
        return [known[period] for period in sorted(known) if period.frequency == self.period.frequency]

    @property
    def submission(self) -> Submission | None:
        """The latest submission that the cell was part of, for a link to its review."""
        found = Submission.objects.visible_to(self.user).filter(pilot=self.pilot, collection__start__year=self.period.year)
        return found.exclude(state=Submission.State.WITHDRAWN).order_by("-number").first()

    @property
    def checks(self) -> list[str]:
        """How a reviewer checks the figure, in sentences."""
        return list(checks_of(self.series))


def change_of(row: TrailRow, series: Series) -> Change:
    """Read a row of the trail as a change of a figure."""
    before, after = row.before or {}, row.after or {}
    changed = tuple(name for name in TEXTS if before.get(name, "") != after.get(name, "")) if row.object_kind == "entry" and after else ()
    return Change(row, written(before, series), written(after, series) if after else written(before, series), changed)


def written(kept: dict, series: Series) -> str:
    """Write a figure as the trail keeps it, for the reader."""
    if kept.get("value") is not None:
        sign = kept.get("qualifier", "=")
        return f"{sign} {grid.plain(Decimal(kept['value']))}" if sign != "=" else grid.plain(Decimal(kept["value"]))
    reason = kept.get("reason", "")
    return str(Reason(reason).label) if reason in Reason.values else ""


def checks_of(series: Series) -> Iterator[str]:
    """Say what a figure must hold to: its unit, its limits, its whole, its parts."""
    definition = series.definition
    yield _("The figure is in %(unit)s, by %(frequency)s.") % {"unit": series.unit.name, "frequency": series.get_frequency_display()}
    if definition.minimum is not None:
        yield _("It is at least %(figure)s.") % {"figure": grid.plain(definition.minimum)}
    if definition.maximum is not None:
        yield _("It is at most %(figure)s.") % {"figure": grid.plain(definition.maximum)}
    indicator = series.indicator
    if indicator is None:
        yield _("It is an input: one source and one boundary for every indicator that uses it.")
        return
    if indicator.part_of_whole:
        names = {"part": indicator.numerator.name, "whole": indicator.denominator.name}
        yield _("%(part)s is a part of %(whole)s and never more.") % names
    if series.computed:
        yield _("It is computed: check the inputs, not the result.")
    yield _("A reviewer finds the figure, its unit, its year and its place in the evidence.")
