"""Bodies that bring a file: a multipart form with its declared fields, weighed before anything of it is read."""

from __future__ import annotations

import hashlib

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.request import Request

from pilots.api.bodies import TooLarge, body_of

# The fields beside the file, and what stands between the parts.
BESIDE = 1024 * 1024


def refuse_too_large(request: Request, *, most: int) -> None:
    """Refuse a body that says it is larger than a file may be."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > most + BESIDE:
        raise TooLarge(_("The file is larger than %(most)s MB.") % {"most": most // (1024 * 1024)})


def sums_of(request: Request) -> list[bytes | str]:
    """Return all that a body says: its bytes, or the fields of a form with the sums of its files."""
    if not isinstance(request.data, QueryDict):
        return [body_of(request)]
    files = set(request.FILES)
    said = [part for name, texts in sorted(request.data.lists()) if name not in files for part in (name, *map(str, texts))]
    for name, brought in sorted(request.FILES.items()):
        brought.seek(0)
        said += [name, brought.name, hashlib.file_digest(brought, "sha256").hexdigest()]
        brought.seek(0)
    return said
