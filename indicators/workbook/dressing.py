"""How the template looks and guides: cell formats, drop-downs, and colours that say at once what the rules would say later."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from indicators import numbers
from indicators.models import TYPED_FLAGS, TYPED_REASONS, Flag, Reason
from indicators.rules import FAR
from indicators.workbook.laying import LANGUAGES, Line
from pilots.models import Qualifier

INK, QUIET, LINE = "#1C2733", "#5B6875", "#C9D1CC"
FONT = {"zh": "Microsoft YaHei", "en": "Calibri"}
PLAIN = {"font_size": 10, "font_color": INK, "valign": "vcenter", "border": 1, "border_color": LINE}
LOCKED = {**PLAIN, "bg_color": "#EFF1EE"}
KINDS = {
    "title": {"font_size": 14, "bold": True, "font_color": INK},
    "about": {"font_size": 9, "font_color": QUIET},
    "head": {**PLAIN, "bold": True, "bg_color": "#0B6E5F", "font_color": "#FFFFFF", "text_wrap": True, "align": "center"},
    "section": {**PLAIN, "bold": True, "bg_color": "#DCE8E4"},
    "text": {**LOCKED, "text_wrap": True},
    "indented": {**LOCKED, "text_wrap": True, "indent": 2},
    "figure": {**LOCKED, "align": "right", "num_format": "#,##0"},
    "computed": {**LOCKED, "align": "right", "italic": True, "font_color": QUIET},
    "kept": {**LOCKED, "align": "right", "font_color": QUIET},
    "kept_text": {**LOCKED, "text_wrap": True, "font_color": QUIET},
    "input": {**PLAIN, "align": "right", "locked": False},
    "input_text": {**PLAIN, "text_wrap": True, "locked": False},
    "input_day": {**PLAIN, "align": "center", "locked": False, "num_format": "yyyy-mm-dd"},
    "wrong": {**PLAIN, "align": "right", "locked": False, "bg_color": "#F8CFC6", "font_color": "#8A1C00", "bold": True},
    "paragraph": {"font_size": 11, "font_color": INK, "text_wrap": True, "valign": "top"},
    "paragraph_head": {"font_size": 12, "font_color": INK, "bold": True, "text_wrap": True, "valign": "top"},
}
RED, AMBER, PALE = {"bg_color": "#F8CFC6"}, {"bg_color": "#FCE6B8"}, {"bg_color": "#E3ECF7"}
# What the rule of the check calls far from last year's figure.
LEAP = FAR["last"]
LONGEST_HINT = 255


class Wardrobe:
    """The cell formats of one workbook, each made when it is first asked for."""

    def __init__(self, book: Workbook, language: str) -> None:
        self.book, self.language = book, language
        self.made: dict[tuple[str, str], Format] = {}

    def get(self, kind: str, number: str = "") -> Format:
        """Return a format, with a number format of its own where one is given."""
        key = kind, number
        if key not in self.made:
            more = {"num_format": number} if number else {}
            self.made[key] = self.book.add_format({"font_name": FONT[self.language], **KINDS[kind], **more})
        return self.made[key]

    def colour(self, name: str, look: dict[str, str]) -> Format:
        """Return a format that only colours."""
        key = "colour", name
        if key not in self.made:
            self.made[key] = self.book.add_format(look)
        return self.made[key]


def grouped(decimals: int) -> str:
    """Return the number format with thousands and so many decimals."""
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"


def choices(language: str) -> dict[str, dict[str, str]]:
    """Return the words of the drop-downs by column and code, in the language of the template."""
    with override(LANGUAGES[language]):
        return {
            "qualifier": {code: code for code in Qualifier.values},
            "flag": {code.value: str(Flag(code).label) for code in TYPED_FLAGS},
            "reason": {code.value: str(Reason(code).label) for code in TYPED_REASONS},
        }


def guide(sheet: Worksheet, columns: dict[str, int], lines: list[tuple[int, Line]], wardrobe: Wardrobe) -> None:
    """Put the drop-downs on every line that is typed, and the colours on the column of figures."""
    words = choices(wardrobe.language)
    for row, line in lines:
        for key in ("qualifier", "flag", "reason"):
            sheet.data_validation(row, columns[key], row, columns[key], dropdown(list(words[key].values())))
        sheet.data_validation(row, columns["until"], row, columns["until"], day())
        sheet.data_validation(row, columns["value"], row, columns["value"], hint(line))
        for rule, look in outside(line, cell_name(row, columns["value"])):
            sheet.conditional_format(row, columns["value"], row, columns["value"], coloured(rule, wardrobe, look))
    if lines:
        replay(sheet, columns, (lines[0][0], lines[-1][0]), wardrobe)


def dropdown(words: list[str]) -> dict[str, object]:
    return {
        "validate": "list",
        "source": words,
        "error_title": _("Choose from the list"),
        "error_message": _("Choose one of the words of the list."),
    }


def day() -> dict[str, object]:
    """A day, or nothing."""
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": "=DATE(1990,1,1)",
        "maximum": "=DATE(2199,12,31)",
        "error_title": _("Write a day"),
        "error_message": _("Write a day such as 2025-06-30."),
    }


def hint(line: Line) -> dict[str, object]:
    """What is said beside the cell of a figure; every way of writing that the portal reads is let through."""
    parts = [_("Unit: %(unit)s.") % {"unit": line.unit}]
    if line.least is not None or line.most is not None:
        ends = {"least": numbers.plain(line.least) or "…", "most": numbers.plain(line.most) or "…"}
        parts.append(_("From %(least)s to %(most)s.") % ends)
    parts.append(_("1234.5, 1.2万 and ≥ 90 are understood. Where there is no figure, leave the cell empty and choose a reason."))
    return {"validate": "any", "input_title": line.series[:32], "input_message": " ".join(parts)[:LONGEST_HINT]}


def outside(line: Line, cell: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the conditions under which a figure breaks the limits of its definition, and where it may be a fraction for percent."""
    tests = [f"{cell}<{plain(line.least)}"] if line.least is not None else []
    tests += [f"{cell}>{plain(line.most)}"] if line.most is not None else []
    if tests:
        yield f"=AND(ISNUMBER({cell}),OR({','.join(tests)}))", RED
    if line.most == 100:
        yield f"=AND(ISNUMBER({cell}),{cell}>0,{cell}<=1)", AMBER


