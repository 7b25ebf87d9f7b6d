"""Work done apart: in a process of its own, which has little memory, little time, an empty folder and no network.

This file is also the first program of that process: it gives away what the work does not need, then does the work. Whatever a
hostile file makes of it, the web process or worker that asked survives.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
# Without the first each thread reserves addresses of its own, and on a machine with many cores they alone would reach the limit.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8"}
NO_MEMORY = 3
WORDS = 2000
NEW_USER, NEW_NETWORK, DIE_WITH_PARENT = 0x10000000, 0x40000000, 1


class TooMuch(Exception):
    """The work needs more time, memory or room than it has, or brought its process down."""


@dataclass(frozen=True)
class Limits:
    """What the work may take: bytes of memory, seconds on the clock and of the processor, bytes of its answer."""

    memory: int
    seconds: int
    answer: int


@contextlib.contextmanager
def done(program: Path, *, order: IO[bytes], limits: Limits, arguments: Sequence[str] = ()) -> Iterator[IO[bytes]]:
    """Run `program` with the file `order` as its input, and give its answer, a file to be read from the beginning.

    The answer is a file and no pipe: the system itself keeps it within its limit, and nobody waits for a reader. Whatever the
    program started ends with it. Raises TooMuch when a limit is reached or the process dies, and RuntimeError with the program's
    last words when it fails.
    """
    told = [str(part) for part in (limits.memory, limits.seconds, limits.answer, program, *arguments)]
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as words, tempfile.TemporaryDirectory(prefix="apart-") as empty:
        order.seek(0)
        process = subprocess.Popen(  # noqa: S603  # the program is ours
            [sys.executable, "-I", str(Path(__file__).resolve()), *told],
            stdin=order,
            stdout=answer,
            stderr=words,
            cwd=empty,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        code = _end(process, limits.seconds)
        if code == NO_MEMORY or code < 0:
            raise TooMuch(f"the work stopped with {code}")
        if code:
            words.seek(max(0, words.seek(0, os.SEEK_END) - WORDS))
            raise RuntimeError(words.read().decode(errors="replace"))
        answer.seek(0)
        yield answer


def _end(process: subprocess.Popen[bytes], seconds: int) -> int:
    """Wait for the process, and end it and all that it started."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired as late:
        raise TooMuch(f"not done within {seconds} seconds") from late
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _give_away(memory: int, seconds: int, answer: int) -> None:
    """Take from this process what the work does not need."""
    limits = {"AS": memory, "CPU": max(seconds, 1), "FSIZE": answer, "CORE": 0}
    for name, most in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    # Where the system knows neither, the process keeps the network, for which its work has no use, and ends by its limits.
    with contextlib.suppress(AttributeError):
        system = ctypes.CDLL(None)
        system.prctl(DIE_WITH_PARENT, signal.SIGKILL)
        system.unshare(NEW_USER | NEW_NETWORK)


def _work(arguments: Sequence[str]) -> None:
    """Do the work of the program that the first words name, as if it had been started."""
    memory, seconds, answer, program, *rest = arguments
    _give_away(int(memory), int(seconds), int(answer))
    sys.path.insert(0, str(ROOT))
    sys.argv = [program, *rest]
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    try:
        _work(sys.argv[1:])
    except MemoryError:
        sys.exit(NO_MEMORY)
