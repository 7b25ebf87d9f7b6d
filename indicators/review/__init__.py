"""The review of a submission: the table of its steps, and the acts submit, withdraw, begin, send back, verify and reopen."""

from indicators.review.deciding import MarkInput, begin, send_back, verify
from indicators.review.reopening import reopen
from indicators.review.submitting import blocking, submit, withdraw
from indicators.review.table import STEPS, available, entries_of

__all__ = [
    "STEPS",
    "MarkInput",
    "available",
    "begin",
    "blocking",
    "entries_of",
    "reopen",
    "send_back",
    "submit",
    "verify",
    "withdraw",
]
