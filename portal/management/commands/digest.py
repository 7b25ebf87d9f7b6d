"""Prints one sha256 over the portal's logical content, by which a restored portal is known to be the same."""

from django.core.management.base import BaseCommand, CommandParser

from portal.management import digest


class Command(BaseCommand):
    help = "Print one sha256 over every domain table and every stored file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tables", action="store_true", help="first print a line for each table: sha256, rows, name")

    def handle(self, *, tables: bool, **options: object) -> None:
        found = list(digest.parts())
        if tables:
            for part in found:
                self.stdout.write(f"{part.sha256}  {part.count:>9}  {part.name}")
        self.stdout.write(digest.whole(found))
