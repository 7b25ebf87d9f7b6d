"""Reading an archive: everything in it is checked before anything is done with it."""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.management import CommandError

from portal.management.backups import manifest as manifests
from portal.management.backups import seal
from portal.management.backups.making import DUMP, FILES, MANIFEST
from portal.management.backups.manifest import Manifest, Stored

ENCRYPTED = 0x1
LONGEST_MANIFEST = 512 * 1024 * 1024


class Archive:
    """An archive that was found whole: its manifest, and its members as streams."""

    def __init__(self, members: zipfile.ZipFile, manifest: Manifest) -> None:
        self.members, self.manifest = members, manifest

    def dump(self) -> IO[bytes]:
        """The copy of the database."""
        return self.members.open(DUMP)

    def file(self, stored: Stored) -> IO[bytes]:
        """One of the stored files."""
        return self.members.open(FILES + stored.path)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive for reading once its seal, its members and every sha256 have been checked.

    Refused: what is no archive, or is damaged, incomplete, encrypted, of another format, or made by a newer portal.
    """
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    if not seal.holds(path):
        raise CommandError(
            f"{path} is no backup of the portal, or it is damaged: its seal does not fit its content. Take another copy of it."
        )
    try:
        with zipfile.ZipFile(path) as members:
            manifest = _manifest(members)
            manifests.refuse_newer(manifest)
            _check_members(members, manifest)
            yield Archive(members, manifest)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} is damaged: {error}. Take another copy of it.") from None


def _manifest(members: zipfile.ZipFile) -> Manifest:
    """Read the manifest, after seeing that no member is there twice, encrypted or packed."""
    twice = [name for name, count in Counter(members.namelist()).items() if count > 1]
    if twice:
        raise CommandError(f"The archive holds {twice[0]} more than once. Take another copy of it.")
    for info in members.infolist():
        if info.flag_bits & ENCRYPTED or info.compress_type != zipfile.ZIP_STORED:
            raise CommandError(f"{info.filename} in the archive is encrypted or packed, which no backup of the portal is.")
    if MANIFEST not in members.namelist() or members.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
        raise CommandError("The archive has no manifest, so it is no backup of the portal.")
    return manifests.read(members.read(MANIFEST))


def _check_members(members: zipfile.ZipFile, manifest: Manifest) -> None:
    """Compare every member with what the manifest says of it."""
    wanted = {DUMP: manifest.dump, **{FILES + file.path: file for file in manifest.files}}
    found = set(members.namelist()) - {MANIFEST}
    if lost := sorted(wanted.keys() - found):
        raise CommandError(f"{len(lost)} members are missing from the archive, the first of them {lost[0]}. Take another copy of it.")
    if more := sorted(found - wanted.keys()):
        raise CommandError(f"The archive holds {len(more)} members that its manifest does not name, the first of them {more[0]}.")
    for name, stored in wanted.items():
        if members.getinfo(name).file_size != stored.size or _sha256(members, name) != stored.sha256:
            raise CommandError(f"{name} in the archive is not what its manifest says. Take another copy of the archive.")


def _sha256(members: zipfile.ZipFile, name: str) -> str:
    total = hashlib.sha256()
    with members.open(name) as member:
        while chunk := member.read(seal.CHUNK):
            total.update(chunk)
    return total.hexdigest()
