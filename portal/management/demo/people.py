"""The people of the demo: one of every role, with a password that is printed and meant for nothing else."""

from dataclasses import dataclass

from pilots import members
from pilots.models import Door, Pilot, Role, User

# Printed at every start of a desk; a server refuses to hold these accounts.
PASSWORD = "demo-figures-only"


@dataclass(frozen=True)
class Account:
    """A demo account: its user name, the name shown, its role and the pilot it belongs to."""

    username: str
    name: str
    role: str
    pilot: str | None = None


ACCOUNTS = (
    Account("tianjin-contributor", "演示·天津填报员", Role.CONTRIBUTOR, "tianjin"),
    Account("tianjin-lead", "演示·天津负责人", Role.LEAD, "tianjin"),
    Account("tianjin-viewer", "演示·天津查阅人", Role.VIEWER, "tianjin"),
    Account("qujiang-lead", "演示·衢江负责人", Role.LEAD, "qujiang"),
    Account("huangpu-lead", "演示·黄埔负责人", Role.LEAD, "huangpu"),
    Account("university-town-lead", "演示·大学城负责人", Role.LEAD, "university-town"),
    Account("coordinator", "演示·项目协调员", Role.COORDINATOR),
    Account("expert", "演示·专家", Role.EXPERT),
    Account("administrator", "演示·管理员", Role.ADMINISTRATOR),
    Account("auditor", "演示·审计员", Role.AUDITOR),
)


def add(pilots: dict[str, Pilot]) -> dict[str, User]:
    """Add every demo account with its role, and return the people by user name."""
    people = {}
    for account in ACCOUNTS:
        user = members.add_person(username=account.username, name=account.name, password=PASSWORD, demo=True, by=None, door=Door.COMMAND)
        pilot = pilots[account.pilot] if account.pilot else None
        members.grant(user=user, role=account.role, pilot=pilot, by=None, door=Door.COMMAND)
        people[account.username] = user
    return people


def lines() -> list[str]:
    """The accounts as they are printed."""
    rows = [f"  {account.username:<28}{account.role:<15}{account.pilot or ''}".rstrip() for account in ACCOUNTS]
    return [f"Demo accounts, all with the password {PASSWORD}", *rows]
