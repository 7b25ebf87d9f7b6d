"""The steps of an import: read, then imported as one batch or cancelled, and undone as one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from indicators.models import Import
from pilots import access, steps
from pilots.models import User
from pilots.steps import Step

State = Import.State
UNDER_WAY = (State.WAITING, State.READING)

STEPS = (
    Step("apply", (State.READY,), State.APPLIED, access.TEAM, _("Import")),
    Step("undo", (State.APPLIED,), State.UNDONE, access.TEAM, _("Undo the import")),
    Step("cancel", (*UNDER_WAY, State.READY), State.CANCELLED, access.TEAM, _("Cancel")),
)


def available(found: Import, user: User) -> list[Step]:
    """Return the steps that a person may take now, for buttons and the API's `steps`."""
    return steps.available(STEPS, state=found.state, roles=access.roles_in(user, found.pilot))
