"""A whole portal for one test: real web, worker and beat processes on the test's own database."""

import secrets
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import redis

from portal.desk.keeper import Keeper
from portal.desk.programs import beat, web, worker
from portal.desk.run import answers, listen
from portal.desk.servers import Program
from tests.ground import Ground

PATIENCE = 60.0


@dataclass
class LivePortal:
    """A running portal: its address, its database, its environment, and its processes to be asked, stopped or killed."""

    url: str
    database_url: str
    env: dict[str, str]
    keeper: Keeper
    folder: Path
    programs: dict[str, Program] = field(default_factory=dict)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start one of web, worker and beat, for the first time or again."""
        program = self.programs[name]
        self.processes[name] = self.keeper.start(program.argv, env=program.env, log=self.log(name), fds=program.fds)

    def kill(self, name: str) -> None:
        """Kill one of them with all its children, as a power cut would."""
        self.keeper.end(self.processes.pop(name))

    def log(self, name: str) -> Path:
        """Where a process's words go."""
        return self.folder / f"{name}.log"

    def wait(self, *, port: int) -> None:
        """Wait until the web server answers, or fail with the end of its log."""
        deadline = time.monotonic() + PATIENCE
        while not answers(port):
            if time.monotonic() > deadline or self.processes["web"].poll() is not None:
                raise RuntimeError(f"The web server did not start:\n{self.log('web').read_text()[-4000:]}")
            time.sleep(0.05)


def live(ground: Ground, *, database_url: str, folder: Path, only: tuple[str, ...] = ("web", "worker", "beat"), **environ: str):
    """Start a portal on a database, yield it, and end it with everything it started; `environ` goes before what the ground says."""
    env = {**ground.environment(database_url.rsplit("/", 1)[1]), "MEDIA_ROOT": str(folder / "media"), **environ}
    with redis.Redis(unix_socket_path=f"{ground.servers.sockets}/valkey.sock", db=ground.queue) as queue:
        queue.flushdb()
    sockets = folder / "sockets"
    sockets.mkdir()
    keeper = Keeper(run=secrets.token_hex(8), sockets=sockets)
    listener = listen(0)
    port = listener.getsockname()[1]
    portal = LivePortal(f"http://127.0.0.1:{port}", database_url, env, keeper, folder)
    portal.programs = {each.name: each for each in (web(env, listener=listener.fileno()), worker(env), beat(env))}
    try:
        for name in only:
            portal.start(name)
        if "web" in only:
            portal.wait(port=port)
        yield portal
    finally:
        listener.close()
        keeper.close()
