"""The mail with which somebody sets a password anew, sent by the worker so that the page that asked tells nothing."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from pilots import passwords
from pilots.models import User


def send_link(*, person: int | None, site: str, language: str) -> None:
    """Send the link to a person; for nobody do nothing. A failure names no address, because it stands in the log."""
    user = User.objects.filter(pk=person, is_active=True).exclude(email="").first()
    if user is None or not settings.MAIL:
        return
    with translation.override(language):
        words = {"user": user, "link": site + passwords.link(user), "site": site}
        subject = render_to_string("account/email/password_subject.txt", words).strip()
        text = render_to_string("account/email/password.txt", words)
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])
    except (SMTPException, OSError) as error:
        raise RuntimeError(f"The mail server refused a message: {type(error).__name__}") from None
