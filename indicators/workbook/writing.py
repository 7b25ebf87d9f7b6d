"""Writes the template of a pilot's period as a workbook: figures as numbers, people's words as texts and never as formulas."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from indicators import numbers, periods
from indicators.figures import format_figure
from indicators.sheets import STAMP_SHEET
from indicators.workbook import stamping
from indicators.workbook.dressing import Wardrobe, choices, grouped, guide
from indicators.workbook.instructions import PARAGRAPHS
from indicators.workbook.laying import COMPUTED, LANGUAGES, TYPED, Layout, Line, Section, as_shown, fits_number

# The headings of both languages and the width of each column. What is read back is fixed here, like a code, and not translated.
COLUMNS = {
    "series": ("编号", "Code", 21),
    "name": ("名称", "Name", 44),
    "unit": ("单位", "Unit", 13),
    "period": ("时期", "Period", 9),
    "last": ("", "", 14),
    "value": ("数值", "Value", 16),
    "qualifier": ("限定", "Qualifier", 9),
    "flag": ("状态", "Status", 11),
    "reason": ("缺失原因", "Reason", 15),
    "until": ("预计日期", "Until", 12),
    "source": ("来源", "Source", 32),
    "note": ("备注", "Note", 20),
    "explanation": ("说明", "Explanation", 26),
    "version": ("版本", "Version", 8),
}
PLACE = {key: column for column, key in enumerate(COLUMNS)}
HEAD_ROW = 3
A4 = 9
# In points; a spreadsheet shows no row higher than 409.
LINE_HEIGHT, MOST_LINES = 15, 27
# Left, right, top and bottom, in inches.
MARGINS = (Decimal("0.4"), Decimal("0.4"), Decimal("0.5"), Decimal("0.6"))


@dataclass(frozen=True)
class Typed:
    """What a person had typed in a line when they brought the workbook, by column, and what was wrong with it."""

    texts: Mapping[str, str]
    fault: str = ""


@dataclass(frozen=True)
class Marks:
    """What goes back to whoever brought a workbook: their texts by line, and every problem with its place, text, reason and fix."""

    typed: Mapping[tuple[str, str], Typed] = field(default_factory=dict)
    problems: Sequence[tuple[str, str, str, str]] = ()


def write(layout: Layout, marks: Marks | None = None) -> bytes:
    """Write the workbook; with `marks` their typed figures stand in it, the refused ones red and with a note."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with override(LANGUAGES[layout.language]), Workbook(file, options) as book:
        book.set_properties(properties(layout))
        wardrobe = Wardrobe(book, layout.language)
        Data(book, layout, wardrobe, marks or Marks()).write()
        if marks and marks.problems:
            write_problems(book, wardrobe, marks.problems)
        write_instructions(book, wardrobe)
        write_stamp(book, layout)
    return file.getvalue()


def file_name(layout: Layout) -> str:
    """Return the name under which the workbook is downloaded."""
    parts = ["iso37101", layout.pilot, layout.period.code, *([layout.owner_unit] if layout.owner_unit else [])]
    return "-".join(parts) + ".xlsx"


def properties(layout: Layout) -> dict[str, object]:
    """What the file says of itself."""
    made_at = datetime.fromisoformat(layout.made_at).replace(tzinfo=None)
    told = {"title": title(layout), "subject": layout.period.label, "category": "ISO 37101", "company": layout.pilot_name}
    return {
        **told,
        "comments": f"{layout.pilot} {layout.period.code}",
        "created": made_at,
    }


def title(layout: Layout) -> str:
    told = {"pilot": layout.pilot_name, "period": layout.period.label}
    return _("%(pilot)s: data of %(period)s") % told


