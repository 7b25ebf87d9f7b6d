"""Orders: a report is ordered, cancelled, published and withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilots import access, outbox, steps, trail
from pilots.models import Pilot, Role, User
from pilots.steps import Step
from reports import content
from reports.models import Kind, Language, Report
from reports.schema import likeness

State = Report.State
# Who orders reports; giving one out to everybody is the coordinator's (DECISIONS 15).
ORDERERS = (Role.LEAD, Role.COORDINATOR)
FIRST_YEAR, LAST_YEAR = 1990, 2100
PRINTED = (State.READY, State.PUBLISHED, State.WITHDRAWN)

STEPS = (
    Step("cancel", (State.ORDERED, State.BUILDING), State.CANCELLED, ORDERERS, gettext_lazy("Cancel")),
    Step("publish", (State.READY, State.WITHDRAWN), State.PUBLISHED, (Role.COORDINATOR,), gettext_lazy("Publish")),
    Step("withdraw", (State.PUBLISHED,), State.WITHDRAWN, (Role.COORDINATOR,), gettext_lazy("Withdraw")),
)


@transaction.atomic
def order(*, pilot: Pilot, year: int, languages: Sequence[str], formats: Sequence[str], audience: str, by: User, door: str) -> Report:
    """Order the annual report of a year; the worker makes it as soon as the transaction is committed.

    The same order on the same data, or one that still waits, gives the report that is there. A lead or a coordinator does this.
    Refused: a year out of range, an unknown or missing language, format or audience.
    """
    access.require(by, pilot, *ORDERERS)
    wanted = {
        "year": _year(year),
        "audience": _one(audience, Report.Audience, "audience"),
        "languages": _some(languages, Language, "languages"),
        "formats": _some(formats, Kind, "formats"),
    }
    # The pilot's row keeps two people from ordering the same report at once.
    Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    standing = _standing(pilot, wanted, by)
    if standing is not None:
        return standing
    last = Report.objects.filter(pilot=pilot, year=year).aggregate(last=models.Max("number"))["last"] or 0
    report = Report.objects.create(
        pilot=pilot, number=last + 1, **wanted, demo=pilot.demo or by.demo, ordered_by=by, ordered_at=timezone.now()
    )
    outbox.put("reports.build", key=report.code, payload={"report_id": report.pk})
    _leave("order", report, by=by, door=door, after={**wanted, "state": report.state})
    return report


@transaction.atomic
def cancel(*, report: Report, by: User, door: str) -> Report:
    """Stop a report that is not ready yet; a worker that is printing it throws its work away."""
    return _move(report, "cancel", by=by, door=door)


@transaction.atomic
def publish(*, report: Report, by: User, door: str) -> Report:
    """Give a ready report to everybody. A coordinator does this; an internal report stays inside."""
    return _move(report, "publish", by=by, door=door)


@transaction.atomic
def withdraw(*, report: Report, by: User, door: str, reason: str) -> Report:
    """Take a published report back, with a reason; the pilot's members keep seeing it."""
    return _move(report, "withdraw", by=by, door=door, reason=reason.strip())


def available(report: Report, user: User) -> list[Step]:
    """Return the steps that a person may take now, for buttons and the API's `steps`."""
    found = steps.available(STEPS, state=report.state, roles=access.roles_in(user, report.pilot))
    inside = report.audience == Report.Audience.INTERNAL
    return [step for step in found if not (step.name == "publish" and inside)]


def _move(report: Report, name: str, *, by: User, door: str, reason: str = "") -> Report:
    """Lock a report and move it on by the table, or refuse."""
    report = Report.objects.select_for_update(of=("self",), no_key=True).select_related("pilot").get(pk=report.pk)
    step = steps.take(STEPS, name, state=report.state, roles=access.roles_in(by, report.pilot))
    if name == "publish" and report.audience == Report.Audience.INTERNAL:
        raise ValidationError(_("An internal report stays inside. Order a public one and publish that."), code="internal")
    if name == "withdraw" and not reason:
        raise ValidationError({"reason": ValidationError(_("Write why the report is withdrawn."), code="reason")})
    before, report.state = report.state, step.after
    if name == "publish":
        report.published_at = timezone.now()
    report.save(update_fields=["state", "published_at"])
    _leave(name, report, by=by, door=door, before={"state": before}, after={"state": report.state}, reason=reason)
    return report


def _leave(name: str, report: Report, *, by: User, door: str, **told: object) -> None:
    trail.leave(f"orders.{name}", kind="report", key=report.code, by=by, door=door, pilot=report.pilot, **told)


def _standing(pilot: Pilot, wanted: dict, by: User) -> Report | None:
    """Return the report that already answers this order: one not composed yet, or one that says what would be said now."""
    found = list(Report.objects.select_related("pilot").filter(pilot=pilot, **wanted, state__in=(State.ORDERED, State.BUILDING, *PRINTED)))
    waiting = next((report for report in found if report.under_way and not report.fingerprint), None)
    if waiting or not found:
        return waiting
    now = likeness(content.compose(pilot, wanted["year"], audience=wanted["audience"], reader=by))
    return next((report for report in found if report.fingerprint == now), None)


def _year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = _("Write a year from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise ValidationError({"year": ValidationError(message, code="year")})
    return year


def _one(given: str, known: type[models.TextChoices], field: str) -> str:
    if given not in known.values:
        raise _unknown(given, known, field)
    return str(given)


def _some(given: Iterable[str], known: type[models.TextChoices], field: str) -> list[str]:
    """Read a choice of several codes: each once, in the order of the code list."""
    chosen = list(given)
    if not chosen:
        raise ValidationError({field: ValidationError(_("Choose at least one."), code="required")})
    for code in chosen:
        _one(code, known, field)
    return [code for code in known.values if code in chosen]


def _unknown(given: str, known: type[models.TextChoices], field: str) -> ValidationError:
    message = _("“%(given)s” is not known here. Choose from: %(known)s.")
    error = ValidationError(message, code="unknown", params={"given": str(given)[:40], "known": ", ".join(known.values)})
    error.value, error.allowed = str(given)[:40], known.values
    return ValidationError({field: error})
