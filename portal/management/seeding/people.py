"""The people of the synthetic pilots: one of every role for each of the first three, and one of every role in the programme."""

from dataclasses import dataclass

from pilots import members, tokens
from pilots.models import PILOT_ROLES, PROGRAMME_ROLES, Door, Pilot, Role, Token, User

LETTERS = "ABC"
WRITERS = {Role.CONTRIBUTOR, Role.LEAD}


@dataclass(frozen=True)
class Actor:
    """A person with what a program needs to act as that person."""

    user: User
    password: str
    token: str
    pilot: str | None

    def told(self) -> dict[str, str | None]:
        """What is printed of an actor."""
        return {"username": self.user.username, "password": self.password, "token": self.token, "pilot": self.pilot}


def add(pilots: list[Pilot], seed: int) -> dict[str, Actor]:
    """Add everybody and return them by their part: A.contributor, coordinator, disabled."""
    actors = {
        f"{letter}.{role}": actor(f"{letter}.{role}", role, pilot, seed)
        for letter, pilot in zip(LETTERS, pilots, strict=False)
        for role in PILOT_ROLES
    }
    actors |= {str(role): actor(role, role, None, seed) for role in PROGRAMME_ROLES}
    actors["disabled"] = actor("disabled", Role.CONTRIBUTOR, pilots[0], seed)
    members.switch_off(user=actors["disabled"].user, by=None, door=Door.COMMAND)
    return actors


def actor(part: str, role: str, pilot: Pilot | None, seed: int) -> Actor:
    """Add one person with a role, a password and a token; writers get a token that writes."""
    password = f"synthetic-{seed}-figures-only"
    user = person(part, role, pilot, password)
    scope = Token.Scope.WRITE if role in WRITERS else Token.Scope.OWN
    _token, text = tokens.make(user=user, name=f"synthetic {part}", scope=scope, pilot=pilot, by=None, door=Door.COMMAND)
    return Actor(user, password, text, pilot.slug if pilot else None)


def person(part: str, role: str, pilot: Pilot | None, password: str | None = None) -> User:
    """Add one person, marked demo, with a role."""
    username = f"synthetic-{part.lower().replace('.', '-')}"
    user = members.add_person(username=username, name=f"合成 Synthetic {part}", password=password, demo=True, by=None, door=Door.COMMAND)
    members.grant(user=user, role=role, pilot=pilot, by=None, door=Door.COMMAND)
    return user
