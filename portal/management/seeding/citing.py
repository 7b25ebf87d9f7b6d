"""Evidence of synthetic pilots: one paper for a year, cited by its first figures, with a word about one of them."""

from indicators import collecting, comments, evidence
from indicators.models import Collection
from pilots.models import Door, User
from portal.management import papers

CITING = 3
SAID = "合成意见，非真实 · synthetic comment, not real"


def cite(collection: Collection, *, by: User) -> None:
    """Put a paper for the year of a collection, cite it in some cells, and say something about the first."""
    pilot, period = collection.pilot, collection.period
    paper = papers.pdf(f"合成年鉴 {period.code} synthetic yearbook", [pilot.name_zh, pilot.name_en, period.code])
    kept = evidence.put(pilot=pilot, brought=paper, by=by, door=Door.COMMAND).evidence
    cells = collecting.expected(collection)[:CITING]
    for place, (series, part) in enumerate(cells, start=1):
        evidence.cite(evidence=kept, series=series, period=part, page=str(place), quote=papers.INVENTED, by=by, door=Door.COMMAND)
    series, part = cells[0]
    comments.write(series=series, period=part, text=SAID, by=by, door=Door.COMMAND)
