"""The query parameters of published figures, and how they become a selection."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from indicators import extracts, periods
from indicators.extracts import Selection, Span
from indicators.models import Flag, Release, Theme
from indicators.periods import Frequency, Period
from pilots.api import Parameter, end_of, known_or_refuse, known_pilots, moment, refusal, unknown, whole, yes
from pilots.models import Goal, Issue, Purpose, Standard

MOST_ROWS = 10_000


def span(field: str, text: str) -> Span:
    """Read a period (2024, 2024-Q1, 2024-03) or a range of one kind (2020..2024)."""
    first, dots, last = text.partition("..")
    begin, end = one_period(field, first), one_period(field, last if dots else first)
    if begin.frequency != end.frequency:
        raise refusal(field, _("Both ends of a range are of one kind, such as 2020..2024 or 2024-Q1..2024-Q4."), value=text[:80])
    if begin.start > end.start:
        raise refusal(field, _("The range ends before it begins."), value=text[:80])
    return Span(begin, end)


def one_period(field: str, text: str) -> Period:
    """Read one period, or refuse it under the parameter's name."""
    try:
        return periods.parse(text)
    except periods.ValidationError as error:
        raise refusal(field, error.messages[0], value=text[:80], code="period") from error


FILTERS = (
    Parameter("pilot", "Pilots by slug.", many=True),
    Parameter("indicator", "Indicators by local code (TJ-29) or shared code (iso37120-5.6).", many=True),
    Parameter("purpose", "Purposes of ISO 37101 that the indicator serves.", many=True),
    Parameter("issue", "Issues of ISO 37101 that the indicator serves.", many=True),
    Parameter("goal", "Sustainable Development Goals by number.", many=True, read=whole(1, 17)),
    Parameter("theme", "Themes of the ISO 37120 series.", many=True),
    Parameter("standard", "Standards that define the indicator.", many=True),
    Parameter("period", "2024 and all inside it, 2024-Q1, 2024-03, or a range 2020..2024.", many=True, read=span),
    Parameter("frequency", "How often the series is reported.", many=True, allowed=tuple(Frequency.values)),
    Parameter("flag", "The status of the figure (SDMX CL_OBS_STATUS).", many=True, allowed=tuple(Flag.values)),
    Parameter("updated_since", "Verified at or after this day or time.", read=moment),
    Parameter("as_of", "As the figures stood at the end of this day, or at this time.", read=end_of),
    Parameter("release", "As a release has them, such as tianjin/2024/r1."),
)
SHAPES = (
    Parameter("fields", "The columns, in this order.", many=True, allowed=tuple(extracts.COLUMNS)),
    Parameter("order", "The order of the rows; a minus turns it round.", allowed=extracts.ORDERS),
    Parameter("format", "The form of the answer; without it the Accept header chooses.", allowed=("json", "ndjson", "csv")),
    Parameter("limit", f"Rows on a page, up to {MOST_ROWS}; JSON only.", read=whole(1, MOST_ROWS)),
    Parameter("cursor", "Where the page begins, as `next` gives it; JSON only."),
    Parameter("count", "1 adds the number of all rows; JSON only.", read=yes, allowed=("0", "1")),
    Parameter("bom", "1 begins CSV with a byte order mark, which Excel wants.", read=yes, allowed=("0", "1")),
)
CODES: dict[str, Callable[[], list[str]]] = {
    "purpose": lambda: list(Purpose.objects.values_list("key", flat=True)),
    "issue": lambda: list(Issue.objects.values_list("key", flat=True)),
    "theme": lambda: list(Theme.objects.values_list("key", flat=True)),
    "standard": lambda: list(Standard.objects.values_list("key", flat=True)),
}


def selection_of(asked: dict[str, object], user: object) -> Selection:
    """Look up every code that is asked for, or refuse the first unknown one with the nearest; then select."""
    if "as_of" in asked and "release" in asked:
        raise refusal("as_of", _("A release has its own moment. Ask for one of the two."))
    if "pilot" in asked:
        known_pilots("pilot", asked["pilot"], reader=user)
    check_indicators(asked.get("indicator", ()))
    for field, codes in CODES.items():
        if field in asked:
            known_or_refuse(field, asked[field], known=codes())
    if "goal" in asked:
        known_or_refuse("goal", map(str, asked["goal"]), known=map(str, Goal.objects.values_list("number", flat=True)))
    return Selection(
        pilots=asked.get("pilot", ()),
        indicators=asked.get("indicator", ()),
        purposes=asked.get("purpose", ()),
        issues=asked.get("issue", ()),
        goals=asked.get("goal", ()),
        themes=asked.get("theme", ()),
        standards=asked.get("standard", ()),
        spans=asked.get("period", ()),
        frequencies=asked.get("frequency", ()),
        flags=asked.get("flag", ()),
        updated_since=asked.get("updated_since"),
        as_of=asked.get("as_of"),
        release=release_of(asked["release"], user) if "release" in asked else None,
    )


def check_indicators(codes: list[str]) -> None:
    """Refuse an indicator that no catalogue and no pilot has."""
    found = extracts.known_indicators(without_nul(codes)) if codes else set()
    for code in codes:
        if code not in found:
            raise unknown("indicator", code, known=extracts.all_indicators())


def release_of(code: str, user: object) -> Release:
    """Find a release by its code, or refuse."""
    releases = Release.objects.visible_to(user)
    found = releases.filter(code__in=without_nul([code])).first()
    if found is None:
        raise unknown("release", code, known=releases.values_list("code", flat=True)[:1000])
    return found


def without_nul(codes: list[str]) -> list[str]:
    """Leave out what no database can even be asked for."""
    return [code for code in codes if "\x00" not in code]
