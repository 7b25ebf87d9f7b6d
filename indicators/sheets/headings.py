"""The heading of a table: which column is what, by its name in Chinese or English, in any order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

NAMES = {
    "series": "series code indicatorcode seriescode 编号 编码 代码 指标编号 指标代码 指标编码 序列编号",
    "name": "name indicator indicatorname variable 名称 指标 指标名称 指标名 项目 项目名称 变量 变量名称",
    "unit": "unit units 单位 计量单位 指标单位",
    "period": "period time year 时期 期间 年份 年度 报告期 统计期 统计年度 时间",
    "value": "value values figure thisyear currentvalue 数值 值 数据 指标值 填报值 实际值 完成值 本期 本期值 本年 本年值 本年度 当年值",
    "qualifier": "qualifier 限定 限定符",
    "flag": "flag status 状态 数据状态",
    "reason": "reason reasonmissing missingreason whymissing 缺失原因 缺报原因 缺数原因 无数据原因",
    "until": "until availablefrom expected expectedon 预计日期 预计时间 预计可得日期 预计提供日期",
    "source": "source datasource sources 来源 数据来源 资料来源",
    "note": "note notes remark remarks 备注 附注 注释",
    "explanation": "explanation explanations 说明 解释 情况说明 变动说明",
    "version": "version 版本 版本号",
    "last_year": "lastyear lastyearsvalue previousyear previousvalue 上年 上年值 上年数 上年度 上年同期 去年 去年值 上期 上期值 往年",
}
NAMED = {name: key for key, names in NAMES.items() for name in names.split()}
TOTALS = frozenset(
    ["合计", "总计", "小计", "共计", "累计", "总和", "汇总", "合计数", "total", "totals", "subtotal", "grandtotal", "sum", "overall"]
)
# Words that may stand beside the year in the name of a column of figures.
FIGURE = r"(?:数值|数据|指标值|填报值|实际值|完成值|值|value|figure)?"
YEAR = r"(?P<year>(?:19|20|21)\d\d)"
FORMS = (
    (re.compile(rf"{YEAR}(?:年度|年)?"), ""),
    (re.compile(rf"{YEAR}(?:年|-|/|\.)?第?(?P<part>[1-4一二三四])季度?"), "Q"),
    (re.compile(rf"{YEAR}(?:年|-|/)?q(?P<part>[1-4])"), "Q"),
    (re.compile(rf"{YEAR}(?:年|-|/)?(?P<part>[上下])半年"), "H"),
    (re.compile(rf"{YEAR}(?:年|-|/)?h(?P<part>[12])"), "H"),
    (re.compile(rf"{YEAR}(?:年|-|/)(?P<part>1[0-2]|0?[1-9])月?(?:份)?"), ""),
)
COUNTED = str.maketrans("一二三四上下", "123412")
ASIDE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
IDLE = re.compile(r"[\s:*'’_\"“”]+")
FIGURES_OF = re.compile(rf"{FIGURE}(?P<period>.*?){FIGURE}")


def normal(text: str) -> str:
    """Return a name without what does not tell names apart: width, case, room, and what stands in brackets, unless a year does."""
    text = unicodedata.normalize("NFKC", text[:200]).casefold()
    return IDLE.sub("", ASIDE.sub(lambda found: found[0].strip("()[]") if re.search(r"\d{4}", found[0]) else "", text))


def period_code(text: str) -> str:
    """Return the code of a period as people write it: 2024年, 2024年第一季度, 2024上半年, 2024年3月; empty where it is none."""
    text = IDLE.sub("", unicodedata.normalize("NFKC", text[:60]).casefold())
    for form, letter in FORMS:
        if found := form.fullmatch(text):
            part = (found.groupdict().get("part") or "").translate(COUNTED)
            return f"{found['year']}-{letter}{part if letter else part.zfill(2)}" if part else found["year"]
    return ""


def key_of(text: str) -> str:
    """Return the key of a column by its name, or the code of a period for a column of its figures; empty where it is unknown."""
    name = normal(text)
    if name in NAMED:
        return NAMED[name]
    found = FIGURES_OF.fullmatch(name)
    return period_code(found["period"]) if found and found["period"] else ""


def is_period(key: str) -> bool:
    """Whether the key of a column is the code of a period."""
    return key[:1].isdigit()


def is_name(text: str) -> bool:
    """Whether a text is the name of a column. None ends in a digit, which most codes do."""
    return not text[-1:].isdigit() and normal(text) in NAMED


def is_total(text: str) -> bool:
    """Whether a text says that its row adds up others."""
    return not text[-1:].isdigit() and normal(text).rstrip(".,;-") in TOTALS


def complete(keys: Mapping[int, str]) -> bool:
    """Whether the columns make a table: one says which figure it is, one holds the figures."""
    known = set(keys.values())
    return bool(known & {"series", "name"}) and ("value" in known or any(is_period(key) for key in known))


def keys_of(line: Mapping[int, str], above: Mapping[int, str] | None = None) -> dict[int, str]:
    """Return the keys of a heading by column; `above` is its first line where it has two, whose names may span several columns."""
    if above is None:
        return {column: key for column, text in line.items() if (key := key_of(text))}
    keys = {}
    span = ""
    for column in range(1, max((*line, *above), default=0) + 1):
        span = above.get(column) or span
        below = line.get(column, "")
        key = key_of(span + below) if below else ""
        if not key and not is_period(key_of(span)):
            key = key_of(below)
        key = key or key_of(above.get(column, "") if not below else "")
        if key:
            keys[column] = key
    return keys


def continues(line: Mapping[int, str], keys: Mapping[int, str]) -> bool:
    """Whether a line under a heading is its second line: names only, and none of them where a row says which figure it is."""
    naming = {column for column, key in keys.items() if key in ("series", "name")}
    return bool(line) and not naming & set(line) and all(key_of(text) for text in line.values())
