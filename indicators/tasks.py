"""The job of the indicators app: reading a workbook that somebody brought."""

from indicators import importing
from pilots.models import Door


def read_import(import_id: int) -> None:
    """Read what was brought, or do nothing where it is read or cancelled; safe to deliver three times."""
    importing.read(import_id=import_id, by=None, door=Door.SYSTEM)
