"""Puts a file on the disk whole: nobody ever meets half of one, and it outlives a power cut."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".unfinished-"


def put(place: Path, data: bytes) -> None:
    """Write bytes under a name, as `put_from` does."""
    put_from(place, io.BytesIO(data))


def put_from(place: Path, source: BinaryIO) -> None:
    """Copy an open file from where it stands under a name, in the place of what was there; folders are made as they are needed,
    for this account alone.

    The bytes are on the disk before they have their name. A full or broken disk raises OSError and leaves what was there.
    """
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, unfinished = tempfile.mkstemp(dir=place.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(place)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    _settle(place.parent)


def _settle(folder: Path) -> None:
    """Let the disk know the new name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
