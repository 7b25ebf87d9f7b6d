"""Invites a person on the server itself, and prints the link."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from pilots import invitations, members
from pilots.models import Door, Pilot, Role
from portal.people import links


class Command(BaseCommand):
    help = "Makes an invitation and prints its link, which works once, for seven days. Also the way to the first administrator's colleague."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="an e-mail, a phone, or the name that the person is to have")
        parser.add_argument("--role", action="append", required=True, choices=Role.values, help="may be given more than once")
        parser.add_argument("--pilot", help="the pilot's slug, such as tianjin; without one the role belongs to the programme")
        parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"], help="the language of the person")
        parser.add_argument("--address", help="the portal's address, such as https://portal.example.cn, where it is not the first host")

    def handle(self, *, who: str, role: list[str], pilot: str | None, language: str, address: str | None, **rest: object) -> None:
        site = (address or links.site_by_settings()).rstrip("/")
        given = {"roles": role, "pilot": _pilot(pilot), "language": language, "address": site, **_contact(who)}
        try:
            invitation, text = invitations.invite(**given, by=None, door=Door.COMMAND)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(links.join_link(text, site=site))
        self.stderr.write(f"It works once, until {invitation.expires_at:%Y-%m-%d %H:%M} UTC.")


def _pilot(slug: str | None) -> Pilot | None:
    if slug is None:
        return None
    found = Pilot.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no pilot {slug}. The pilots are: {', '.join(Pilot.objects.values_list('slug', flat=True))}")
    return found


def _contact(who: str) -> dict[str, str]:
    """Tell an e-mail and a phone from a name."""
    if "@" in who:
        return {"email": who}
    return {"phone": who} if members.plain_phone(who) else {"name": who}
