"""Inviting on the server itself."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pilots import invitations
from pilots.models import Invitation, Role, TrailRow

pytestmark = pytest.mark.django_db


def invited(*words, **options) -> str:
    out = StringIO()
    call_command("invite", *words, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()


@pytest.mark.parametrize(("who", "field"), [("wang@city.cn", "email"), ("13800138000", "phone"), ("王芳", "name")])
def test_a_link_is_printed_for_a_mail_a_phone_or_a_name(who, field):
    link = invited(who, "--role", "administrator", "--address", "https://portal.example.cn/")
    assert link.startswith("https://portal.example.cn/join/")
    invitation = invitations.find(link.rstrip("/").rpartition("/")[2])
    assert (getattr(invitation, field), invitation.roles, invitation.pilot, invitation.invited_by) == (who, ["administrator"], None, None)
    assert TrailRow.objects.get(act="invitations.invite").door == "command"


def test_a_role_of_a_pilot_names_the_pilot():
    invited("wang@city.cn", "--role", "lead", "--pilot", "tianjin")
    assert Invitation.objects.get().pilot.slug == "tianjin"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--role", "lead"), "Choose the pilot|请选择试点"),
        (("--role", "lead", "--pilot", "nowhere"), "The pilots are: .*tianjin"),
        (("--role", "administrator", "--role", "auditor"), "both|同一人"),
    ],
)
def test_what_cannot_be_is_refused_in_words(words, said):
    with pytest.raises(CommandError, match=said):
        invited("wang@city.cn", *words)
    assert not Invitation.objects.filter(roles__contains=[Role.LEAD]).exists()


@pytest.mark.parametrize(("https", "begins"), [(True, "https://portal.example.cn/join/"), (False, "http://portal.example.cn:8000/join/")])
def test_without_an_address_the_first_host_is_taken(settings, https, begins):
    settings.HTTPS, settings.ALLOWED_HOSTS = https, ["portal.example.cn"]
    assert invited("wang@city.cn", "--role", "expert").startswith(begins)
