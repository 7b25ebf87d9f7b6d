"""Who covers for which coordinator: arranged by coordinators and administrators, read by auditors."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pilots import access, members
from pilots.forms import DayField, RefusableForm
from pilots.models import Cover, Door, Role, User

# So many covers that are over stay on the page.
PAST = 20


class CoverForm(RefusableForm):
    """Who is away, who is there instead, and from when to when."""

    coordinator = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who is away"), empty_label=None)
    cover = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who covers"), empty_label=gettext_lazy("Choose"))
    first_day = DayField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = DayField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, person: User, **more: object) -> None:
        super().__init__(*args, initial={"coordinator": person.pk}, **more)
        for field in ("coordinator", "cover"):
            self.fields[field].queryset = User.objects.coordinating()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def covers(request: HttpRequest) -> HttpResponse:
    """Show who covers for whom, and arrange another cover."""
    arranges = members.arranges(request.user)
    if not arranges and (request.method == "POST" or not access.may(request.user, None, Role.AUDITOR)):
        raise PermissionDenied(_("Only coordinators, administrators and auditors see this page."))
    form = CoverForm(request.POST if request.method == "POST" else None, person=request.user) if arranges else None
    if request.method == "POST" and form.is_valid() and arranged(request, form):
        return redirect("people:covers")
    today = timezone.localdate()
    seen = Cover.objects.visible_to(request.user).select_related("coordinator", "cover", "made_by")
    ahead = seen.ahead(today).order_by("first_day", "pk")
    past = seen.exclude(pk__in=ahead.values("pk"))[:PAST]
    context = {"form": form, "ahead": ahead, "past": past, "alone": form is not None and User.objects.coordinating().count() < 2}
    return render(request, "people/covers.html", context, status=400 if form is not None and form.is_bound else 200)


def arranged(request: HttpRequest, form: CoverForm) -> bool:
    """Arrange the cover that was asked for, or leave the refusal in the form."""
    try:
        row = members.cover(**form.cleaned_data, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("%(cover)s covers for %(who)s.") % {"cover": row.cover, "who": row.coordinator})
    return True


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a cover, or take it back before it begins."""
    row = get_object_or_404(Cover.objects.visible_to(request.user).select_related("coordinator", "cover"), pk=pk)
    try:
        members.end_cover(cover=row, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("%(cover)s no longer covers for %(who)s.") % {"cover": row.cover, "who": row.coordinator})
    return redirect("people:covers")
