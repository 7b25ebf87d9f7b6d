"""The job that mails an invitation; it is told which one, and makes the link itself."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from pilots import invitations
from pilots.models import Invitation
from portal.people import links


def send(invitation_id: int, address: str) -> None:
    """Mail the link of an invitation that still opens something; a failure names nobody, because it stands in the log.

    `address` is the portal's own, as whoever invites has it.
    """
    invitation = Invitation.objects.open().select_related("pilot", "invited_by").filter(pk=invitation_id).exclude(email="").first()
    if invitation is None or not invitations.stands(invitation) or not settings.MAIL:
        return
    link = links.join_link(invitations.link_of(invitation), site=address)
    with translation.override(invitation.language):
        subject, words = _("Invitation to the City sustainability portal"), links.invitation_words(invitation, link=link)
    try:
        send_mail(subject, words, settings.DEFAULT_FROM_EMAIL, [invitation.email])
    except (SMTPException, OSError) as error:
        raise RuntimeError(f"The mail server refused a message: {type(error).__name__}") from None
