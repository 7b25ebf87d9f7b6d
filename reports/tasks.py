"""The job of the reports app: making an ordered report."""

from pilots.models import Door
from reports import building


def build(report_id: int) -> None:
    """Make the report, or do nothing where it is made or cancelled; safe to deliver three times."""
    building.build(report_id=report_id, by=None, door=Door.SYSTEM)
