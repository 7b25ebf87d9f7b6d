"""The press holds its limits, and the worker outlives whatever happens to it."""

from datetime import UTC, datetime

import pytest

from reports.render import press
from reports.render.sheet import sheet
from tests.reports import sample

MOMENT = datetime(2025, 5, 16, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def small() -> dict:
    return sheet(sample.content(1), "en", fingerprint="")


def test_same_sheet_gives_the_same_bytes(small):
    first = press.press(small, MOMENT)
    assert first.startswith(b"%PDF-") and press.press(small, MOMENT) == first


def test_sheet_that_takes_too_long_is_given_up(small, monkeypatch):
    monkeypatch.setattr(press, "SECONDS", 0)
    with pytest.raises(press.TooMuch):
        press.press(small, MOMENT)


def test_sheet_that_takes_too_much_memory_is_given_up(small, monkeypatch):
    # Enough to begin, too little for a note as long as a book.
    monkeypatch.setattr(press, "MEMORY", 128 * 1024 * 1024)
    with pytest.raises(press.TooMuch):
        press.press({**small, "notes": ["word " * 40_000]}, MOMENT)


def test_sheet_that_cannot_be_set_says_why(small):
    with pytest.raises(RuntimeError, match="dictionary does not contain key"):
        press.press({name: part for name, part in small.items() if name != "cover"}, MOMENT)
