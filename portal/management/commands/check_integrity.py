"""Asks every check of integrity and names what it finds; ends with 1 where anything was found, so that a job can tell."""

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils.translation import gettext as _

from portal.management.integrity import CHECKS


class Command(BaseCommand):
    help = "Check that figures, publications, reviews, cycles, reports and people fit together; change nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: object) -> None:
        with transaction.atomic():
            if not connection.savepoint_ids:
                # One picture of the database for all checks; inside a caller's transaction the picture is the caller's.
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            found = [(check, *check.faults()) for check in CHECKS.values()]
        self.tell_json(found) if options["json"] else self.tell(found)
        if any(count for _check, count, _rows in found):
            raise SystemExit(1)

    def tell(self, found: list[tuple]) -> None:
        """Print a line for each check, and under it the rows that break it."""
        for check, count, rows in found:
            self.stdout.write(f"{count:>6}  {check.code}" + (f": {check.sentence}" if count else ""))
            for row in rows:
                self.stdout.write(f"        {row}")
        broken = sum(1 for _check, count, _rows in found if count)
        self.stdout.write(_("%(checks)s checks, %(broken)s found something") % {"checks": len(found), "broken": broken})

    def tell_json(self, found: list[tuple]) -> None:
        """Print what was found for a program to read."""
        checks = [{"code": check.code, "sentence": str(check.sentence), "count": count, "rows": rows} for check, count, rows in found]
        self.stdout.write(json.dumps({"sound": not any(row["count"] for row in checks), "checks": checks}, ensure_ascii=False))
