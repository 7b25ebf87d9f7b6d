"""Hands a file of evidence to its reader: as a download and never as a page, and only with the bytes that it was put with."""

from __future__ import annotations

from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.utils.translation import gettext as _

from indicators.evidence import places
from indicators.evidence.kinds import CONTENT_TYPES
from indicators.models import Evidence


def hand_out(evidence: Evidence) -> FileResponse:
    """Return the file as an attachment that a browser neither guesses at nor runs.

    Refused: a file that waits for the virus scan or was refused by it, and one whose bytes on the disk are gone or changed.
    """
    kind = CONTENT_TYPES.get(evidence.kind, "application/octet-stream")
    response = FileResponse(opened(evidence), as_attachment=True, filename=evidence.name, content_type=kind)
    response["ETag"] = tag_of(evidence)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response


def opened(evidence: Evidence) -> BinaryIO:
    """Open the file of a row, or refuse."""
    if evidence.state == Evidence.State.QUARANTINED:
        raise ValidationError(_("This file waits for the virus scan. Try again in a minute."), code="wrong_state")
    if evidence.state == Evidence.State.REFUSED:
        raise ValidationError(_("The virus scan refused this file. Nobody can open it here."), code="wrong_state")
    try:
        file = places.path_of(evidence.sha256).open("rb")
    except FileNotFoundError:
        raise ValidationError(_("The file is not on the disk of the server. Tell the administrator."), code="wrong_state") from None
    if places.sum_of(file) == evidence.sha256:
        return file
    file.close()
    raise ValidationError(_("The file on the disk is not the one that was put here. Tell the administrator."), code="wrong_state")


def tag_of(evidence: Evidence) -> str:
    """The validator of a file: its bytes never change."""
    return f'"{evidence.sha256}"'
