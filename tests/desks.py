"""Whole desks for tests: start.py's own process with everything it starts, and a look at what runs of it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from portal.desk.home import Home
from portal.desk.keeper import MARK

CLEAN = {name: text for name, text in os.environ.items() if not name.startswith(("DATABASE", "REDIS", "SECRET", "TEST_", "DESK", "PYTEST"))}


def desk(*words: object, home: Path) -> list[str]:
    return [sys.executable, "-P", "-m", "portal.desk", "--home", str(home), *map(str, words)]


def ask(*words: object, home: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(desk(*words, home=home), env=CLEAN, capture_output=True, text=True, timeout=120, check=False)


def marked(run: str) -> list[int]:
    """Every process of a run, told by the mark in its environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={run}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def commands(run: str) -> dict[int, str]:
    """What each process of a run is."""
    found = {}
    for pid in marked(run):
        with contextlib.suppress(OSError):
            found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def wait(true: Callable[[], object], *, seconds: float) -> bool:
    """Wait until something is true, and say whether it became so in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Running:
    """A whole desk in a process of its own."""

    def __init__(self, home: Path, **environ: str) -> None:
        self.words = home.parent / f"{home.name}.words"
        with self.words.open("wb") as words:
            self.process = subprocess.Popen(
                desk("--port", 0, "--no-demo", "run", home=home),
                env={**CLEAN, **environ},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        assert self.says("The portal is ready", seconds=90), self.words.read_text()
        self.note = Home(home).note()

    def says(self, words: str, *, seconds: float) -> bool:
        wait(lambda: words in self.words.read_text() or self.process.poll() is not None, seconds=seconds)
        return words in self.words.read_text()

    def kill(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(timeout=20)
