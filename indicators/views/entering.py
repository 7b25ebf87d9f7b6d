"""The entry page of a pilot's period, and the check before it is submitted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from indicators import collecting, entry, forms, grid, periods, review
from indicators.models import Collection, Entry, Mark, Submission
from indicators.periods import Period
from pilots import access, steps
from pilots.models import Door, Pilot, Role, User

# The page's own script asks so, and is answered with the lines that changed instead of a whole page.
BY_SCRIPT = "fetch"


@dataclass
class Sheet:
    """A pilot's period as one person sees it: the call for data, how far it is, and what the person may do."""

    pilot: Pilot
    period: Period
    user: User

    @cached_property
    def collection(self) -> Collection | None:
        found = Collection.objects.visible_to(self.user).filter(pilot=self.pilot)
        return found.filter(start=self.period.start, frequency=self.period.frequency).first()

    @cached_property
    def submission(self) -> Submission | None:
        """The latest submission that still stands."""
        found = Submission.objects.visible_to(self.user).filter(collection=self.collection)
        standing = found.exclude(state=Submission.State.WITHDRAWN).select_related("submitted_by", "decided_by", "reviewer")
        return standing.order_by("-number").first()

    @cached_property
    def state(self) -> str:
        """The state of the collection: that of its submission, else open or closed."""
        if self.collection is None or self.collection.closed_at:
            return collecting.CLOSED
        return self.submission.state if self.submission else collecting.OPEN

    @cached_property
    def grid(self) -> grid.Grid:
        return grid.read(pilot=self.pilot, period=self.period, user=self.user)

    @cached_property
    def marks(self) -> list[Mark]:
        """What the last review asked for."""
        if self.submission is None:
            return []
        return list(self.submission.marks.filter(round=self.submission.round).select_related("series", "made_by"))

    @property
    def veiled(self) -> bool:
        """Whether the figures are still the team's own, so that this reader sees only how complete they are."""
        reads_drafts = self.pilot.pk in self.user.pilot_ids or Role.AUDITOR in self.user.programme_roles
        return self.state == collecting.OPEN and not reads_drafts

    @property
    def enters(self) -> bool:
        return access.may(self.user, self.pilot, *access.TEAM)

    @property
    def steps(self) -> set[str]:
        """The names of the steps that the person may take now."""
        roles = access.roles_in(self.user, self.pilot)
        return {step.name for step in steps.available(review.STEPS, state=self.state, roles=roles)}

    @cached_property
    def neighbours(self) -> dict[str, Period]:
        """The calls for data just before and just after this one."""
        near = {"earlier": self.period.previous(), "later": self.period.next()}
        calls = Collection.objects.visible_to(self.user).filter(pilot=self.pilot, frequency=self.period.frequency)
        known = set(calls.filter(start__in=[period.start for period in near.values()]).values_list("start", flat=True))
        return {name: period for name, period in near.items() if period.start in known}

    @property
    def due(self) -> date:
        """The day that counts now: that of the review's answer, where it set one, else that of the call."""
        returned = self.state == Submission.State.RETURNED and self.submission.due
        return returned or self.collection.due

    @property
    def days_left(self) -> int:
        return (self.due - timezone.localdate()).days

    @property
    def days_over(self) -> int:
        return -self.days_left

    @property
    def completeness(self) -> collecting.Completeness:
        return collecting.completeness(self.collection)

    def editable(self, cell: grid.Cell) -> bool:
        """Whether the person could save this cell now; the act decides again."""
        if not self.enters or cell.computed:
            return False
        return (cell.entry.state if cell.entry else collecting.cell_state(self.state)) == Entry.State.OPEN

    def boxes(self, typed: Iterable[forms.Box] = ()) -> dict[str, forms.Box]:
        """Return the boxes of the page by key, with what was typed just now in place of what stands."""
        found = forms.boxes(self.grid)
        for box in typed:
            if box.errors and box.key in found:
                found[box.key] = box.again(found[box.key])
        marks = {mark.series_id: mark for mark in self.marks}
        for box in found.values():
            box.editable = self.editable(box.cell)
            box.mark = marks.get(box.cell.series.pk)
        return found


