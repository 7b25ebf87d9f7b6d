"""A pilot's evidence: its files with the figures that cite them, new ones, and the figures that cite none yet."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from indicators import evidence
from indicators.evidence import Brought, handing, keeping, kinds
from indicators.models import Citation, Collection, Entry, Evidence, Series
from indicators.views.cell import told
from pilots import access
from pilots.models import Door, Pilot

ON_A_PAGE = 50


@dataclass(frozen=True)
class Gap:
    """The figures of a period that no file is named for."""

    collection: Collection
    groups: list[tuple[Series, list[Entry]]]

    @property
    def count(self) -> int:
        return sum(len(entries) for _series, entries in self.groups)


def find(request: HttpRequest, slug: str) -> Pilot:
    """Find a pilot whose work the reader may see."""
    pilot = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
    if not access.may(request.user, pilot, *access.READERS):
        raise Http404
    return pilot


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_page(request: HttpRequest, slug: str) -> HttpResponse:
    """List a pilot's files, or put new ones."""
    pilot = find(request, slug)
    if request.method != "POST":
        return shown(request, pilot)
    access.require(request.user, pilot, *keeping.KEEPERS)
    files = [Brought(one.name or "", one.file) for one in request.FILES.getlist("files")]
    if not files:
        return shown(request, pilot, refusal=[_("Choose a file.")], status=400)
    title = request.POST.get("title", "")
    outcomes = evidence.bring(pilot=pilot, files=files, title=title, by=request.user, door=Door.PAGE)
    done, troubles = told(outcomes)
    if done:
        messages.success(request, done)
    if troubles:
        return shown(request, pilot, refusal=troubles, status=200 if done else 400)
    return redirect("indicators:evidence", slug)


def shown(request: HttpRequest, pilot: Pilot, *, refusal: list[str] | None = None, status: int = 200) -> HttpResponse:
    """Show the files that the reader may see, and the figures without any."""
    cited = Citation.objects.visible_to(request.user).standing().select_related("series__indicator", "series__variable")
    files = Evidence.objects.visible_to(request.user).filter(pilot=pilot).select_related("put_by", "replaces", "replaced_by")
    if words := request.GET.get("q", "").replace("\x00", "").strip():
        files = files.filter(name__icontains=words) | files.filter(title__icontains=words)
    page = Paginator(files.prefetch_related(Prefetch("citations", cited, to_attr="cited")), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "pilot": pilot,
        "page": page,
        "q": words,
        "refusal": refusal or [],
        "puts": access.may(request.user, pilot, *keeping.KEEPERS),
        "replaces": access.may(request.user, pilot, *access.TEAM),
        "used": keeping.used_by(pilot) if access.may(request.user, pilot, *access.MEMBERS) else None,
        "most": keeping.most_of(pilot),
        "gaps": gaps(request, pilot),
        "accepts": ",".join(kinds.KINDS),
        "megabytes": kinds.LARGEST // kinds.MEGABYTE,
        "demo": any(one.demo for one in page),
    }
    return render(request, "indicators/evidence.html", context, status=status)


def gaps(request: HttpRequest, pilot: Pilot) -> list[Gap]:
    """Return the figures without evidence of each open call for data, as far as the reader may see them."""
    calls = Collection.objects.visible_to(request.user).filter(pilot=pilot, closed_at=None).select_related("pilot")
    seen = Entry.objects.visible_to(request.user)
    found = []
    for call in calls:
        bare = evidence.uncited(pilot, call.period).filter(pk__in=seen.values("pk"), state=Entry.State.OPEN)
        found.append(Gap(call, [(series, list(entries)) for series, entries in groupby(bare, key=attrgetter("series"))]))
    return [gap for gap in found if gap.groups]


@login_required
@require_safe
def file(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Hand a file to whoever may see it, as a download."""
    pilot = find(request, slug)
    kept = get_object_or_404(Evidence.objects.visible_to(request.user).filter(pilot=pilot), pk=pk)
    tag = handing.tag_of(kept)
    if kept.state == Evidence.State.CLEAN and tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers={"ETag": tag})
    try:
        return handing.hand_out(kept)
    except ValidationError as refusal:
        return shown(request, pilot, refusal=refusal.messages, status=409)


@login_required
@require_POST
def replace(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a new edition of a file."""
    pilot = find(request, slug)
    kept = get_object_or_404(Evidence.objects.visible_to(request.user).filter(pilot=pilot).select_related("pilot"), pk=pk)
    access.require(request.user, pilot, *access.TEAM)
    brought = request.FILES.get("file")
    if brought is None:
        return shown(request, pilot, refusal=[_("Choose a file.")], status=400)
    try:
        outcome = evidence.replace(evidence=kept, brought=Brought(brought.name or "", brought.file), by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return shown(request, pilot, refusal=refusal.messages, status=409 if refusal.code == "wrong_state" else 400)
    messages.success(request, _("The new edition is there."))
    for warning in outcome.warnings:
        messages.warning(request, warning)
    return redirect("indicators:evidence", slug)
