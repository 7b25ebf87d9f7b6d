"""How much of a file is read: more is refused before it is held."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The most that a file may hold: its own bytes, its rows and cells that are not empty, and columns that are not."""

    size: int = 10 * MB
    rows: int = 20_000
    cells: int = 500_000
    columns: int = 256
    # Of an archive: its parts, the bytes that really come out of those that are read, and how far they may have been pressed.
    parts: int = 500
    unpacked: int = 100 * MB
    ratio: int = 100


ON_A_PAGE = Limits()
BY_COMMAND = Limits(size=100 * MB, rows=100_000, cells=2_000_000, unpacked=500 * MB)
