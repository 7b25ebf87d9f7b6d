"""Strange but legal cells: one file for each, with the figure that it means or the reason why it is none."""

from __future__ import annotations

from datetime import date, datetime, time

from tests.indicators.sheets.cases import Case
from tests.indicators.sheets.makers import BEGUN, HEADING, by_hand, formatted, number, one, saved, sheet, table, written

PLACE = "数据!B2"


def typed(text: str, figure: str = "", problem: str = "", series: str = "TJ-60") -> Case:
    """A figure that somebody typed as text."""
    return Case(
        f"text {text!r}",
        lambda: table(["编号", "数值"], [series, text]),
        {series: figure} if figure else {},
        {PLACE: problem} if problem else {},
    )


def shown(code: str, value: object, figure: str = "", problem: str = "", series: str = "TJ-60") -> Case:
    """A number under a number format."""
    return Case(
        f"format {code!r} of {value!r}",
        lambda: formatted(code, value, beside=[series]),
        {series: figure} if figure else {},
        {PLACE: problem} if problem else {},
    )


def held(name: str, cell: str, figure: str = "", problem: str = "", explained: tuple[str, ...] = (), **options: str) -> Case:
    """A cell as XML."""
    figures, problems = {"TJ-60": figure} if figure else {}, {PLACE: problem} if problem else {}
    return Case(name, lambda: one(cell, **options), figures, problems, explained=explained)


def since_1904() -> bytes:
    return one(
        number("B2", 100, ' s="1"'), book='<workbookPr date1904="1"/>', styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    )


def computed_by_program() -> bytes:
    """A formula to which the program that wrote it gave the result 0 without computing it."""
    return written([["编号", "数值"], ["TJ-60", "=2+3"]])


