"""What stands in a file that somebody brings: read in a process of its own, which knows neither Django nor the apps."""

from pathlib import Path

from indicators.sheets.headings import is_period, period_code
from indicators.sheets.limits import BY_COMMAND, MB, ON_A_PAGE, Limits
from indicators.sheets.rows import stripped
from indicators.sheets.spreadsheet import STAMP_SHEET

PROGRAM = Path(__file__).with_name("program.py")

__all__ = ["BY_COMMAND", "MB", "ON_A_PAGE", "PROGRAM", "STAMP_SHEET", "Limits", "is_period", "period_code", "stripped"]
