"""The press: sets a sheet as PDF in a process of its own, which has little memory, little time, an empty folder and no network.

This file is also the program of that process. Whatever a text does to the typesetter, the worker survives it.
"""

import contextlib
import ctypes
import json
import resource
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TEMPLATES, FONTS = HERE / "typst", HERE.parent / "fonts"
SECONDS = 60
MEMORY = 1024 * 1024 * 1024
# Without this each thread reserves addresses of its own, and on a machine with many cores they alone would reach the limit.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8"}
NO_MEMORY = 3
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000


class TooMuch(Exception):
    """The sheet needs more time or memory than the press has."""


def press(sheet: dict[str, Any], moment: datetime) -> bytes:
    """Set the sheet and return the PDF, dated `moment`; the same sheet and moment give the same bytes.

    Raises TooMuch when a limit is reached, and RuntimeError with the typesetter's words when it cannot be set.
    """
    order = json.dumps({"sheet": json.dumps(sheet, ensure_ascii=False), "moment": moment.isoformat()}).encode()
    with tempfile.TemporaryDirectory(prefix="press-") as empty:
        argv = [sys.executable, "-I", str(Path(__file__).resolve()), str(MEMORY), str(SECONDS)]
        try:
            done = subprocess.run(  # noqa: S603  # the program is this file
                argv, input=order, capture_output=True, cwd=empty, env=ENVIRONMENT, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise TooMuch(f"not set within {SECONDS} seconds") from error
    if done.returncode == NO_MEMORY or done.returncode < 0:
        raise TooMuch(f"the press stopped with {done.returncode}")
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def _limit(memory: int, seconds: int) -> None:
    """Take from this process what it does not need."""
    limits = {"AS": memory, "CPU": seconds, "FSIZE": 0, "CORE": 0}
    for name, most in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    # Where the system allows nobody a namespace of their own, the network stays; the typesetter has no use for it.
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).unshare(NEW_USER | NEW_NETWORK)


def _set() -> None:
    """Read the order, set it, and hand the PDF back."""
    order = json.load(sys.stdin.buffer)
    import typst

    sys.stdout.buffer.write(
        typst.compile(
            TEMPLATES / "report.typ",
            root=TEMPLATES,
            # Only the faces that lie beside the code: a report looks the same on every machine.
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]),
            sys_inputs={"sheet": order["sheet"]},
            pdf_standards=["ua-1"],
            timestamp=datetime.fromisoformat(order["moment"]),
            # A folder of ours without packages: no template may fetch one from anywhere.
            package_path=TEMPLATES,
            package_cache_path=TEMPLATES,
        )
    )


if __name__ == "__main__":
    try:
        _limit(*map(int, sys.argv[1:]))
        _set()
    except MemoryError:
        sys.exit(NO_MEMORY)
