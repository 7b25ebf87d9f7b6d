"""Imports a workbook or table of figures into a pilot's open collection."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from indicators import importing, periods
from indicators.models import Import
from pilots.models import Door, Pilot, User


class Command(BaseCommand):
    help = "Imports a workbook (xlsx) or a table (CSV, up to 100,000 rows) on behalf of a person, as the import page does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--pilot", required=True, help="the pilot's slug, such as tianjin")
        parser.add_argument("--period", required=True, help="the period, such as 2024; rows of finer periods inside it name their own")
        parser.add_argument("--by", required=True, help="the username of the contributor or lead who imports")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--only-valid", action="store_true", help="import the valid figures although others are refused")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: object, **options: object) -> None:
        try:
            found = self.run(**options)
        except (ValidationError, PermissionDenied) as refusal:
            raise CommandError(" ".join(getattr(refusal, "messages", [str(refusal)]))) from refusal
        if found.state == Import.State.FAILED:
            raise CommandError(importing.failure_of(found))
        if options["json"]:
            self.stdout.write(json.dumps(importing.outcome(found), ensure_ascii=False))
        else:
            self.tell(found)
        if found.state != Import.State.APPLIED and not options["dry_run"]:
            raise CommandError(_("Nothing was imported. Correct these cells, or import the valid figures with --only-valid."))

    def run(self, *, file: Path, pilot: str, by: str, period: str, only_valid: bool, dry_run: bool, **rest: object) -> Import:
        try:
            place, person, data = Pilot.objects.get(slug=pilot), User.objects.get(username=by), file.read_bytes()
        except (Pilot.DoesNotExist, User.DoesNotExist, OSError) as fault:
            raise CommandError(str(fault)) from fault
        when = periods.parse(period)
        given = {"pilot": place, "period": when, "name": file.name, "data": data, "by": person, "door": Door.COMMAND}
        return importing.run(**given, only_valid=only_valid, dry_run=dry_run)

    def tell(self, found: Import) -> None:
        """Print each problem where it stands in the file, then the counts."""
        for line in importing.troubled(found):
            self.stdout.write(f"{line.place} · {line.series} · “{line.raw}” · {line.message}")
        counts = importing.outcome(found)["counts"]
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()))
