"""Imports: a workbook or table is brought, read apart, shown as a preview, imported as one batch or not at all, and undone as one."""

from indicators.importing.applying import apply, cancel, look_again, undo
from indicators.importing.keeping import bring, path_of, sweep
from indicators.importing.lines import Line, lines_of, preview_of
from indicators.importing.reading import read
from indicators.importing.running import run
from indicators.importing.table import STEPS, available

__all__ = [
    "STEPS",
    "Line",
    "apply",
    "available",
    "bring",
    "cancel",
    "lines_of",
    "look_again",
    "path_of",
    "preview_of",
    "read",
    "run",
    "sweep",
    "undo",
]
