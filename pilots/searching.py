"""Searches the trail for an auditor: which rows, page by page or all of them as lines for a file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from pilots.models import TrailRow

PAGE, SLICE = 50, 2000
# How the programme's chain is chosen, where a pilot would be named.
PROGRAMME = "programme"
FILTERS = ("pilot", "person", "act", "kind", "key", "door", "since", "until", "text")
COLUMNS = ("pilot", "seq", "at", "username", "name", "door", "act", "kind", "key", "before", "after", "reason", "batch", "hash")
# A spreadsheet takes a text that begins so for a formula.
FORMULA = re.compile(r"^[=+@\t\r＝＋－＠-]")


@dataclass(frozen=True)
class Difference:
    """One field of an object, as it was and as it became; None where it was not there."""

    name: str
    before: str | None
    after: str | None


def read(asked: Mapping[str, str]) -> dict[str, str]:
    """Read the filters as they were typed, or refuse a day that is none."""
    chosen = {name: asked.get(name, "").replace("\0", "").strip() for name in FILTERS}
    wrong = {name: _("Write the day as 2026-05-31.") for name in ("since", "until") if chosen[name] and _day(chosen[name]) is None}
    if wrong:
        raise ValidationError(wrong, code="day")
    return chosen


def rows(chosen: Mapping[str, str], *, user: object) -> QuerySet:
    """Return the rows that a person may see and that fit all filters, the newest first.

    `pilot` is a slug or `programme`; `person` a part of a username or name; `since` and `until` are days on the portal's clock;
    the others are parts of what the row says, `text` of its reason and of what it was before and after.
    """
    found = TrailRow.objects.visible_to(user).select_related("actor", "pilot", "link")
    for name, narrow in NARROWINGS.items():
        if chosen[name]:
            found = narrow(found, chosen[name])
    return found.order_by("-pk")


def page(found: QuerySet, *, before: int | None = None) -> tuple[list[TrailRow], int | None]:
    """Return a page of rows older than `before`, and where the next page begins, or None where nothing follows."""
    older = found if before is None else found.filter(pk__lt=before)
    taken = list(older[: PAGE + 1])
    return taken[:PAGE], taken[PAGE - 1].pk if len(taken) > PAGE else None


def differences(row: TrailRow) -> list[Difference]:
    """Return the fields of a row's object that differ between before and after."""
    before, after = (side if isinstance(side, dict) else {} for side in (row.before, row.after))
    names = [*before, *(name for name in after if name not in before)]
    return [Difference(name, _shown(before, name), _shown(after, name)) for name in names if _shown(before, name) != _shown(after, name)]


def as_csv(found: QuerySet) -> Iterator[str]:
    """Yield all rows as CSV with a heading, slice by slice; no cell begins as a formula. The mark at the start is for Excel."""
    yield "\ufeff" + _line(COLUMNS)
    for rows in _slices(found):
        yield "".join(_line(_harmless(cell) for cell in _cells(row).values()) for row in rows)


def as_ndjson(found: QuerySet) -> Iterator[str]:
    """Yield all rows as one JSON object a line, slice by slice."""
    for rows in _slices(found):
        yield "".join(json.dumps(_cells(row), ensure_ascii=False) + "\n" for row in rows)


def _slices(found: QuerySet) -> Iterator[list[TrailRow]]:
    """Walk downwards by number: rows that come meanwhile stand above, so every slice belongs to the same list."""
    rows = list(found[:SLICE])
    while rows:
        yield rows
        rows = list(found.filter(pk__lt=rows[-1].pk)[:SLICE])


def _cells(row: TrailRow) -> dict[str, object]:
    link = getattr(row, "link", None)
    told = (
        row.pilot.slug if row.pilot else None,
        link.seq if link else None,
        row.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        row.actor.username if row.actor else None,
        row.actor.name if row.actor else None,
        row.door,
        row.act,
        row.object_kind,
        row.object_key,
        row.before,
        row.after,
        row.reason,
        str(row.batch),
        bytes(link.hash).hex() if link else None,
    )
    return dict(zip(COLUMNS, told, strict=True))


def _harmless(cell: object) -> str:
    if cell is None:
        return ""
    text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
    return f"'{text}" if FORMULA.match(text) else text


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _shown(side: Mapping[str, object], name: str) -> str | None:
    value = side.get(name)
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _begins(text: str, *, days: int = 0) -> datetime:
    """The first moment of a day on the portal's clock, or of one some days later; the calendar ends with the year 9999."""
    day = _day(text)
    return timezone.make_aware(datetime.combine(min(day, date.max - timedelta(days=2)) + timedelta(days=days), time.min))


def _of_pilot(found: QuerySet, slug: str) -> QuerySet:
    return found.filter(pilot=None) if slug == PROGRAMME else found.filter(pilot__slug=slug)


def _by_person(found: QuerySet, name: str) -> QuerySet:
    return found.filter(Q(actor__username__icontains=name) | Q(actor__name__icontains=name))


def _saying(found: QuerySet, text: str) -> QuerySet:
    said = found.alias(was=Cast("before", TextField()), became=Cast("after", TextField()))
    return said.filter(Q(reason__icontains=text) | Q(object_key__icontains=text) | Q(was__icontains=text) | Q(became__icontains=text))


NARROWINGS: dict[str, Callable[[QuerySet, str], QuerySet]] = {
    "pilot": _of_pilot,
    "person": _by_person,
    "act": lambda found, act: found.filter(act__icontains=act),
    "kind": lambda found, kind: found.filter(object_kind__iexact=kind),
    "key": lambda found, key: found.filter(object_key__icontains=key),
    "door": lambda found, door: found.filter(door=door),
    "since": lambda found, day: found.filter(at__gte=_begins(day)),
    "until": lambda found, day: found.filter(at__lt=_begins(day, days=1)),
    "text": _saying,
}