def find(request: HttpRequest, slug: str, period: str) -> Sheet:
    """Find the sheet of an address; a stranger is told that there is none."""
    pilot = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
    try:
        found = periods.parse(period)
    except ValidationError:
        raise Http404 from None
    if not access.may(request.user, pilot, *access.READERS):
        raise Http404
    return Sheet(pilot, found, request.user)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry_page(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show the sheet of a period, or save the cells that a person changed on it."""
    sheet = find(request, slug, period)
    if request.method == "POST":
        return save(request, sheet)
    return render(request, "indicators/entry.html", page(sheet))


def page(sheet: Sheet, typed: Iterable[forms.Box] = ()) -> dict:
    """Lay out what the template shows."""
    boxes = sheet.boxes(typed)
    groups = [(group, forms.lines(group.rows, boxes)) for group in sheet.grid.groups]
    return {
        "sheet": sheet,
        "pilot": sheet.pilot,
        "grid": sheet.grid,
        "groups": groups,
        "boxes": boxes,
        "demo": sheet.grid.demo,
        "completeness": sheet.completeness if sheet.collection else None,
        "editable": any(box.editable for box in boxes.values()),
        "refused": [box for box in boxes.values() if box.errors],
        "strange": [error for box in typed if sheet.collection is None or box.key not in boxes for error in box.errors],
        **forms.choices(),
    }


def save(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Save the changed cells in one call of the act, and show each refusal beside its field."""
    boxes = forms.read_post(request.POST, sheet.grid)
    items = [item for box in boxes if (item := read_item(box)) is not None]
    batch = entry.record(pilot=sheet.pilot, entries=items, by=request.user, door=Door.PAGE, partial=True)
    by_cell = {(box.series, box.period): box for box in boxes}
    for outcome in batch.outcomes:
        by_cell[outcome.item.series, outcome.item.period].take(outcome)
    if request.headers.get("X-Requested-With") == BY_SCRIPT:
        return answer_script(request, sheet, boxes, batch)
    tell(request, batch)
    if any(box.errors for box in boxes):
        return render(request, "indicators/entry.html", page(Sheet(sheet.pilot, sheet.period, sheet.user), boxes), status=400)
    return redirect("indicators:entry", slug=sheet.pilot.slug, period=sheet.period.code)


def read_item(box: forms.Box) -> entry.Item | None:
    """Read the item of a box, or keep the refusal of its text."""
    try:
        return box.item()
    except ValidationError as refusal:
        box.errors = list(refusal.messages)
        return None


def answer_script(request: HttpRequest, sheet: Sheet, boxes: list[forms.Box], batch: entry.Batch) -> HttpResponse:
    """Answer with the lines that the save touched: the cells it spoke of, changed or not, and every figure computed from them."""
    fresh = Sheet(sheet.pilot, sheet.period, sheet.user)
    codes = {key.rpartition("@")[0] for key in forms.posted_keys(request.POST)} | {
        code for outcome in batch.outcomes for code in outcome.also
    }
    context = page(fresh, boxes)
    for box in boxes:
        if box.saved and box.key in context["boxes"]:
            context["boxes"][box.key].saved = True
    rows = fresh.grid.touching(codes)
    return render(request, "indicators/entry_lines.html", {**context, "lines": forms.lines(rows, context["boxes"])})


def tell(request: HttpRequest, batch: entry.Batch) -> None:
    """Say how many figures were saved and how many others that changed."""
    saved = sum(outcome.status in ("created", "updated") for outcome in batch.outcomes)
    also = len({code for outcome in batch.outcomes for code in outcome.also})
    if not saved:
        return
    said = [ngettext("%(count)s figure saved.", "%(count)s figures saved.", saved) % {"count": saved}]
    if also:
        said.append(ngettext("This changed %(count)s computed figure.", "This changed %(count)s computed figures.", also) % {"count": also})
    messages.success(request, " ".join(said))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show what still keeps the data from being submitted, or submit them."""
    sheet = find(request, slug, period)
    if sheet.collection is None:
        raise Http404
    if request.method != "POST":
        access.require(request.user, sheet.pilot, *access.TEAM)
        return check_page(request, sheet)
    try:
        review.submit(collection=sheet.collection, note=request.POST.get("note", ""), by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        status = 409 if getattr(refusal, "code", "") == "wrong_state" else 400
        return check_page(request, Sheet(sheet.pilot, sheet.period, sheet.user), refusal.messages, status=status)
    messages.success(request, _("Submitted. The coordinator reviews it next."))
    return redirect("indicators:entry", slug=slug, period=period)


def check_page(request: HttpRequest, sheet: Sheet, refusal: Iterable[str] = (), *, status: int = 200) -> HttpResponse:
    """Show how complete the data are, with a link to every cell that is still open."""
    gaps = collecting.gaps(sheet.collection)
    context = {
        "sheet": sheet,
        "pilot": sheet.pilot,
        "completeness": sheet.completeness,
        "blocking": [gap for gap in gaps if gap.indicator.required],
        "optional": [gap for gap in gaps if not gap.indicator.required],
        "refusal": list(refusal)[:1],
        "note": request.POST.get("note", ""),
        "demo": sheet.collection.demo,
    }
    return render(request, "indicators/submit.html", context, status=status)
