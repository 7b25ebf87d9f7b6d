"""Loads units, variables, definitions and each pilot's series from the fixtures, as often as one likes."""

from pathlib import Path

from django.db import transaction

from indicators.catalogue import definitions, reporting
from indicators.catalogue.holdings import holdings
from pilots.catalogue import FOLDER, Loading
from pilots.models import Door, User

__all__ = ["FIXTURES", "holdings", "load"]

FIXTURES = {
    "units": definitions.units,
    "variables": definitions.variables,
    "indicators": definitions.shared,
    "series": reporting.series,
}


@transaction.atomic
def load(*names: str, by: User | None = None, door: str = Door.COMMAND, folder: Path = FOLDER) -> list[Loading]:
    """Load the named fixtures, or all of this app, and say of each what it created and changed.

    A fixture whose content was loaded before is left alone. A newer one makes a new version of each definition whose meaning
    changed and keeps the old wording; what people set on their series (mode, unit, digits, owner, dates, whether it is
    required or switched on) and every target and baseline stays as it is. Nothing is ever removed but a link that the newer
    edition takes back.
    """
    loaded = []
    for name in names or FIXTURES:
        loading = Loading.of(name, folder)
        if not loading.known:
            FIXTURES[name](loading)
            loading.close(by=by, door=door)
        loaded.append(loading)
    return loaded
