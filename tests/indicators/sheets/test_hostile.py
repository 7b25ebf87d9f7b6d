"""Hostile files: each is refused in words, nothing of it is read, and nothing but the process that reads it can come to harm."""

from __future__ import annotations

import os
import resource
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from indicators import workbook
from tests.indicators.sheets import hostile_files, hostile_kinds
from tests.indicators.sheets.cases import Case

CASES = [*hostile_kinds.CASES, *hostile_files.CASES]
MB = 1024 * 1024


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[int, list]]:
    """A server of this machine that hears whoever asks it for something."""
    heard: list[object] = []
    server = socket.create_server(("127.0.0.1", 0))

    def hear() -> None:
        while True:
            try:
                caller, address = server.accept()
            except OSError:
                return
            heard.append(address)
            caller.close()

    threading.Thread(target=hear, daemon=True).start()
    yield server.getsockname()[1], heard
    server.close()


def resident() -> int:
    """How many bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE")


def children() -> set[str]:
    return set(Path("/proc/self/task").joinpath(str(os.getpid()), "children").read_text(encoding="ascii").split())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_file_is_refused_in_words(case: Case, listener, tmp_path):
    port, heard = listener
    path = tmp_path / "file"
    path.write_bytes(case.make().replace(b"PORT", str(port).encode()) if "server" in case.name else case.make())
    before, living = resident(), children()
    with pytest.raises(ValidationError) as refused:
        workbook.read(path, name=case.file)
    assert refused.value.code == case.refused
    assert resident() - before < 50 * MB
    assert (children(), heard) == (living, [])
    for language in ("zh-hans", "en"):
        with translation.override(language):
            (said,) = refused.value.messages
            assert said and "%(" not in said


def test_refusals_speak_chinese(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"%PDF-1.7")
    with translation.override("zh-hans"), pytest.raises(ValidationError, match="佐证材料"):
        workbook.read(path, name="年报.pdf")


def test_this_process_has_limits_of_its_own():
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
