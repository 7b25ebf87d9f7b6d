"""Imports: a workbook or table is brought, read apart, shown as a preview, imported as one batch or not at all, and undone as one."""

from indicators.importing.applying import apply, cancel, look_again, undo
from indicators.importing.keeping import LARGEST_ON_A_PAGE, bring, path_of, sweep
from indicators.importing.lines import Answer, Line, language, lines_of, preview_of
from indicators.importing.reading import read
from indicators.importing.running import run
from indicators.importing.table import STEPS, UNDER_WAY, available
from indicators.importing.telling import failure_of, marks_of, outcome, problem, troubled

__all__ = [
    "LARGEST_ON_A_PAGE",
    "STEPS",
    "UNDER_WAY",
    "Answer",
    "Line",
    "apply",
    "available",
    "bring",
    "cancel",
    "failure_of",
    "language",
    "lines_of",
    "look_again",
    "marks_of",
    "outcome",
    "path_of",
    "preview_of",
    "problem",
    "read",
    "run",
    "sweep",
    "troubled",
    "undo",
]
