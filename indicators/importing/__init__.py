"""Imports: a workbook or table is brought, read apart, shown as a preview, imported as one batch or not at all, and undone as one."""

from indicators.importing.applying import apply, cancel, look_again, undo
from indicators.importing.keeping import bring, path_of, sweep
from indicators.importing.lines import Line, lines_of, preview_of
from indicators.importing.reading import read
from indicators.importing.running import run
from indicators.importing.table import STEPS, available
from indicators.importing.telling import failure_of, marks_of, outcome, problem, troubled

__all__ = [
    "STEPS",
    "Line",
    "apply",
    "available",
    "bring",
    "cancel",
    "failure_of",
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