class Data:
    """The sheet of figures."""

    def __init__(self, book: Workbook, layout: Layout, wardrobe: Wardrobe, marks: Marks) -> None:
        self.layout, self.wardrobe, self.marks = layout, wardrobe, marks
        self.sheet: Worksheet = book.add_worksheet(_("Data %(period)s") % {"period": layout.period.code})
        self.words = choices(layout.language)
        self.row = HEAD_ROW + 1
        self.typed: list[tuple[int, Line]] = []

    def write(self) -> None:
        """Write head, sections and lines; then guard and set up the sheet."""
        self.head()
        for section in self.layout.sections:
            self.section(section)
        guide(self.sheet, PLACE, self.typed, self.wardrobe)
        self.set_up()

    def head(self) -> None:
        """Write the title, what this is, and the headings."""
        get = self.wardrobe.get
        about = _("Downloaded %(at)s.") % {"at": self.layout.made_at[:16].replace("T", " ")}
        if self.layout.owner_unit:
            about = _("For %(unit)s.") % {"unit": self.layout.owner_unit} + " " + about
        self.sheet.write_string(0, 0, title(self.layout), get("title"))
        self.sheet.write_string(1, 0, about + " " + _("White cells are yours to fill; grey ones are locked."), get("about"))
        for key, (zh, en, width) in COLUMNS.items():
            heading = periods.shift(self.layout.period, -1).code if key == "last" else zh if self.layout.language == "zh" else en
            self.sheet.set_column(PLACE[key], PLACE[key], width, None, {"hidden": key == "version"})
            self.sheet.write_string(HEAD_ROW, PLACE[key], heading, get("head"))
        self.sheet.set_row(HEAD_ROW, 22)

    def section(self, section: Section) -> None:
        """Write the name of an issue and its lines."""
        look = self.wardrobe.get("section")
        self.sheet.write_string(self.row, 0, section.title, look)
        for column in range(1, PLACE["version"]):
            self.sheet.write_blank(self.row, column, None, look)
        self.row += 1
        for line in section.lines:
            self.line(line)
            self.row += 1

    def line(self, line: Line) -> None:
        """Write what a line is, last year's figure, and what stands in it or was typed."""
        get = self.wardrobe.get
        texts = {"name": line.name, "unit": line.unit, **{name: getattr(line.answer, name) for name in stamping.TEXTS}}
        self.sheet.set_row(self.row, height((COLUMNS[key][2], text) for key, text in texts.items()))
        self.text("series", line.series, "text")
        self.text("name", line.name, "indented" if line.indented else "text")
        self.text("unit", line.unit, "text")
        self.text("period", line.period, "text")
        last = line.last if line.last is None or fits_number(line.last) else numbers.half_up(line.last, line.decimals)
        self.number("last", last, get("figure", grouped(line.decimals)))
        self.text("version", str(line.answer.version), "text")
        if line.kind == TYPED:
            self.typed.append((self.row, line))
        marked = self.marks.typed.get((line.series, line.period))
        if marked and line.kind == TYPED:
            self.marked(marked)
        else:
            self.answer(line)

    def answer(self, line: Line) -> None:
        """Write what stands in the cell."""
        answer, text, get = line.answer, "input_text" if line.kind == TYPED else "kept_text", self.wardrobe.get
        look = {TYPED: get("input"), COMPUTED: get("computed", grouped(line.decimals))}.get(line.kind, get("kept"))
        self.number("value", as_shown(line), look)
        said = answer.value is not None or bool(answer.reason)
        self.text("qualifier", answer.qualifier if answer.qualifier != "=" else "", text)
        self.text("flag", self.words["flag"].get(answer.flag, "") if said and not answer.reason and answer.flag != "A" else "", text)
        self.text("reason", self.words["reason"].get(answer.reason, ""), text)
        self.text("until", answer.until.isoformat() if answer.until else "", "input_day" if line.kind == TYPED else text)
        for name in stamping.TEXTS:
            self.text(name, getattr(answer, name), text)

    def marked(self, marked: Typed) -> None:
        """Write what the person had typed, red and with a note where it was refused."""
        for key in ("qualifier", "flag", "reason", "until", *stamping.TEXTS):
            self.text(key, marked.texts.get(key, ""), "input_text")
        self.text("value", marked.texts.get("value", ""), "wrong" if marked.fault else "input")
        if marked.fault:
            self.sheet.write_comment(self.row, PLACE["value"], marked.fault, {"author": "", "x_scale": 2, "y_scale": 2})

    def text(self, key: str, text: str, kind: str) -> None:
        """Write a text, as text whatever it begins with."""
        look, held = self.wardrobe.get(kind), stamping.tidy(text)
        if held:
            self.sheet.write_string(self.row, PLACE[key], held, look)
        else:
            self.sheet.write_blank(self.row, PLACE[key], None, look)

    def number(self, key: str, number: Decimal | None, look: object) -> None:
        """Write a figure as a number, or as text where a spreadsheet's number would lose digits."""
        if number is None:
            self.sheet.write_blank(self.row, PLACE[key], None, look)
        elif fits_number(number):
            self.sheet.write_number(self.row, PLACE[key], number, look)
        else:
            self.sheet.write_string(self.row, PLACE[key], format_figure(number, decimals=None, language="en").replace("\u2212", "-"), look)

    def set_up(self) -> None:
        """Lock ids and headings without a password, keep the head in view, and set the page up for A4 across."""
        sheet = self.sheet
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
        sheet.freeze_panes(HEAD_ROW + 1, PLACE["unit"])
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(*MARGINS)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        sheet.print_area(0, 0, max(self.row - 1, HEAD_ROW), PLACE["explanation"])
        sheet.set_footer(f"&L&8{self.layout.pilot} {self.layout.period.code}&R&8&P / &N")
        sheet.activate()
        sheet.set_selection(HEAD_ROW + 1, PLACE["value"], HEAD_ROW + 1, PLACE["value"])


