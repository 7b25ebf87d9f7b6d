"""Starting and stopping the servers of a home that has data, beside PostgreSQL's own single start."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Measurement, median
from portal.desk.home import Home
from portal.desk.servers import Servers, running


def measurements() -> Iterator[Measurement]:
    """The floor is PostgreSQL in single-user mode: it opens the same data, answers one question and leaves."""
    with tempfile.TemporaryDirectory(prefix="i37-bench-") as folder:
        home = Path(folder) / "home"

        def start_and_stop() -> None:
            with running(home):
                pass

        start_and_stop()  # makes the data
        seconds = median(start_and_stop)
        servers = Servers(Home(home))
        command = servers.programs()[0].argv
        binary = next(place for place, word in enumerate(command) if word.endswith("/postgres"))
        alone = [*command[: binary + 1], "--single", "-D", str(home / "postgres"), "portal"]

        def open_data() -> None:
            subprocess.run(alone, input=b"select 1\n", capture_output=True, check=True, cwd="/")

        yield Measurement("servers of a desk: start, answer, stop", seconds, median(open_data))
        servers.stop()
