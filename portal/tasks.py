"""The jobs that Celery runs: the outbox is emptied, row by row, and accounts, invitations and kept answers are tended."""

import logging

from kombu.exceptions import OperationalError

from pilots import answers, invitations, members, outbox
from pilots.models import Door
from portal.celery import app

log = logging.getLogger(__name__)


@app.task(name="portal.relay")
def relay() -> None:
    """Hand every row of the outbox that is due to the worker."""
    for row_id in outbox.waiting():
        deliver.delay(row_id)


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


def nudge() -> None:
    """Ask for a relay now; without a broker the row waits in the outbox for the next round of beat."""
    try:
        relay.delay()
    except OperationalError as error:
        log.warning("The broker of jobs does not answer, the outbox waits: %s", error)
