"""Publishes verified figures: observations, their current rows, the revision and the release of a year."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import numbers, pace
from indicators.models import Baseline, Current, Entry, Observation, Published, Release, Reopening, Revision, Series, Submission, Target
from indicators.periods import Frequency, Period
from indicators.roster import roster_of
from pilots import access, trail
from pilots.models import Pilot, Role, User

KEY = ["pilot", "series", "start", "frequency"]
# By column name, so that copying a row reads no row that it points to.
COPIED = [field.attname for field in Published._meta.get_fields()]
REFRESHED = [field.name for field in Published._meta.get_fields() if field.name not in KEY]


def _raise_revision(pilot: Pilot) -> int:
    """Raise and return the programme's revision; its row stays locked until the publication is committed (DECISIONS 10)."""
    revision, _created = Revision.objects.select_for_update(no_key=True).get_or_create(pk=1)
    revision.number += 1
    revision.save(update_fields=["number"])
    Pilot.objects.filter(pk=pilot.pk).update(revision=revision.number)
    pilot.revision = revision.number
    return revision.number


@transaction.atomic
def begin_anew(*, by: User | None, door: str) -> None:
    """Give a restored database an identity of its own, so that tokens of the former one answer "pull again" (DECISIONS 10).

    It is the act of a command on the server. Its row in the trail is that of the restore, which the portal leaves when it runs.
    """
    if by is not None:
        raise PermissionDenied(_("A database begins anew on its server only."))
    Revision.objects.filter(pk=1).update(identity=uuid.uuid4())


@transaction.atomic
def publish(*, submission: Submission, entries: Sequence[Entry], by: User, door: str) -> Release | None:
    """Write the observations of verified entries and, for a whole year, the next release.

    Called by `review.verify` inside its transaction. Inputs have no observation of their own (DECISIONS 6).
    """
    access.require(by, submission.pilot, Role.COORDINATOR)
    figures = [entry for entry in entries if entry.series.indicator_id and not entry.empty]
    if not figures:
        return None
    pilot, period = submission.pilot, submission.collection.period
    number = _raise_revision(pilot)
    release = next_release(pilot, period) if period.frequency == Frequency.YEAR else None
    judge, notes = Judge(figures), notes_of(submission)
    told_with = {"revision": number, "release": release.code if release else "", "submission": submission, "by": by}
    observations = [observe(entry, judge, note=notes.get(entry.series_id, ""), **told_with) for entry in figures]
    Observation.objects.bulk_create(observations, batch_size=2000)
    _make_current(observations)
    changes = [trail.Change("observation", f"{o.series.code}/{o.period}", after=told(o)) for o in observations]
    trail.leave_many("publishing.publish", changes, by=by, door=door, pilot=pilot)
    return _seal(release, period, revision=number, by=by) if release else None


def notes_of(submission: Submission) -> dict[int, str]:
    """Return what readers are told of the figures of a correction, by series: the latest note since they were last verified.

    An indicator that follows from a reopened input carries the note of the input.
    """
    if submission.number == 1:
        return {}
    verified = Submission.objects.filter(collection=submission.collection, state=Submission.State.VERIFIED).exclude(pk=submission.pk)
    latest = verified.aggregate(latest=Max("decided_at"))["latest"]
    rows = Reopening.objects.filter(collection=submission.collection).order_by("pk")
    rows = rows.filter(reopened_at__gt=latest) if latest else rows
    roster, notes = roster_of(submission.pilot), dict(rows.values_list("series", "note"))
    reopened = [(roster.by_id[pk], note) for pk, note in notes.items() if pk in roster.by_id]
    return {fed.pk: note for series, note in reopened for fed in roster.fed_by(series)} | notes


def observe(entry: Entry, judge: Judge, *, note: str, revision: int, release: str, submission: Submission, by: User) -> Observation:
    """Copy an entry into an observation, with the target and the pace of this day."""
    judgement = judge(entry.series, entry.period, entry.value)
    return Observation(
        pilot_id=entry.pilot_id,
        series=entry.series,
        start=entry.start,
        frequency=entry.frequency,
        value=entry.value,
        qualifier=entry.qualifier,
        unit=entry.series.unit.key,
        flag=entry.flag,
        reason=entry.reason,
        numerator=entry.numerator,
        denominator=entry.denominator,
        target=judgement.aim.value if judgement.aim else None,
        pace=judgement.pace,
        definition=entry.series.indicator.version,
        source=entry.source,
        note=note,
        demo=entry.demo,
        release=release,
        revision=revision,
        verified_at=submission.decided_at,
        verified_by=by,
        submission=submission,
    )


def _make_current(observations: Iterable[Observation]) -> None:
    """Let the current rows say what the observations say."""
    Current.objects.bulk_create(
        [Current(observation=o, **{name: getattr(o, name) for name in COPIED}) for o in observations],
        update_conflicts=True,
        unique_fields=KEY,
        update_fields=[*REFRESHED, "observation"],
        batch_size=2000,
    )


