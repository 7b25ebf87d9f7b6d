"""Strange but legal workbooks: other spellings of the same thing, lies that hurt nobody, names that say otherwise."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import quoteattr

from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from tests.indicators.sheets.cases import Case
from tests.indicators.sheets.makers import (
    BEGUN,
    DECLARED,
    HEADING,
    STRICT,
    by_hand,
    inline,
    number,
    one,
    parts,
    relations,
    saved,
    sheet,
    table,
    written,
    zipped,
)

FIVE = {"TJ-60": "5"}
SIMPLE = f"{HEADING}{BEGUN}{number('B2', 5)}</row>"


def prefixed() -> bytes:
    """All elements with a prefix, as some programs write."""
    known = parts(SIMPLE)
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        body = (
            known[name].removeprefix(DECLARED).replace("</", "\0").replace("<", "<x:").replace("\0", "</x:").replace("xmlns=", "xmlns:x=")
        )
        known[name] = DECLARED + body
    return zipped(known)


def utf16() -> bytes:
    known: dict[str, str | bytes] = dict(parts(SIMPLE))
    name = "xl/worksheets/sheet1.xml"
    known[name] = str(known[name]).replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    return zipped(known)


def renamed(old: str, new: str) -> bytes:
    return zipped({name.replace(old, new): content for name, content in parts(SIMPLE).items()})


def styled_and_empty(count: int) -> bytes:
    """A table whose format was drawn down over all the rows."""
    blank = "".join(f'<row r="{row}"><c r="A{row}" s="1"/><c r="B{row}" s="1"/></row>' for row in range(3, count + 1))
    return by_hand(SIMPLE + blank, styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="2"/></cellXfs>')


def with_parts(**more: str) -> bytes:
    """A workbook with more parts than a table needs."""
    return zipped({**parts(SIMPLE), **{name.replace("__", "/"): content for name, content in more.items()}})


def with_comment() -> bytes:
    book = sheet(["编号", "数值"], ["TJ-60", 5])
    book.active["B2"].comment = Comment("为什么", "甲")
    return saved(book)


def with_names() -> bytes:
    book = sheet(["编号", "数值"], ["TJ-60", 5])
    book.defined_names["人口"] = DefinedName("人口", attr_text="数据!$B$2")
    return saved(book)


def with_chart() -> bytes:
    book = sheet(["编号", "数值"], ["TJ-60", 5])
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    book.create_chartsheet("图").add_chart(chart)
    return saved(book)


RELATED = ("rId2", "sharedStrings", "sharedStrings.xml"), ("rId3", "styles", "styles.xml")
CASES = [
    Case(
        "no addresses",
        lambda: by_hand(
            "<row><c t='inlineStr'><is><t>编号</t></is></c><c t='inlineStr'><is><t>数值</t></is></c></row>"
            "<row><c t='inlineStr'><is><t>TJ-60</t></is></c><c><v>5</v></c></row>"
        ),
        FIVE,
    ),
    Case("a prefix at every element", prefixed, FIVE),
    Case("the strict form of the standard", lambda: by_hand(SIMPLE, space=STRICT), FIVE),
    Case("a sheet in UTF-16", utf16, FIVE),
    Case(
        "a target from the root",
        lambda: zipped(
            {**parts(SIMPLE), "xl/_rels/workbook.xml.rels": relations(("rId1", "worksheet", "/xl/worksheets/sheet1.xml"), *RELATED)}
        ),
        FIVE,
    ),
    Case(
        "a target through the folder above",
        lambda: zipped(
            {**parts(SIMPLE), "xl/_rels/workbook.xml.rels": relations(("rId1", "worksheet", "../xl/worksheets/sheet1.xml"), *RELATED)}
        ),
        FIVE,
    ),
    Case(
        "a target that is spelled as on Windows",
        lambda: zipped(
            {**parts(SIMPLE), "xl/_rels/workbook.xml.rels": relations(("rId1", "worksheet", "worksheets\\sheet1.xml"), *RELATED)}
        ),
        FIVE,
    ),
    Case(
        "a target in capitals",
        lambda: zipped(
            {**parts(SIMPLE), "xl/_rels/workbook.xml.rels": relations(("rId1", "worksheet", "Worksheets/Sheet1.xml"), *RELATED)}
        ),
        FIVE,
    ),
    Case(
        "neither styles nor shared texts",
        lambda: zipped(
            {
                **{name: text for name, text in parts(SIMPLE).items() if name not in ("xl/styles.xml", "xl/sharedStrings.xml")},
                "xl/_rels/workbook.xml.rels": relations(("rId1", "worksheet", "worksheets/sheet1.xml")),
            }
        ),
        FIVE,
    ),
    Case("parts that are not pressed", lambda: zipped(parts(SIMPLE), compression=zipfile.ZIP_STORED), FIVE),
    Case("a declared size that is a lie", lambda: by_hand(SIMPLE, before='<dimension ref="A1:XFD1048576"/>'), FIVE),
    Case("a declared size that is too small", lambda: by_hand(SIMPLE, before='<dimension ref="A1"/>'), FIVE),
    Case("comments in the XML", lambda: by_hand(SIMPLE.replace("<row", "<!-- 说明 --><row")), FIVE),
    Case("instructions in the XML", lambda: by_hand(SIMPLE.replace("<row", "<?mso 1?><row")), FIVE),
    Case("room in the XML", lambda: by_hand(SIMPLE.replace("><", ">\n  <")), FIVE),
    Case("room around a number", lambda: one(number("B2", " 5 ")), FIVE),
    Case(
        "extensions of other programs",
        lambda: by_hand(SIMPLE, after='<extLst><ext xmlns:x14="urn:x"><x14:c r="Z9"><x14:v>9</x14:v></x14:c></ext></extLst>'),
        FIVE,
    ),
    Case(
        "numbers of rows and columns that jump",
        lambda: by_hand(HEADING + f'<row r="900">{inline("A900", "TJ-60")}{number("B900", 5)}</row>'),
        FIVE,
    ),
    Case(
        "rows that are empty",
        lambda: by_hand(
            HEADING + '<row r="2"/><row r="3" spans="1:2"></row>' + f'<row r="4">{inline("A4", "TJ-60")}{number("B4", 5)}</row>'
        ),
        FIVE,
    ),
    Case("100,000 rows that hold nothing but a format", lambda: styled_and_empty(100_000), FIVE),
    Case("a comment at a cell", with_comment, FIVE),
    Case("defined names", with_names, FIVE),
    Case("a sheet that is a chart", with_chart, FIVE),
    Case(
        "links to other workbooks",
        lambda: with_parts(**{"xl__externalLinks__externalLink1.xml": "<externalLink/>"}),
        FIVE,
        told=("external_links",),
    ),
    Case(
        "pictures and settings of a printer",
        lambda: with_parts(**{"xl__media__image1.png": "x", "xl__printerSettings__printerSettings1.bin": "x"}),
        FIVE,
    ),
    Case(
        "properties as WPS writes them",
        lambda: with_parts(
            **{"docProps__custom.xml": "<Properties/>", "docProps__app.xml": "<Properties><Application>WPS 表格</Application></Properties>"}
        ),
        FIVE,
    ),
    Case("shared texts as xlsxwriter writes them", lambda: written([["编号", "数值"], ["TJ-60", 5]]), FIVE),
    Case("a workbook that was written without memory", lambda: written([["编号", "数值"], ["TJ-60", 5]], constant_memory=True), FIVE),
    Case("a workbook under the name of the old kind", lambda: table(["编号", "数值"], ["TJ-60", 5]), FIVE, file="data.xls"),
    Case("a workbook under the name of a text", lambda: table(["编号", "数值"], ["TJ-60", 5]), FIVE, file="data.csv"),
    Case("a comment of the archive", lambda: commented(), FIVE),
    Case("a sheet whose name needs quotation marks", lambda: named("能源 & '水'"), FIVE),
]


def commented() -> bytes:
    out = io.BytesIO(by_hand(SIMPLE))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"made by hand"
    return out.getvalue()


def named(name: str) -> bytes:
    known = parts(SIMPLE)
    known["xl/workbook.xml"] = known["xl/workbook.xml"].replace('"数据"', quoteattr(name))
    return zipped(known)
