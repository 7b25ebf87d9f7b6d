"""Imports a table of figures into a pilot's open collections."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from indicators import periods, workbook
from pilots.models import Door, Pilot, User


class Command(BaseCommand):
    help = "Imports a CSV table of figures (columns series, period, value, and what an entry may hold besides) on behalf of a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--pilot", required=True, help="the pilot's slug, such as tianjin")
        parser.add_argument("--period", help="the period of rows that name none, such as 2024")
        parser.add_argument("--by", required=True, help="the username of the contributor or lead who imports")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--only-valid", action="store_true", help="import the valid rows although others are refused")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: object, **options: object) -> None:
        try:
            outcome = self.run(**options)
        except (ValidationError, PermissionDenied) as refusal:
            raise CommandError(" ".join(getattr(refusal, "messages", [str(refusal)]))) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(asdict(outcome), ensure_ascii=False))
        else:
            self.tell(outcome)
        if outcome.problems and not options["only_valid"]:
            raise CommandError(_("Nothing was imported. Correct these rows, or import the valid ones with --only-valid."))

    def run(
        self, *, file: Path, pilot: str, by: str, period: str | None, only_valid: bool, dry_run: bool, **rest: object
    ) -> workbook.Imported:
        try:
            place, person, data = Pilot.objects.get(slug=pilot), User.objects.get(username=by), file.read_bytes()
        except (Pilot.DoesNotExist, User.DoesNotExist, OSError) as fault:
            raise CommandError(str(fault)) from fault
        return workbook.import_rows(
            pilot=place,
            rows=workbook.read_rows(data),
            by=person,
            door=Door.WORKBOOK,
            period=periods.parse(period) if period else None,
            only_valid=only_valid,
            dry_run=dry_run,
        )

    def tell(self, outcome: workbook.Imported) -> None:
        """Print each problem where it stands in the file, then the counts."""
        for trouble in outcome.problems:
            self.stdout.write(_("Line %(row)s · %(series)s · “%(raw)s” · %(message)s") % asdict(trouble))
        counts = ", ".join(f"{name} {count}" for name, count in outcome.counts.items())
        self.stdout.write(counts)
