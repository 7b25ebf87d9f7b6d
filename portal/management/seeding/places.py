"""Makes synthetic pilots known: their profiles and the indicators they adopt, brought in as the fixtures are."""

import json
import tempfile
from pathlib import Path
from typing import Any

from indicators import catalogue as indicators
from indicators.periods import Frequency
from pilots import catalogue as pilots
from pilots.models import Pilot

PREFIX = "synthetic-"
# The shared definitions that every synthetic pilot adopts: six from inputs, six typed, two of them each month.
ADOPTED = {
    "iso37120-7.1": Frequency.YEAR,
    "iso37120-7.2": Frequency.YEAR,
    "iso37120-15.1": Frequency.YEAR,
    "iso37120-16.3": Frequency.YEAR,
    "iso37120-21.1": Frequency.YEAR,
    "iso37120-22.1": Frequency.YEAR,
    "iso37120-5.1": Frequency.YEAR,
    "iso37120-5.8": Frequency.YEAR,
    "iso37120-8.1": Frequency.MONTH,
    "iso37120-8.2": Frequency.MONTH,
    "iso37120-11.1": Frequency.YEAR,
    "iso37120-19.3": Frequency.YEAR,
}
REQUIRED = 9  # so many of them a pilot must answer, the others it may
NAMELESS = {"zh": "", "en": ""}


def add(count: int) -> list[Pilot]:
    """Add so many synthetic pilots with what they adopt, numbered from 0001."""
    slugs = [f"{PREFIX}{number:04}" for number in range(1, count + 1)]
    profiles = {"version": 1, "units": {}, "milestones": [], "pilots": [profile(number) for number in range(1, count + 1)]}
    sets = {"version": 1, "definitions": [], "sets": [{"pilot": slug, "series": adopted()} for slug in slugs]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pilots.json").write_text(json.dumps(profiles), encoding="utf-8")
        (folder / "series.json").write_text(json.dumps(sets), encoding="utf-8")
        pilots.load("pilots", folder=folder)
        indicators.load("series", folder=folder)
    # The portal's own fixtures are the last ones loaded again, as its editions say.
    pilots.load("pilots")
    indicators.load("series")
    return list(Pilot.objects.filter(slug__in=slugs).order_by("slug"))


def profile(number: int) -> dict[str, Any]:
    """A profile that says of itself that it is synthetic; it stands after every real pilot and on no real place."""
    name = {"zh": f"合成试点 {number:04} Synthetic pilot", "en": f"Synthetic pilot {number:04} 合成试点"}
    person = {"zh": "合成发言人", "en": "Synthetic spokesperson"}
    return {
        "slug": f"{PREFIX}{number:04}",
        "order": 1000 + number,
        "name": name,
        "short_name": name,
        "kind": {"zh": "合成", "en": "synthetic"},
        "city": NAMELESS,
        "province": NAMELESS,
        "latitude": "0",
        "longitude": "0",
        "location_note": {"zh": "合成试点没有位置", "en": "a synthetic pilot lies nowhere"},
        "goals": [11],
        "goals_note": None,
        "trials": [{"standard": "iso-37101"}],
        "trials_note": None,
        "facts": [],
        "spokesperson": {"name": person, "role": person, "gist": NAMELESS, "quote_zh": "", "note": None},
    }


def adopted() -> list[dict[str, Any]]:
    """The series of a synthetic pilot, named by their definitions."""
    return [
        {
            "code": f"SY-{place:02}",
            "indicator": code,
            "name": NAMELESS,
            "frequency": frequency,
            "required": place <= REQUIRED,
            "origin": "",
            "reference": "",
            "note": None,
            "targets": [],
        }
        for place, (code, frequency) in enumerate(ADOPTED.items(), start=1)
    ]
