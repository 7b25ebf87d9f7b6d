"""Sets three things side by side: what a workbook says, what stood in it when it was downloaded, and what stands in the cell now."""

from __future__ import annotations

from dataclasses import replace

from indicators import numbers
from indicators.entry import Item
from indicators.importing.lines import CHANGED, CONFLICT, NEW, UNCHANGED, Line, answer_of, same
from indicators.models import Entry
from indicators.workbook import TEXTS, Downloaded, Row, tidy


def merge(row: Row, item: Item, *, standing: Entry | None, was: Downloaded | None) -> Line:
    """Say what a row would do to its cell.

    A cell that nobody touched since the download does nothing. One that was touched and has meanwhile been changed by somebody else
    is a conflict. A text that the table does not have stays; one that the workbook had and that was emptied is cleared.
    """
    whole = complete(item, standing=standing, was=was)
    place = row.cells.get("value") or next(iter(row.cells.values()))
    answer, now = answer_of(whole), answer_of(standing) if standing else None
    line = Line(
        NEW if standing is None else CHANGED,
        str(place.place),
        place.raw[:200],
        item.series,
        item.period.code,
        answer=answer,
        now=now,
        was=answer_as_downloaded(was),
        version=standing.version if standing else 0,
        cells=len(row.cells),
    )
    if same(answer, now or {}) or (was and untouched(item, was)) or computed_alike(item, standing):
        line.status = UNCHANGED
    elif seen(item, was) not in (None, line.version):
        line.status, line.seen = CONFLICT, seen(item, was)
    return line


def seen(item: Item, was: Downloaded | None) -> int | None:
    """The version that the writer had before them; None for a table of their own, which means what stands now."""
    return was.version if was else item.version


def complete(item: Item, *, standing: Entry | None, was: Downloaded | None) -> Item:
    """Give an item the texts and the status that its row leaves open."""
    kept = {}
    for name in TEXTS:
        kept[name] = text_of(name, item, standing=standing, was=was)
    alike = standing is not None and (item.value, item.qualifier, item.reason) == (standing.value, standing.qualifier, standing.reason)
    if alike and was is None:
        kept["flag"] = standing.flag if item.flag == "A" else item.flag
        kept["until"] = item.until or standing.until
    if alike:
        kept["given"] = standing.given
    return replace(item, **kept)


def text_of(name: str, item: Item, *, standing: Entry | None, was: Downloaded | None) -> str:
    """Return a text of the row; an explanation belongs to its figure and does not pass over to another one."""
    given, stands = getattr(item, name), getattr(standing, name, "")
    if tidy(given) == tidy(stands):
        return stands
    if given or (was and was.had(name)):
        return given
    return stands if name != "explanation" or (standing and item.value == standing.value) else ""


def untouched(item: Item, was: Downloaded) -> bool:
    """Whether a row of our own template says what it said when it was downloaded."""
    if was.fixed:
        return item.value == was.number
    flag = "" if was.reason else was.flag
    told = (item.value, item.qualifier if item.value is not None else "=", "" if item.reason else item.flag, item.reason, day(item))
    before = (was.number, was.qualifier if was.value else "=", flag, was.reason, was.until)
    return told == before and all(was.same(name, getattr(item, name)) for name in TEXTS)


def day(item: Item) -> str:
    return item.until.isoformat() if item.until else ""


def computed_alike(item: Item, standing: Entry | None) -> bool:
    """Whether a row repeats a computed figure, with as many digits as it was written with."""
    if standing is None or not standing.computed or item.value is None or standing.value is None:
        return False
    digits = max(-item.value.as_tuple().exponent, 0)
    return numbers.half_up(standing.value, digits) == item.value


def answer_as_downloaded(was: Downloaded | None) -> dict[str, str] | None:
    """Return the figure that stood in the workbook, for the reader of a conflict; of its texts nothing is known."""
    if was is None:
        return None
    told = {"value": was.value, "qualifier": was.qualifier, "flag": was.flag, "reason": was.reason, "until": was.until}
    usual = {"value": "", "qualifier": "=", "flag": "A", "reason": "", "until": ""}
    return {name: text for name, text in told.items() if text != usual[name]}
