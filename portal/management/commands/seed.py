"""Makes synthetic pilots with people, figures, cycles and reports for tests of load and isolation; refused on a server."""

import json

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from pilots.models import Edition, Pilot, User
from portal.management.seeding import places, walk


class Command(BaseCommand):
    help = "Make synthetic pilots, marked demo, and print who can act in them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pilots", type=int, required=True, help="how many pilots to make, from 1 to 9999")
        parser.add_argument("--years", type=int, required=True, help="how many years of figures, from 3 to 50")
        parser.add_argument("--seed", type=int, required=True, help="the number that all figures hang on")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the actors with passwords and tokens as JSON")

    @transaction.atomic
    def handle(self, *, pilots: int, years: int, seed: int, as_json: bool, **options: object) -> None:
        self.refuse(pilots, years)
        made, actors = walk.walk(pilots=pilots, years=years, seed=seed)
        slugs = [pilot.slug for pilot in made]
        if as_json:
            public = Pilot.objects.visible_to(AnonymousUser()).filter(slug__in=slugs).order_by("slug")
            told = {part: actor.told() for part, actor in actors.items()}
            self.stdout.write(
                json.dumps({"actors": told, "pilots": slugs, "public": [pilot.slug for pilot in public]}, ensure_ascii=False, indent=1)
            )
            return
        for part, actor in actors.items():
            self.stdout.write(f"  {part:<16}{actor.user.username:<28}{actor.password}")
        self.stdout.write(f"{len(slugs)} synthetic pilots with {years} years each")

    def refuse(self, pilots: int, years: int) -> None:
        """Refuse a server, a portal in use, a second time, a portal without its catalogue, and numbers out of range."""
        if not settings.DESK:
            raise CommandError("A server takes no synthetic pilots. Make them on a desk: python3 start.py manage seed")
        if User.objects.filter(demo=False).exists():
            raise CommandError("This portal has people of its own, so no synthetic pilots are made. Use another --home.")
        if Pilot.objects.filter(slug__startswith=places.PREFIX).exists():
            raise CommandError("This portal has synthetic pilots already. Use another --home.")
        if not Edition.objects.filter(fixture="series").exists():
            raise CommandError("The catalogue is missing. Run load_catalogue and load_pilots first.")
        if not (1 <= pilots <= 9999 and walk.FEWEST_YEARS <= years <= 50):
            raise CommandError("Ask for 1 to 9999 pilots and 3 to 50 years.")
