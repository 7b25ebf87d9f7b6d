"""Where evidence lies on the disk: below the private folder, each file under the sha256 of its bytes and under no other name."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

FOLDER = "evidence"


def path_of(sha256: str) -> Path:
    """Return where a file lies; two letters of its name are a folder, so that no folder grows too long."""
    return root() / sha256[:2] / sha256


def root() -> Path:
    """Return the folder of all evidence."""
    return Path(settings.MEDIA_ROOT) / FOLDER


def sum_of(file: BinaryIO) -> str:
    """Return the sha256 of an open file from its beginning, and leave it there."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return found


def sound(sha256: str) -> bool:
    """Say whether the file is on the disk and its bytes still have the sum that they were put under."""
    try:
        with path_of(sha256).open("rb") as file:
            return sum_of(file) == sha256
    except FileNotFoundError:
        return False
