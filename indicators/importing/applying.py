"""Imports what a preview showed as one batch, or nothing; undoes it as one; cancels it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators import entry
from indicators.entry import Item, Outcome
from indicators.importing import keeping, weighing
from indicators.importing.lines import CHANGED, CONFLICT, NEW, REFUSED, Line, answer_of, keep, lines_of, preview_of
from indicators.importing.reading import counts_of
from indicators.importing.table import STEPS
from indicators.models import Import
from pilots import access, steps
from pilots.models import Door, User


class MovedOn(ValidationError):
    """The figures are not what the preview showed any more."""


def apply(*, found: Import, preview: str, by: User, door: str, only_valid: bool = False, mine: Collection[str] = ()) -> Import:
    """Import the figures that the preview of that sum showed, as one batch.

    Refused: another preview than the one that was seen; problems and conflicts, unless `only_valid` leaves them out; figures that
    moved on meanwhile. Then nothing is written, and the preview is made again with what stands there now. `mine` names the conflicts
    (TJ-58@2030) in which the workbook's figure replaces the colleague's.
    """
    try:
        return _apply(found, preview, by=by, door=door, only_valid=only_valid, mine=frozenset(mine))
    except MovedOn:
        look_again(found=found, by=by, door=door)
        raise


@transaction.atomic
def _apply(found: Import, preview: str, *, by: User, door: str, only_valid: bool, mine: frozenset[str]) -> Import:
    locked = _take(found, "apply", by=by)
    if preview != preview_of(locked):
        raise ValidationError(_("The preview was made again since you saw it. Look at it once more."), code="stale")
    lines = lines_of(locked)
    chosen = [line for line in lines if line.written or (line.status == CONFLICT and line.key in mine)]
    left = [line for line in lines if line.status == REFUSED or (line.status == CONFLICT and line.key not in mine)]
    if left and not only_valid:
        raise ValidationError(_left_words(len(left)), code="problems")
    batch = entry.record(pilot=locked.pilot, entries=[line.item() for line in chosen], by=by, door=Door.WORKBOOK)
    if not batch.applied:
        raise MovedOn(_moved_words(batch.refused), code="stale")
    locked.written = [_written(outcome) for outcome in batch.outcomes if outcome.status in ("created", "updated")]
    locked.state, locked.applied_by, locked.applied_at = STEPS[0].after, by, timezone.now()
    locked.save(update_fields=["state", "written", "applied_by", "applied_at"])
    keeping.leave("apply", locked, by=by, door=door, after={"written": len(locked.written), "left": len(left)})
    return locked


def _left_words(count: int) -> str:
    return ngettext(
        "%(count)s figure has a problem, so nothing was imported. Correct it, or import the valid ones only.",
        "%(count)s figures have a problem, so nothing was imported. Correct them, or import the valid ones only.",
        count,
    ) % {"count": count}


def _moved_words(refused: Sequence[Outcome]) -> str:
    codes = _(", ").join(outcome.item.series for outcome in refused[:5])
    return ngettext(
        "%(count)s figure changed since the preview (%(codes)s), so nothing was imported. Look at the preview once more.",
        "%(count)s figures changed since the preview (%(codes)s), so nothing was imported. Look at the preview once more.",
        len(refused),
    ) % {"count": len(refused), "codes": codes}


@transaction.atomic
def look_again(*, found: Import, by: User, door: str) -> Import:
    """Make the preview of a read file again, with what stands in the cells now."""
    locked = _take(found, "apply", by=by)
    lines = lines_of(locked)
    weighing.look_again(lines, pilot=locked.pilot, by=by)
    locked.lines, locked.counts = [keep(line) for line in lines], counts_of(lines)
    locked.save(update_fields=["lines", "counts"])
    keeping.leave("look_again", locked, by=by, door=door, after={name: locked.counts[name] for name in (NEW, CHANGED, CONFLICT, REFUSED)})
    return locked


@transaction.atomic
def undo(*, found: Import, by: User, door: str) -> Import:
    """Put back what stood in the cells before the import; a figure that was changed since, or is submitted, stays and is listed.

    Refused where nothing can be put back.
    """
    locked = _take(found, "undo", by=by)
    items = [_before(written) for written in locked.written]
    batch = entry.record(pilot=locked.pilot, entries=items, by=by, door=Door.WORKBOOK, partial=True)
    left = [outcome for outcome in batch.outcomes if outcome.refused]
    if items and len(left) == len(items):
        raise ValidationError(_("None of these figures can be put back: %(why)s") % {"why": left[0].message}, code="wrong_state")
    locked.state, locked.ended_by, locked.ended_at = STEPS[1].after, by, timezone.now()
    locked.counts = {**locked.counts, "left": [f"{outcome.item.series}@{outcome.item.period}" for outcome in left]}
    locked.save(update_fields=["state", "counts", "ended_by", "ended_at"])
    keeping.leave("undo", locked, by=by, door=door, after={"put_back": len(items) - len(left), "left": len(left)})
    return locked


@transaction.atomic
def cancel(*, found: Import, by: User, door: str) -> Import:
    """Give an import up that was not applied; a worker that reads it throws its work away."""
    locked = _take(found, "cancel", by=by)
    locked.state, locked.ended_by, locked.ended_at = STEPS[2].after, by, timezone.now()
    locked.save(update_fields=["state", "ended_by", "ended_at"])
    keeping.leave("cancel", locked, by=by, door=door)
    return locked


def _take(found: Import, step: str, *, by: User) -> Import:
    """Lock an import for a step, or refuse whoever may not take it or comes too late."""
    access.require(by, found.pilot, *access.TEAM)
    rows = Import.objects.select_for_update(of=("self",), no_key=True).select_related("pilot", "brought_by")
    locked = rows.get(pk=found.pk)
    steps.take(STEPS, step, state=locked.state, roles=access.roles_in(by, locked.pilot))
    return locked


def _written(outcome: Outcome) -> dict[str, object]:
    """Keep of a written cell what undoing it needs: its version and what stood there before."""
    kept: dict[str, object] = {"series": outcome.item.series, "period": str(outcome.item.period), "version": outcome.entry.version}
    return {**kept, "before": answer_of(outcome.before)} if outcome.before else kept


def _before(written: dict) -> Item:
    """Return the item that puts a cell back; one that was new is emptied."""
    line = Line(CHANGED, series=written["series"], period=written["period"], answer=written.get("before", {}), version=written["version"])
    return line.item()
