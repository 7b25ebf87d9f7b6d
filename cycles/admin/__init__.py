"""The administration of cycles: gates, step buttons, and everything that a cycle is made of."""

from cycles.admin.parts import ActionAdmin, ObjectiveAdmin
from cycles.admin.steering import CycleAdmin

__all__ = ["ActionAdmin", "CycleAdmin", "ObjectiveAdmin"]
