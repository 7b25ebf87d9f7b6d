"""The review of a submission: the table of its steps, and the acts submit, withdraw, begin, send back, verify and reopen."""

from indicators.review.checking import Check, Finding, check, warned
from indicators.review.deciding import MarkInput, begin, send_back, verify
from indicators.review.reopening import reopen
from indicators.review.submitting import submit, withdraw
from indicators.review.table import STEPS, available, entries_of

__all__ = [
    "STEPS",
    "Check",
    "Finding",
    "MarkInput",
    "available",
    "begin",
    "check",
    "entries_of",
    "reopen",
    "send_back",
    "submit",
    "verify",
    "warned",
    "withdraw",
]
