"""Restores a backup: brings it back beside the portal, proves it there, and puts it in the portal's place."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.management.backups import restoring


class Command(BaseCommand):
    help = "Put what a backup holds in the place of the portal's database and files; the former ones are kept."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="the archive that the command backup made")
        parser.add_argument("--verify", action="store_true", help="prove that the archive would restore, and change nothing")
        parser.add_argument("--drop-old", action="store_true", help="remove what earlier restores have kept")
        parser.add_argument("--despite-findings", action="store_true", help="go on although the checks find something new")

    def handle(self, *, file: str | None, verify: bool, drop_old: bool, despite_findings: bool, **options: object) -> None:
        if drop_old == bool(file):
            raise CommandError("Say which archive to restore: restore FILE. To remove what earlier ones have kept: restore --drop-old.")
        if drop_old:
            restoring.drop_old(say=self.stdout.write)
            return
        work = restoring.verify if verify else restoring.restore
        manifest = work(Path(file), say=self.stdout.write, despite_findings=despite_findings)
        moment = timezone.localtime(manifest.made_at)
        done = "would restore" if verify else "is restored"
        self.stdout.write(f"{file} {done}: the portal of {moment:%Y-%m-%d %H:%M:%S %Z}, {len(manifest.files)} files.")
        if not verify:
            self.stdout.write(
                "Everybody is signed out. People, passwords and tokens are those of that moment: what was ended later must be ended again."
            )
