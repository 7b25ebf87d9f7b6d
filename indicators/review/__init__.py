"""The review of a submission: the tables of its steps, its acts from submitting to reopening, and the judgement of single figures."""

from indicators.review.assigning import ASSIGNING, assign, reviewers
from indicators.review.checking import Check, Finding, check, warned
from indicators.review.deciding import begin, send_back, verify
from indicators.review.judging import JUDGING, Accepted, accept, accept_clean, take_back, warned_series
from indicators.review.marking import MarkInput, advise, mark, unmark
from indicators.review.possible import possible
from indicators.review.reopening import reopen
from indicators.review.replying import ANSWERING, UNLOCKING, Asked, ask_to_unlock, asked, grant, refuse, reply
from indicators.review.standing import READERS, STATES, Standing, changes, require_reader
from indicators.review.submitting import submit, withdraw
from indicators.review.table import STEPS, available, entries_of

__all__ = [
    "ANSWERING",
    "ASSIGNING",
    "JUDGING",
    "READERS",
    "STATES",
    "STEPS",
    "UNLOCKING",
    "Accepted",
    "Asked",
    "Check",
    "Finding",
    "MarkInput",
    "Standing",
    "accept",
    "accept_clean",
    "advise",
    "ask_to_unlock",
    "asked",
    "assign",
    "available",
    "begin",
    "changes",
    "check",
    "entries_of",
    "grant",
    "mark",
    "possible",
    "refuse",
    "reopen",
    "reply",
    "require_reader",
    "reviewers",
    "send_back",
    "submit",
    "take_back",
    "unmark",
    "verify",
    "warned",
    "warned_series",
    "withdraw",
]
