"""Loads the demo: invented people and figures, marked demo everywhere; safe to repeat, refused on a server."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from pilots.models import Pilot, User
from portal.management.demo import people, walk


class Command(BaseCommand):
    help = "Load demo people and demo figures into a desk and print the accounts."

    @transaction.atomic
    def handle(self, **options: object) -> None:
        if not settings.DESK:
            raise CommandError("A server takes no demo data. Load them on a desk: python3 start.py")
        if User.objects.filter(demo=False).exists():
            self.stdout.write("This portal has people of its own, so no demo data are loaded.")
            return
        if not User.objects.filter(demo=True).exists():
            pilots = {pilot.slug: pilot for pilot in Pilot.objects.filter(slug__in=walk.FIRST_YEARS)}
            walk.walk(pilots, people.add(pilots), say=self.stdout.write)
        for line in people.lines():
            self.stdout.write(line)
