"""Weighs the items of a batch one by one: shape, state, version, rule; and drafts the entries they ask for."""

from __future__ import annotations

from operator import attrgetter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators import collecting, numbers, periods, rules
from indicators.entry.drafting import draft
from indicators.entry.items import Item, Outcome
from indicators.entry.sheet import Cell, Sheet
from indicators.models import FLAG_OF_REASON, Aggregation, Entry, Series
from indicators.periods import Frequency, Period
from pilots.models import User

CONTENT = ("value", "qualifier", "flag", "reason", "until", "source", "note", "explanation", "numerator", "denominator", "demo")


def read_period(outcome: Outcome) -> Period | None:
    """Read the period of an item, keeping the refusal where it is none."""
    period = outcome.item.period
    try:
        return period if isinstance(period, Period) else periods.parse(period)
    except ValidationError as refusal:
        outcome.refuse(refusal)
        return None


def propose(sheet: Sheet, outcomes: list[Outcome], by: User) -> dict[Cell, Entry]:
    """Weigh every item and return the entries that would be written, by cell."""
    proposed: dict[Cell, Entry] = {}
    seen: set[Cell] = set()
    for outcome in outcomes:
        if outcome.refused:
            continue
        try:
            weigh(sheet, outcome, seen, by)
        except ValidationError as refusal:
            outcome.refuse(refusal, outcome.before)
            continue
        if outcome.status != "unchanged":
            proposed[outcome.entry.series_id, outcome.entry.period] = outcome.entry
    return proposed


def weigh(sheet: Sheet, outcome: Outcome, seen: set[Cell], by: User) -> None:
    """Check one item in the order of DECISIONS 18: shape, state, version, rule; and draft its entry."""
    item = outcome.item
    period = item.period if isinstance(item.period, Period) else periods.parse(item.period)
    series = sheet.find(item.series)
    rules.check_texts(item.texts)
    rules.check_answer(item.value, qualifier=item.qualifier, flag=item.flag, reason=item.reason)
    check_period(series, period)
    rules.check_until(item.until, reason=item.reason, period=period)
    if (series.pk, period) in seen:
        raise ValidationError(
            _("%(code)s of %(period)s stands twice in this batch. Keep one."),
            code="duplicate",
            params={"code": series.code, "period": period.label},
        )
    seen.add((series.pk, period))
    standing = sheet.entries.get((series.pk, period))
    outcome.before = None if hidden(sheet, standing) else standing
    check_state(sheet, series, period, standing)
    check_version(item, standing)
    if item.value is not None:
        rules.check_figure(series, item.value)
    drafted = draft_entry(sheet, series, period, item, by)
    same = standing is not None and content(drafted) == content(standing)
    nothing = standing is None and drafted.empty and not any((item.source, item.note, item.explanation))
    outcome.status = "unchanged" if same or nothing else "updated" if standing else "created"
    outcome.entry = standing if same else drafted


def hidden(sheet: Sheet, standing: Entry | None) -> bool:
    """Whether what stands in a cell is a draft of the team, which whoever types from paper is not shown."""
    return sheet.paper is not None and standing is not None and not standing.unconfirmed


def check_period(series: Series, period: Period) -> None:
    """Refuse a period that the series is not reported for."""
    own, asked = periods.MONTHS[series.frequency], period.months
    makes_up = series.indicator is None or series.indicator.aggregation != Aggregation.NONE
    if asked < own or (asked > own and makes_up) or not series.expects(period):
        raise ValidationError(
            _("%(code)s is reported by %(frequency)s, so not for %(period)s."),
            code="frequency",
            params={"code": series.code, "frequency": Frequency(series.frequency).label, "period": period.label},
        )


def check_state(sheet: Sheet, series: Series, period: Period, standing: Entry | None) -> None:
    """Refuse a computed cell, a period without a call for data, and a cell that is submitted or verified."""
    if series.computed:
        indicator = series.indicator
        raise ValidationError(
            _("%(code)s is computed. Enter its inputs instead: %(top)s and %(bottom)s."),
            code="wrong_state",
            params={"code": series.code, "top": indicator.numerator.name, "bottom": indicator.denominator.name},
        )
    collection = sheet.collection_of(period)
    if collection is None:
        raise ValidationError(
            _("No data are being collected for %(period)s. Ask the coordinator to open the collection."),
            code="wrong_state",
            params={"period": period.label},
        )
    state = standing.state if standing else collecting.cell_state(sheet.states[collection.pk])
    if state == Entry.State.LOCKED:
        raise ValidationError(
            _("%(code)s of %(period)s is submitted and locked. Withdraw the submission, or wait for the review."),
            code="wrong_state",
            params={"code": series.code, "period": period.label},
        )
    if state == Entry.State.VERIFIED:
        raise ValidationError(
            _("%(code)s of %(period)s is verified. Ask the coordinator to reopen it."),
            code="wrong_state",
            params={"code": series.code, "period": period.label},
        )
    if sheet.paper and standing and not standing.empty and not standing.unconfirmed:
        raise ValidationError(
            _("The team has answered %(code)s of %(period)s itself. Ask the team to change it."),
            code="wrong_state",
            params={"code": series.code, "period": period.label},
        )


def check_version(item: Item, standing: Entry | None) -> None:
    """Refuse a writer who does not say what they saw, or saw something older (DECISIONS 11)."""
    if item.version is None:
        raise ValidationError(_("Say which version you changed: 0 for a new figure."), code="precondition_required")
    if item.version == (standing.version if standing else 0):
        return
    if standing is None:
        raise ValidationError(
            _("There is no figure here yet; you wrote about version %(version)s."), code="stale", params={"version": item.version}
        )
    shown = numbers.plain(standing.value) or standing.get_reason_display() or _("empty")
    raise ValidationError(
        _("%(who)s changed this to %(value)s meanwhile. Keep theirs, or enter yours again."),
        code="stale",
        params={"who": standing.written_by or _("Somebody"), "value": shown},
    )


def draft_entry(sheet: Sheet, series: Series, period: Period, item: Item, by: User) -> Entry:
    """Make the entry that an item asks for; nothing is written yet."""
    return draft(
        sheet.pilot,
        series,
        period,
        value=item.value,
        qualifier=item.qualifier if item.value is not None else "=",
        flag=FLAG_OF_REASON.get(item.reason, item.flag),
        reason=item.reason,
        until=item.until,
        source=item.source,
        note=item.note,
        explanation=item.explanation,
        given=item.given,
        demo=by.demo,
        paper_id=sheet.paper and sheet.paper.pk,
        unconfirmed=sheet.paper is not None,
    )


# What makes up an entry's content, so that two can be compared.
content = attrgetter(*CONTENT)
