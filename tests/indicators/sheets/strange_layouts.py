"""Strange but legal tables: headings, orders, groups, totals, gaps, hidden parts and several sheets."""

from __future__ import annotations

from datetime import date

import openpyxl
from openpyxl.workbook.workbook import Workbook

from tests.indicators.sheets.cases import Case
from tests.indicators.sheets.makers import saved, sheet, table

HEAD = ["编号", "数值"]


def rows(name: str, *lines: list, figures: dict | None = None, **more: object) -> Case:
    """A table of rows in one sheet."""
    return Case(name, lambda: table(*lines), figures or {}, **more)


def made(name: str, make: object, figures: dict | None = None, **more: object) -> Case:
    """A workbook that needs more than rows."""
    return Case(name, lambda: saved(make()), figures or {}, **more)  # type: ignore[operator]


def merged_heading() -> Workbook:
    book = sheet(["指标", None, "数据", None], ["编号", "名称", "数值", "来源"], ["TJ-60", None, 5, "年鉴"])
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("C1:D1")
    return book


def merged_title() -> Workbook:
    book = sheet(["2030 年度数据表", None], ["单位：天津", None], HEAD, ["TJ-60", 5])
    book.active.merge_cells("A1:B1")
    return book


def years_over_values() -> Workbook:
    book = sheet(["编号", "2029年", None, "2030年", None], [None, "数值", "来源", "数值", "来源"], ["TJ-60", 4, "旧", 5, "新"])
    book.active.merge_cells("B1:C1")
    book.active.merge_cells("D1:E1")
    return book


def hidden_row() -> Workbook:
    book = sheet(HEAD, ["TJ-60", 5], ["TJ-61", 6])
    book.active.row_dimensions[2].hidden = True
    return book


def hidden_column() -> Workbook:
    book = sheet(["编号", "备注", "数值"], ["TJ-60", "看不见", 5])
    book.active.column_dimensions["B"].hidden = True
    return book


def hidden_columns_without_cells() -> Workbook:
    book = sheet(HEAD, ["TJ-60", 5])
    book.active.column_dimensions.group("F", "XFD", hidden=True)
    return book


def with_sheet(state: str) -> Workbook:
    """A table, and another sheet that people do not see."""
    book = sheet(HEAD, ["TJ-60", 5])
    other = book.create_sheet("字典")
    other.append(HEAD)
    other.append(["TJ-60", 99])
    other.sheet_state = state
    return book


