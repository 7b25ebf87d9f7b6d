"""Strange but legal tables saved as text: encodings, separators, quotation marks, line ends."""

from __future__ import annotations

from tests.indicators.sheets.cases import Case
from tests.indicators.sheets.makers import text

PLAIN = {"TJ-60": "5"}


def lines(name: str, *said: str, figures: dict | None = None, encoding: str = "utf-8", end: str = "\r\n", **more: object) -> Case:
    """A table of lines."""
    given = PLAIN if figures is None and not more.get("refused") else figures or {}
    return Case(name, lambda: text(*said, encoding=encoding, end=end), given, file="data.csv", **more)


ENCODED = [
    lines(f"{encoding} with {mark!r}", mark.join(["编号", "数值", "来源"]), mark.join(["TJ-60", "5", "统计年鉴"]), encoding=encoding)
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16")
    for mark in ",;\t"
]
CASES = [
    *ENCODED,
    Case(
        "UTF-16, the other end first",
        lambda: b"\xfe\xff" + text("编号\t数值", "TJ-60\t5", encoding="utf-16-be"),
        PLAIN,
        file="data.txt",
    ),
    lines("the separator named first", "sep=;", "编号;数值;备注", "TJ-60;5;a,b,c,d,e"),
    lines("lines that end as on Unix", "编号,数值", "TJ-60,5", end="\n"),
    lines("lines that end as on old Macs", "编号,数值", "TJ-60,5", end="\r"),
    lines("blank lines between", "", "编号,数值", "", "", "TJ-60,5", "", "TJ-61,x", problems={"B7": "no_figure"}),
    lines("quotation marks around all", '"编号","数值"', '"TJ-60","5"'),
    lines("a quoted thousands separator", "编号,数值", 'TJ-60,"1,234"', figures={"TJ-60": "1234"}),
    lines("a quoted line end, which makes one row", "编号,数值,备注", 'TJ-60,5,"a\nb"', "TJ-61,x", problems={"B3": "no_figure"}),
    lines("doubled quotation marks", "编号,数值,备注", 'TJ-60,5,"he said ""yes"""'),
    lines("separators at the end of each line", "编号,数值,,,", "TJ-60,5,,,"),
    lines(
        "lines of different lengths",
        "编号,数值,备注",
        "TJ-60,5",
        "TJ-61,6,x,y",
        figures={"TJ-60": "5", "TJ-61": "6"},
        explained=("other_column",),
    ),
    lines("room around all", " 编号 , 数值 ", " TJ-60 , 5 "),
    lines("a formula as text", "编号,数值", "TJ-60,=2+3", figures={}, problems={"B2": "number"}),
    lines("titles above", "2030 年数据", "单位：天津", "编号,数值", "TJ-60,5", explained=("title",)),
    lines("a total below", "编号,数值", "TJ-60,5", "合计,5", explained=("total",)),
    lines("percent in text", "编号,数值", "TJ-62,85%", figures={"TJ-62": "85"}),
    lines("full-width commas inside", "编号,数值", "TJ-60,1，234", figures={"TJ-60": "1234"}),
    lines("full-width commas as separators", "编号，数值", "TJ-60，5", refused="no_heading"),
    lines("one column", "编号", "TJ-60", refused="no_heading"),
    lines("a heading and nothing else", "编号,数值", figures={}, explained=("heading",)),
    lines("a mark that is not closed", "编号,数值", 'TJ-60,"5', refused="line"),
    lines("Big5", "編號,數值", "TJ-60,5", encoding="big5", refused="no_heading"),
    Case("an encoding nobody knows", lambda: b"code,value,note\r\nTJ-60,5,caf\xe9\r\n\xff\xff\r\n", refused="encoding", file="data.csv"),
    Case("nothing", lambda: b"", refused="empty", file="data.csv"),
    Case("line ends only", lambda: b"\r\n\r\n", refused="empty", file="data.csv"),
    Case("a text under the name of a workbook", lambda: text("编号,数值", "TJ-60,5"), PLAIN, file="data.csv.xlsx "),
]
