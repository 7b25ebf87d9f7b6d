"""The words of notices about submissions and their review."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.models import Submission
from portal.notices.calls import sheet
from portal.notices.telling import Telling, Told


def page(told: Told) -> str:
    """The address of the submission."""
    return reverse("indicators:review", args=[told.notice.key])


def submitted(told: Told) -> Telling:
    """A submission waits for its review."""
    return Telling(
        subject=_("%(pilot)s: data for %(period)s were submitted for review") % told.plain,
        icon="send",
        facts=told.facts(told.by(_("Submitted by"))),
        quote=str(told["note"]),
        step=_("Open the submission"),
        path=page(told),
    )


def submitted_again(told: Told) -> Telling:
    """It came back from the pilot."""
    return Telling(
        subject=_("%(pilot)s: data for %(period)s were submitted again, round %(round)s") % told.plain,
        icon="send",
        facts=told.facts(told.by(_("Submitted by"))),
        quote=str(told["note"]),
        step=_("See what changed"),
        path=page(told),
    )


def withdrawn(told: Told) -> Telling:
    """The pilot took it back."""
    return Telling(
        subject=_("%(pilot)s: data for %(period)s were withdrawn from review") % told.plain,
        icon="back",
        facts=told.facts(told.by(_("Withdrawn by"))),
        step=_("Open the submission"),
        path=page(told),
    )


def assigned(told: Told) -> Telling:
    """It is this person's to review."""
    return Telling(
        subject=_("%(pilot)s: the data for %(period)s are yours to review") % told.plain,
        icon="review",
        facts=told.facts((_("Round"), told["round"]), told.by(_("Assigned by"))),
        step=_("Review them"),
        path=page(told),
    )


def review_begun(told: Told) -> Telling:
    """The coordinator has taken it up."""
    return Telling(
        subject=_("%(pilot)s: the review of %(period)s has begun") % told.plain,
        icon="review",
        facts=told.facts((_("Reviewed by"), told.notice.actor or "")),
        step=_("Open the submission"),
        path=page(told),
    )


def sent_back(told: Told) -> Telling:
    """Something must change, by a day."""
    count = int(told["marks"] or 0)
    words = ngettext(
        "%(pilot)s: data for %(period)s were sent back with %(count)s mark",
        "%(pilot)s: data for %(period)s were sent back with %(count)s marks",
        count,
    )
    subject = words if count else _("%(pilot)s: data for %(period)s were sent back")
    return Telling(
        subject=subject % {**told.plain, "count": count},
        icon="back",
        tone="warning",
        facts=told.facts((_("Changes due"), told["due"]), told.by(_("Sent back by"))),
        quote=str(told["summary"]),
        step=_("See what must change"),
        path=sheet(told),
    )


def verified(told: Told) -> Telling:
    """The figures are official."""
    assessment = str(told["assessment"])
    label = Submission.Assessment(assessment).label if assessment in Submission.Assessment.values else ""
    return Telling(
        subject=_("%(pilot)s: data for %(period)s are verified") % told.plain,
        icon="check",
        tone="good",
        facts=told.facts((_("Assessment"), label), (_("Release"), told["release"]), told.by(_("Verified by"))),
        quote=str(told["comment"]),
        step=_("Open the submission"),
        path=page(told),
    )


def unlock_asked(told: Told) -> Telling:
    """The pilot wants to change what was not marked."""
    return Telling(
        subject=_("%(pilot)s asks to unlock %(series)s, %(period)s") % {**told.plain, "series": told.series},
        icon="lock",
        facts=told.facts(told.by(_("Asked by"))),
        quote=str(told["text"]),
        step=_("Answer the request"),
        path=page(told),
    )


def unlock_granted(told: Told) -> Telling:
    """A figure may be changed."""
    return Telling(
        subject=_("%(pilot)s: %(series)s, %(period)s is unlocked") % {**told.plain, "series": told.series},
        icon="lock",
        tone="good",
        facts=told.facts(told.by(_("Unlocked by"))),
        quote=str(told["text"]),
        step=_("Correct the figures"),
        path=sheet(told),
    )


def unlock_refused(told: Told) -> Telling:
    """A figure stays locked."""
    return Telling(
        subject=_("%(pilot)s: %(series)s, %(period)s stays locked") % {**told.plain, "series": told.series},
        icon="lock",
        facts=told.facts(told.by(_("Answered by"))),
        quote=str(told["text"]),
        step=_("Open the data sheet"),
        path=sheet(told),
    )


def return_due(told: Told) -> Telling:
    """Changes are due soon, today, or overdue."""
    days = int(told["days"] or 0)
    if days > 0:
        words = ngettext(
            "%(pilot)s: the changes to %(period)s are due in %(days)s day, on %(due)s",
            "%(pilot)s: the changes to %(period)s are due in %(days)s days, on %(due)s",
            days,
        )
    elif days == 0:
        words = _("%(pilot)s: the changes to %(period)s are due today, %(due)s")
    else:
        words = ngettext(
            "%(pilot)s: the changes to %(period)s are %(days)s day overdue, since %(due)s",
            "%(pilot)s: the changes to %(period)s are %(days)s days overdue, since %(due)s",
            -days,
        )
    return Telling(
        subject=words % {**told.plain, "days": abs(days)},
        icon="due",
        tone="error" if days < 0 else "warning",
        facts=told.facts((_("Round"), told["round"])),
        quote=str(told["summary"]),
        step=_("See what must change"),
        path=sheet(told),
    )


def waiting(told: Told) -> Telling:
    """A submission has waited long."""
    days = int(told["days"] or 0)
    words = ngettext(
        "%(pilot)s: data for %(period)s have waited %(days)s day for review",
        "%(pilot)s: data for %(period)s have waited %(days)s days for review",
        days,
    )
    return Telling(
        subject=words % told.plain,
        icon="review",
        tone="error" if days >= 10 else "warning",
        facts=told.facts((_("Round"), told["round"]), (_("Submitted on"), told["since"])),
        step=_("Review them"),
        path=page(told),
    )
