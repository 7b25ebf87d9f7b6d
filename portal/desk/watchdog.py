"""Ends every process of a desk once its parent is gone, however the parent went.

Run by itself, with the standard library alone. Its input is a pipe that only the parent holds open; each line says
"+PID SIGNAL WAVE" (a process leads its own group and is stopped by this signal in this wave) or "-PID" (it has ended).
"""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PATIENCE = 2.5  # seconds a wave is given before SIGKILL; two waves stay below five


class Kept(NamedTuple):
    """A process group the watchdog answers for."""

    group: int
    stop: int
    wave: int


def read(lines: Iterable[str]) -> list[Kept]:
    """The groups still running when the parent's end of the pipe closes."""
    kept: dict[int, Kept] = {}
    for line in lines:
        if line.startswith("+"):
            group, stop, wave = map(int, line[1:].split())
            kept[group] = Kept(group, stop, wave)
        else:
            kept.pop(int(line[1:]), None)
    return list(kept.values())


def tell(group: int, what: int) -> bool:
    """Send a signal to a whole group; false when nobody is left in it."""
    try:
        os.killpg(group, what)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def anybody(groups: set[int]) -> bool:
    """Is anyone of these groups still running? A dead process that its new parent has not collected yet does not count."""
    if not Path("/proc/self/stat").exists():
        return any(tell(group, 0) for group in groups)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it has just ended
            continue
        if int(group) in groups and state not in "ZX":
            return True
    return False


def end(wave: list[Kept], *, patience: float) -> None:
    """Ask each group to stop, wait at most `patience` seconds for all, then kill what is left."""
    for kept in wave:
        tell(kept.group, kept.stop)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and anybody({kept.group for kept in wave}):
        time.sleep(0.03)
    for kept in wave:
        tell(kept.group, signal.SIGKILL)


def sweep(mark: str) -> None:
    """Kill what left its group: on Linux every process of this run carries the mark in its environment."""
    sign = mark.encode()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if sign in (entry / "environ").read_bytes().split(b"\0"):
                os.kill(int(entry.name), signal.SIGKILL)
        except OSError:  # it has just ended, or is somebody else's
            continue


def main(mark: str, sockets: str) -> None:
    """Wait for the parent's end, then leave neither process nor socket behind."""
    for deaf in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(deaf, signal.SIG_IGN)
    kept = read(sys.stdin)
    for number in sorted({each.wave for each in kept}):
        end([each for each in kept if each.wave == number], patience=PATIENCE if number == 0 else PATIENCE * 0.7)
    sweep(mark)
    shutil.rmtree(sockets, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