class Judge:
    """Judges the pace of figures with the targets, baselines and earlier years of their series, read once."""

    def __init__(self, figures: Sequence[Entry] | Sequence[Current]) -> None:
        series = {figure.series_id for figure in figures}
        self.aims: dict[int, list[pace.Aim]] = defaultdict(list)
        for target in Target.objects.filter(series__in=series, active=True):
            self.aims[target.series_id].append(pace.Aim(target.operator, target.value, target.year))
        self.baselines: dict[int, tuple[int, Decimal]] = {}
        self.past: dict[int, dict[int, Decimal]] = defaultdict(dict)
        if self.aims:
            self._read_past(figures)

    def _read_past(self, figures: Sequence[Entry] | Sequence[Current]) -> None:
        """Read where the way to each target begins, and the years that were published; the figures themselves count as given."""
        series = self.aims.keys()
        self.baselines = {row.series_id: (row.year, row.value) for row in Baseline.objects.filter(series__in=series)}
        years = Current.objects.filter(series__in=series, frequency=Frequency.YEAR).exclude(value=None)
        for row in years.values_list("series", "start", "value"):
            self.past[row[0]][row[1].year] = row[2]
        for figure in figures:
            if figure.frequency == Frequency.YEAR and figure.value is not None:
                self.past[figure.series_id][figure.start.year] = figure.value

    def __call__(self, series: Series, period: Period, value: Decimal | None) -> pace.Judgement:
        """Judge a figure; a target is for years, so finer periods have none."""
        aims = self.aims[series.pk] if period.frequency == Frequency.YEAR else []
        return pace.judge(
            direction=series.indicator.direction,
            aims=aims,
            year=period.year,
            value=value,
            baseline=self.baselines.get(series.pk),
            past=self.past[series.pk],
        )


def next_release(pilot: Pilot, period: Period) -> Release:
    """Name the next edition of a pilot's year; the locked revision row keeps two from taking one number."""
    number = Release.objects.filter(pilot=pilot, start=period.start, frequency=period.frequency).count() + 1
    return Release(pilot=pilot, start=period.start, frequency=period.frequency, number=number, code=f"{pilot.slug}/{period}/r{number}")


def _seal(release: Release, period: Period, *, revision: int, by: User) -> Release:
    """Fix the release with the checksum of every figure that it holds."""
    rows = Current.objects.filter(pilot=release.pilot, start__gte=period.start, start__lt=period.next().start)
    lines = [line(row) for row in rows.select_related("series").order_by("series__code", "start", "frequency")]
    release.revision, release.count = revision, len(lines)
    release.sha256 = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    release.demo = any(row.demo for row in rows)
    release.made_by, release.made_at = by, timezone.now()
    release.save(force_insert=True)
    return release


def line(row: Published) -> str:
    """Write a published figure as the line that checksums are made of."""
    cells = (
        row.series.code,
        row.period.code,
        numbers.plain(row.value) or "",
        row.qualifier,
        row.unit,
        row.flag,
        row.reason,
        str(row.definition),
    )
    return "\t".join(cells)


def told(observation: Observation) -> dict:
    return {
        "value": numbers.plain(observation.value),
        "qualifier": observation.qualifier,
        "flag": observation.flag,
        "revision": observation.revision,
        "release": observation.release,
        "demo": observation.demo,
    }


@transaction.atomic
def withdraw(*, current: Current, reason: str, by: User, door: str) -> Observation:
    """Take a published figure back: a tombstone is appended and the current row goes (DECISIONS 9)."""
    access.require(by, current.pilot, Role.COORDINATOR)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the figure is withdrawn.")}, code="reason")
    number = _raise_revision(current.pilot)
    if not Current.objects.filter(pk=current.pk, observation=current.observation_id).exists():
        raise ValidationError(_("This figure was changed or withdrawn in the meantime. Look at it again."), code="wrong_state")
    copied = {name: getattr(current, name) for name in COPIED}
    copied |= {"revision": number, "note": reason, "value": None, "verified_at": timezone.now(), "release": ""}
    tombstone = Observation(**copied, withdrawn=True, verified_by=by)
    tombstone.save(force_insert=True)
    Current.objects.filter(pk=current.pk).delete()
    key = f"{current.series.code}/{current.period}"
    trail.leave(
        "publishing.withdraw",
        kind="observation",
        key=key,
        by=by,
        door=door,
        pilot=current.pilot,
        before={"value": numbers.plain(current.value)},
        reason=reason,
    )
    return tombstone


@transaction.atomic
def refresh_pace(*, series: Series, by: User, door: str) -> int:
    """Judge the current figures of a series again after its target or baseline changed; return how many changed.

    Observations keep the pace of their day. Called by `targets` inside its transaction.
    """
    rows = list(Current.objects.filter(series=series, frequency=Frequency.YEAR).select_related("series__indicator"))
    if not rows:
        return 0
    judge, changed = Judge(rows), []
    for row in rows:
        judgement = judge(row.series, row.period, row.value)
        target = judgement.aim.value if judgement.aim else None
        if (row.pace, row.target) != (judgement.pace, target):
            row.pace, row.target = judgement.pace, target
            changed.append(row)
    if changed:
        number = _raise_revision(series.pilot)
        Current.objects.bulk_update(changed, ["pace", "target"])
        Current.objects.filter(pk__in=[row.pk for row in changed]).update(revision=number)
        trail.leave(
            "publishing.refresh_pace", kind="series", key=series.code, by=by, door=door, pilot=series.pilot, after={"figures": len(changed)}
        )
    return len(changed)
