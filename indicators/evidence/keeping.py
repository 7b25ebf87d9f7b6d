"""Keeps files as evidence: each once in a pilot, whole on the disk before its row is there, and never changed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.evidence import citing, kinds, naming, places
from indicators.evidence.kinds import MEGABYTE, Seen
from indicators.models import Citation, Evidence, Series
from indicators.periods import Period
from pilots import access, outbox, storing, trail
from pilots.models import Pilot, Role, User

KEEPERS = (*access.TEAM, Role.COORDINATOR)
# The first halves of the keys under which the database makes those wait who put files for one pilot, and who sweep files away.
OF_A_PILOT, OF_THE_BROOM = 37102, 37103


@dataclass(frozen=True)
class Brought:
    """A file as it comes in at a door: the name that it had there, and its bytes."""

    name: str
    file: BinaryIO


@dataclass
class Outcome:
    """What became of a file: the evidence that it is now, whether it is new, what its owner should know; or the refusal."""

    name: str
    evidence: Evidence | None = None
    fresh: bool = False
    warnings: list[str] = field(default_factory=list)
    refusal: ValidationError | None = None


@transaction.atomic
def put(*, pilot: Pilot, brought: Brought, by: User, door: str, title: str = "", replaces: Evidence | None = None) -> Outcome:
    """Keep a file as evidence, or return the one that has the same bytes already.

    Refused: whoever does not enter for the pilot (a coordinator may bring the paper that they record from); a kind that is not taken, or
    more than 20 MB (`kinds.look`); more than the pilot has room for. With a virus scanner the file waits until it was found clean.
    """
    access.require(by, pilot, *KEEPERS)
    name = naming.tidy(brought.name)
    seen = kinds.look(brought.file, name)
    sha256 = places.sum_of(seen.file)
    line_up(pilot)
    known = Evidence.objects.filter(pilot=pilot, sha256=sha256).first()
    if known is None:
        refuse_overfull(pilot, kinds.size_of(seen.file))
    if known is None or not places.sound(sha256):
        seen.file.seek(0)
        storing.put_from(places.path_of(sha256), seen.file)
    if known is not None:
        return Outcome(name, known, warnings=seen.warnings)
    made = row_of(pilot, seen, sha256, name, by)
    made.title, made.replaces = title.strip(), replaces
    made.full_clean(exclude=["put_at"])
    made.save()
    told = {"sha256": sha256, "name": name, "size": made.size, "kind": made.kind}
    trail.leave("evidence.put", kind="evidence", key=str(made.pk), by=by, door=door, pilot=pilot, after=told)
    if made.state == Evidence.State.QUARANTINED:
        outbox.put("evidence.scan", key=f"evidence-{made.pk}", payload={"evidence_id": made.pk})
    return Outcome(name, made, True, seen.warnings)


def row_of(pilot: Pilot, seen: Seen, sha256: str, name: str, by: User) -> Evidence:
    """Make the row of a file that came in now."""
    return Evidence(
        pilot=pilot,
        sha256=sha256,
        size=kinds.size_of(seen.file),
        kind=seen.kind,
        name=name,
        state=Evidence.State.QUARANTINED if settings.CLAMD else Evidence.State.CLEAN,
        put_by=by,
        put_at=timezone.now(),
        demo=by.demo,
    )


def line_up(pilot: Pilot) -> None:
    """Wait until nobody else puts a file for this pilot, and let nobody sweep meanwhile; both until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0), pg_advisory_xact_lock(%s, %s)", [OF_THE_BROOM, OF_A_PILOT, pilot.pk])


def used_by(pilot: Pilot) -> int:
    """Return how many bytes of evidence a pilot keeps."""
    return Evidence.objects.filter(pilot=pilot).aggregate(sum=Sum("size"))["sum"] or 0


def most_of(pilot: Pilot) -> int:
    """Return how many bytes of evidence a pilot may keep."""
    return settings.EVIDENCE_MB * MEGABYTE


def refuse_overfull(pilot: Pilot, size: int) -> None:
    """Refuse a file for which the pilot has no room left."""
    if used_by(pilot) + size > most_of(pilot):
        text = _("%(pilot)s has no room for this file: its evidence may take %(most)s MB. Ask the administrator for more.")
        raise ValidationError(text % {"pilot": pilot.short_name, "most": settings.EVIDENCE_MB}, code="quota")


@transaction.atomic
def bring(
    *,
    pilot: Pilot,
    files: Sequence[Brought],
    by: User,
    door: str,
    cell: tuple[Series, Period] | None = None,
    title: str = "",
    page: str = "",
    quote: str = "",
) -> list[Outcome]:
    """Keep several files, and cite each in a cell where one is given; a file that is refused keeps back no other.

    Refused, beside what `put` refuses: bytes that the pilot's team keeps where whoever brings them does not see them yet.
    """
    access.require(by, pilot, *KEEPERS)
    outcomes = []
    for brought in files:
        try:
            with transaction.atomic():
                outcome = put(pilot=pilot, brought=brought, title=title, by=by, door=door)
                refuse_hidden(outcome.evidence, by)
                if cell:
                    citing.cite(evidence=outcome.evidence, series=cell[0], period=cell[1], page=page, quote=quote, by=by, door=door)
        except ValidationError as refusal:
            outcome = Outcome(naming.tidy(brought.name), refusal=refusal)
        outcomes.append(outcome)
    return outcomes


def refuse_hidden(evidence: Evidence, by: User) -> None:
    """Refuse to hand out a file that its reader may not see, though they hold the same bytes: its name and title are the team's."""
    if not Evidence.objects.visible_to(by).filter(pk=evidence.pk).exists():
        text = _("The team keeps this very file already, for a figure that is not submitted yet. You see it there once it is.")
        raise ValidationError(text, code="wrong_state")


@transaction.atomic
def replace(*, evidence: Evidence, brought: Brought, by: User, door: str) -> Outcome:
    """Put a new edition of a file. Figures that are still open cite it from now on; submitted ones keep the edition that they had.

    Refused: a file that is kept already, and an edition of one that has a later edition.
    """
    access.require(by, evidence.pilot, *access.TEAM)
    line_up(evidence.pilot)
    if Evidence.objects.filter(replaces=evidence).exists():
        raise ValidationError(_("There is a later edition of this file. Replace that one."), code="wrong_state")
    outcome = put(pilot=evidence.pilot, brought=brought, title=evidence.title, replaces=evidence, by=by, door=door)
    if not outcome.fresh:
        raise ValidationError(_("This file is kept already. Cite it as it is."), code="known")
    standing = Citation.objects.standing().filter(evidence=evidence).select_related("series__pilot")
    for citation in [one for one in standing if not citing.offered(one.series, one.period)]:
        citing.end_citation(citation=citation, by=by, door=door)
        where = {"series": citation.series, "period": citation.period, "page": citation.page, "quote": citation.quote}
        citing.cite(evidence=outcome.evidence, **where, by=by, door=door)
    return outcome
