"""The words of notices about reports and about covering for somebody."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.notices.telling import Telling, Told
from reports.models import Report


def report_ready(told: Told) -> Telling:
    """A report can be downloaded."""
    return Telling(
        subject=_("%(pilot)s: the annual report %(year)s is ready") % told.plain,
        icon="report",
        tone="good",
        facts=told.facts((_("Number"), told["code"])),
        step=_("Open the reports"),
        path=reverse("reports:list", args=[told.slug]),
    )


def report_failed(told: Told) -> Telling:
    """A report could not be made."""
    error = str(told["error"])
    why = Report.Trouble(error).label if error in Report.Trouble.values else ""
    return Telling(
        subject=_("%(pilot)s: the annual report %(year)s could not be made") % told.plain,
        icon="error",
        tone="error",
        facts=told.facts((_("Number"), told["code"]), (_("Why"), why)),
        step=_("Open the reports"),
        path=reverse("reports:list", args=[told.slug]),
    )


def covering(told: Told) -> Telling:
    """Somebody stands in for somebody."""
    days = {"first": told["first_day"], "last": told["last_day"]}
    mine = told["cover"] == told.notice.person_id
    words = _("You cover for %(who)s from %(first)s to %(last)s") if mine else _("%(who)s covers for you from %(first)s to %(last)s")
    return Telling(
        subject=words % {"who": told.person("coordinator" if mine else "cover"), **days},
        icon="person",
        facts=told.facts(told.by(_("Arranged by"))),
        step=_("See who covers for whom"),
        path=reverse("people:covers"),
    )


def cover_ended(told: Told) -> Telling:
    """Nobody stands in any more."""
    mine = told["cover"] == told.notice.person_id
    words = _("You no longer cover for %(who)s") if mine else _("%(who)s no longer covers for you")
    return Telling(
        subject=words % {"who": told.person("coordinator" if mine else "cover")},
        icon="person",
        facts=told.facts((_("First day"), told["first_day"]), (_("Last day"), told["last_day"]), told.by(_("Ended by"))),
        step=_("See who covers for whom"),
        path=reverse("people:covers"),
    )
