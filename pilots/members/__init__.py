"""Acts on people: added, given roles and relieved of them, switched off and on, and forgotten when they have left."""

from pilots.members.covering import arranges, cover, covered_by, end_cover
from pilots.members.leaving import anonymise, own_data
from pilots.members.people import add_person, choose_language, correct, plain_phone, require_phone
from pilots.members.roles import (
    change,
    end,
    grant,
    may_give,
    require_administrator,
    require_another,
    require_apart,
    require_granter,
    require_place,
)
from pilots.members.switching import switch_off, switch_off_unused, switch_on, unused

__all__ = [
    "add_person",
    "anonymise",
    "arranges",
    "change",
    "choose_language",
    "correct",
    "cover",
    "covered_by",
    "end",
    "end_cover",
    "grant",
    "may_give",
    "own_data",
    "plain_phone",
    "require_administrator",
    "require_another",
    "require_apart",
    "require_granter",
    "require_phone",
    "require_place",
    "switch_off",
    "switch_off_unused",
    "switch_on",
    "unused",
]
