"""Writes the template of a pilot's period as a workbook, filled with what is known."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from indicators import periods, workbook
from pilots.models import Pilot


class Command(BaseCommand):
    help = "Writes the workbook in which a pilot's team, or one of its bureaus, fills in the figures of a period."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--pilot", required=True, help="the pilot's slug, such as tianjin")
        parser.add_argument("--period", required=True, help="the period, such as 2024")
        parser.add_argument("--owner-unit", default="", help="only the figures that this unit answers for")
        parser.add_argument("--language", choices=list(workbook.LANGUAGES), default="zh", help="the language of the headings")

    def handle(self, *args: object, **options: object) -> None:
        try:
            place = Pilot.objects.get(slug=options["pilot"])
            when = periods.parse(str(options["period"]))
            told = {"language": str(options["language"]), "owner_unit": str(options["owner_unit"])}
            layout = workbook.lay(pilot=place, period=when, user=workbook.TeamOf(place), **told)
            Path(str(options["file"])).write_bytes(workbook.write(layout))
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        except (Pilot.DoesNotExist, OSError) as fault:
            raise CommandError(str(fault)) from fault
