"""The report as a PDF: typeset by typst, tagged for screen readers (PDF/UA-1), the same bytes for the same content."""

import json
import logging
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import typst

from reports.render.glyphs import FONTS, guard
from reports.render.sheet import sheet
from reports.schema import SCHEMA, Report, digest

TEMPLATES = Path(__file__).resolve().parent / "typst"
LANGUAGES = ("zh", "en")

log = logging.getLogger(__name__)


class Printed(NamedTuple):
    """A finished PDF, and the characters of the content that the font could not show (each stands as 〓)."""

    data: bytes
    replaced: list[str]


def render(content: Report, language: str) -> bytes:
    """The report in `language` ("zh" or "en") as PDF bytes; replaced characters are logged."""
    printed = typeset(content, language)
    if printed.replaced:
        codes = " ".join(f"U+{ord(character):04X}" for character in printed.replaced)
        log.warning("report %s: no glyph for %s", content["number"], codes)
    return printed.data


def typeset(content: Report, language: str) -> Printed:
    """Set the report. Texts of the content reach the page as data only: nothing in them is read as markup.

    A content of another schema, or another language, is refused with ValueError.
    """
    if content["schema"] != SCHEMA:
        raise ValueError(f"Cannot print a content of schema {content['schema']!r}; this printer knows {SCHEMA!r}.")
    if language not in LANGUAGES:
        raise ValueError(f"A report is printed in {' or '.join(LANGUAGES)}, not in {language!r}.")
    clean, replaced = guard(content)
    data = typst.compile(
        TEMPLATES / "report.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"sheet": json.dumps(sheet(clean, language, fingerprint=digest(content)), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=datetime.fromisoformat(content["composed"]),
        # An empty folder of ours: no template may fetch a package from anywhere.
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,
    )
    return Printed(data, replaced)


@cache
def _fonts() -> typst.Fonts:
    """Only the faces that lie beside the code: a report looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
