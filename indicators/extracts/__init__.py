"""Extracts of the published figures: which ones, at what moment, in which columns, read slice by slice."""

from indicators.extracts.columns import COLUMNS, STANDING, Column
from indicators.extracts.editions import Edition, changed_since, standing, withdrawn_since
from indicators.extracts.selection import Selection, Span, all_indicators, known_indicators
from indicators.extracts.slices import KEYS, ORDERS, Order, read_all, read_cursor, read_slice, write_cursor

__all__ = [
    "COLUMNS",
    "KEYS",
    "ORDERS",
    "STANDING",
    "Column",
    "Edition",
    "Order",
    "Selection",
    "Span",
    "all_indicators",
    "changed_since",
    "known_indicators",
    "read_all",
    "read_cursor",
    "read_slice",
    "standing",
    "withdrawn_since",
    "write_cursor",
]