def replay(sheet: Worksheet, columns: dict[str, int], rows: tuple[int, int], wardrobe: Wardrobe) -> None:
    """Colour what the check would ask about: a figure with a reason for having none, a leap, last year's figure again."""
    first, last = rows
    column = columns["value"]
    now, before = cell_name(first, column), cell_name(first, columns["last"])
    reason = cell_name(first, columns["reason"])
    numbers_both = f"ISNUMBER({now}),ISNUMBER({before})"
    leap = f"OR(ABS({now})>={LEAP}*ABS({before}),ABS({now})*{LEAP}<=ABS({before}))"
    for rule, look in (
        (f'=AND({now}<>"",{reason}<>"")', RED),
        (f"=AND({numbers_both},{before}<>0,{leap})", AMBER),
        (f"=AND({numbers_both},{now}={before},{now}<>0)", PALE),
    ):
        sheet.conditional_format(first, column, last, column, coloured(rule, wardrobe, look))


def coloured(rule: str, wardrobe: Wardrobe, look: dict[str, str]) -> dict[str, object]:
    return {"type": "formula", "criteria": rule, "format": wardrobe.colour(look["bg_color"], look)}


def cell_name(row: int, column: int) -> str:
    """Return the address of a cell whose row moves with the rule and whose column stays; both are counted from 0."""
    return f"${chr(65 + column)}{row + 1}"


def plain(number: Decimal) -> str:
    return numbers.plain(number) or "0"
