"""How the API refuses: one error for each field, with what was given and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pilots.models import Pilot

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
    known, shown = list(known), value[:LONGEST_ECHO]
    allowed = known if len(known) <= SHORT_LIST else alike(shown, known) or known[:SHORT_LIST]
    return refusal(field, nearest(value, known), value=shown, allowed=allowed, code=code)


def known_pilots(field: str, slugs: list[str], *, reader: object) -> QuerySet[Pilot]:
    """Find the pilots of a list, or refuse the first that does not exist; the others are only read where one is wrong."""
    pilots = Pilot.objects.visible_to(reader)
    found = pilots.filter(slug__in=[slug for slug in slugs if "\x00" not in slug])
    if found.count() < len(slugs):
        known_or_refuse(field, slugs, known=pilots.values_list("slug", flat=True))
    return found


def nearest(value: str, known: Iterable[str]) -> str:
    """Say that a code or a name does not exist, and which one is most like it."""
    shown = value[:LONGEST_ECHO]
    near = alike(shown, known)
    if near:
        return _("“%(value)s” is not known here. The nearest is “%(nearest)s”.") % {"value": shown, "nearest": near[0]}
    return _("“%(value)s” is not known here. See the list of what is allowed.") % {"value": shown}


def alike(value: str, known: Iterable[str]) -> list[str]:
    """Find up to five names that are like a text, the most alike first."""
    return get_close_matches(value, list(known), n=5, cutoff=0.5)


def known_or_refuse(field: str, values: Iterable[str], *, known: Iterable[str]) -> list[str]:
    """Return `values`, or refuse the first of them that is not in `known`."""
    known = list(known)
    allowed = set(known)
    for value in values:
        if value not in allowed:
            raise unknown(field, value, known=known)
    return list(values)