def sheets(**named: list[list]) -> Workbook:
    """A workbook of several sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in named.items():
        page = book.create_sheet(name)
        for line in lines:
            page.append(line)
    return book


def gap(size: int) -> Workbook:
    book = sheet(HEAD, ["TJ-60", 5])
    book.active.cell(2 + size, 1, "TJ-61")
    book.active.cell(2 + size, 2, "约")
    return book


def aside(column: int, row: int) -> Workbook:
    """A table that does not begin in the corner."""
    book = openpyxl.Workbook()
    book.active.title = "数据"
    for number, line in enumerate([HEAD, ["TJ-60", 5]]):
        for place, value in enumerate(line):
            book.active.cell(row + number, column + place, value)
    return book


def far_cell() -> Workbook:
    book = sheet(HEAD, ["TJ-60", 5], ["TJ-61", 6])
    book.active.cell(1_048_576, 16_384, "end")
    return book


def filtered() -> Workbook:
    book = hidden_row()
    book.active.auto_filter.ref = "A1:B3"
    return book


HEADINGS = [
    rows("columns in another order", ["备注", "数值", "来源", "编号"], ["好", 5, "年鉴", "TJ-60"], figures={"TJ-60": "5"}),
    rows("English headings", ["Code", "Value", "Source"], ["TJ-60", 5, "Yearbook"], figures={"TJ-60": "5"}),
    rows("headings in capitals with room", [" CODE ", "VALUE "], ["TJ-60", 5], figures={"TJ-60": "5"}),
    rows("headings of full width", ["Ｃｏｄｅ", "Ｖａｌｕｅ"], ["TJ-60", 5], figures={"TJ-60": "5"}),
    rows("headings with line ends", ["指标\n编号", "数\n值"], ["TJ-60", 5], figures={"TJ-60": "5"}),
    rows("headings with the unit in brackets", ["编号", "数值（个）"], ["TJ-60", 5], figures={"TJ-60": "5"}),
    rows("a star at what is needed", ["编号*", "数值*："], ["TJ-60", 5], figures={"TJ-60": "5"}),
    rows("the year as heading", ["编号", "2030"], ["TJ-60", 5], figures={"TJ-60": "5"}),
    rows("the year as a number", ["编号", 2030], ["TJ-60", 5], figures={"TJ-60": "5"}),
    rows("the year with its sign", ["编号", "2030年"], ["TJ-60", 5], figures={"TJ-60": "5"}),
    rows("the year with a word", ["编号", "2030年数值"], ["TJ-60", 5], figures={"TJ-60": "5"}),
    rows("the year in brackets", ["编号", "数值（2030年）"], ["TJ-60", 5], figures={"TJ-60": "5"}),
    rows("another year in brackets", ["编号", "数值（2029年）"], ["TJ-60", 5], refused="no_column"),
    rows("years beside each other", ["编号", 2028, 2029, 2030], ["TJ-60", 3, 4, 5], figures={"TJ-60": "5"}, explained=("other_year",)),
    rows("years backwards", ["编号", "2030年", "2029年"], ["TJ-60", 5, 4], figures={"TJ-60": "5"}, explained=("other_year",)),
    rows("years without the one wanted", ["编号", "2028年", "2029年"], ["TJ-60", 3, 4], refused="no_column"),
    rows("last year beside", ["编号", "上年值", "数值"], ["TJ-60", 4, 5], figures={"TJ-60": "5"}, explained=("last_year",)),
    rows("last year by its number", ["编号", "2029年", "数值"], ["TJ-60", 4, 5], figures={"TJ-60": "5"}, explained=("other_year",)),
    rows("an unknown column", ["编号", "数值", "电话"], ["TJ-60", 5, "022"], figures={"TJ-60": "5"}, explained=("other_column",)),
    rows("a column without heading", ["编号", "数值", None], ["TJ-60", 5, "?"], figures={"TJ-60": "5"}, explained=("other_column",)),
    rows("a running number first", ["序号", "编号", "数值"], [1, "TJ-60", 5], figures={"TJ-60": "5"}, explained=("other_column",)),
    rows("two columns of figures", ["编号", "数值", "数值"], ["TJ-60", 5, 6], refused="columns"),
    rows("two columns that mean the same", ["编号", "数值", "本年"], ["TJ-60", 5, 6], refused="columns"),
    rows("no column of figures", ["编号", "名称"], ["TJ-60", "x"], refused="no_heading"),
    rows("no column of codes", ["日期", "数值"], ["2030", 5], refused="no_heading"),
    rows("no heading", ["TJ-60", 5], refused="no_heading"),
    rows("titles above", ["数据汇总表"], ["填报单位：甲"], [None], HEAD, ["TJ-60", 5], figures={"TJ-60": "5"}, explained=("title",)),
    made("a merged title above", merged_title, {"TJ-60": "5"}, explained=("title", "heading")),
    made("a heading of two lines", merged_heading, {"TJ-60": "5"}, explained=("heading",)),
    made("years over their columns", years_over_values, {"TJ-60": "5"}, explained=("other_year", "other_column")),
    rows("the heading again below", HEAD, ["TJ-60", 5], HEAD, ["TJ-61", 6], figures={"TJ-60": "5", "TJ-61": "6"}),
    rows("a second table below", HEAD, ["TJ-60", 5], [None], ["数值", "编号"], [6, "TJ-61"], figures={"TJ-60": "5", "TJ-61": "6"}),
]
ROWS = [
    rows("a total row", HEAD, ["TJ-60", 5], ["合计", 5], figures={"TJ-60": "5"}, explained=("total",)),
    rows("a total row with room", HEAD, ["TJ-60", 5], ["合　计：", 5], figures={"TJ-60": "5"}, explained=("total",)),
    rows("subtotals in English", HEAD, ["TJ-60", 5], ["Subtotal", 5], ["Total", 5], figures={"TJ-60": "5"}, explained=("total",)),
    rows("a total beside the codes", ["编号", "名称", "数值"], ["TJ-60", None, 5], [None, "小计", 5], figures={"TJ-60": "5"}),
    rows("a total in a column of its own", ["序号", "编号", "数值"], [1, "TJ-60", 5], ["总计", None, 5], figures={"TJ-60": "5"}),
    rows("groups of rows", HEAD, ["一、能源"], ["TJ-60", 5], ["二、水"], ["TJ-61", 6], figures={"TJ-60": "5", "TJ-61": "6"}),
    rows("notes below", HEAD, ["TJ-60", 5], ["注：快报数"], ["填报人：张三"], figures={"TJ-60": "5"}, explained=("group",)),
    rows("a row left empty", HEAD, ["TJ-60", None], ["TJ-61", 6], figures={"TJ-61": "6"}, explained=("left_empty",)),
    rows("a cell of room only", HEAD, ["TJ-60", "  "], figures={}, explained=("blank", "left_empty")),
    rows("a figure without code", HEAD, ["TJ-60", 5], [None, 6], figures={"TJ-60": "5"}, problems={"数据!B3": "no_code"}),
    rows("an unknown code", HEAD, ["能耗总量", 6], problems={"数据!A2": "unknown_series"}),
    rows("a code with a slip", HEAD, ["TJ-6O", 6], problems={"数据!A2": "nearly"}),
    rows("a code in small letters", HEAD, ["tj-60", 6], figures={"TJ-60": "6"}),
    rows("a code of full width", HEAD, ["ＴＪ－６０", 6], figures={"TJ-60": "6"}),
    rows("a code with room", HEAD, [" TJ-60 ", 6], figures={"TJ-60": "6"}),
    rows("a name in place of a code", ["指标名称", "数值"], ["投入使用的零能耗建筑数", 6], figures={"TJ-60": "6"}),
    rows("an English name", ["Indicator", "Value"], ["Zero-energy buildings in use", 6], figures={"TJ-60": "6"}),
    rows("a name in the column of codes", HEAD, ["投入使用的零能耗建筑数", 6], figures={"TJ-60": "6"}),
    rows("a code in the column of names", ["指标", "数值"], ["TJ-60", 6], figures={"TJ-60": "6"}),
    rows("a name that two have", ["名称", "数值"], ["地区生产总值", 6], problems={"数据!A2": "name_twice"}),
    rows("a code and the name of another", ["编号", "名称", "数值"], ["TJ-60", "年旅游接待人次", 6], problems={"数据!A2": "other_name"}),
    rows("a code and a name nobody knows", ["编号", "名称", "数值"], ["TJ-60", "零能耗楼", 6], figures={"TJ-60": "6"}),
    rows("the unit beside", ["编号", "单位", "数值"], ["TJ-60", "个", 6], figures={"TJ-60": "6"}),
    rows("the unit in English", ["编号", "单位", "数值"], ["city_population", "Persons", 6], figures={"city_population": "6"}),
    rows("another unit beside", ["编号", "单位", "数值"], ["area_built", "公顷", 6], problems={"数据!B2": "unit"}),
    rows("a dash for the unit", ["编号", "单位", "数值"], ["TJ-60", "—", 6], figures={"TJ-60": "6"}),
    rows("one figure twice", HEAD, ["TJ-60", 5], ["TJ-60", "5.0"], figures={"TJ-60": "5"}, explained=("repeated",)),
    rows("two figures for one", HEAD, ["TJ-60", 5], ["TJ-60", 6], problems={"数据!B2": "differs", "数据!B3": "differs"}),
    made("a gap of 600 rows", lambda: gap(600), {"TJ-60": "5"}, problems={"数据!B602": "number"}),
    made("a gap of 100,000 rows", lambda: gap(100_000), {"TJ-60": "5"}, problems={"数据!B100002": "number"}),
    made("a table that begins at D50", lambda: aside(4, 50), {"TJ-60": "5"}),
    made("a table at the far right", lambda: aside(16_383, 3), {"TJ-60": "5"}),
    made("a cell in the farthest corner", far_cell, {"TJ-60": "5", "TJ-61": "6"}, explained=("other_column",)),
    made("a hidden row", hidden_row, {"TJ-60": "5", "TJ-61": "6"}, told=("hidden_rows",)),
    made("a filtered table", filtered, {"TJ-60": "5", "TJ-61": "6"}, told=("hidden_rows",)),
    made("a hidden column", hidden_column, {"TJ-60": "5"}, told=("hidden_columns",)),
    made("hidden columns without cells", hidden_columns_without_cells, {"TJ-60": "5"}),
    made("a hidden sheet", lambda: with_sheet("hidden"), {"TJ-60": "5"}, explained=("hidden_sheet",)),
    made("a sheet that is hidden well", lambda: with_sheet("veryHidden"), {"TJ-60": "5"}, explained=("hidden_sheet",)),
    made(
        "a cover before the table",
        lambda: sheets(封面=[["报告"], ["2030"]], 数据=[HEAD, ["TJ-60", 5]]),
        {"TJ-60": "5"},
        explained=("no_table",),
    ),
    made("an empty sheet first", lambda: sheets(Sheet1=[], 数据=[HEAD, ["TJ-60", 5]]), {"TJ-60": "5"}),
    made("two sheets", lambda: sheets(能源=[HEAD, ["TJ-60", 5]], 水=[HEAD, ["TJ-61", 6]]), {"TJ-60": "5", "TJ-61": "6"}),
    made(
        "one figure on two sheets",
        lambda: sheets(甲=[HEAD, ["TJ-60", 5]], 乙=[HEAD, ["TJ-60", 5]]),
        {"TJ-60": "5"},
        explained=("repeated",),
    ),
    made(
        "two figures on two sheets",
        lambda: sheets(甲=[HEAD, ["TJ-60", 5]], 乙=[HEAD, ["TJ-60", 6]]),
        problems={"甲!B2": "differs", "乙!B2": "differs"},
    ),
    made("an empty workbook", openpyxl.Workbook, refused="empty"),
]
COLUMNS = [
    rows("a period in Chinese", ["编号", "时期", "数值"], ["TJ-60", "2029年", 5], figures={"TJ-60 2029": "5"}),
    rows("a period as a number", ["编号", "年份", "数值"], ["TJ-60", 2029, 5], figures={"TJ-60 2029": "5"}),
    rows("a quarter in Chinese", ["编号", "时期", "数值"], ["TJ-41", "2030年第一季度", 5], figures={"TJ-41 2030-Q1": "5"}),
    rows("a half in Chinese", ["编号", "时期", "数值"], ["TJ-41", "2030上半年", 5], figures={"TJ-41 2030-H1": "5"}),
    rows("a month in Chinese", ["编号", "时期", "数值"], ["TJ-35", "2030年3月", 5], figures={"TJ-35 2030-03": "5"}),
    rows("a month as text", ["编号", "时期", "数值"], ["TJ-35", "2030-3", 5], figures={"TJ-35 2030-03": "5"}),
    rows("a month that became a date", ["编号", "时期", "数值"], ["TJ-35", date(2030, 3, 1), 5], problems={"数据!B2": "date"}),
    rows("a period that is none", ["编号", "时期", "数值"], ["TJ-60", "明年", 5], problems={"数据!B2": "period"}),
    rows("a period of two digits", ["编号", "时期", "数值"], ["TJ-60", "30年", 5], problems={"数据!B2": "period"}),
    rows("a qualifier beside", ["编号", "数值", "限定"], ["TJ-60", 5, "≥"], figures={"TJ-60": "≥5"}),
    rows("a qualifier in words", ["编号", "数值", "限定"], ["TJ-60", 5, "约"], figures={"TJ-60": "≈5"}),
    rows("a qualifier twice the same", ["编号", "数值", "限定"], ["TJ-60", "≥5", "≥"], figures={"TJ-60": "≥5"}),
    rows("two qualifiers", ["编号", "数值", "限定"], ["TJ-60", "约5", "≥"], problems={"数据!C2": "qualified"}),
    rows("a qualifier nobody knows", ["编号", "数值", "限定"], ["TJ-60", 5, "大概"], problems={"数据!C2": "choice"}),
    rows(
        "a reason in place of a figure", ["编号", "数值", "缺失原因"], ["TJ-60", None, "not-collected"], figures={"TJ-60": "not-collected"}
    ),
    rows(
        "a reason by its English name", ["编号", "数值", "缺失原因"], ["TJ-60", None, "Not applicable"], figures={"TJ-60": "not-applicable"}
    ),
    rows("a reason nobody knows", ["编号", "数值", "缺失原因"], ["TJ-60", None, "忘了"], problems={"数据!C2": "choice"}),
    rows("a status by its code", ["编号", "数值", "状态"], ["TJ-60", 5, "e"], figures={"TJ-60": "5"}),
    rows("a status nobody knows", ["编号", "数值", "状态"], ["TJ-60", 5, "Z"], problems={"数据!C2": "choice"}),
    rows("a version that is none", ["编号", "数值", "版本"], ["TJ-60", 5, "v2"], problems={"数据!C2": "version"}),
    rows(
        "a day in Chinese",
        ["编号", "数值", "缺失原因", "预计日期"],
        ["TJ-60", None, "not-yet", "2031年3月5日"],
        figures={"TJ-60": "not-yet 2031-03-05"},
    ),
    rows("a day as a date", ["编号", "数值", "原因", "预计日期"], ["TJ-60", None, None, date(2031, 3, 5)], figures={"TJ-60": "2031-03-05"}),
    rows(
        "a day that no calendar has",
        ["编号", "数值", "缺失原因", "预计日期"],
        ["TJ-60", None, "not-yet", "2031-02-30"],
        problems={"数据!D2": "day"},
    ),
    rows("a day that is none", ["编号", "数值", "缺失原因", "预计日期"], ["TJ-60", None, "not-yet", "下月"], problems={"数据!D2": "day"}),
    rows("two wrong cells in a row", ["编号", "数值", "状态"], ["TJ-60", "x", "Z"], problems={"数据!B2": "no_figure", "数据!C2": "choice"}),
    rows("a date in a note", ["编号", "数值", "备注"], ["TJ-60", 5, date(2030, 3, 1)], figures={"TJ-60": "5"}),
    rows("a formula as a note", ["编号", "数值", "备注"], ["TJ-60", 5, "=1+1"], problems={"数据!C2": "no_result"}),
    rows("both a column of values and the year", ["编号", "数值", "2030年"], ["TJ-60", 5, 6], problems={"数据!B2": "two_values"}),
    rows("both, and both the same", ["编号", "数值", "2030年"], ["TJ-60", 5, 5], figures={"TJ-60": "5"}),
]
CASES = [*HEADINGS, *ROWS, *COLUMNS]
