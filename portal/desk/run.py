"""Runs a whole portal from one home: servers, web, worker and beat, until it is told to stop."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from portal.desk.home import Home
from portal.desk.keeper import MARK
from portal.desk.programs import ROOT, beat, environment, web, worker
from portal.desk.servers import Servers, last_words
from portal.desk.supervisor import Supervisor
from portal.desk.trouble import Trouble

HOST = "127.0.0.1"
PATIENCE = 60.0  # seconds the web server is given to answer for the first time


class Stop:
    """Remembers that Ctrl-C, SIGTERM or a closed terminal asked the desk to stop."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: object) -> None:
        if not self.asked:
            self.asked = True
            raise KeyboardInterrupt

    def __call__(self) -> bool:
        return self.asked


def run(folder: Path, *, port: int, demo: bool) -> None:
    """Serve one home on one port (0 takes a free one) until a signal comes. Refuses a home or a port in use."""
    stop = Stop()
    home = Home(folder)
    home.check_room()
    lock = home.lock()
    try:
        with contextlib.closing(listen(port)) as listener, contextlib.suppress(KeyboardInterrupt):
            _serve(home, listener, lock=lock, demo=demo, stop=stop)
    finally:
        home.free()


def _serve(home: Home, listener: socket.socket, *, lock: int, demo: bool, stop: Stop) -> None:
    """Start everything in order, say so, and watch it until told to stop; end everything however that came."""
    servers = Servers(home)
    port = listener.getsockname()[1]
    address = f"http://{HOST}:{port}/"
    note = {"pid": os.getpid(), "serves": "start", "address": address, "sockets": str(servers.sockets), "run": servers.mark}
    home.write_note(note)
    try:
        say(f"Starting the portal in {home}")
        servers.start(lock=lock)
        env = environment(home, sockets=servers.sockets)
        if "PORTAL_ADDRESS_FILE" not in env:
            env.setdefault("PORTAL_ADDRESS", address)
        _prepare({**env, MARK: servers.mark}, demo=demo)
        supervisor = Supervisor(servers, say=say)
        for program in servers.programs():
            supervisor.adopt(program, servers.processes[program.name])
        supervisor.start([web(env, listener=listener.fileno()), worker(env), beat(env)])
        wait_until_it_answers(supervisor, port=port)
        home.write_note({**note, "serves": "portal"})
        say(f"The portal is ready at {address} (Ctrl-C stops it)")
        supervisor.watch(until=stop)
    finally:
        say("Stopping")
        servers.stop()


def listen(port: int) -> socket.socket:
    """Open the port that the web server will answer on, or say who can."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except PermissionError as fault:
        listener.close()
        raise Trouble(f"Port {port} is kept for the system's own services. Choose one above 1023 with --port.") from fault
    except OSError as fault:
        listener.close()
        raise Trouble(f"Port {port} is taken by another program. Choose another with --port, or --port 0 for any free one.") from fault
    return listener


def wait_until_it_answers(supervisor: Supervisor, *, port: int) -> None:
    """Wait for the first answer of the web server; refuse to go on when it does not come."""
    deadline = time.monotonic() + PATIENCE
    while not answers(port):
        supervisor.look()
        stopped = supervisor.watched["web"].stops
        if stopped > 1 or time.monotonic() > deadline:
            home = supervisor.servers.home
            raise Trouble(f"web did not start. The end of its log, {home.log('web')}, says:\n{last_words(home, 'web', lines=12)}")
        time.sleep(0.1)


def answers(port: int) -> bool:
    """Does the portal say on this port that it lives?"""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz/live")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def say(words: str) -> None:
    """Tell the person at the terminal, at once; a terminal that was closed hears nothing."""
    with contextlib.suppress(OSError):
        print(words, flush=True)


def _prepare(env: dict[str, str], *, demo: bool) -> None:
    argv = [sys.executable, "-m", "portal.desk.prepare", "--demo" if demo else "--administrator"]
    if subprocess.run(argv, env=env, cwd=ROOT, check=False).returncode:
        raise Trouble("The database could not be brought up to date. The lines above say why; nothing of the data is lost.")