def height(texts: Iterable[tuple[int, str]]) -> int:
    """Return the height of a row in points in which each text fits the width of its column; a Chinese sign takes two places."""
    lines = [1]
    for width, text in texts:
        lines += [sum(-(-max(places(part), 1) // width) for part in text.split("\n"))]
    return LINE_HEIGHT * min(max(lines), MOST_LINES)


def places(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def write_problems(book: Workbook, wardrobe: Wardrobe, problems: Sequence[tuple[str, str, str, str]]) -> None:
    """List what was refused, with its place in the file that was brought."""
    sheet = book.add_worksheet(_("Problems"))
    for column, (heading, width) in enumerate(
        ((_("Where"), 22), (_("What stood there"), 24), (_("What is wrong"), 60), (_("What to do"), 60))
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, wardrobe.get("head"))
    for row, problem in enumerate(problems, 1):
        for column, text in enumerate(problem):
            sheet.write_string(row, column, text, wardrobe.get("text"))
    sheet.freeze_panes(1, 0)
    sheet.protect("", {"format_columns": True})


def write_instructions(book: Workbook, wardrobe: Wardrobe) -> None:
    """Say on a sheet of its own how the workbook is filled in, in Chinese and in English."""
    sheet = book.add_worksheet("填写说明 Instructions")
    sheet.set_column(0, 1, 80)
    for row, paragraph in enumerate(PARAGRAPHS):
        sheet.set_row(row, height([(70, str(paragraph))]) + 6)
        look = wardrobe.get("paragraph" if row else "paragraph_head")
        for column, language in enumerate(LANGUAGES.values()):
            with override(language):
                sheet.write_string(row, column, str(paragraph), look)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.protect("")


def write_stamp(book: Workbook, layout: Layout) -> None:
    """Write the hidden sheet by which the portal recognises its own workbook."""
    sheet = book.add_worksheet(STAMP_SHEET)
    for row, texts in enumerate(stamping.rows_of(layout.stamped)):
        for column, text in enumerate(texts):
            if text:
                sheet.write_string(row, column, text)
    sheet.protect("")
    sheet.very_hidden()
