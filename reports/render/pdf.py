"""The report as a PDF: typeset by typst, tagged for screen readers (PDF/UA-1), the same bytes for the same content."""

import logging
from datetime import datetime
from typing import NamedTuple

from reports.render.glyphs import guard
from reports.render.press import press
from reports.render.sheet import sheet
from reports.schema import SCHEMA, Report, digest

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
    set_in = sheet(clean, language, fingerprint=digest(content))
    data = press(set_in, datetime.fromisoformat(content["composed"]))
    return Printed(data, replaced)
