"""Workbooks made to hurt: bombs, lies, entities, contradictions, and more of everything than anybody needs."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile

from tests.indicators.sheets.cases import Case
from tests.indicators.sheets.makers import BEGUN, HEADING, by_hand, inline, number, one, parts, text, zipped

SIMPLE = f"{HEADING}{BEGUN}{number('B2', 5)}</row>"
SHEET, BOOK, SHARED, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
MB = 1024 * 1024
LAUGHS = '<!DOCTYPE a [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"


def pressed(name: str, begin: str, unit: bytes, size: int, end: str) -> bytes:
    """A workbook in which one part is the same thing again and again until `size` bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for part, content in parts(SIMPLE).items():
            if part != name:
                archive.writestr(part, content)
        with archive.open(name, "w", force_zip64=True) as long:
            long.write(begin.encode())
            block = unit * (MB // len(unit))
            for _block in range(size // MB):
                long.write(block)
            long.write(end.encode())
    return out.getvalue()


def lying(name: str, size: int) -> bytes:
    """A bomb whose archive says that a part is small, in both places where it says so."""
    data = bytearray(pressed(name, "<sst><si><t>", b" ", 150 * MB, "</t></si></sst>"))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        real = archive.getinfo(name).file_size
    told, real_bytes = struct.pack("<I", size), struct.pack("<I", real)
    return bytes(data.replace(real_bytes, told).replace(struct.pack("<Q", real), struct.pack("<Q", size)))


def marked(offset: int, mark: bytes) -> bytes:
    """A workbook in whose list of parts each entry has other bytes at a place."""
    data = bytearray(by_hand(SIMPLE))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + offset : place + offset + len(mark)] = mark
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def with_part(name: str, content: str | bytes) -> bytes:
    return zipped({**parts(SIMPLE), name: content})


def declared(name: str, doctype: str, inside: str = "") -> bytes:
    """A workbook one of whose parts declares a document type."""
    known = parts(SIMPLE)
    head, _sign, body = known[name].partition("?>")
    return zipped({**known, name: f"{head}?>{doctype}{body.replace('编号', '编号' + inside)}"})


def crowded(count: int) -> bytes:
    return zipped([*parts(SIMPLE).items(), *((f"xl/media/{n}", b"") for n in range(count))], compression=zipfile.ZIP_STORED)


def repeated(name: str) -> bytes:
    """A workbook that has a part a second time, with another figure."""
    other = parts(SIMPLE.replace("<v>5</v>", "<v>6</v>"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, content in parts(SIMPLE).items():
            archive.writestr(part, content)
        archive.writestr(zipfile.ZipInfo(name), other[SHEET])
    return out.getvalue()


def repeated_quietly(name: str) -> bytes:
    """The library that makes archives warns of a part that stands twice."""
    with warnings.catch_warnings(action="ignore"):
        return repeated(name)


def pointing(target: str) -> bytes:
    """A workbook whose list of sheets refers to something else."""
    return zipped({name: content.replace('Target="worksheets/sheet1.xml', target) for name, content in parts(SIMPLE).items()})


def two_names() -> bytes:
    known = parts(SIMPLE)
    known[BOOK] = known[BOOK].replace("</sheets>", '<sheet name="数据" sheetId="2" r:id="rId1"/></sheets>')
    return zipped(known)


def many_rows(count: int) -> bytes:
    return text("编号,数值", *(f"TJ-60,{n}" for n in range(count)))


def many_cells(rows: int, columns: int) -> bytes:
    return text("编号,数值", *(",".join("5" * columns) for _row in range(rows)))


def doctype(name: str, part: str, declaration: str, inside: str = "") -> Case:
    return Case(name, lambda: declared(part, declaration, inside), refused="doctype")


def bad(name: str, make: object, code: str = "damaged", file: str = "data.xlsx") -> Case:
    return Case(name, make, refused=code, file=file)  # type: ignore[arg-type]


def rows(name: str, content: str, code: str = "damaged") -> Case:
    return bad(name, lambda: by_hand(content), code)


BOMBS = [
    bad("a sheet of 160 MB", lambda: pressed(SHEET, "<worksheet><sheetData>", b"<a/>", 160 * MB, "</sheetData></worksheet>"), "unpacked"),
    bad("shared texts of 160 MB", lambda: pressed(SHARED, "<sst><si><t>", b" ", 160 * MB, "</t></si></sst>"), "unpacked"),
    bad("styles of 120 MB", lambda: pressed(STYLES, "<styleSheet>", b"<xf/>", 120 * MB, "</styleSheet>"), "unpacked"),
    bad("a list of sheets of 120 MB", lambda: pressed(BOOK, "<workbook>", b"<a/>", 120 * MB, "</workbook>"), "unpacked"),
    bad("a bomb that says that it is small", lambda: lying(SHARED, 100), "damaged"),
    bad("a bomb that says that it is nothing", lambda: lying(SHARED, 0), "damaged"),
    bad("an archive of 501 parts", lambda: crowded(495), "parts"),
    bad("an archive of 90,000 parts", lambda: crowded(90_000), "parts"),
    bad(
        "a file over 10 MB",
        lambda: by_hand(SIMPLE) + bytes(11 * MB),
        "size",
    ),
    bad("a text over 10 MB", lambda: b"code,value\r\n" + b"x" * (11 * MB), "size", "data.csv"),
    bad("a bomb in a nested archive", lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c": bytes(20 * MB)})})}), "archive"),
]
ARCHIVES = [
    bad("a part with a password", lambda: marked(8, b"\x01\x00"), "password"),
    bad("a part pressed in another way", lambda: marked(10, struct.pack("<H", 12))),
    bad("a part pressed in a way nobody knows", lambda: marked(10, struct.pack("<H", 99))),
    bad("a sum that does not fit", lambda: marked(16, b"\x01\x02\x03\x04")),
    bad("a part that is said to be longer than it is", lambda: marked(24, struct.pack("<I", 5_000_000))),
    bad("parts that all begin at one place", lambda: marked(42, struct.pack("<I", 0))),
    bad("parts that begin beyond the end", lambda: marked(42, struct.pack("<I", 0x7FFFFFFF))),
    bad("a part twice", lambda: repeated_quietly(SHEET), "twice"),
    bad("a part twice, once in capitals", lambda: repeated("xl/worksheets/SHEET1.xml"), "twice"),
    bad("a part twice, once from the root", lambda: repeated("/xl/worksheets/sheet1.xml"), "twice"),
    bad("a part twice, once as on Windows", lambda: repeated("xl\\worksheets\\sheet1.xml"), "twice"),
    bad("two sheets of one name", two_names, "two_sheets"),
    bad("a sheet that is not there", lambda: zipped({k: v for k, v in parts(SIMPLE).items() if k != SHEET})),
    bad("no list of sheets", lambda: zipped({k: v for k, v in parts(SIMPLE).items() if k != BOOK})),
    bad("no references", lambda: zipped({k: v for k, v in parts(SIMPLE).items() if not k.startswith("xl/_rels")})),
    bad(
        "a sheet on another server",
        lambda: zipped(
            {k: v.replace('Target="worksheets', 'TargetMode="External" Target="http://127.0.0.1/') for k, v in parts(SIMPLE).items()}
        ),
    ),
    bad(
        "a sheet in a folder of the system",
        lambda: pointing('Target="../../../etc/passwd'),
    ),
]
MARKUP = [
    doctype("a document type", SHEET, "<!DOCTYPE worksheet>"),
    doctype("a document type in the list of sheets", BOOK, "<!DOCTYPE workbook>"),
    doctype("a document type in the references", "xl/_rels/workbook.xml.rels", "<!DOCTYPE a>"),
    doctype("a document type in the texts", SHARED, "<!DOCTYPE a>"),
    doctype("a document type in the styles", STYLES, "<!DOCTYPE a>"),
    doctype("an entity", SHEET, '<!DOCTYPE a [<!ENTITY five "5">]>', "&five;"),
    doctype("a billion laughs", SHEET, LAUGHS, "&a9;"),
    doctype("one long entity many times", SHEET, f'<!DOCTYPE a [<!ENTITY a "{"x" * 50_000}">]>', "&a;" * 10_000),
    doctype("a file of the system", SHEET, '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"),
    doctype("a document type on another server", SHEET, '<!DOCTYPE a SYSTEM "http://127.0.0.1:PORT/a.dtd">'),
    doctype("an entity on another server", SHEET, '<!DOCTYPE a [<!ENTITY a SYSTEM "http://127.0.0.1:PORT/a">]>', "&a;"),
    doctype("an entity of entities on another server", SHEET, '<!DOCTYPE a [<!ENTITY % a SYSTEM "http://127.0.0.1:PORT/a"> %a;]>'),
    bad(
        "a document type in UTF-16",
        lambda: with_part(SHEET, '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")),
        "doctype",
    ),
    rows("an entity that nobody declared", f"{HEADING}{BEGUN}<c r='B2'><v>&five;</v></c></row>"),
    rows("an element that is not closed", f"{HEADING}{BEGUN}<c r='B2'><v>5</c></row>"),
    rows("a sign that XML does not know", f"{HEADING}{BEGUN}<c r='B2'><v>5\x01</v></c></row>"),
    rows("two outermost elements", "</sheetData></worksheet><worksheet><sheetData>"),
    bad("a sheet of 100,000 floors", lambda: with_part(SHEET, "<a>" * 100_000)),
    bad("a sheet of another encoding", lambda: with_part(SHEET, b'<?xml version="1.0" encoding="UTF-7"?><worksheet/>')),
    bad("a sheet that is no XML", lambda: with_part(SHEET, b"\0\1\2\3")),
    bad("a sheet that is empty", lambda: with_part(SHEET, b"")),
    bad("an attribute of 5 MB", lambda: with_part(SHEET, f'<worksheet a="{"x1y2z3" * 800_000}"/>'), "unpacked"),
    rows("100,000 attributes", f"<row {' '.join(f'a{n}=1' for n in range(100))}/>"),
]
CELLS = [
    rows("a cell twice", f"{HEADING}{BEGUN}{number('B2', 5)}{number('B2', 6)}</row>"),
    rows("cells in no order", f"{HEADING}<row r='2'>{number('B2', 5)}{inline('A2', 'TJ-60')}</row>"),
    rows("a row twice", f"{HEADING}{BEGUN}{number('B2', 5)}</row>{BEGUN}{number('B2', 6)}</row>"),
    rows("rows in no order", f"{HEADING}<row r='9'>{inline('A9', 'TJ-60')}{number('B9', 5)}</row>{BEGUN}{number('B2', 6)}</row>"),
    rows("a cell of another row", f"{HEADING}{BEGUN}{number('B7', 5)}</row>"),
    rows("a column that no sheet has", f"{HEADING}{BEGUN}{number('XFE2', 5)}</row>"),
    rows("a row that no sheet has", f"{HEADING}<row r='1048577'>{number('A1048577', 5)}</row>"),
    rows("an address that is none", f"{HEADING}{BEGUN}{number('?', 5)}</row>"),
    rows("a kind of cell that nobody knows", f"{HEADING}{BEGUN}<c r='B2' t='zz'><v>5</v></c></row>"),
    bad("a shared text that is not there", lambda: one('<c r="B2" t="s"><v>9</v></c>')),
    bad("a shared text counted backwards", lambda: one('<c r="B2" t="s"><v>-1</v></c>', shared="<si><t>5</t></si>")),
    bad("a style that is not there", lambda: one(number("B2", 5, ' s="9"'), styles='<cellXfs><xf numFmtId="0"/></cellXfs>')),
    bad("more rows than a page takes", lambda: many_rows(20_101), "rows", "data.csv"),
    bad("more cells than a page takes", lambda: many_cells(4_100, 130), "cells", "data.csv"),
    bad("more columns than a page takes", lambda: many_cells(2, 257), "width", "data.csv"),
    bad("a cell of 40,000 signs in a text", lambda: text("编号,数值", "TJ-60," + "5" * 40_000), "line", "data.csv"),
]


CASES = [*BOMBS, *ARCHIVES, *MARKUP, *CELLS]
