"""Keeps the programs of a desk running: one that stops is started again, later each time, and the person is told."""

import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.desk.servers import Program, Servers

LONGEST_WAIT = 30.0  # seconds between two tries of a program that keeps stopping
STEADY = 10.0  # seconds after which a program counts as running well again


@dataclass
class Watched:
    """One program, its process, and how often it has stopped lately."""

    program: Program
    process: "subprocess.Popen[bytes] | None"
    begun: float
    stops: int = 0
    again: float = 0.0


class Supervisor:
    """Watches the servers and the portal's own processes from the parent, in one thread."""

    def __init__(self, servers: Servers, *, say: Callable[[str], None]) -> None:
        """`say` tells the person at the terminal what happened."""
        self.servers = servers
        self.say = say
        self.watched: dict[str, Watched] = {}

    def start(self, programs: Iterable[Program]) -> None:
        """Start these programs and watch them from now on."""
        for program in programs:
            self.watched[program.name] = Watched(program, self.servers.run(program), time.monotonic())

    def adopt(self, program: Program, process: "subprocess.Popen[bytes]") -> None:
        """Watch a program that is already running."""
        self.watched[program.name] = Watched(program, process, time.monotonic())

    def look(self) -> None:
        """Look at every program once; start again what has stopped and whose time has come."""
        for each in self.watched.values():
            if each.process is None:
                if time.monotonic() >= each.again:
                    each.process, each.begun = self.servers.run(each.program), time.monotonic()
            elif each.process.poll() is not None:
                self._note_stop(each)

    def watch(self, until: Callable[[], bool]) -> None:
        """Look three times a second until told to stop."""
        while not until():
            self.look()
            time.sleep(0.3)

    def _note_stop(self, each: Watched) -> None:
        process = each.process
        if process is None or self.servers.keeper is None:
            return
        self.servers.keeper.forget(process)
        steady = time.monotonic() - each.begun > STEADY
        each.stops = 1 if steady else each.stops + 1
        wait = min(LONGEST_WAIT, 2.0 ** (each.stops - 1) / 2)
        each.process, each.again = None, time.monotonic() + wait
        log = self.servers.home.log(each.program.name)
        self.say(f"{each.program.name} has stopped ({_how(process.returncode)}) and is started again in {wait:g} s. Its log: {log}")


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
