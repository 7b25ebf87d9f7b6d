"""A table that was saved as text: its encoding, its separator, and its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO

from indicators.sheets.limits import Limits
from indicators.sheets.refused import Refused
from indicators.sheets.rows import Found, stripped
from indicators.sheets.spreadsheet import Seen

MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
SEPARATORS = ",;\t"
LOOKED_AT = 30
LONGEST_CELL = 32_767
CONTROL = frozenset(map(chr, range(32))) - set("\t\r\n\f")


def decode(data: bytes) -> str:
    """Decode UTF-8 (with or without mark), UTF-16 with mark, or GB18030; refuse what is none of them."""
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if CONTROL & set(text):
            raise Refused("other")
        return text
    raise Refused("encoding")


def rows_of(file: IO[bytes], limits: Limits) -> Iterator[Found]:
    """Yield each row that has a cell which is not empty, with its number as a spreadsheet would count it."""
    file.seek(0)
    text = decode(file.read(limits.size + 1))
    separator = separator_of(text)
    csv.field_size_limit(LONGEST_CELL)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, line in enumerate(table, start=1):
            cells = [Seen(column, cell, stripped(cell)) for column, cell in enumerate(line, start=1) if cell]
            if cells:
                yield number, cells
    except csv.Error as fault:
        raise Refused("line", line=number + 1) from fault


def separator_of(text: str) -> str:
    """Return the sign that parts the cells: the one that Excel names in a first line of its own, or the one that parts most."""
    first, _end, _rest = text.partition("\n")
    named = first.strip().strip('"').casefold()
    if named.startswith("sep=") and named[4:5] in set(SEPARATORS):
        return named[4:5]
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:LOOKED_AT]
    return max(SEPARATORS, key=lambda sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines)))
