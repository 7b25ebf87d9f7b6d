"""Everybody in the portal, for administrators to keep and auditors to read."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilots import factors, invitations, members, passwords, sessions
from pilots.models import Door, Invitation, Membership, Role, User, keeps_people
from portal.people import links, listing
from portal.people.forms import DetailsForm, InvitationForm, RoleForm

PAGE = 50
# So many days before an account is switched off for being unused, the page names it.
WARNED_DAYS = 14


@login_required
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """List everybody, with a search; for administrators and auditors."""
    _require_keeper(request.user)
    return _show_everybody(request)


@login_required
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody to any role and show the link this once, or show the form again with what is wrong."""
    members.require_granter(request.user, None, role=Role.COORDINATOR)
    form = InvitationForm(request.POST, person=request.user)
    if form.is_valid():
        given = {**form.asked(None), "address": links.site_of(request)}
        try:
            invitation, text = invitations.invite(**given, by=request.user, door=Door.PAGE)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            return links.shown_invitation(request, invitation, text=text, back="/people/")
    return _show_everybody(request, form=form, status=400)


@login_required
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person with their roles, and what an administrator may do."""
    return _show_person(request, _person(request, pk))


@login_required
@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role."""
    user = _person(request, pk)
    members.require_granter(request.user, None, role=Role.COORDINATOR)
    form = RoleForm(request.POST, person=request.user)
    if form.is_valid():
        try:
            members.grant(user=user, **form.cleaned_data, by=request.user, door=Door.PAGE)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Done."))
            return redirect("people:person", pk)
    return _show_person(request, user, form=form, status=409 if form.wrong_state else 400)


@login_required
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a person's name, e-mail and phone."""
    user = _person(request, pk)
    members.require_administrator(request.user)
    members.require_another(request.user, user)
    form = DetailsForm(request.POST)
    if form.is_valid():
        try:
            members.correct(user=user, **form.cleaned_data, by=request.user, door=Door.PAGE)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Done."))
            return redirect("people:person", pk)
    return _show_person(request, user, details=form, status=409 if form.wrong_state else 400)


@login_required
@require_POST
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch an account off, with a reason."""
    return _switched(request, pk, members.switch_off)


@login_required
@require_POST
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch an account on again, with a reason."""
    return _switched(request, pk, members.switch_on)


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the name of a person whose account is switched off."""
    user = _person(request, pk)
    return _done(request, user, lambda: members.anonymise(user=user, by=request.user, door=Door.PAGE))


@login_required
@require_POST
def password_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link for a new password by hand and show it this once."""
    user = _person(request, pk)
    try:
        path = passwords.make_link(user=user, by=request.user, door=Door.PAGE)
    except ValidationError as refusal:
        return _show_person(request, user, refusal=refusal)
    link, title = links.site_of(request) + path, _("The link for a new password of %(person)s") % {"person": user}
    return links.shown(request, title=title, link=link, words=lambda: links.password_words(user, link=link), back=f"/people/{pk}/")


@login_required
@require_POST
def reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second factor from somebody who has lost it."""
    user = _person(request, pk)
    return _done(request, user, lambda: factors.reset(user=user, by=request.user, door=Door.PAGE))


@login_required
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the door again to somebody who typed too many wrong passwords."""
    user = _person(request, pk)
    return _done(request, user, lambda: sessions.unlock(user=user, by=request.user, door=Door.PAGE))


def _switched(request: HttpRequest, pk: int, act: Callable[..., None]) -> HttpResponse:
    user, reason = _person(request, pk), request.POST.get("reason", "")
    return _done(request, user, lambda: act(user=user, by=request.user, door=Door.PAGE, reason=reason))


def _done(request: HttpRequest, user: User, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ValidationError as refusal:
        return _show_person(request, user, refusal=refusal)
    messages.success(request, _("Done."))
    return redirect("people:person", user.pk)


def _require_keeper(user: User) -> None:
    if not keeps_people(user):
        raise PermissionDenied(_("Only administrators and auditors see everybody. A lead finds their people on the page of the pilot."))


def _person(request: HttpRequest, pk: int) -> User:
    """Find a person; to whoever keeps no people, they are not there."""
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    _require_keeper(request.user)
    return user


def _wanted(request: HttpRequest) -> QuerySet[User]:
    """Everybody whom the search asks for."""
    found, sought, shown = User.objects.visible_to(request.user), request.GET.get("q", "").strip(), request.GET.get("show", "")
    if sought and "\x00" not in sought:
        found = found.filter(
            Q(username__icontains=sought) | Q(name__icontains=sought) | Q(email__icontains=sought) | Q(phone__icontains=sought)
        )
    if shown == "programme":
        found = found.filter(pk__in=Membership.objects.filter(pilot=None, ended_at=None).values("user"))
    return found.filter(is_active=False) if shown == "off" else found


def _show_everybody(request: HttpRequest, *, form: InvitationForm | None = None, status: int = 200) -> HttpResponse:
    page = Paginator(_wanted(request), PAGE).get_page(request.GET.get("page"))
    may = members.may_give(request.user, None, role=Role.COORDINATOR)
    context = {
        "page": page,
        "people": listing.people(page.object_list),
        "asked": listing.asked(Invitation.objects.visible_to(request.user), by=request.user),
        "soon_off": members.unused(within_days=WARNED_DAYS),
        "form": (form or InvitationForm(person=request.user, initial={"language": get_language()})) if may else None,
        "sought": request.GET.get("q", ""),
        "shown": request.GET.get("show", ""),
    }
    return render(request, "people/everybody.html", context, status=status)


def _show_person(
    request: HttpRequest,
    user: User,
    *,
    form: RoleForm | None = None,
    details: DetailsForm | None = None,
    refusal: ValidationError | None = None,
    status: int = 200,
) -> HttpResponse:
    if refusal is not None:
        status = 409 if getattr(refusal, "code", "") == "wrong_state" else 400
    (shown,) = listing.people([User.objects.get(pk=user.pk)])
    may = user.pk != request.user.pk and members.may_give(request.user, None, role=Role.COORDINATOR)
    context = {
        "person": shown,
        "held": listing.held(Membership.objects.filter(user=user), by=request.user),
        "form": (form or RoleForm(person=request.user)) if may else None,
        "details": details or DetailsForm(initial={field: getattr(shown.user, field) for field in DetailsForm.base_fields}),
        "may": may,
        "refusal": refusal.messages if refusal else (),
    }
    return render(request, "people/person.html", context, status=status)
