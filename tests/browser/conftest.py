"""People in front of a browser, each in a window of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# The models load only after the test run has chosen its servers, so this file names them for the type checker alone.
if TYPE_CHECKING:
    from pilots.models import User
    from tests.browser.windows import Window


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where the pictures of a run are kept: the folder that SCREENSHOTS names, else var/screenshots."""
    folder = Path(os.environ.get("SCREENSHOTS") or Path(__file__).parents[2] / "var" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def window(chromium, live_portal, shots: Path) -> Iterator[Callable[..., Window]]:
    """Opens windows on the live portal; at the end none of them has seen trouble."""
    from tests.browser.windows import Window

    opened: list[Window] = []

    def open_one(user: User | None = None, *, language: str = "zh") -> Window:
        one = Window(chromium, live_portal.url, shots, language)
        opened.append(one)
        if user:
            one.sign_in(user)
        return one

    yield open_one
    for one in opened:
        one.context.close()
    assert [line for one in opened for line in one.trouble] == []


@pytest.fixture
def team(live_portal):
    """Tianjin's team, the programme's people and a stranger, in the live portal's database."""
    from pilots.models import Pilot
    from tests import builders

    return builders.cast(Pilot.objects.get(slug="tianjin"), Pilot.objects.get(slug="qujiang"))
