"""The act that writes entries: `record` is the only way a working figure comes to be, one or a million."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.entry.drafting import collector_resting
from indicators.entry.items import Batch, Item, Outcome
from indicators.entry.modes import Switch, choose_mode, foresee_mode
from indicators.entry.settling import compute, settle
from indicators.entry.sheet import Sheet
from indicators.entry.weighing import propose, read_period
from indicators.entry.writing import write
from indicators.models import Evidence
from pilots import access
from pilots.models import Pilot, Role, User

__all__ = ["Batch", "Item", "Outcome", "Switch", "choose_mode", "foresee_mode", "record", "record_on_paper"]


@transaction.atomic
def record(*, pilot: Pilot, entries: Sequence[Item], by: User, door: str, partial: bool = False, dry_run: bool = False) -> Batch:
    """Write working figures and everything computed from them, in one transaction, or say for each item why not.

    `by` must be a contributor or a lead of the pilot. Every item is weighed against its cell's state (`wrong_state`), its
    version (`precondition_required`, `stale`) and the hard rules. One refusal keeps back the whole batch unless `partial`;
    `dry_run` writes nothing. What a demo account writes is marked as demo (DECISIONS 12).
    """
    access.require(by, pilot, *access.TEAM)
    return weigh_and_write(pilot, entries, by=by, door=door, partial=partial, dry_run=dry_run)


@transaction.atomic
def record_on_paper(
    *, pilot: Pilot, entries: Sequence[Item], paper: Evidence, by: User, door: str, partial: bool = False, dry_run: bool = False
) -> Batch:
    """Write figures that a pilot sent on paper, in its name; each waits for the pilot's lead (DECISIONS 15).

    A coordinator does this, with the scan of the paper. The same rules hold as in `record`; a figure that the team entered or
    confirmed itself is refused and not shown (`wrong_state`), because drafts are the team's own (DECISIONS 16).
    """
    access.require(by, pilot, Role.COORDINATOR)
    if paper.pilot_id != pilot.pk or paper.state == Evidence.State.REFUSED:
        raise ValidationError({"paper": _("Choose a scan of this pilot that is available.")}, code="paper")
    return weigh_and_write(pilot, entries, by=by, door=door, partial=partial, dry_run=dry_run, paper=paper)


@collector_resting()
def weigh_and_write(
    pilot: Pilot, entries: Sequence[Item], *, by: User, door: str, partial: bool, dry_run: bool = False, paper: Evidence | None = None
) -> Batch:
    """Do what the two acts do alike, once it is known that the person may."""
    outcomes = [Outcome(item) for item in entries]
    spans = [period for outcome in outcomes if (period := read_period(outcome))]
    sheet = Sheet(pilot, {item.series for item in entries}, spans, paper=paper)
    proposed = propose(sheet, outcomes, by)
    computation = compute(sheet, proposed, outcomes)
    applied = not dry_run and (partial or not any(outcome.refused for outcome in outcomes))
    written = settle(sheet, computation, outcomes, by=by, door=door)
    if applied and written:
        write(pilot, sheet, written, by=by, door=door)
    return Batch(outcomes, applied, pilot, by, sheet, written)
