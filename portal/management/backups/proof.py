"""The proof of a restored database: the same rows and files as were backed up, brought forward to this version, and sound."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import CommandError, call_command
from django.db import connection

from pilots import sealing
from portal.management import digest
from portal.management.backups.making import findings
from portal.management.backups.manifest import Manifest
from portal.management.integrity import CHECKS

# The check that a portal with another secret key than the one that sealed cannot pass; the walk of the trail tells it.
OF_ANOTHER_KEY = "trail-seal-unsigned"


def same(manifest: Manifest) -> None:
    """Refuse a database whose tables, or a folder whose files, are not what the manifest sums up; older versions' tables alike."""
    with digest.moment() as cursor:
        found = list(digest.rows(cursor, manifest.counted()))
    found.append(digest.stored_files())
    changed = [part.name for part, meant in zip(found, manifest.parts(), strict=True) if part != meant]
    if changed:
        raise CommandError(f"What was brought back is not what was backed up: {', '.join(changed)}. The portal is as it was.")


def forward() -> None:
    """Bring the tables to this version, as an upgrade does."""
    call_command("migrate", verbosity=0, interactive=False)


def sound(manifest: Manifest, *, say: Callable[[str], None], despite_findings: bool) -> None:
    """Ask the checks of integrity and of the trail; refuse what they find now and did not find when the backup was made."""
    found = {code: count for code, count in findings().items() if count > manifest.findings.get(code, 0) and code != OF_ANOTHER_KEY}
    for code, count in found.items():
        say(f"check_integrity finds {count} x {code}: {CHECKS[code].sentence}")
    broken = _faults_of_the_trail(say)
    if (found or broken) and not despite_findings:
        raise CommandError(
            "What was brought back does not fit together, as the lines above say. The portal is as it was. "
            "To restore it all the same, add --despite-findings."
        )


def has_no_table() -> bool:
    """Whether the database has never been used."""
    return not connection.introspection.table_names()


def _faults_of_the_trail(say: Callable[[str], None]) -> int:
    """Walk the trail and its seals, name each fault and count them; a seal of another secret key is told and no fault."""
    found = sealing.verify().faults
    other = [fault for fault in found if fault.kind == "unsigned"]
    if other:
        say(f"{len(other)} seals of the trail were not signed with this SECRET_KEY. To have them checked, restore with the former key.")
    faults = [fault for fault in found if fault not in other]
    for fault in faults:
        say(f"verify_trail finds in chain {fault.chain} at {fault.seq}: {fault.sentence}")
    return len(faults)
