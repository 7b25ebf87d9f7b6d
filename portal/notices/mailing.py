"""The jobs that mail notices, one by one or as a day's digest; they are told which, and make words and links themselves."""

from __future__ import annotations

from collections.abc import Sequence
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilots import notices
from pilots.models import Door, Mail, Notice, User
from portal.notices.table import say_all
from portal.people import links

# Longer subjects are cut by mail programs anyway.
SUBJECT = 150
# A digest names so many; the inbox has the rest.
MOST = 50


def send(once: str) -> None:
    """Mail one telling to everybody who wants it at once and was not mailed it yet.

    A refused address keeps nobody else waiting; a server that does not answer leaves the rest for the next try. A failure names
    nobody, because it stands in the log.
    """
    if not settings.MAIL:
        return
    refused = 0
    for notice in notices.unmailed(once):
        try:
            _hand_over([notice], notice.person)
        except SMTPRecipientsRefused:
            refused += 1
        except (SMTPException, OSError) as error:
            raise RuntimeError(f"The mail server refused a message: {type(error).__name__}") from None
    if refused:
        raise RuntimeError(f"The mail server refused the addresses of {refused} people")


def digest(person: int) -> None:
    """Mail a person what they were told and have not read; nothing where there is nothing or they want no digest any more."""
    user = User.objects.filter(pk=person, mail=Mail.DAILY, is_active=True).first()
    waiting = notices.undigested(user) if user and settings.MAIL else []
    if not waiting:
        return
    try:
        _hand_over(waiting, user, digest=True)
    except (SMTPException, OSError) as error:
        raise RuntimeError(f"The mail server refused a message: {type(error).__name__}") from None


def _hand_over(waiting: Sequence[Notice], person: User, *, digest: bool = False) -> None:
    """Hand a message to the mail server and write down that its notices were mailed."""
    message(waiting, person, digest=digest).send()
    notices.mailed(notices=waiting, by=None, door=Door.SYSTEM)


def message(waiting: Sequence[Notice], person: User, *, digest: bool = False) -> EmailMultiAlternatives:
    """Compose the mail in the person's language, plain and HTML with the same facts; sent again it has the same Message-ID."""
    site = links.site_by_settings()
    with translation.override(person.language or settings.LANGUAGE_CODE):
        tellings = say_all(waiting[:MOST])
        count = len(waiting)
        heading = (
            ngettext("%(count)s notice for you", "%(count)s notices for you", count) % {"count": count} if digest else tellings[0].subject
        )
        words = {
            "tellings": [(one, site + one.path) for one in tellings],
            "heading": heading,
            "digest": digest,
            "more": max(0, count - MOST),
            "person": person,
            "inbox": site + reverse("inbox"),
            "account": site + reverse("account"),
            "LANGUAGE_CODE": translation.get_language(),
        }
        text = render_to_string("notices/mail.txt", words)
        html = render_to_string("notices/mail.html", words)
        subject = _("[City portal] %(subject)s") % {"subject": heading}
    newest = max(notice.pk for notice in waiting)
    day = f".{timezone.localdate():%Y%m%d}" if digest else ""
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Message-ID": f"<notice.{person.pk}.{newest}{day}@{urlsplit(site).hostname or 'localhost'}>",
    }
    mail = EmailMultiAlternatives(one_line(subject), text, settings.DEFAULT_FROM_EMAIL, [person.email], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def one_line(text: str) -> str:
    """Write a subject on one line: what people typed may hold line breaks, which would begin a header of their own."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return plain if len(plain) <= SUBJECT else plain[: SUBJECT - 1] + "…"
