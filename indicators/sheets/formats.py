"""How a spreadsheet shows a number: what the person sees, and what must be read so that both mean the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

# A spreadsheet shows fifteen digits; what stands behind them is noise of its arithmetic (0.1 + 0.2).
FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)
WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 48: "##0.0E+0"}
BUILT_IN |= dict.fromkeys((37, 38), "#,##0 ;(#,##0)") | dict.fromkeys((39, 40), "#,##0.00;(#,##0.00)")
BUILT_IN |= dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "yyyy-mm-dd")
GENERAL = re.compile(r"general|g/通用格式", re.IGNORECASE)
GENERALLY = "0.##############"
PART = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<exponent>[eE][+-])|(?P<slot>[0#?.,/]+)|(?P<bare>.)',
    re.DOTALL,
)
DATES = frozenset("ymdhsaebg")
ELAPSED = re.compile(r"(h+|m+|s+)", re.IGNORECASE)
CONDITION = re.compile(r"[<>=]")
SCALES = re.compile(r"[万亿千百兆]|\b[kKmM]\b|million|thousand", re.IGNORECASE)
# Signs of money and of layout say nothing about the number.
SILENT = re.compile(r"[\s¥￥$€£()（）_]|CNY|RMB|USD", re.IGNORECASE)
DECIMALS = re.compile(r"[#?0,]*\.([0#?]*)")


@dataclass(frozen=True)
class Section:
    """One part of a format: its literal text before and after the slots of the digits, and what it does to the number."""

    before: str = ""
    after: str = ""
    slots: str = ""
    percent: bool = False
    date: bool = False
    odd: bool = False


@dataclass(frozen=True)
class Shown:
    """A number as the person sees it (`raw`) and as it is to be read (`text`); `odd` where the two would not mean the same."""

    raw: str
    text: str
    odd: bool = False


class Format:
    """A number format, by the code that the workbook gives it."""

    def __init__(self, code: str) -> None:
        self.general = not code or bool(GENERAL.fullmatch(code))
        self.sections = [_section(part) for part in _parts(code)]

    @property
    def date(self) -> bool:
        return self.sections[0].date

    def show(self, held: Decimal) -> Shown:
        """Show a number that the workbook holds."""
        value = FIFTEEN.plus(held)
        section, unsigned = self._section_for(value)
        literal = SILENT.sub("", section.before), SILENT.sub("", section.after)
        if value == 0 and "0" not in section.slots and "".join(literal) == "-":
            return Shown("-", "0")
        if section.odd or not section.slots or (value == 0 and "0" not in section.slots):
            return Shown(digits(value), digits(value), odd=True)
        mark, times = ("%", Decimal(100)) if section.percent else ("", Decimal(1))
        seen = _rounded(WIDE.multiply(abs(value) if unsigned else value, times), section.slots)
        text = digits(_storable(WIDE.multiply(value, times)))
        return Shown(f"{section.before}{seen}{mark}{section.after}", literal[0].removeprefix("-") + text + mark + literal[1])

    def _section_for(self, value: Decimal) -> tuple[Section, bool]:
        """Return the section that shows a value, and whether it shows it without the sign of its own."""
        if value < 0 and len(self.sections) > 1:
            section = self.sections[1]
            signed = "-" in section.before + section.after or "(" in section.before or "（" in section.before
            return (section if signed else Section(odd=True)), True
        if value == 0 and len(self.sections) > 2:
            return self.sections[2], False
        section = self.sections[0]
        return (Section(odd=True) if "-" in section.before else section), False


def _parts(code: str) -> list[str]:
    """Part a format at the semicolons that stand outside quotes."""
    parts = [""]
    for part in PART.finditer(GENERAL.sub(GENERALLY, code or GENERALLY)):
        if part["bare"] == ";":
            parts.append("")
        else:
            parts[-1] += part[0]
    return parts


def _section(code: str) -> Section:
    """Read one part of a format."""
    before, after, slots, bare = "", "", "", ""
    percent = odd = elapsed = False
    for part in PART.finditer(code):
        slot = GENERALLY if part["bare"] == "@" else "E" if part["exponent"] else part["slot"]
        if part["bracket"] is not None:
            elapsed = elapsed or bool(ELAPSED.fullmatch(part["bracket"]))
            odd = odd or bool(CONDITION.match(part["bracket"]))
        elif slot:
            # Digits on both sides of a text, as in a telephone number, are not read as one number.
            odd, slots = odd or bool(after.strip()), slots + slot
        elif part["bare"] == "%":
            odd, percent = odd or percent, True
        else:
            literal, bare = part["quoted"] or part["escaped"] or part["bare"] or "", bare + (part["bare"] or "")
            before, after = (before, after + literal) if slots else (before + literal, after)
    is_date = elapsed or bool(DATES & set(bare.lower()))
    return Section(before, after, slots=slots, percent=percent, date=is_date, odd=not is_date and (odd or _scaled(before + after, slots)))


def _scaled(literal: str, slots: str) -> bool:
    """Whether what is seen is another number: divided by thousands, counted in 万, or with digits that are not its own."""
    divided = slots.endswith((",", ",.")) or ",." in slots
    return divided or bool(SCALES.search(literal)) or any(sign.isdigit() for sign in literal)


def _rounded(value: Decimal, slots: str) -> str:
    """Write the digits as the slots say; a fraction or power of ten is written plainly."""
    if "E" in slots or "/" in slots:
        return digits(value)
    after = DECIMALS.match(slots)
    places = after[1] if after else ""
    fixed = WIDE.quantize(value, Decimal(1).scaleb(-len(places)))
    text = f"{fixed:,f}" if "," in slots else f"{fixed:f}"
    idle = len(places) - len(places.rstrip("#"))
    kept = text[: len(text) - idle] + text[len(text) - idle :].rstrip("0") if idle else text
    return kept.removesuffix(".")


def _storable(value: Decimal) -> Decimal:
    """Round what a formula left behind the twelfth digit after the point, where that is less than a millionth of the number."""
    if value.as_tuple().exponent < -12 and value.adjusted() >= -6:
        return WIDE.quantize(value, Decimal(1).scaleb(-12))
    return value


def digits(value: Decimal) -> str:
    """Write all digits of a number, without exponent and idle zeros."""
    text = f"{value:f}"
    text = (text.rstrip("0").rstrip(".") or "0") if "." in text else text
    return "0" if text == "-0" else text


def day(held: Decimal, *, since_1904: bool) -> str:
    """Write the date that a serial number stands for, and the time where it has one; the number where no calendar has it."""
    whole = int(held)
    if not 0 <= held < 2_958_466:
        return digits(held)
    minutes = int((held - whole) * 1440)
    time = f" {minutes // 60:02}:{minutes % 60:02}" if minutes else ""
    # The calendar of Excel has a 29 February 1900.
    start = date(1904, 1, 1) if since_1904 else date(1899, 12, 30) if whole > 59 else date(1899, 12, 31)
    if whole == 0 and time:
        return time.strip()
    return f"{(start + timedelta(days=whole)).isoformat()}{time}"
