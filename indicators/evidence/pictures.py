"""Pictures that come in as evidence: of a bearable size, and without what the camera wrote beside them."""

from __future__ import annotations

import io
import threading
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MOST_PIXELS = 50_000_000
KEPT = ("icc_profile", "transparency", "dpi")
# A large picture takes some hundred megabytes while it is rewritten, so a process rewrites one at a time.
ONE_AT_A_TIME = threading.Lock()


def clean(file: BinaryIO, kind: str) -> BinaryIO | None:
    """Return the picture written anew, upright and with colours alone: no place, no time, no camera, nothing behind its end.

    None where it is no such picture, or a broken one; a picture of more than 50 million points is refused before it is unpacked.
    """
    try:
        with ONE_AT_A_TIME, Image.open(file, formats=[kind.upper()]) as picture:
            refuse_huge(picture)
            return rewritten(picture, kind)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None


def refuse_huge(picture: Image.Image) -> None:
    """Refuse a picture of too many points."""
    if picture.width * picture.height > MOST_PIXELS:
        text = _("The picture is %(width)s by %(height)s points large. Make it smaller: 50 million points are enough.")
        raise ValidationError(text % {"width": picture.width, "height": picture.height}, code="too_large")


def rewritten(picture: Image.Image, kind: str) -> BinaryIO:
    """Write a picture anew; a JPEG keeps its fineness."""
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    picture.info = {name: picture.info[name] for name in KEPT if name in picture.info}
    fine = {"quality": "keep" if picture.format == "JPEG" else 95} if kind == "jpeg" else {}
    out = io.BytesIO()
    picture.save(out, format=kind.upper(), **{name: value for name, value in picture.info.items() if name != "transparency"}, **fine)
    return out
