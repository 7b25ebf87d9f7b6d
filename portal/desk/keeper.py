"""Starts processes that cannot outlive the one that started them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

MARK = "DESK_RUN"  # the environment variable that every process of one run carries
PORTAL, SERVERS = 0, 1  # waves of stopping: first what uses the servers, then the servers


class Keeper:
    """Holds the pipe whose closing, wanted or not, makes the watchdog end every process started here."""

    def __init__(self, *, run: str, sockets: Path, lock: int | None = None) -> None:
        """`run` marks this run's processes; `lock` is a locked file kept locked until the last of them has ended."""
        self.run = run
        self.processes: list[subprocess.Popen[bytes]] = []
        reader, self.pipe = os.pipe()
        self.watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("watchdog.py")), f"{MARK}={run}", str(sockets)],
            stdin=reader,
            stdout=subprocess.DEVNULL,  # a reader of the parent's output must not wait for the watchdog
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[] if lock is None else [lock],
        )
        os.close(reader)

    def start(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        log: Path,
        wave: int = PORTAL,
        stop: signal.Signals = signal.SIGTERM,
        fds: Sequence[int] = (),
        account: Mapping[str, object] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own, its words appended to `log`; the watchdog knows of it before its first instruction."""
        line = f" {int(stop)} {wave}\n"
        with log.open("ab") as words:
            process = subprocess.Popen(
                argv,
                env={**env, MARK: self.run},
                cwd="/",  # never the person's own folder, which the servers' account may be shut out of
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=fds,
                # The child speaks for itself before it becomes the program: no kill of the parent can fall between.
                preexec_fn=lambda: os.write(self.pipe, f"+{os.getpid()}{line}".encode()),
                **(account or {}),  # type: ignore[arg-type]
            )
        self.processes.append(process)
        return process

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        """Let go of a process that has ended, before its number can become another's."""
        self.processes.remove(process)
        os.write(self.pipe, f"-{process.pid}\n".encode())

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Kill one process and its group now."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.forget(process)

    def close(self) -> None:
        """End everything started here and wait until it has ended."""
        if self.pipe < 0:
            return
        os.close(self.pipe)
        self.pipe = -1
        while self.watchdog.poll() is None:
            for process in self.processes:
                process.poll()  # where there is no /proc, only a collected child counts as ended
            time.sleep(0.02)
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=2)  # the watchdog has seen it end; the system may still be clearing it away
        self.processes.clear()
