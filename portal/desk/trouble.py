"""What stops a desk, said in one plain message with its remedy."""

import contextlib
import errno
from collections.abc import Iterator


class Trouble(Exception):
    """The desk cannot go on; the text says what is wrong and how to put it right."""


class InUse(Trouble):
    """Another process holds the home."""


@contextlib.contextmanager
def plainly() -> Iterator[None]:
    """Turn the two faults of a machine that a person can mend, a full disk and a locked folder, into Trouble."""
    try:
        yield
    except OSError as fault:
        where = fault.filename or "the disk"
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Trouble(f"The disk is full ({where}). Free some space, or choose another folder with --home.") from fault
        if isinstance(fault, PermissionError):
            raise Trouble(f"{where} may not be written by this user. Choose a folder of your own with --home.") from fault
        raise
