"""Loads the framework, the programme and its pilots from the fixtures, as often as one likes."""

from pathlib import Path

from django.db import transaction

from pilots.catalogue import framework, profiles
from pilots.catalogue.loading import FOLDER, Loading, both, edited, named
from pilots.models import Door, User

__all__ = ["FIXTURES", "FOLDER", "Loading", "both", "edited", "load", "named"]

FIXTURES = {
    "framework": framework.framework,
    "standards": framework.standards,
    "goals": framework.goals,
    "programme": profiles.programme,
    "pilots": profiles.profiles,
}


@transaction.atomic
def load(*names: str, by: User | None = None, door: str = Door.COMMAND, folder: Path = FOLDER) -> list[Loading]:
    """Load the named fixtures, or all of this app, and say of each what it created and changed.

    A fixture whose content was loaded before is left alone, so a second load changes nothing. A newer one brings what the
    fixtures own up to date; rows that people edited or added stay as they made them. Nothing is ever removed.
    """
    loaded = []
    for name in names or FIXTURES:
        loading = Loading.of(name, folder)
        if not loading.known:
            FIXTURES[name](loading)
            loading.close(by=by, door=door)
        loaded.append(loading)
    return loaded
