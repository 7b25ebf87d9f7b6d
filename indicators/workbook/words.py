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
CELLS = {
    "date": _(
        "The cell holds the date %(raw)s where a number or a period in digits belongs. Format the cell as text or number and type it again."
    ),
    "boolean": _("The cell holds %(raw)s, which is not a number. Write the number."),
    "error": _("The cell shows the error %(raw)s. Correct the formula, or leave the cell empty and choose a reason."),
    "no_result": _("The formula %(raw)s was never computed. Open the file in Excel or WPS, save it there, and bring it again."),
    "format": _("The cell holds %(raw)s, but its format shows something else. Set the format to “General” and check the number."),
    "no_figure": _("“%(raw)s” is not a number. Leave the cell empty and choose a reason why there is no figure."),
    "ditto": _("“%(raw)s” repeats another cell. Write the number itself."),
    "no_code": _("Nothing says which figure “%(raw)s” is. Write its code beside it."),
    "unknown_series": _("%(pilot)s has no series “%(code)s”. Use a code from the template."),
    "nearly": _("%(pilot)s has no series “%(code)s”. Did you mean %(nearest)s?"),
    "name_twice": _("Several series are called “%(name)s”: %(codes)s. Write the code of the one that is meant."),
    "other_name": _("%(code)s is “%(own)s”, but the row is called “%(name)s”. Correct the code or the name."),
    "two_values": _("The row gives two figures, %(first)s and %(second)s. Keep one."),
    "qualified": _("The qualifier is %(beside)s, but the figure is written with %(within)s. Keep one."),
    "choice": _("“%(raw)s” is none of the choices. Choose one of: %(allowed)s."),
    "version": _("“%(raw)s” is not a version. Leave the column as it was downloaded."),
    "day": _("“%(raw)s” is not a day. Write it as 2025-03-31."),
    "differs": _("%(series)s stands twice in the file and differs: see %(other)s. Keep one."),
}
FILES = {
    "empty": _("“%(name)s” is empty. Choose the file that holds the figures."),
    "xls": _("“%(name)s” is a workbook of Excel 97–2003 or WPS (xls, et). Open it, choose “Save as” and “Excel workbook (.xlsx)”."),
    "xlsb": _("“%(name)s” is a binary workbook (xlsb). Open it, choose “Save as” and “Excel workbook (.xlsx)”."),
    "ods": _("“%(name)s” is an OpenDocument file. Open it, choose “Save as” and “Excel workbook (.xlsx)”."),
    "numbers": _("“%(name)s” is a Numbers file. Open it and export it as “Excel workbook (.xlsx)”."),
    "sylk": _("“%(name)s” is a SYLK file. Open it, choose “Save as” and “Excel workbook (.xlsx)”."),
    "rights": _("“%(name)s” is protected by rights management (IRM). Save a copy without protection."),
    "password": _("“%(name)s” is protected by a password. Save a copy without a password."),
    "macros": _(
        "“%(name)s” contains macros, which are not accepted. Choose “Save as” and “Excel workbook (.xlsx)”, which leaves them out."
    ),
    "html": _("“%(name)s” is a web page, not a workbook. Open it, choose “Save as” and “Excel workbook (.xlsx)”."),
    "xml": _("“%(name)s” is XML, not a workbook. Open it, choose “Save as” and “Excel workbook (.xlsx)”."),
    "pdf": _("“%(name)s” is a PDF. Bring the workbook it was made from, or add the PDF as evidence."),
    "image": _("“%(name)s” is a picture. Bring a workbook, or add the picture as evidence."),
    "document": _("“%(name)s” is a text document or slides. Copy the table into a workbook."),
    "archive": _("“%(name)s” is an archive, not a workbook. Unpack it and bring the workbook that is inside."),
    "other": _("“%(name)s” is neither a workbook (xlsx) nor a table saved as text (CSV)."),
    "encoding": _("“%(name)s” is text in an unknown encoding. Save the table again as “CSV UTF-8”."),
    "line": _(
        "“%(name)s” cannot be read as CSV from row %(line)s on: a quotation mark is not closed, or a cell is too long. Save it again."
    ),
    "damaged": _("“%(name)s” is damaged or incomplete. Open it in Excel or WPS, save it again, and bring the new file."),
    "doctype": _(
        "“%(name)s” holds declarations that no spreadsheet program writes. Open it in Excel or WPS and save it as a new workbook."
    ),
    "parts": _("“%(name)s” consists of more than %(limit)s parts. Copy the table into a new workbook."),
    "twice": _("“%(name)s” stands twice in the file, so it is unclear which one counts. Copy the table into a new workbook."),
    "two_sheets": _("Two sheets are called “%(name)s”. Rename one of them."),
    "unpacked": _("“%(name)s” holds far more than its size shows. Copy only the table into a new workbook."),
    "columns": _("The columns %(first)s and %(second)s both have the heading “%(name)s”, or mean the same. Keep one."),
    "rows": _("The file has more than %(limit)s rows. Split it."),
    "cells": _("The file has more than %(limit)s cells that are not empty. Split it."),
    "width": _("A sheet has more than %(limit)s columns that are not empty. Keep only the columns of the table."),
    "size": _("“%(name)s” is larger than %(limit)s MB. Keep only the table, without pictures, or split it."),
    "no_heading": _(
        "No table was found in “%(name)s”. Its heading must name a column of codes (编号, Code) and one of figures (数值, Value, 2024)."
    ),
    "no_column": _(
        "The file has columns for %(found)s, but none for %(period)s. Import it for one of these, or name the column “%(period)s”."
    ),
    "too_much": _("Reading “%(name)s” takes too much time or memory. Copy only the table, as values, into a new workbook."),
    "unreadable": _("“%(name)s” could not be read. Open it in Excel or WPS, save it as a new workbook, and bring that."),
    "unaccounted": _(
        "The portal could not account for every cell of the file, so it has read nothing. Copy the table, as values, into a new workbook."
    ),
}
SENTENCES = {**EXPLAINED, **TOLD, **CELLS, **FILES}


def say(code: str, params: Mapping[str, str]) -> str:
    """Return the sentence of a code in the reader's language."""
    return str(SENTENCES[code]) % params if params else str(SENTENCES[code])


def refusal(code: str, params: Mapping[str, str]) -> ValidationError:
    """Return the refusal of a code; it is worded when it is read, in that reader's language."""
    return ValidationError(SENTENCES[code], code=code, params=dict(params))
