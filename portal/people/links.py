"""The links that people hand over by themselves: their addresses, and words to paste into a message."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pilots.models import Invitation, User

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True)
class Message:
    """Words around a link, ready to be pasted, in one language."""

    language: str
    label: str
    text: str


def site_of(request: HttpRequest) -> str:
    """The address of the portal as the reader has it, without a path."""
    return f"{request.scheme}://{request.get_host()}"


def site_by_settings() -> str:
    """The address of the portal as far as its settings know it, for mail and commands that nobody's browser asks."""
    if settings.PORTAL_ADDRESS:
        return settings.PORTAL_ADDRESS
    host = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS else "localhost"
    return f"https://{host}" if settings.HTTPS else f"http://{host}:8000"


def join_link(text: str, *, site: str) -> str:
    """The whole address of an invitation."""
    return site + reverse("people:join-link", args=[text])


def invitation_words(invitation: Invitation, *, link: str) -> str:
    """Compose the message around an invitation's link, in the language that is active."""
    with_name = _("Dear %(name)s,") % {"name": invitation.name} if invitation.name else _("Hello,")
    place = str(invitation.pilot) if invitation.pilot else _("the whole programme")
    facts = {"who": invitation.invited_by or _("The portal"), "place": place, "roles": _(", ").join(invitation.role_names)}
    until = timezone.localtime(invitation.expires_at).strftime("%Y-%m-%d %H:%M")
    return "\n\n".join(
        [
            with_name,
            _("%(who)s invites you to the City sustainability portal: %(place)s, as %(roles)s.") % facts,
            _("Open this link and choose your username and password:"),
            link,
            _("It works once, until %(until)s. Give it to nobody else. If you did not expect this, do nothing.") % {"until": until},
        ]
    )


def password_words(user: User, *, link: str) -> str:
    """Compose the message around the link for a new password, in the language that is active."""
    return "\n\n".join(
        [
            _("Dear %(name)s,") % {"name": user},
            _("Open this link and choose a new password for the City sustainability portal:"),
            link,
            _("It works once, for one hour. Give it to nobody else."),
        ]
    )


def shown(request: HttpRequest, *, title: str, link: str, words: object, back: str, mailed: str = "", until: object = None) -> HttpResponse:
    """Show a link this once, with a message in both languages; nothing of the page is kept by browser or server."""
    messages = []
    for language in LANGUAGES:
        with translation.override(language):
            messages.append(Message(language, dict(settings.LANGUAGES)[language], words()))
    context = {"title": title, "link": link, "messages_to_paste": messages, "back": back, "mailed": mailed, "until": until}
    return render(request, "people/link.html", context)


def shown_invitation(request: HttpRequest, invitation: Invitation, *, text: str, back: str) -> HttpResponse:
    """Show the link of an invitation this once."""
    link = join_link(text, site=site_of(request))
    return shown(
        request,
        title=_("The link for %(person)s") % {"person": invitation},
        link=link,
        words=lambda: invitation_words(invitation, link=link),
        back=back,
        mailed=invitation.email if settings.MAIL else "",
        until=invitation.expires_at,
    )
