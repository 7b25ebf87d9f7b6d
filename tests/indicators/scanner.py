"""A small virus scanner for tests that speaks as clamd does, and knows one virus: the test file of the antivirus industry."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

# Written in two halves, so that no scanner takes this file for the test file itself.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner(threading.Thread):
    """Answers INSTREAM on a port of its own; `says` replaces its answer, None hangs up without one."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.line = socket.create_server(("127.0.0.1", 0))
        self.address = f"clamd://127.0.0.1:{self.line.getsockname()[1]}"
        self.says: bytes | None = b""
        self.seen: list[bytes] = []

    def run(self) -> None:
        """Answer until the line is closed."""
        with contextlib.suppress(OSError):
            while True:
                caller, _address = self.line.accept()
                with caller, caller.makefile("rb") as heard:
                    self.answer(caller, heard)

    def answer(self, caller: socket.socket, heard) -> None:
        """Read the pieces of one file and say what is in it."""
        assert heard.read(10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack("!L", heard.read(4))[0]:
            data += heard.read(length)
        self.seen.append(data)
        if self.says is not None:
            caller.sendall(self.says or (b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"))


@contextlib.contextmanager
def scanning() -> Iterator[Scanner]:
    """A scanner that listens."""
    scanner = Scanner()
    scanner.start()
    try:
        yield scanner
    finally:
        with contextlib.suppress(OSError):
            scanner.line.shutdown(socket.SHUT_RDWR)
        scanner.line.close()
        scanner.join(5)
