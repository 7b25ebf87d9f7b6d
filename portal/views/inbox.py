"""The inbox: what a person was told, the unread first."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pilots import notices as telling
from pilots.models import Door, Notice
from portal.notices import say, say_all

PAGE = 25


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the reader's notices, the unread first and the newest of each first."""
    own = Notice.objects.visible_to(request.user).select_related("pilot", "actor", "covering")
    seen = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    page = Paginator(own.annotate(seen=seen).order_by("seen", "-made_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    context = {"page": page, "notices": list(zip(rows, say_all(rows), strict=True)), "unread": any(row.read_at is None for row in rows)}
    return render(request, "inbox.html", context)


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read; with `go`, go on to what it is about, else back to the inbox."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user).select_related("pilot", "covering"), pk=pk)
    telling.read(notice=notice, by=request.user, door=Door.PAGE)
    return redirect(say(notice).path) if "go" in request.POST else back(request)


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    telling.read_all(by=request.user, door=Door.PAGE)
    return back(request)


def back(request: HttpRequest) -> HttpResponse:
    """Go back to the page of the inbox that the reader comes from."""
    page = request.POST.get("page", "")
    address = f"?page={page}" if page.isdecimal() and len(page) < 6 else ""
    return redirect(reverse("inbox") + address)
