"""What still keeps the data of a period from being submitted, and what else a reviewer will ask about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators import collecting, paper, rules, signing
from indicators.models import Collection, Entry, Series, Submission
from indicators.periods import Period
from indicators.review import replying
from pilots.models import User

MISSING, WARNING, UNCONFIRMED, SIGN_OFF, UNANSWERED = "missing", "warning", "unconfirmed", "sign-off", "unanswered"


@dataclass(frozen=True)
class Finding:
    """Something about a cell (or, without one, about the whole period): its code, and what is wrong with what to do.

    `indicator` is the one that waits for an input. A warning carries itself and `place`, the typed figure that it is explained at.
    """

    code: str
    text: str
    series: Series | None = None
    period: Period | None = None
    indicator: Series | None = None
    warning: rules.Warning | None = None
    place: Entry | None = None

    @property
    def message(self) -> str:
        """What is wrong, with the cell that it is about."""
        if self.series is None or self.period is None:
            return self.text
        told = {"code": self.series.code, "name": self.series.name, "period": self.period.label, "text": self.text}
        return _("%(code)s %(name)s, %(period)s: %(text)s") % told

    @property
    def key(self) -> str:
        """The cell as links name it."""
        return f"{self.series.code}@{self.period.code}" if self.series and self.period else ""


@dataclass
class Check:
    """The findings of a period, by how much they weigh."""

    missing: list[Finding] = field(default_factory=list)
    doubtful: list[Finding] = field(default_factory=list)
    unconfirmed: list[Finding] = field(default_factory=list)
    sign_off: list[Finding] = field(default_factory=list)
    unanswered: list[Finding] = field(default_factory=list)
    asked: int = 0
    optional: list[Finding] = field(default_factory=list)
    explained: list[Finding] = field(default_factory=list)

    @property
    def blocking(self) -> list[Finding]:
        """What must be put right first."""
        return [*self.missing, *self.doubtful, *self.unconfirmed, *self.sign_off, *self.unanswered]

    def refuse(self) -> None:
        """Refuse to submit while anything blocks, naming each finding after a heading that counts them."""
        if not self.blocking:
            return
        heading = " ".join(self.counts())
        texts = (heading, *(finding.message for finding in self.blocking))
        raise ValidationError([ValidationError(text, code="incomplete") for text in texts])

    def counts(self) -> Iterator[str]:
        """Say in a sentence for each kind how many findings block."""
        missing, doubtful, unconfirmed = len(self.missing), len(self.doubtful), len(self.unconfirmed)
        if missing:
            yield ngettext("%(count)s required figure is still missing.", "%(count)s required figures are still missing.", missing) % {
                "count": missing
            }
        if doubtful:
            yield ngettext("%(count)s warning is not explained.", "%(count)s warnings are not explained.", doubtful) % {"count": doubtful}
        if unconfirmed:
            yield ngettext(
                "%(count)s figure from paper is not confirmed.", "%(count)s figures from paper are not confirmed.", unconfirmed
            ) % {"count": unconfirmed}
        yield from (finding.text for finding in self.sign_off)
        if self.unanswered:
            yield ngettext(
                "%(waiting)s of %(all)s request still needs a change or a reply.",
                "%(waiting)s of %(all)s requests still need a change or a reply.",
                self.asked,
            ) % {"waiting": len(self.unanswered), "all": self.asked}


def check(collection: Collection, *, reader: User) -> Check:
    """Look through the data of a collection as `reader` may see them; the queries do not grow with the figures."""
    found = Check()
    for gap in collecting.gaps(collection):
        finding = Finding(MISSING, gap.text, gap.series, gap.period, gap.indicator)
        (found.missing if gap.indicator.required else found.optional).append(finding)
    for finding in warned(collection, reader):
        (found.explained if finding.warning.explained else found.doubtful).append(finding)
    text = _("This figure was typed from paper. A lead of the pilot confirms it.")
    found.unconfirmed = [Finding(UNCONFIRMED, text, entry.series, entry.period) for entry in paper.unconfirmed(collection)]
    if lacking := signing.lacking(collection):
        found.sign_off = [Finding(SIGN_OFF, lacking)]
    look_at_marks(found, collection)
    return found


def look_at_marks(found: Check, collection: Collection) -> None:
    """Find the marks of a submission that came back which have neither a change nor a reply."""
    submission = (
        Submission.objects.filter(collection=collection, state=Submission.State.RETURNED).select_related("collection", "pilot").first()
    )
    marks = [one for one in replying.asked(submission) if one.mark.asks] if submission else []
    waiting = [one.mark for one in marks if not one.answered]
    found.asked = len(marks)
    found.unanswered = [Finding(UNANSWERED, mark.text, mark.series, collection.period) for mark in waiting]


def warned(collection: Collection, reader: User) -> Iterator[Finding]:
    """Yield the warnings of the figures that would be submitted now, in the order of the sheet."""
    watch = rules.Watch.over(collection.pilot, collection.period, reader=reader)
    cells = [
        (entry.series, entry.period)
        for entry in watch.entries.values()
        if entry.state == Entry.State.OPEN and collection.period.contains(entry.period)
    ]
    for series, period in sorted(cells, key=lambda cell: (cell[0].order, cell[0].code, cell[1])):
        for warning in watch(series, period):
            places = [(series, period), *watch.inputs(series, period)]
            place = typed_place(watch.entries.get((one.pk, part)) for one, part in places)
            yield Finding(WARNING, warning.message, series, period, warning=warning, place=place)


def typed_place(entries: Iterable[Entry | None]) -> Entry | None:
    """Return the first typed figure that can still be changed, where a warning is explained."""
    return next((entry for entry in entries if entry and not entry.computed and entry.state == Entry.State.OPEN), None)
