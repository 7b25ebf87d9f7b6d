"""Errands for tests of the outbox: tasks that leave a note, fail, or take their time."""

import threading

NOTES: list[str] = []
NUDGES: list[str] = []
STARTED, GO_ON = threading.Event(), threading.Event()


def note(*, text: str) -> None:
    """Note that the task ran."""
    NOTES.append(text)


def fail(*, text: str) -> None:
    """Fail, saying why."""
    raise RuntimeError(f"{text} cannot be done")


def linger(*, text: str) -> None:
    """Run until told to go on."""
    STARTED.set()
    assert GO_ON.wait(20)
    NOTES.append(text)


def nudge() -> None:
    """Note that the relay was asked for."""
    NUDGES.append("nudge")
