"""Files for tests of reading, made as different programs make them: openpyxl, xlsxwriter, by hand, and as text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import openpyxl
import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
REFERENCES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
Table = Iterable[Sequence[object]]


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook that openpyxl made."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(*rows: Sequence[object], title: str = "数据", start: int = 1) -> openpyxl.Workbook:
    """A workbook with one sheet that holds the rows, the first of them at `start`."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for number, row in enumerate(rows, start=start):
        for column, value in enumerate(row, start=1):
            if value is not None:
                page.cell(number, column, value)
    return book


def table(*rows: Sequence[object], title: str = "数据", start: int = 1) -> bytes:
    return saved(sheet(*rows, title=title, start=start))


def formatted(code: str, value: object, beside: Sequence[object] = ("TJ-60",)) -> bytes:
    """A table with one figure that is shown by a number format."""
    book = sheet(["编号", "数值"], [*beside, value])
    book.active["B2"].number_format = code
    return saved(book)


def written(rows: Table, *, formats: Mapping[tuple[int, int], dict] | None = None, **options: object) -> bytes:
    """A workbook made by xlsxwriter, with shared texts."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    page = book.add_worksheet("数据")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            style = book.add_format(formats[number, column]) if formats and (number, column) in formats else None
            if isinstance(value, date):
                page.write_datetime(number, column, value, style)
            elif value is not None:
                page.write(number, column, value, style)
    book.close()
    return out.getvalue()


def text(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return (end.join(lines) + end).encode(encoding)


def zipped(parts: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]], **options: object) -> bytes:
    """An archive of parts; a list may name a part twice."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", options.pop("compression", zipfile.ZIP_DEFLATED)) as archive:
        for name, content in parts.items() if isinstance(parts, Mapping) else parts:
            archive.writestr(name, content)
    return out.getvalue()


def parts(rows: str, **around: str) -> dict[str, str]:
    """The parts of a workbook by hand: `rows` stands in the sheet's data; `before`, `after`, `book`, `shared`, `styles` around it."""
    put = {"before": "", "after": "", "book": "", "shared": "", "styles": "", "space": MAIN, **around}
    named = f'xmlns="{put["space"]}"'
    sheets = '<sheets><sheet name="数据" sheetId="1" r:id="rId1"/></sheets>'
    return {
        "[Content_Types].xml": types(),
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{DECLARED}<workbook {named} xmlns:r="{REFERENCES}">{put["book"]}{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml"), ("rId3", "styles", "styles.xml")
        ),
        "xl/worksheets/sheet1.xml": f"{DECLARED}<worksheet {named}>{put['before']}<sheetData>{rows}</sheetData>{put['after']}</worksheet>",
        "xl/sharedStrings.xml": f"{DECLARED}<sst {named}>{put['shared']}</sst>",
        "xl/styles.xml": f"{DECLARED}<styleSheet {named}>{put['styles']}</styleSheet>",
    }


def types() -> str:
    """Say what each part of a workbook by hand is."""
    kinds = {"workbook": "sheet.main", "worksheets/sheet1": "worksheet", "sharedStrings": "sharedStrings", "styles": "styles"}
    named = "".join(f'<Override PartName="/xl/{part}.xml" ContentType="{KIND}.{kind}+xml"/>' for part, kind in kinds.items())
    known = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{DECLARED}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{known}{named}</Types>'


def relations(*targets: tuple[str, str, str]) -> str:
    lines = "".join(f'<Relationship Id="{key}" Type="{REFERENCES}/{kind}" Target="{target}"/>' for key, kind, target in targets)
    return f'{DECLARED}<Relationships xmlns="{PACKAGE}">{lines}</Relationships>'


def by_hand(rows: str, **options: str) -> bytes:
    return zipped(parts(rows, **options))


def inline(address: str, value: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(address: str, value: object, more: str = "") -> str:
    return f'<c r="{address}"{more}><v>{value}</v></c>'


# The heading, and the beginning of the second row, of a table made by hand.
HEADING = f'<row r="1">{inline("A1", "编号")}{inline("B1", "数值")}</row>'
BEGUN = f'<row r="2">{inline("A2", "TJ-60")}'


def one(cell: str, **options: str) -> bytes:
    """A table made by hand whose only figure is a cell as XML (at B2)."""
    return by_hand(f"{HEADING}{BEGUN}{cell}</row>", **options)
