"""The rules of a figure: hard ones, which are never saved past, and soft ones, which warn until the figure is corrected or explained."""

from indicators.rules.hard import (
    LENGTHS,
    check_answer,
    check_figure,
    check_limits,
    check_result,
    check_texts,
    check_until,
)
from indicators.rules.sight import Printed, Sight, Warning
from indicators.rules.soft import FAR, RULES, look
from indicators.rules.watch import BESIDE, LEAST_EXPLANATION, YEARS_BACK, Watch, explains

__all__ = [
    "BESIDE",
    "FAR",
    "LEAST_EXPLANATION",
    "LENGTHS",
    "RULES",
    "YEARS_BACK",
    "Printed",
    "Sight",
    "Warning",
    "Watch",
    "check_answer",
    "check_figure",
    "check_limits",
    "check_result",
    "check_texts",
    "check_until",
    "explains",
    "look",
]
