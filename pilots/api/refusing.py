"""How the API refuses: one error for each field, with what was given and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST_ECHO = 80
SHORT_LIST = 40


def refusal(field: str, message: str, *, value: object = None, allowed: Iterable[str] = (), code: str = "invalid") -> ValidationError:
    """Make the refusal of one field; `code` decides the status (`wrong_state` 409, `stale` 412, else 400)."""
    error = ValidationError(message, code=code)
    error.value = value
    error.allowed = list(allowed)
    whole = ValidationError({field: [error]})
    whole.code = code
    return whole


def unknown(field: str, value: str, *, known: Iterable[str], code: str = "unknown_code") -> ValidationError:
    """Make the refusal of a code or a name that does not exist, naming the nearest that does."""
    known = list(known)
    shown = value[:LONGEST_ECHO]
    near = get_close_matches(shown, known, n=5, cutoff=0.5)
    if near:
        message = _("“%(value)s” is not known here. The nearest is “%(nearest)s”.") % {"value": shown, "nearest": near[0]}
    else:
        message = _("“%(value)s” is not known here. See the list of what is allowed.") % {"value": shown}
    return refusal(field, message, value=shown, allowed=known if len(known) <= SHORT_LIST else near or known[:SHORT_LIST], code=code)


def known_or_refuse(field: str, values: Iterable[str], *, known: Iterable[str]) -> list[str]:
    """Return `values`, or refuse the first of them that is not in `known`."""
    known = list(known)
    allowed = set(known)
    for value in values:
        if value not in allowed:
            raise unknown(field, value, known=known)
    return list(values)
