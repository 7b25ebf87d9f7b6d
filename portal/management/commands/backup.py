"""Makes a backup: one archive of the database and every stored file, or the day's own in the folder of backups."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.management.backups import daily, making


class Command(BaseCommand):
    help = "Make a backup of the database and every stored file in one archive."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="the archive to make; - writes it to the standard output")
        parser.add_argument("--incomplete", action="store_true", help="make it although stored files are lost, and say which")
        parser.add_argument("--daily", action="store_true", help="make this day's backup in BACKUP_DIR, unless it is there")

    def handle(self, *, file: str | None, incomplete: bool, daily: bool, **options: object) -> None:
        if daily == bool(file):
            raise CommandError("Say where the backup goes: backup FILE. For the day's own in BACKUP_DIR: backup --daily.")
        if daily:
            self.make_daily()
        elif file == "-":
            self.tell(making.write(sys.stdout.buffer, incomplete=incomplete), "the standard output")
        else:
            self.tell(making.make(Path(file), incomplete=incomplete), file)

    def make_daily(self) -> None:
        """Make the day's backup and say so, or say that there is nothing to do."""
        made = daily.make()
        if made is None:
            self.stderr.write("This day has its backup, or another process is making it.")
        else:
            self.tell(made.made, str(made.path))

    def tell(self, made: making.Made, place: str) -> None:
        """Say on the error output, which no pipe of the archive carries, what was made and up to when it holds."""
        manifest = made.manifest
        rows = sum(table.count for table in manifest.tables)
        self.stderr.write(f"{place}: {made.size} bytes, {rows} rows and {len(manifest.files)} files, digest {manifest.digest}")
        moment = timezone.localtime(manifest.made_at)
        self.stderr.write(f"It holds what was saved before {moment:%Y-%m-%d %H:%M:%S %Z}; what is saved later is not in it.")
        for path in manifest.missing:
            self.stderr.write(f"Not in it, since the disk has lost it: {path}")
        for code, count in manifest.findings.items():
            self.stderr.write(f"check_integrity finds {count} x {code} in what was backed up.")
