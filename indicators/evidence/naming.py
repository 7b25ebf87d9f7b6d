"""The name that a file came with, made fit to be shown and to be saved under on any system; it never names a place on our disk."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_BYTES = 255
# What Windows takes for something else than a part of a name.
NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
# Controls, directions of writing and other signs that nobody sees, halves of characters, signs without a meaning, ends of lines.
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def tidy(name: str) -> str:
    """Return the last part of a name without signs that nobody sees or that a system refuses, at most 255 bytes long in UTF-8.

    The ending stays whole when the rest is cut.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in UNSEEN)
    plain = NOT_IN_NAMES.sub("_", seen).rstrip(" .")
    ending = ending_of(plain)
    stem = plain.removesuffix(ending).strip(" .")
    if DEVICES.match(f"{stem}{ending}"):
        stem = f"_{stem}"
    return _cut(stem or "file", LONGEST_BYTES - len(ending.encode())) + ending


def ending_of(name: str) -> str:
    """Return the ending of a name with its dot, as it is written; nothing where there is none or it is no ending."""
    ending = PurePosixPath(f"x{name}").suffix
    return ending if len(ending.encode()) <= 20 else ""


def _cut(text: str, most: int) -> str:
    """Shorten a text to so many bytes, at the end of a character."""
    return text.encode()[:most].decode(errors="ignore").rstrip(" .") or "file"
