"""The seal of an archive: its last 64 bytes are the sha256 of all bytes before them, so that no byte can change unseen."""

import hashlib
from pathlib import Path
from typing import BinaryIO

LENGTH = 64
# What stands in the place of the seal while the archive is still being written.
BLANK = b"0" * LENGTH
CHUNK = 1024 * 1024


class Sealed:
    """An output whose last 64 bytes are held back and replaced by the seal.

    It can neither seek nor tell, so that what writes into it writes straight on, to a file and to a pipe alike.
    """

    def __init__(self, out: BinaryIO) -> None:
        self.out, self.sum, self.held = out, hashlib.sha256(), b""
        self.size = 0

    def write(self, data: bytes) -> int:
        """Pass on all but the last 64 bytes."""
        whole = self.held + bytes(data)
        ready, self.held = whole[:-LENGTH], whole[-LENGTH:]
        self.sum.update(ready)
        self.out.write(ready)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Let what was passed on go further."""
        self.out.flush()

    def close_with_seal(self) -> None:
        """Write the seal in the place of the blank; `out` stays open."""
        if self.held != BLANK:
            raise ValueError("the archive does not end with the place of its seal")
        self.out.write(self.sum.hexdigest().encode())
        self.out.flush()


def holds(path: Path) -> bool:
    """Say whether a file ends with the seal of what stands before it."""
    total, left = hashlib.sha256(), path.stat().st_size - LENGTH
    if left < 0:
        return False
    with path.open("rb") as file:
        while left > 0:
            chunk = file.read(min(CHUNK, left))
            if not chunk:
                return False
            total.update(chunk)
            left -= len(chunk)
        return file.read() == total.hexdigest().encode()
