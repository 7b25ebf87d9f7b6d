"""The glyph guard: what the printed page's font cannot show is replaced before typesetting, so that no page fails.

A PDF that claims to be accessible (PDF/UA-1) may hold no character without a glyph: one rare character in a comment
would otherwise fail the whole report.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "fonts"
FACES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
SUBSTITUTE = "〓"  # U+3013, the printer's mark for a missing type
# Set as lowered or raised ordinary digits by the page and by the charts; the font lacks most of them.
SHIFTED = frozenset("₀₁₂₃₄₅₆₇₈₉⁰⁵⁶⁷⁸⁹⁻")
INVISIBLE = frozenset({"Cc", "Cf"})


@cache
def known() -> frozenset[int]:
    """The code points that every face of the font can show."""
    held = []
    for face in FACES:
        with TTFont(FONTS / face, lazy=True) as font:
            held.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*held)


def guard(value: Any) -> tuple[Any, list[str]]:
    """The same plain data with every text made printable, and the characters that were replaced, each once.

    Texts are put in composed form. Spaces of every kind become a space, controls and variation selectors vanish, and
    what is left without a glyph becomes 〓. Keys are the program's own and stay.
    """
    replaced: dict[str, None] = {}
    return _guarded(value, replaced), list(replaced)


def _guarded(value: Any, replaced: dict[str, None]) -> Any:
    if isinstance(value, str):
        return "".join(_printable(character, replaced) for character in unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {key: _guarded(item, replaced) for key, item in value.items()}
    if isinstance(value, list):
        return [_guarded(item, replaced) for item in value]
    return value


def _printable(character: str, replaced: dict[str, None]) -> str:
    if character.isspace():
        return " "
    if ord(character) in known() or character in SHIFTED:
        return character
    if unicodedata.category(character) in INVISIBLE or unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
        return ""
    replaced[character] = None
    return SUBSTITUTE
