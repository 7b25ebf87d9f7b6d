"""Help, and the person's own account and language."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from pilots import access, members, notices
from pilots.models import Door, Mail, Role


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Explain the way of a figure in a page."""
    return render(request, "help.html")


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show who is signed in and what the person may do where."""
    memberships = request.user.memberships.filter(ended_at=None).select_related("pilot")
    facts = [(_("Name"), request.user), (_("Username"), request.user.username), (_("E-mail"), request.user.email or _("none"))]
    context = {
        "facts": facts,
        "memberships": memberships,
        "mails": Mail.choices,
        "mailing": settings.MAIL,
        "covers": access.may(request.user, None, Role.COORDINATOR),
    }
    return render(request, "account.html", context)


@login_required
@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """Keep how often the person wants mail about notices."""
    chosen = request.POST.get("mail", "")
    if chosen not in Mail.values:
        return HttpResponseBadRequest(_("Choose one of these."), content_type="text/plain; charset=utf-8")
    notices.choose_mail(user=request.user, mail=chosen, by=request.user, door=Door.PAGE)
    messages.success(request, _("Your choice is kept."))
    return redirect("account")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak the chosen language from now on: in this browser, and wherever the person signs in."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        members.choose_language(user=request.user, language=chosen, by=request.user, door=Door.PAGE)
    return set_language(request)
