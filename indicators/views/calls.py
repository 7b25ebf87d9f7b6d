"""The calls for a pilot's data, year by year, and opening several past years at once."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from indicators import collecting, paper
from indicators.models import Collection, Submission
from pilots import access
from pilots.forms import DayField, RefusableForm, WholeField
from pilots.models import Door, Pilot, Role, User

YEARS = {"min_value": 1900, "max_value": 2199}


class YearsForm(RefusableForm):
    """Which years are called for, and until when."""

    first = WholeField(label=_("From the year"), **YEARS)
    last = WholeField(label=_("To the year"), **YEARS)
    due = DayField(label=_("Due"), widget=forms.DateInput(attrs={"type": "date"}))


@dataclass(frozen=True)
class Call:
    """A call for data as it stands in the list; how complete it is counts while figures are entered."""

    collection: Collection
    state: str

    @property
    def entered(self) -> bool:
        """Whether figures can be entered now."""
        return self.state in (collecting.OPEN, Submission.State.RETURNED)

    @property
    def completeness(self) -> collecting.Completeness | None:
        return collecting.completeness(self.collection) if self.entered else None

    @property
    def unconfirmed(self) -> int:
        """How many figures from paper wait for the lead."""
        return len(paper.unconfirmed(self.collection)) if self.entered else 0


def read_pilot(user: User, slug: str) -> Pilot:
    """Find a pilot whose calls for data the reader may see; a stranger is told that there is none."""
    pilot = get_object_or_404(Pilot.objects.visible_to(user), slug=slug)
    if not access.may(user, pilot, *access.READERS):
        raise Http404
    return pilot


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calls(request: HttpRequest, slug: str) -> HttpResponse:
    """List the calls for a pilot's data; the coordinator opens further years here."""
    pilot = read_pilot(request.user, slug)
    if request.method != "POST":
        return show(request, pilot, YearsForm())
    access.require(request.user, pilot, Role.COORDINATOR)
    form = YearsForm(request.POST)
    if form.is_valid():
        try:
            opened = collecting.open_years(pilot=pilot, **form.cleaned_data, by=request.user, door=Door.PAGE)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, ngettext("%(count)s year opened.", "%(count)s years opened.", len(opened)) % {"count": len(opened)})
            return redirect("indicators:calls", slug=slug)
    return show(request, pilot, form, status=409 if form.wrong_state else 400)


def show(request: HttpRequest, pilot: Pilot, form: YearsForm, *, status: int = 200) -> HttpResponse:
    """Show the list, the years that are still open as one batch, and to the coordinator the form."""
    rows = list(Collection.objects.visible_to(request.user).filter(pilot=pilot).select_related("pilot"))
    states = collecting.states(rows)
    found = [Call(row, states[row.pk]) for row in rows]
    open_years = [call.collection.start.year for call in found if call.state == collecting.OPEN and call.collection.frequency == "year"]
    context = {
        "pilot": pilot,
        "calls": found,
        "form": form if access.may(request.user, pilot, Role.COORDINATOR) else None,
        "enters": access.may(request.user, pilot, *access.TEAM),
        "batch": (max(min(open_years), max(open_years) - collecting.MOST_YEARS + 1), max(open_years)) if len(open_years) > 1 else None,
        "demo": any(row.demo for row in rows),
    }
    return render(request, "indicators/calls.html", context, status=status)
