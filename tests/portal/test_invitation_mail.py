"""An invitation is mailed by the worker; a mail server that is away delays and breaks nothing."""

import pytest
from django.core import mail

from pilots import invitations, outbox
from pilots.models import Door, OutboxRow
from portal.people import mailing

pytestmark = pytest.mark.django_db
SITE = "https://portal.example.cn"


@pytest.fixture
def made(tianjin, people, settings):
    settings.MAIL = True
    given = {"roles": ["viewer"], "pilot": tianjin, "name": "Wang Fang", "email": "wang@city.cn", "language": "en", "address": SITE}
    return invitations.invite(**given, by=people.lead, door=Door.PAGE)


def test_the_mail_holds_the_link_and_speaks_the_language_of_the_person(made):
    invitation, text = made
    outbox.deliver(OutboxRow.objects.get(task="invitations.mail").pk)
    (sent,) = mail.outbox
    assert sent.to == ["wang@city.cn"]
    assert f"{SITE}/join/{text}/" in sent.body
    assert "Open this link" in sent.body
    assert invitations.find(text) == invitation


@pytest.mark.parametrize("end", ["revoked", "inviter gone", "no such invitation"])
def test_no_mail_goes_out_for_what_opens_nothing(made, people, end):
    invitation, _text = made
    if end == "revoked":
        invitations.revoke(invitation=invitation, by=people.lead, door=Door.PAGE)
    elif end == "inviter gone":
        people.lead.memberships.update(ended_at=invitation.invited_at)
    mailing.send(invitation.pk + (end == "no such invitation"), SITE)
    assert not mail.outbox


def test_a_dead_mail_server_leaves_the_link_working_and_the_row_waiting_without_a_name(made, settings):
    invitation, text = made
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 1
    row = OutboxRow.objects.get(task="invitations.mail")
    with pytest.raises(RuntimeError):
        outbox.deliver(row.pk)
    row.refresh_from_db()
    assert (row.done_at, row.attempts) == (None, 1)
    assert "ConnectionRefusedError" in row.error
    assert ("wang" in row.error, text in row.error) == (False, False)
    assert invitations.find(text) == invitation
