"""The administration of cycles: gates, step buttons, and everything that a cycle is made of."""

from cycles.admin.steering import CycleAdmin
from cycles.admin.work import ActionAdmin, ObjectiveAdmin

__all__ = ["ActionAdmin", "CycleAdmin", "ObjectiveAdmin"]
