"""Small disks in memory that a test fills; only root can mount them."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


def only_root() -> None:
    """Skip the test for others than root; a build machine is root, and fails."""
    if os.geteuid() != 0:
        missing = "Only root can mount a small disk."
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)


@dataclass
class Disk:
    """A small disk; `filler` takes what is free on it."""

    path: Path

    @property
    def filler(self) -> Path:
        return self.path / "filler"

    def fill(self, *, leaving: int = 0) -> None:
        """Take every byte that is left, or all but so many."""
        with self.filler.open("wb", buffering=0) as filler:
            with contextlib.suppress(OSError):
                while filler.write(bytes(4096)):
                    pass
            filler.truncate(filler.tell() - leaving)

    def free(self) -> None:
        """Give the space back."""
        self.filler.unlink(missing_ok=True)


@contextlib.contextmanager
def disk(path: Path, megabytes: int) -> Iterator[Disk]:
    """Mount a disk in memory."""
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", str(path)], check=True)
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
