"""Files on the shelf are whole, known by their bytes, and out of the web's reach."""

import errno
import os
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
