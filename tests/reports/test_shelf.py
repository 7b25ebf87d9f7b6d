"""Files on the shelf are whole, known by their bytes, and out of the web's reach."""

import errno
import os
import time
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings

from reports import shelf

DATA = b"%PDF-1.7 a whole file"


@pytest.fixture(autouse=True)
def _empty_shelf(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_file_lies_under_its_sha256_and_is_read_by_its_owner_only():
    kept = shelf.keep(DATA)
    assert kept == (sha256(DATA).hexdigest(), len(DATA))
    assert files() == [shelf.path_of(kept.sha256)]
    assert shelf.path_of(kept.sha256).read_bytes() == DATA
    assert shelf.path_of(kept.sha256).stat().st_mode & 0o077 == 0


def test_same_bytes_are_kept_once():
    shelf.keep(DATA)
    shelf.keep(DATA)
    assert len(files()) == 1


@pytest.mark.parametrize("call", ["fsync", "fdopen"])
def test_full_disk_leaves_no_half_file(monkeypatch, call):
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space left"):
        shelf.keep(DATA)
    monkeypatch.undo()
    assert files() == []


def test_unfinished_files_of_killed_workers_are_swept_after_a_day_and_nothing_else_is():
    kept = shelf.path_of(shelf.keep(DATA).sha256)
    fresh, old = kept.parent / ".unfinished-fresh", kept.parent / ".unfinished-old"
    for file, age in ((kept, 400), (fresh, 0.9), (old, 1.1)):
        file.touch()
        then = time.time() - age * 86400
        os.utime(file, (then, then))
    assert shelf.sweep() == 1
    assert sorted(files()) == sorted([kept, fresh])
    assert shelf.sweep() == 0
