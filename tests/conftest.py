"""What every test may ask for: a database, a database of its own, a live portal, a browser."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.ground import Ground
from tests.live import LivePortal, live

if settings.configured:
    raise pytest.UsageError("The settings were read before the tests could choose their servers. Unset DJANGO_SETTINGS_MODULE.")
GROUND = Ground()
assert settings.DATABASES, "reading one setting reads them all, now that the addresses are known"
CHROMIUM_FLAGS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--no-first-run"]
CHROMIUM_FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Start the servers before the workers that share them; each worker reads the settings after choosing its database."""
    GROUND.start()
    os.environ.pop("DJANGO_SETTINGS_MODULE")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the servers with the run."""
    GROUND.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that Django would clean up by a flush, which the append-only tables rightly forbid."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if (mark and mark.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
            raise pytest.UsageError(f"{item.nodeid} would flush its database. Ask for own_database or live_portal instead.")


@pytest.fixture(scope="session", autouse=True)
def _nothing_leaves_the_machine() -> Iterator[None]:
    """Let no test reach beyond this machine."""
    connect = socket.socket.connect

    def near(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and str(address[0]) not in {"127.0.0.1", "::1", "localhost"}:  # type: ignore[index]
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", near)
        yield


@pytest.fixture(autouse=True)
def _each_test_in_the_house_language() -> Iterator[None]:
    """Let no test speak the language in which a page of an earlier one was asked for."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def ground() -> Ground:
    """The servers of this run."""
    GROUND.start()
    return GROUND


@pytest.fixture(scope="session")
def django_db_setup(ground: Ground) -> None:
    """Give this process a copy of the seeded template; its tests run in transactions that are rolled back."""
    ground.clone(ground.database, template="seeded")


@pytest.fixture
def own_database(ground: Ground, django_db_blocker) -> Iterator[str]:
    """The address of a seeded database of this test's own, with real commits; dropped afterwards."""
    with django_db_blocker.unblock(), ground.own(template="seeded") as url:
        yield url


@pytest.fixture
def bare_database(ground: Ground, django_db_blocker) -> Iterator[str]:
    """Like own_database, but holding tables and nothing else."""
    with django_db_blocker.unblock(), ground.own(template="migrated") as url:
        yield url


@pytest.fixture
def demo_database(ground: Ground, django_db_blocker) -> Iterator[str]:
    """Like own_database, with the demo data loaded."""
    with django_db_blocker.unblock(), ground.own(template="demo") as url:
        yield url


@pytest.fixture
def live_portal(ground: Ground, own_database: str, tmp_path: Path) -> Iterator[LivePortal]:
    """Real web, worker and beat processes on a seeded database that the test shares with them."""
    yield from live(ground, database_url=own_database, folder=tmp_path)


@pytest.fixture
def live_demo(ground: Ground, demo_database: str, tmp_path: Path) -> Iterator[LivePortal]:
    """Real web, worker and beat processes on a database with the demo data."""
    yield from live(ground, database_url=demo_database, folder=tmp_path)


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium, driven by Playwright. Without one the test is skipped, and on a build machine it fails."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing = "There is no Chromium here. Install it (on Debian: sudo apt install chromium) to run the browser tests."
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread; Django would take a test's own queries for a mistake.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
            yield browser
            browser.close()


@pytest.fixture
def tianjin(db):
    """The pilot that most tests work in."""
    from pilots.models import Pilot

    return Pilot.objects.get(slug="tianjin")


@pytest.fixture
def people(tianjin):
    """Tianjin's team, the programme's people, and a stranger from Qujiang."""
    from pilots.models import Pilot
    from tests import builders

    return builders.cast(tianjin, Pilot.objects.get(slug="qujiang"))
