"""What is said about a cell or a file: for each code the sentence that says what is wrong, where, and how to put it right."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EXPLAINED = {
    "title": _("Text above the table."),
    "heading": _("The heading of the table."),
    "total": _("A total, which is not imported: the portal computes its own."),
    "left_empty": _("The row holds no figure, so the figure stays as it is."),
    "other_column": _("The column “%(name)s” is not imported."),
    "other_year": _("A figure of %(name)s, which is not the period of this import."),
    "last_year": _("The column “%(name)s” shows an earlier figure and is not imported."),
    "blank": _("The cell shows nothing."),
    "group": _("A heading or note inside the table."),
    "no_table": _("The sheet holds no table of figures."),
    "hidden_sheet": _("The sheet is hidden and is not imported."),
    "stamp": _("The portal's own notes about this workbook."),
    "repeated": _("The same figure stands here a second time."),
}
TOLD = {
    "hidden_rows": _("%(count)s hidden rows were read too, the first is row %(row)s."),
    "hidden_columns": _("Hidden columns were read too: %(columns)s."),
    "external_links": _("The workbook refers to other workbooks. Their figures are those of the last time it was saved."),
}
FAULTS: dict[str, object] = {}
SENTENCES = {**EXPLAINED, **TOLD, **FAULTS}


def say(code: str, params: Mapping[str, str]) -> str:
    """Return the sentence of a code in the reader's language."""
    return str(SENTENCES[code]) % params if params else str(SENTENCES[code])


def refusal(code: str, params: Mapping[str, str]) -> ValidationError:
    """Return the refusal of a code; it is worded when it is read, in that reader's language."""
    return ValidationError(SENTENCES[code], code=code, params=dict(params))