TYPED = [
    typed("５", "5"),
    typed("１２．５", "12.5"),
    typed("1,234.5", "1234.5"),
    typed("１，２３４", "1234"),
    typed("1 234", "1234"),
    typed("1\u00a0234", "1234"),
    typed("1.2万", "12000"),
    typed("3亿", "300000000"),
    typed("≥5", "≥5"),
    typed("不低于5", problem="number"),
    typed("约5", "≈5"),
    typed("600多", ">600"),
    typed("600多万", ">6000000"),
    typed("600+", "≥600"),
    typed("\u22125", "-5"),
    typed("–5", "-5"),
    typed("5个", "5"),
    typed("5 家", "5"),
    typed("5人", problem="unit"),
    typed("12,5", problem="number"),
    typed("1,23", problem="number"),
    typed("1.234.5", problem="number"),
    typed("5-6", problem="number"),
    typed("5/6", problem="number"),
    typed("1e5", problem="number"),
    typed("五", problem="number"),
    typed("五百", problem="number"),
    typed("约abc", problem="number"),
    typed("≥≤5", problem="number"),
    typed("85%", problem="unit"),
    typed("85%", "85", series="TJ-62"),
    typed("８５％", "85", series="TJ-62"),
    typed("5万", problem="scale", series="TJ-58"),
    typed("5万平方米", "5", series="TJ-58"),
    typed(" 5 ", "5"),
    typed("\u30005\u3000", "5"),
    typed("5\u200b", "5"),
    typed("\ufeff5", "5"),
    typed("5\n", "5"),
    typed("0", "0"),
    typed("-0", "0"),
    typed("007", "7"),
    typed("—", problem="no_figure"),
    typed("-", problem="no_figure"),
    typed("——", problem="no_figure"),
    typed("/", problem="no_figure"),
    typed("无", problem="no_figure"),
    typed("暂无", problem="no_figure"),
    typed("N/A", problem="no_figure"),
    typed("ｎ／ａ", problem="no_figure"),
    typed("…", problem="no_figure"),
    typed("同上", problem="ditto"),
    typed("〃", problem="ditto"),
    typed("TRUE", problem="number"),
    typed("#REF!", problem="error"),
    typed("'5", problem="number"),
    typed("2030-01-02", problem="number"),
    typed("0.1234567890123", problem="number"),
    typed("9" * 30, problem="number"),
    typed("5" * 300, problem="number"),
    typed("<b>5</b>", problem="number"),
    typed("5,（含在建）", problem="number"),
]
SHOWN = [
    shown("General", 0.1 + 0.2, "0.3"),
    shown("General", 1 / 3, "0.333333333333"),
    shown("General", 1e-13, problem="number"),
    shown("General", 12345678901234567890, "12345678901234600000"),
    shown("General", 1e30, problem="number"),
    shown("0", 12.7, "12.7"),
    shown("0.00", 12.345, "12.345"),
    shown("#,##0.00", 1234567.891, "1234567.891"),
    shown("0%", 0.85, "85", series="TJ-62"),
    shown("0.00%", 0.8512, "85.12", series="TJ-62"),
    shown("0%", 0.8512, "85.12", series="TJ-62"),
    shown("0%", 0.85, problem="unit"),
    shown("General", 0.85, "0.85", series="TJ-62"),
    shown("@", 5.5, "5.5"),
    shown("0.00E+00", 123456, "123456"),
    shown("# ?/?", 0.5, "0.5"),
    shown('0"个"', 12, "12"),
    shown('0"人"', 12, problem="unit"),
    shown('G/通用格式"个"', 12, "12"),
    shown('"约"0', 12, "≈12"),
    shown('0"万"', 12, problem="format"),
    shown('0!.0,"万"', 12000, problem="format"),
    shown("#,##0,", 12000, problem="format"),
    shown('0.00,,"M"', 12000000, problem="format"),
    shown(";;;", 5, problem="format"),
    shown("0;0", -5, problem="format"),
    shown("0;-0;;@", 0, problem="format"),
    shown('"已完成"', 5, problem="format"),
    shown("000-0000", 1234567, problem="format"),
    shown("0_);(0)", -5, "-5"),
    shown("[Red]0.0;[Blue]-0.0", -1.25, "-1.25"),
    shown('_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', 0, "0"),
    shown("[$¥-804]#,##0.00", 12.5, "12.5", series="heritage_spending"),
    shown("yyyy-mm-dd", date(2030, 3, 4), problem="date"),
    shown('m"月"d"日"', date(2030, 3, 4), problem="date"),
    shown("yyyy-mm-dd hh:mm", datetime(2030, 3, 4, 5, 6), problem="date"),  # noqa: DTZ001 (spreadsheets know no zones)
    shown("hh:mm", time(5, 6), problem="date"),
    shown("[h]:mm", 1.5, problem="date"),
    shown("General", True, problem="boolean"),
    shown("General", False, problem="boolean"),
]
HELD = [
    held("an error value", '<c r="B2" t="e"><v>#DIV/0!</v></c>', problem="error"),
    held("an error value of a formula", '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', problem="error"),
    held("a formula with its result", '<c r="B2"><f>2+3</f><v>5</v></c>', "5"),
    held("a formula with noise in its result", '<c r="B2"><f>0.1+0.2</f><v>0.30000000000000004</v></c>', "0.3"),
    held("a formula without result", '<c r="B2"><f>2+3</f></c>', problem="no_result"),
    held("a formula with an empty result", '<c r="B2"><f>2+3</f><v></v></c>', problem="no_result"),
    held("a formula that gives text", '<c r="B2" t="str"><f>"1.2"&amp;"万"</f><v>1.2万</v></c>', "12000"),
    held("a formula that shows nothing", '<c r="B2" t="str"><f>IF(1,"")</f><v></v></c>', explained=("blank", "left_empty")),
    held("a shared formula", '<c r="B2"><f t="shared" si="0"/><v>7</v></c>', "7"),
    held("an array formula", '<c r="B2"><f t="array" ref="B2">SUM(A1:A2)</f><v>7</v></c>', "7"),
    held("a number of another spelling", number("B2", "1.5E+3"), "1500"),
    held("a number with idle zeros", number("B2", "5.0"), "5"),
    held("a number that begins with a point", number("B2", ".5"), "0.5"),
    held("a number that is none", number("B2", "NaN"), problem="number"),
    held("a number that is infinite", number("B2", "INF"), problem="number"),
    held("a date spelled out", '<c r="B2" t="d"><v>2030-03-04T00:00:00</v></c>', problem="date"),
    held("text in the cell itself", '<c r="B2" t="inlineStr"><is><r><t>1</t></r><r><t>2</t></r></is></c>', "12"),
    held("text with its spelling above it", '<c r="B2" t="inlineStr"><is><t>12</t><rPh sb="0" eb="1"><t>34</t></rPh></is></c>', "12"),
    held("text with a sign that XML cannot hold", '<c r="B2" t="inlineStr"><is><t>5_x000D_</t></is></c>', "5"),
    held("text in a section of raw text", '<c r="B2" t="inlineStr"><is><t><![CDATA[5]]></t></is></c>', "5"),
    held("text with an entity of XML itself", '<c r="B2" t="inlineStr"><is><t>&gt;&#53;</t></is></c>', ">5"),
    held("a cell that holds nothing but a style", '<c r="B2" s="0"/>'),
    held("a shared text that is empty", '<c r="B2" t="s"><v>0</v></c>', shared="<si><t></t></si>"),
    held("a shared text in parts", '<c r="B2" t="s"><v>0</v></c>', "12", shared="<si><r><t>1</t></r><r><t>2</t></r></si>"),
    Case("a formula that only a program has written", computed_by_program, problems={PLACE: "no_result"}),
    Case("a date since 1904", since_1904, problems={PLACE: "date"}),
    Case("no style although cells have one", lambda: by_hand(one_row(number("B2", 5, ' s="7"'))), {"TJ-60": "5"}),
    Case("a figure and a boolean beside it", lambda: saved(sheet(["编号", "数值", "备注"], ["TJ-60", 5, True])), {"TJ-60": "5"}),
]


def one_row(cell: str) -> str:
    """The rows of a table made by hand with one figure."""
    return f"{HEADING}{BEGUN}{cell}</row>"


CASES = [*TYPED, *SHOWN, *HELD]
