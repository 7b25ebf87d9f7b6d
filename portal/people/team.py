"""The people of a pilot: who belongs to it in which role, who is invited, and what its lead may change."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilots import access, invitations, members
from pilots.models import Door, Invitation, Membership, Pilot, Role, keeps_people
from portal.people import links, listing
from portal.people.forms import TeamInvitationForm


@login_required
@require_safe
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who belongs to a pilot, to its lead, to administrators and to auditors."""
    return show_team(request, pilot_of(request, slug))


@login_required
@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite somebody to a pilot and show the link this once, or show the form again with what is wrong."""
    pilot = pilot_of(request, slug)
    members.require_granter(request.user, pilot, role=Role.VIEWER)
    form = TeamInvitationForm(request.POST)
    if form.is_valid():
        given = {**form.asked(pilot), "address": links.site_of(request)}
        try:
            invitation, text = invitations.invite(**given, by=request.user, door=Door.PAGE)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            return links.shown_invitation(request, invitation, text=text, back=page_of(pilot))
    return show_team(request, pilot, form=form, status=400)


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody another role in the same place."""
    membership, role = _membership(request, pk), request.POST.get("role", "")
    if role not in Role.values:
        return _refused(request, membership.pilot, ValidationError(_("Choose a role from the list.")))
    return _done(request, membership.pilot, lambda: members.change(membership=membership, role=role, by=request.user, door=Door.PAGE))


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's role."""
    membership = _membership(request, pk)
    return _done(request, membership.pilot, lambda: members.end(membership=membership, by=request.user, door=Door.PAGE))


@login_required
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new link for an invitation and show it this once."""
    invitation = _invitation(request, pk)
    site = links.site_of(request)
    try:
        renewed, text = invitations.renew(invitation=invitation, address=site, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return _refused(request, invitation.pilot, refusal)
    return links.shown_invitation(request, renewed, text=text, back=page_of(_own(request, invitation.pilot)))


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = _invitation(request, pk)
    return _done(request, invitation.pilot, lambda: invitations.revoke(invitation=invitation, by=request.user, door=Door.PAGE))


def pilot_of(request: HttpRequest, slug: str) -> Pilot:
    """Find a pilot whose people the reader may see; to strangers there is nothing, and other members are told who may."""
    found = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
    if keeps_people(request.user):
        return found
    if not access.may(request.user, found, *access.READERS):
        raise Http404
    access.require(request.user, found, Role.LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
    return found


def page_of(pilot: Pilot | None) -> str:
    """The name and argument of the page that lists the people of a pilot, or everybody."""
    return f"/pilots/{pilot.slug}/people/" if pilot else "/people/"


def show_team(
    request: HttpRequest, pilot: Pilot, *, form: TeamInvitationForm | None = None, refusal: object = (), status: int = 200
) -> HttpResponse:
    """Show the page of a pilot's people."""
    user = request.user
    may = members.may_give(user, pilot, role=Role.VIEWER)
    context = {
        "pilot": pilot,
        "held": listing.held(Membership.objects.visible_to(user).filter(pilot=pilot), by=user),
        "asked": listing.asked(Invitation.objects.visible_to(user).filter(pilot=pilot), by=user),
        "form": (form or TeamInvitationForm(initial={"language": get_language()})) if may else None,
        "refusal": refusal,
        "keeps": keeps_people(user),
    }
    return render(request, "people/team.html", context, status=status)


def _membership(request: HttpRequest, pk: int) -> Membership:
    seen = Membership.objects.visible_to(request.user).select_related("pilot", "user")
    return get_object_or_404(seen, pk=pk)


def _invitation(request: HttpRequest, pk: int) -> Invitation:
    return get_object_or_404(Invitation.objects.visible_to(request.user).select_related("pilot"), pk=pk)


def _own(request: HttpRequest, pilot: Pilot | None) -> Pilot | None:
    """The pilot whose page a person comes from: an administrator may come from the page of everybody."""
    return None if request.POST.get("from") == "everybody" and keeps_people(request.user) else pilot


def _done(request: HttpRequest, pilot: Pilot | None, act: Callable[[], object]) -> HttpResponse:
    """Do it and go back to where the button stood, or show why not."""
    try:
        act()
    except ValidationError as refusal:
        return _refused(request, pilot, refusal)
    messages.success(request, _("Done."))
    person = request.POST.get("person", "")
    if person.isascii() and person.isdigit() and keeps_people(request.user):
        return redirect("people:person", int(person))
    return redirect(page_of(_own(request, pilot)))


def _refused(request: HttpRequest, pilot: Pilot | None, refusal: ValidationError) -> HttpResponse:
    status = 409 if getattr(refusal, "code", "") == "wrong_state" else 400
    if pilot is not None:
        return show_team(request, pilot, refusal=refusal.messages, status=status)
    context = {"refusal": refusal.messages, "back": page_of(None)}
    return render(request, "people/refused.html", context, status=status)
