"""Work in a process that is forked from the tests, and that says why it failed."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from django.db import connections


def forked(work: Callable[[], object]) -> int:
    """Do the work in a process of its own, and return its number; it ends with 0, or with 1 after its traceback."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        # Playwright's event loop stays behind with the parent, and Django then finds the connection that was open before the loop.
        connections["default"] = connections["default"].copy()
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def gone(child: int) -> bool:
    """Whether a child has ended; it is not waited for."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
