"""The register of personal data: each text about a person that the portal keeps, with why, how long, and who sees it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Personal:
    """Why a field with personal data is there, how long it is kept, and who sees it; in the words of the page on privacy."""

    why: str
    kept: str
    seen: str


UNTIL_FORGOTTEN = "until the name is forgotten"
WHILE_WAITING = "until it is accepted or revoked, at most 30 days after it expires"
WHILE_TAKING_PART = "as long as the pilot takes part"
KEEPERS = "the person, administrators, auditors, leads of their pilots"
INVITERS = "whoever holds the link, administrators, auditors, leads of the pilot"
READERS = "whoever reads the pilot's working pages; never the public"
NAMED_BY_SOURCES = "members and the programme's readers; the public where it is no person"

PERSONAL = {
    "User.username": Personal("to sign in and be told apart in the trail", f"{UNTIL_FORGOTTEN}; old rows of the trail keep it", KEEPERS),
    "User.name": Personal("to say who entered, reviewed or decided", UNTIL_FORGOTTEN, READERS),
    "User.email": Personal("to sign in and to get a link for a new password; optional", UNTIL_FORGOTTEN, KEEPERS),
    "User.phone": Personal("to sign in; optional", UNTIL_FORGOTTEN, KEEPERS),
    "User.language": Personal("to speak the person's language", UNTIL_FORGOTTEN, "the person, administrators, auditors"),
    "User.mail": Personal("to send mail as often as the person wants it", UNTIL_FORGOTTEN, "the person, administrators, auditors"),
    "User.password": Personal("to check a password; only a slow hash of it", "until it is changed or the name is forgotten", "nobody"),
    "FormerPassword.password": Personal("to refuse a password had before; only a slow hash of it", "for five passwords", "nobody"),
    "Invitation.name": Personal("to address the person", WHILE_WAITING, INVITERS),
    "Invitation.email": Personal("to send the link; becomes the person's e-mail", WHILE_WAITING, INVITERS),
    "Invitation.phone": Personal("to sign in later; becomes the person's phone", WHILE_WAITING, INVITERS),
    "Stakeholder.name_zh": Personal("to name who takes part, from public sources", WHILE_TAKING_PART, NAMED_BY_SOURCES),
    "Stakeholder.name_en": Personal("the same in English", WHILE_TAKING_PART, NAMED_BY_SOURCES),
}
# Texts of the same models that say nothing about a person, each with what it is.
IMPERSONAL = {
    "Invitation.seed": "random signs",
    "Invitation.digest": "a hash of the link",
    "Invitation.language": "the language of the invitation's words",
    "Membership.role": "a role",
    "Token.digest": "a hash of the token",
    "Token.token_key": "the first signs of the token",
    "Token.name": "what the program is called",
    "Token.scope": "what the token opens",
}
