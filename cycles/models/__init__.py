"""A pilot's turn of Plan, Do, Check and Act: one file for each stage."""

from cycles.models.act import CorrectiveAction, Decision, Nonconformity
from cycles.models.check import Audit, Review, Stocktake, StocktakeLine
from cycles.models.cycle import Cycle, StageChange
from cycles.models.do import Action
from cycles.models.plan import Justification, Measure, Objective, Policy

__all__ = [
    "Action",
    "Audit",
    "CorrectiveAction",
    "Cycle",
    "Decision",
    "Justification",
    "Measure",
    "Nonconformity",
    "Objective",
    "Policy",
    "Review",
    "StageChange",
    "Stocktake",
    "StocktakeLine",
]
