"""Small papers for demo and synthetic data: a page that says of itself that it is invented, as PDF and as PNG, the same bytes each time."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from indicators.evidence import Brought
from portal.environment import BASE_DIR

FONT = BASE_DIR / "reports" / "fonts" / "NotoSansSC-Regular.ttf"
WIDE, HIGH, MARGIN, LINE = 720, 480, 48, 40
INK, GREY, PAPER = 30, 120, 255
INVENTED = "演示数据，非实测 · demo data, not measured"
LONG_AGO = time.gmtime(0)


def pdf(name: str, lines: Sequence[str]) -> Brought:
    """Make a page with these lines as a PDF of this name."""
    return _file(f"{name}.pdf", lines, format="PDF", resolution=100, creationDate=LONG_AGO, modDate=LONG_AGO)


def png(name: str, lines: Sequence[str]) -> Brought:
    """Make the same as a picture."""
    return _file(f"{name}.png", lines, format="PNG")


def _file(name: str, lines: Sequence[str], **how: object) -> Brought:
    out = io.BytesIO()
    _page(lines).save(out, **how)
    return Brought(name, out)


def _page(lines: Sequence[str]) -> Image.Image:
    """Draw a page: its lines, and below them that it is invented."""
    page = Image.new("L", (WIDE, HIGH), PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(str(FONT), 22)
    for place, line in enumerate(lines):
        pen.text((MARGIN, MARGIN + LINE * place), line, fill=INK, font=font)
    pen.text((MARGIN, HIGH - MARGIN - LINE), INVENTED, fill=GREY, font=font)
    return page
