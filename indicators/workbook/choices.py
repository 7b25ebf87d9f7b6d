"""The words of the columns with choices: each is taken by its code or by its name in either language."""

from __future__ import annotations

import unicodedata
from functools import cache

from django.db.models import TextChoices
from django.utils import translation

from indicators.numbers import QUALIFIERS as SIGNS
from indicators.workbook import words
from pilots.models import Qualifier

LANGUAGES = ("zh-hans", "en")


def folded(text: str) -> str:
    """Return a text without what does not tell choices apart."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@cache
def names(choices: type[TextChoices]) -> dict[str, str]:
    """Return the code of each choice by every name that it has."""
    known = {}
    for choice in choices:
        known[folded(choice.value)] = choice.value
        for language in LANGUAGES:
            with translation.override(language):
                known[folded(str(choice.label))] = choice.value
    return known


def read_choice(key: str, text: str, choices: type[TextChoices]) -> str:
    """Return the code of a choice, empty for an empty cell; anything else is refused with what may stand there."""
    if not text:
        return ""
    code = names(choices).get(folded(text)) or (SIGNS.get(text) if choices is Qualifier else None)
    if code is None:
        allowed = ", ".join(str(choice.label) for choice in choices)
        raise words.refusal("choice", {"raw": text[:60], "column": key, "allowed": allowed})
    return code
