"""The one law of moving from state to state: who may take which step, and from where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Step:
    """A named move out of one of the states `before` into the state `after`, open to `roles`."""

    name: str
    before: tuple[str, ...]
    after: str
    roles: tuple[str, ...]
    label: str | Promise


def available(table: Sequence[Step], *, state: str, roles: Iterable[str]) -> list[Step]:
    """Return the steps that may be taken from `state` by someone who holds `roles`."""
    held = frozenset(roles)
    return [step for step in table if state in step.before and not held.isdisjoint(step.roles)]


def take(table: Sequence[Step], name: str, *, state: str, roles: Iterable[str]) -> Step:
    """Return the step `name`, or refuse: first a person without the role, then a wrong state, naming what is possible."""
    held = frozenset(roles)
    step = next(step for step in table if step.name == name)
    if held.isdisjoint(step.roles):
        raise PermissionDenied(_("“%(step)s” is not open to your role.") % {"step": step.label})
    if state in step.before:
        return step
    allowed = available(table, state=state, roles=held)
    names = _(", ").join(str(s.label) for s in allowed) or _("nothing")
    refusal = ValidationError(
        _("“%(step)s” is not possible in this state. Possible now: %(allowed)s."),
        code="wrong_state",
        params={"step": step.label, "allowed": names},
    )
    refusal.allowed = [s.name for s in allowed]
    raise refusal
