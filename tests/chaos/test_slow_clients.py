"""Slow clients: twenty that say nothing, ten that stop half-way through a request, and ten that never send its body.

Nothing is killed here. The web server is the real one, without a database, on a port of its own.
"""

import contextlib
import http.client
import os
import secrets
import socket
import time

import pytest

from portal.desk.keeper import Keeper
from portal.desk.programs import web
from portal.desk.run import answers, listen
from portal.serving import TO_SEND
from tests.conftest import GROUND

HALF_A_HEAD = b"GET /healthz/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
NO_BODY = b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nlogin="
SLOW = [(20, b""), (10, HALF_A_HEAD), (10, NO_BODY)]
# What a reader bears; a server that is held up by the slow ones answers after ten seconds or not at all.
BEARABLE = 5


@pytest.fixture
def port(tmp_path):
    """The port of a web server with its real settings."""
    (tmp_path / "sockets").mkdir()
    keeper = Keeper(run=secrets.token_hex(8), sockets=tmp_path / "sockets")
    with contextlib.closing(listen(0)) as listener:
        number = listener.getsockname()[1]
        program = web({**os.environ, **GROUND.environment()}, listener=listener.fileno())
        keeper.start(program.argv, env=program.env, log=tmp_path / "web.log", fds=program.fds)
        deadline = time.monotonic() + 60
        while not answers(number):
            assert time.monotonic() < deadline, (tmp_path / "web.log").read_text()
            time.sleep(0.05)
        yield number
        keeper.close()


def ask(port: int) -> int:
    """Ask as an ordinary reader, who gives up when it takes too long."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=BEARABLE)) as reader:
        reader.request("GET", "/healthz/live")
        return reader.getresponse().status


def test_slow_clients_hold_up_nobody_and_are_sent_away(port):
    with contextlib.ExitStack() as lines:
        for number, words in SLOW:
            for _client in range(number):
                line = lines.enter_context(socket.create_connection(("127.0.0.1", port)))
                line.sendall(words)
        # Long enough for the moment in which the server loses its patience with all of them at once.
        until, answered = time.monotonic() + TO_SEND + 4, []
        while time.monotonic() < until:
            answered.append(ask(port))
            time.sleep(0.1)
    assert set(answered) == {200}
