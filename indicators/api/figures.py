"""How a figure in a body is read: exact text in, an item for `record` out, and outcomes told again in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from indicators import entry, numbers, rules
from indicators.entry import Item, Outcome
from indicators.models import Evidence, Flag, Reason, Series
from indicators.numbers import Figure
from indicators.periods import Period
from indicators.roster import roster_of
from pilots.api import Day, NumberText, Shape, Text, Whole, refusal
from pilots.models import Door, Pilot, Qualifier, User


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}], "nullable": True})
class FigureText(serializers.CharField):
    """A number as people or programs write it, kept as text until its unit is known; null where there is none."""

    default_error_messages = {"invalid": _("Write a number, a text that holds one, or null.")}

    def __init__(self, **kwargs: object) -> None:
        """Accept null and an empty text: a missing figure."""
        super().__init__(allow_null=True, allow_blank=True, **kwargs)

    def to_internal_value(self, data: object) -> str:
        """Take a text or a JSON number, which is kept as its text, and nothing else."""
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class EntryInput(Shape):
    """A figure, or the reason why there is none, with what belongs to it."""

    value = FigureText()
    qualifier = serializers.ChoiceField(Qualifier.choices, default=Qualifier.EXACT)
    flag = serializers.ChoiceField(Flag.choices, default=Flag.NORMAL)
    reason = serializers.ChoiceField(Reason.choices, allow_null=True, default=None)
    until = Day(allow_null=True, default=None)
    source = Text(allow_blank=True, default="")
    note = Text(allow_blank=True, default="")
    explanation = Text(allow_blank=True, default="")


class BatchItem(EntryInput):
    """A figure with its place, and the version that was read: 0 for a new one."""

    series = Text()
    period = Text()
    version = Whole(min_value=0, allow_null=True, default=None)


def read_item(series: Series | None, period: Period | str, given: dict[str, object]) -> Item:
    """Make the item of a figure, or refuse a number that cannot be read. `given` holds the fields of a body."""
    fields = {name: given[name] for name in ("source", "note", "explanation", "flag", "until")}
    fields |= {"reason": given["reason"] or "", "version": given["version"], "series": given["series"], "period": period}
    text = given["value"]
    if text is None or not text.strip():
        return Item(value=None, **fields)
    try:
        figure = read_figure(text, series)
    except ValidationError as error:
        raise refusal("value", error.messages[0], value=text[:80], code=error.code) from error
    qualifier = figure.qualifier if figure.qualifier != Qualifier.EXACT else given["qualifier"]
    return Item(value=figure.value, qualifier=qualifier, given=str(text)[: rules.LENGTHS["given"]], **fields)


def read_figure(text: str, series: Series | None) -> Figure:
    """Read what a person wrote, or the JSON number of a program, which alone may have an exponent."""
    if isinstance(text, NumberText) and "e" in text.lower() and len(text) <= numbers.LONGEST:
        value = Decimal(text)
        numbers.check_size(value)
        return Figure(Decimal(f"{value:f}"))
    return numbers.read(text, units=series.unit.spellings if series else ())


def record_all(
    *,
    pilot: Pilot,
    items: Sequence[dict[str, object]],
    by: User,
    partial: bool = False,
    dry_run: bool = False,
    paper: Evidence | None = None,
) -> tuple[list[Outcome], bool]:
    """Carry many figures to `record` in one call, or to `record_on_paper`; one that cannot be read is refused in its place."""
    known = roster_of(pilot).by_code
    read: list[Item | Outcome] = []
    for given in items:
        try:
            read.append(read_item(known.get(given["series"]), given["period"], given))
        except ValidationError as error:
            unread = Outcome(Item(given["series"], given["period"], None))
            unread.refuse(error)
            read.append(unread)
    readable = [one for one in read if isinstance(one, Item)]
    # What cannot be read keeps back the others just as a refusal does.
    tried = dry_run or (len(readable) < len(read) and not partial)
    how = {"pilot": pilot, "entries": readable, "by": by, "door": Door.API, "partial": partial, "dry_run": tried}
    batch = entry.record_on_paper(**how, paper=paper) if paper else entry.record(**how)
    weighed = iter(batch.outcomes)
    return [one if isinstance(one, Outcome) else next(weighed) for one in read], batch.applied
