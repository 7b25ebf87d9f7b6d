"""The words of notices about calls for data and single figures."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators import periods
from portal.notices.telling import Telling, Told, label_of, listed


def sheet(told: Told) -> str:
    """The address of the data sheet."""
    return reverse("indicators:entry", args=[told.slug, told["period"]])


def collection_opened(told: Told) -> Telling:
    """Data are called for."""
    codes = [str(code) for code in told["periods"] or []]
    several = len(codes) > 1
    names = {"pilot": told.pilot, "period": f"{codes[0]}–{codes[-1]}" if several else listed([label_of(code) for code in codes])}
    path = reverse("indicators:calls", args=[told.slug]) if several else reverse("indicators:entry", args=[told.slug, told.notice.key])
    return Telling(
        subject=_("%(pilot)s: the call for data for %(period)s is open") % names,
        icon="data",
        facts=told.facts((_("Due"), told["due"]), told.by(_("Opened by"))),
        step=_("Enter the figures"),
        path=path,
    )


def collection_extended(told: Told) -> Telling:
    """The day moved."""
    return Telling(
        subject=_("%(pilot)s: data for %(period)s are now due on %(due)s") % told.plain,
        icon="calendar",
        facts=told.facts((_("Due before"), told["before"]), (_("Due now"), told["due"]), told.by(_("Changed by"))),
        quote=str(told["reason"]),
        step=_("Open the data sheet"),
        path=sheet(told),
    )


def reopened(told: Told) -> Telling:
    """Verified figures are open for a correction."""
    count = int(told["count"] or 0)
    words = ngettext(
        "%(pilot)s: %(count)s verified figure of %(period)s is open for a correction",
        "%(pilot)s: %(count)s verified figures of %(period)s are open for a correction",
        count,
    )
    codes = [str(code) for code in told["codes"] or []]
    return Telling(
        subject=words % {**told.plain, "count": count},
        icon="back",
        tone="warning",
        facts=told.facts((_("Figures"), listed(codes) + (" …" if count > len(codes) else "")), told.by(_("Reopened by"))),
        quote=str(told["reason"]),
        step=_("Correct the figures"),
        path=sheet(told),
    )


def comment(told: Told) -> Telling:
    """Somebody said something about a figure."""
    year = periods.parse(str(told["period"])).year
    return Telling(
        subject=_("%(pilot)s: comment on %(series)s, %(period)s") % {**told.plain, "series": told.series},
        icon="note",
        facts=told.facts(told.by(_("Written by"))),
        quote=str(told["text"]),
        step=_("Read and answer"),
        path=reverse("indicators:cell", args=[told.slug, year, told.notice.key]),
    )


def due(told: Told) -> Telling:
    """Figures are due soon, today, or overdue."""
    days = int(told["days"] or 0)
    if days > 0:
        words = ngettext(
            "%(pilot)s: data for %(period)s are due in %(days)s day, on %(due)s",
            "%(pilot)s: data for %(period)s are due in %(days)s days, on %(due)s",
            days,
        )
    elif days == 0:
        words = _("%(pilot)s: data for %(period)s are due today, %(due)s")
    else:
        words = ngettext(
            "%(pilot)s: data for %(period)s are %(days)s day overdue, since %(due)s",
            "%(pilot)s: data for %(period)s are %(days)s days overdue, since %(due)s",
            -days,
        )
    done = _("%(done)s of %(total)s done") % {"done": told["done"], "total": told["total"]} if told["total"] else ""
    return Telling(
        subject=words % {**told.plain, "days": abs(days)},
        icon="due",
        tone="error" if days < 0 else "warning" if days <= 1 else "",
        facts=told.facts((_("Progress"), done), (_("Required figures missing"), told["missing"] or "")),
        step=_("Enter the figures"),
        path=sheet(told),
    )


def overdue(told: Told) -> Telling:
    """A pilot owes its figures for a week or more."""
    days = int(told["days"] or 0)
    words = ngettext(
        "%(pilot)s: data for %(period)s are %(days)s day overdue",
        "%(pilot)s: data for %(period)s are %(days)s days overdue",
        days,
    )
    state = _("Sent back, the changes are not in") if told["returned"] else _("Not submitted yet")
    done = _("%(done)s of %(total)s done") % {"done": told["done"], "total": told["total"]} if told["total"] else ""
    return Telling(
        subject=words % told.plain,
        icon="due",
        tone="error",
        facts=told.facts((_("State"), state), (_("Due"), told["due"]), (_("Progress"), done)),
        step=_("See the pilot's calls for data"),
        path=reverse("indicators:calls", args=[told.slug]),
    )
