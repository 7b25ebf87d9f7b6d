"""The administration of people, framework and pilots, and the base that every admin page stands on."""

from pilots.admin.acting import EVERYBODY, WORKERS, ActAdmin, ActForm, Deed
from pilots.admin.framework import PilotAdmin, TrailAdmin
from pilots.admin.people import MembershipAdmin, UserAdmin

__all__ = ["EVERYBODY", "WORKERS", "ActAdmin", "ActForm", "Deed", "MembershipAdmin", "PilotAdmin", "TrailAdmin", "UserAdmin"]
