"""Citations: a file as the source of single cells, with the page and the words that say the figure."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import collecting
from indicators.models import Citation, Collection, Entry, Evidence, Series
from indicators.periods import Period
from pilots import access, trail
from pilots.models import Pilot, User

LONGEST_QUOTE = 2000


@transaction.atomic
def cite(*, evidence: Evidence, series: Series, period: Period, by: User, door: str, page: str = "", quote: str = "") -> Citation:
    """Name a file as the source of a cell, or change the page and the quote with which it is named there.

    Refused: a file of another pilot or one that the virus scan refused; a cell that is submitted or verified, or that nobody calls for.
    """
    access.require(by, series.pilot, *access.TEAM)
    if evidence.pilot_id != series.pilot_id:
        raise ValidationError({"evidence": _("This file belongs to another pilot.")}, code="invalid")
    if evidence.state == Evidence.State.REFUSED:
        raise ValidationError({"evidence": _("The virus scan refused this file. Choose another one.")}, code="wrong_state")
    refuse_offered(series, period)
    cell = {"series": series, "start": period.start, "frequency": period.frequency}
    former = Citation.objects.standing().filter(evidence=evidence, **cell).first()
    page, quote = page.strip(), quote.strip()
    if former and (former.page, former.quote) == (page, quote):
        return former
    if former:
        end(former, by)
    made = Citation(evidence=evidence, **cell, page=page, quote=quote, cited_by=by, cited_at=timezone.now())
    if len(quote) > LONGEST_QUOTE:
        raise ValidationError({"quote": _("Quote at most %(most)s characters.") % {"most": LONGEST_QUOTE}}, code="too_long")
    made.full_clean()
    made.save()
    leave("evidence.cite", made, by=by, door=door)
    return made


@transaction.atomic
def end_citation(*, citation: Citation, by: User, door: str) -> Citation:
    """Take a file away from a cell; the citation is kept as ended. Refused once the cell is submitted or verified."""
    access.require(by, citation.series.pilot, *access.TEAM)
    refuse_offered(citation.series, citation.period)
    found = Citation.objects.select_for_update(no_key=True, of=("self",)).select_related("series__pilot", "evidence")
    locked = found.get(pk=citation.pk)
    if locked.ended_at:
        return locked
    end(locked, by)
    leave("evidence.end_citation", locked, by=by, door=door)
    return locked


def end(citation: Citation, by: User) -> None:
    """Let a citation stand no more."""
    citation.ended_by, citation.ended_at = by, timezone.now()
    citation.save(update_fields=["ended_by", "ended_at"])


def leave(act: str, citation: Citation, *, by: User, door: str) -> None:
    """Leave the trail row of a citation, under its cell."""
    told = {"evidence": citation.evidence_id, "sha256": citation.evidence.sha256, "page": citation.page, "quote": citation.quote}
    key, pilot = f"{citation.series.code}/{citation.period}", citation.series.pilot
    trail.leave(act, kind="citation", key=key, by=by, door=door, pilot=pilot, after=told)


def refuse_offered(series: Series, period: Period) -> None:
    """Refuse to touch the evidence of a cell that is not open; submitting the year waits meanwhile."""
    calls = [call for call in collecting.lock(series.pilot, [period.year]) if call.period.start <= period.start < call.period.next().start]
    if not calls or not any(True for _part in collecting.reported_for(series, period)):
        text = _("No data are being collected for %(code)s of %(period)s.")
        raise ValidationError(text % {"code": series.code, "period": period.label}, code="wrong_state")
    if offered(series, period, calls):
        text = _("%(code)s of %(period)s is submitted or verified and keeps the evidence that it has.")
        raise ValidationError(text % {"code": series.code, "period": period.label}, code="wrong_state")


def offered(series: Series, period: Period, calls: list[Collection] | None = None) -> bool:
    """Say whether a cell is submitted or verified; one without an entry follows its collection."""
    entry = Entry.objects.filter(series=series, start=period.start, frequency=period.frequency).first()
    if entry is not None or not calls:
        return entry is not None and entry.state != Entry.State.OPEN
    states = collecting.states(calls).values()
    return all(collecting.cell_state(state) == Entry.State.LOCKED for state in states)


def uncited(pilot: Pilot, period: Period) -> QuerySet[Entry]:
    """Return the typed figures of a period that no file is named for, in the order of their series."""
    here = Citation.objects.standing().filter(series=OuterRef("series"), start=OuterRef("start"), frequency=OuterRef("frequency"))
    found = Entry.objects.filter(pilot=pilot, computed=False, value__isnull=False).within(period)
    return found.filter(~Exists(here), series__active=True).select_related("series__unit", "series__indicator", "series__variable")


def cited_cells(evidence: Evidence) -> QuerySet[Citation]:
    """Return the citations of a file that stand."""
    definitions = ("series__indicator", "series__variable", "series__pilot")
    return Citation.objects.standing().filter(evidence=evidence).select_related(*definitions, "cited_by")
