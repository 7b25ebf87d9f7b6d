"""How the web server is run, on a desk and on a server alike: gunicorn reads this file."""

import contextlib
import errno
import socket
import struct
from collections.abc import Iterator

from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import TConn, ThreadWorker

wsgi_app = "portal.wsgi:application"
worker_class = "portal.serving.Worker"
workers = 2
# Imported once and shared: a worker that was killed is there again at once.
preload_app = True
# A few keep two cores busy; the others are for clients who send or take slowly.
threads = 16
# A worker whose loop stands still is killed after a minute; one that has served long is replaced between two requests.
timeout = 60
graceful_timeout = 30
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
# Seconds in which a client must send, or take, something.
TO_SEND, TO_TAKE = 10, 30


def when_ready(server: Arbiter) -> None:
    """Give the listening sockets their patience, which the system hands on to every connection that comes in by them."""
    for listener in server.LISTENERS:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", TO_SEND, 0))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", TO_TAKE, 0))
        if hasattr(socket, "TCP_DEFER_ACCEPT") and listener.family != socket.AF_UNIX:
            # Who has connected and said nothing yet takes no thread.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, TO_SEND)


class Connection(socket.socket):
    """A client who is waited for so long and no longer; gunicorn by itself would wait for ever."""

    def recv(self, *how: int) -> bytes:
        """Take what the client sends."""
        with self._patience():
            return super().recv(*how)

    def sendall(self, *what: bytes) -> None:
        """Send it all to the client."""
        with self._patience():
            super().sendall(*what)

    def setblocking(self, flag: bool) -> None:
        """Choose whether to wait, unless the connection is closed already."""
        if self.fileno() >= 0:
            super().setblocking(flag)

    @contextlib.contextmanager
    def _patience(self) -> Iterator[None]:
        try:
            yield
        except BlockingIOError as error:
            if self.gettimeout() is None:
                raise ConnectionResetError(errno.ECONNRESET, "the client was too slow") from error
            raise


class Worker(ThreadWorker):
    """Gunicorn's worker with threads, in which a slow client holds up nobody but itself."""

    @property
    def worker_connections(self) -> int:
        """How many connections the worker may hold: one for each thread, and those that wait for their client's next request.

        A worker whose threads all hang on slow clients would otherwise take new ones too, while its neighbour is free.
        """
        return min(self._most, self.cfg.threads + len(self.keepalived_conns) + len(self.pending_conns))

    @worker_connections.setter
    def worker_connections(self, number: int) -> None:
        self._most = number

    def handle(self, conn: TConn) -> object:
        """Answer a client and part from it here; in gunicorn's loop each parting can hold up all others for two seconds."""
        if not isinstance(conn.sock, Connection):
            conn.sock = Connection(fileno=conn.sock.detach())
        stays = super().handle(conn)
        if stays is False:
            conn.close(graceful=True)
        return stays
