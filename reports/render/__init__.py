"""The dresses of a report: each module turns one and the same content into a file."""

from reports.render.press import TooMuch

__all__ = ["TooMuch"]
