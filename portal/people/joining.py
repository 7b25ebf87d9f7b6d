"""The way in by an invitation: the link is opened, the invitation read, and an account made or the roles taken up."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilots import invitations
from pilots.models import Door, Invitation
from portal.people.forms import JoinForm

HELD = "invitation"


@login_not_required
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Take a link's signs out of the address at once, so that they stand in no history and no referrer, and go on."""
    if HELD in request.session:
        del request.session[HELD]
    if invitations.find(token) is not None:
        request.session[HELD] = token
    onward = redirect("people:join")
    onward.headers["Referrer-Policy"] = "no-referrer"
    return onward


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Show an invitation, and take it up: by a new account, or for whoever is signed in."""
    text = request.session.get(HELD, "")
    invitation = invitations.find(text) if text else None
    if invitation is None:
        return _nothing(request)
    try:
        if request.method == "POST":
            return _accepted(request, text) if request.user.is_authenticated else _joined(request, invitation, text)
    except ValidationError as refusal:
        return _page(request, invitation, refusal=refusal)
    return _page(request, invitation)


def _accepted(request: HttpRequest, text: str) -> HttpResponse:
    invitation = invitations.accept(text=text, by=request.user, door=Door.PAGE)
    request.session.pop(HELD, None)
    place = invitation.pilot or _("the whole programme")
    messages.success(
        request, _("You now take part in %(place)s as %(roles)s.") % {"place": place, "roles": _(", ").join(invitation.role_names)}
    )
    return redirect("home")


def _joined(request: HttpRequest, invitation: Invitation, text: str) -> HttpResponse:
    form = JoinForm(request.POST, invitation=invitation)
    if not form.is_valid():
        return _page(request, invitation, form=form, status=400)
    given = {name: form.cleaned_data[name] for name in ("username", "name", "password")}
    try:
        user = invitations.join(text=text, **given, door=Door.PAGE)
    except ValidationError as refusal:
        if getattr(refusal, "code", "") == "gone":
            return _nothing(request)
        form.refuse(refusal)
        return _page(request, invitation, form=form, status=400)
    request.session.pop(HELD, None)
    return perform_login(request, user, email_verification="none")


def _page(
    request: HttpRequest, invitation: Invitation, *, form: JoinForm | None = None, refusal: ValidationError | None = None, status: int = 200
) -> HttpResponse:
    if refusal is not None and getattr(refusal, "code", "") == "gone":
        return _nothing(request)
    context = {
        "invitation": invitation,
        "form": form or JoinForm(invitation=invitation),
        "refusal": refusal.messages if refusal else (),
    }
    return render(request, "people/join.html", context, status=400 if refusal else status)


def _nothing(request: HttpRequest) -> HttpResponse:
    """Answer alike to every link that opens nothing."""
    return render(request, "people/nothing.html", {"said": invitations.gone().messages}, status=404)
