"""The jobs that Celery runs: the outbox is emptied, row by row, days are backed up, accounts and what expires are tended."""

import logging
import subprocess
import sys
import time

from django.utils import timezone
from kombu.exceptions import OperationalError

from indicators import evidence, importing
from pilots import answers, invitations, members, notices, outbox, sealing, trail
from pilots.models import Door, TrailRow
from portal import reminding, rotation
from portal.celery import app
from portal.environment import BASE_DIR
from reports import shelf

log = logging.getLogger(__name__)
# One round of beat, which sends what was not nudged meanwhile.
QUIET_SECONDS = 10
# When digests begin to go out, on the clock of Asia/Shanghai.
DIGEST_HOUR = 8


@app.task(name="portal.relay")
def relay() -> None:
    """Hand every row of the outbox that is due to the worker; what the broker did not take is due again at once."""
    ids = outbox.waiting()
    for place, row_id in enumerate(ids):
        try:
            deliver.delay(row_id)
        except OperationalError:
            outbox.put_back(ids[place:])
            raise


@app.task(name="portal.deliver")
def deliver(row_id: int) -> None:
    """Run the task of one row."""
    outbox.deliver(row_id)


@app.task(name="portal.switch_off_unused")
def switch_off_unused() -> None:
    """Switch off the accounts that nobody has used for as long as the settings say."""
    members.switch_off_unused(by=None, door=Door.SYSTEM)


@app.task(name="portal.forget_invitations")
def forget_invitations() -> None:
    """Forget the names in invitations that expired long ago."""
    invitations.forget_expired(by=None, door=Door.SYSTEM)


@app.task(name="portal.forget_answers")
def forget_answers() -> None:
    """Forget the answers to programs whose day is over."""
    answers.sweep()


@app.task(name="portal.seal_trail")
def seal_trail() -> None:
    """Seal the trail, once a day; every later round of the day finds the seal."""
    sealing.seal(day=timezone.localdate(), by=None, door=Door.SYSTEM)


@app.task(name="portal.sweep")
def sweep() -> None:
    """Remove the files that a killed worker left unfinished."""
    removed = shelf.sweep()
    if removed:
        log.info("Unfinished files of killed workers were removed: %s", removed)
    ownerless = evidence.sweep()
    if ownerless:
        log.info("Files of evidence that no row names were removed: %s", ownerless)
    brought = importing.sweep()
    if brought:
        log.info("Files for import that no row names were removed: %s", brought)


@app.task(name="portal.rehash_evidence")
def rehash_evidence() -> None:
    """Sum up the files of evidence again, every night, and say in the log which are gone or changed."""
    for trouble in evidence.rehash():
        what = "is not on the disk" if trouble.missing else "is not the one that was put"
        log.error("Evidence %s of %s %s: %s", trouble.evidence.pk, trouble.evidence.pilot.slug, what, trouble.evidence.sha256)


@app.task(name="portal.scan_waiting")
def scan_waiting() -> None:
    """Have the evidence scanned that still waits for it."""
    evidence.again(by=None, door=Door.SYSTEM)


@app.task(name="portal.remind")
def remind() -> None:
    """Remind whoever owes figures, changes or a review; what was said on its day is not said again."""
    reminding.remind(today=timezone.localdate())


@app.task(name="portal.digests")
def digests() -> None:
    """Call for the day's digests from eight in the morning on; a later round of the day finds them called for."""
    now = timezone.localtime()
    morning = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if now >= morning:
        notices.call_digests(until=morning, by=None, door=Door.SYSTEM)


@app.task(name="portal.forget_notices")
def forget_notices() -> None:
    """Forget the notices that were read long ago."""
    notices.forget_old(by=None, door=Door.SYSTEM)


@app.task(name="portal.backup", acks_late=False, time_limit=None)
def backup() -> None:
    """Make this day's backup where one is wanted and there is none yet; a second asking finds it made, or being made.

    It runs in a process of its own: it may take longer than any other job, and works on a copy of the database while it proves it.
    """
    if rotation.due():
        subprocess.run([sys.executable, str(BASE_DIR / "manage.py"), "backup", "--daily"], check=True)  # noqa: S603 - our own command


def scan_evidence(*, evidence_id: int) -> None:
    """Have one file of evidence scanned; where the scanner does not answer, `scan_waiting` asks it again."""
    evidence.scan(evidence_id=evidence_id, by=None, door=Door.SYSTEM)


def restored(*, archive: str, digest: str, made_at: str, restored_at: str) -> None:
    """Let the trail of a restored portal say that it was restored, from which archive and of when; once, however often it is asked."""
    said = {"archive": archive, "digest": digest, "made_at": made_at, "restored_at": restored_at}
    if not TrailRow.objects.filter(act="portal.restore", after=said).exists():
        trail.leave("portal.restore", kind="portal", key="portal", by=None, door=Door.COMMAND, after=said)


class Nudge:
    """Asks for a relay now. After a try that failed it is quiet for a round of beat, so that saving does not wait each time."""

    def __init__(self) -> None:
        self.quiet_until = 0.0

    def __call__(self) -> None:
        """Ask, unless the broker has just not answered; the row then waits in the outbox for the next round of beat."""
        if time.monotonic() < self.quiet_until:
            return
        try:
            relay.delay()
        except OperationalError as error:
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("The broker of jobs does not answer, the outbox waits: %s", error)


nudge = Nudge()
