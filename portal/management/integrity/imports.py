"""Checks of imports: what was brought against the disk, and its cells against each other."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext_lazy as _

from indicators import importing
from indicators.models import Import
from portal.management.integrity.naming import check


@check(_("A workbook that was brought is not on the disk, or is not the one that was brought."))
def import_without_its_file() -> list[Import]:
    return [found for found in Import.objects.select_related("pilot").defer("lines", "written") if not _kept(found)]


@check(_("An import does not account for every cell of its file."))
def import_of_lost_cells() -> list[Import]:
    return [found for found in Import.objects.exclude(counts={}).select_related("pilot") if not _accounted(found)]


def _kept(found: Import) -> bool:
    path = importing.path_of(found.sha256)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == found.sha256


def _accounted(found: Import) -> bool:
    told = found.counts["cells"]
    return sum(line.cells for line in importing.lines_of(found)) == told["total"]
