"""Runs one management command against a home: on its running servers, or on servers started for the command alone."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from portal.desk.home import Home
from portal.desk.keeper import MARK
from portal.desk.programs import ROOT, environment
from portal.desk.servers import running
from portal.desk.trouble import InUse

PATIENCE = 120.0  # seconds to wait for another command, or for a portal that is just starting


def manage(folder: Path, words: Sequence[str], *, patience: float = PATIENCE) -> int:
    """Run `manage.py` with these words and answer its exit code; its standard output is the command's alone.

    Refuses a home that another command has held for longer than `patience` seconds.
    """
    argv = [sys.executable, str(ROOT / "manage.py"), *words]
    signal.signal(signal.SIGINT, lambda number, frame: None)  # Ctrl-C is the command's, which may be a shell
    home = Home(folder)
    deadline = time.monotonic() + patience
    while True:
        try:
            with running(folder) as servers:
                env = {**environment(home, sockets=servers.sockets), MARK: servers.mark}
                return subprocess.run(argv, env=env, check=False).returncode
        except InUse:
            note = home.note()
            if note.get("serves") == "portal":
                return subprocess.run(argv, env=environment(home, sockets=Path(note["sockets"])), check=False).returncode
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
