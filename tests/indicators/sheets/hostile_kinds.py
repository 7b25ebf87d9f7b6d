"""Files that are no workbook, or not the kind that is read, whatever their names say."""

from __future__ import annotations

import gzip
import random

from tests.indicators.sheets.cases import Case
from tests.indicators.sheets.makers import BEGUN, HEADING, by_hand, number, parts, table, text, zipped

SIMPLE = f"{HEADING}{BEGUN}{number('B2', 5)}</row>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def ole(*streams: str) -> bytes:
    """The beginning of an OLE file whose folder names these streams."""
    return OLE + bytes(504) + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))


def refused(name: str, data: bytes, code: str, file: str = "data.xlsx") -> Case:
    return Case(name, lambda: data, refused=code, file=file)


def more(**names: str | bytes) -> bytes:
    """A workbook with more parts."""
    return zipped({**parts(SIMPLE), **{name.replace("__", "/"): content for name, content in names.items()}})


def macro_sheet() -> bytes:
    known = parts(SIMPLE)
    known["xl/_rels/workbook.xml.rels"] = known["xl/_rels/workbook.xml.rels"].replace("/worksheet", "/xlMacrosheet", 1)
    return zipped(known)


NOISE = random.Random(37101).randbytes(20_000)
CASES = [
    refused("a workbook of Excel 97", ole("Workbook"), "xls", "data.xls"),
    refused("a workbook of Excel 95", ole("Book"), "xls"),
    refused("a workbook of WPS", ole("Workbook", "WpsCustomData"), "xls", "data.et"),
    refused("an old workbook under a new name", ole("Workbook"), "xls", "data.csv"),
    refused("a workbook of Excel 4", b"\x09\x04\x06\x00" + bytes(40), "xls"),
    refused("a workbook with a password", ole("EncryptionInfo", "EncryptedPackage"), "password"),
    refused("a workbook under rights management", ole("EncryptedPackage", "DRMEncryptedTransform"), "rights"),
    refused("a letter of Word 97", ole("WordDocument"), "document"),
    refused("an OLE file that names nothing", OLE + bytes(600), "xls"),
    refused("an OLE file cut short", OLE, "xls"),
    refused("macros", more(**{"xl__vbaProject.bin": b"x"}), "macros", "data.xlsm"),
    refused("macros under another name of the file", more(**{"xl__vbaProject.bin": b"x"}), "macros"),
    refused("macros in another folder", more(**{"a__b__VBAPROJECT.BIN": b"x"}), "macros"),
    Case("a sheet of macros", macro_sheet, refused="macros"),
    refused("a binary workbook", more(**{"xl__workbook.bin": b"x"}), "xlsb", "data.xlsb"),
    refused("an OpenDocument table", zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "ods"),
    refused("a letter of Word", zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>"}), "document"),
    refused("slides", zipped({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<a/>"}), "document"),
    refused("a table of Numbers", zipped({"Index/Document.iwa": b"x"}), "numbers"),
    refused("an archive of other things", zipped({"a.txt": "x"}), "archive", "data.zip"),
    refused("a workbook in an archive", zipped({"data.xlsx": table(["编号", "数值"], ["TJ-60", 5])}), "archive"),
    refused("an archive of nothing", zipped({}), "archive"),
    refused("an archive that only says that it is a workbook", zipped({"[Content_Types].xml": "<Types/>"}), "damaged"),
    refused("a web page", b"<html><table><tr><td>TJ-60</td></tr></table></html>", "html", "data.xls"),
    refused("a web page after room", b"\xef\xbb\xbf\r\n <!DOCTYPE html><html></html>", "html", "data.xls"),
    refused("a web page that says XML first", b'<?xml version="1.0"?><html></html>', "html", "data.xls"),
    refused("a table in the markup of 2003", b'<?xml version="1.0"?><Workbook></Workbook>', "xml", "data.xls"),
    refused("a PDF", b"%PDF-1.7\n" + NOISE, "pdf"),
    refused("a picture", b"\x89PNG\r\n\x1a\n" + NOISE, "image"),
    refused("a photograph", b"\xff\xd8\xff\xe0" + NOISE, "image"),
    refused("a moving picture", b"GIF89a" + NOISE, "image"),
    refused("a letter as RTF", b"{\\rtf1 5}", "document"),
    refused("a RAR archive", b"Rar!\x1a\x07" + NOISE, "archive"),
    refused("a 7z archive", b"7z\xbc\xaf\x27\x1c" + NOISE, "archive"),
    refused("a text pressed by gzip", gzip.compress(text("编号,数值", "TJ-60,5")), "archive", "data.csv.gz"),
    refused("a SYLK file", b"ID;PWXL;N;E\r\nC;Y1;X1;K5\r\n", "sylk", "data.csv"),
    refused("a database", b"SQLite format 3\0" + NOISE, "other"),
    refused("a program", b"\x7fELF\x02\x01\x01" + NOISE, "other"),
    refused("a program of Windows", b"MZ\x90\0" + NOISE, "other"),
    refused("noise", NOISE, "other"),
    refused("noise that begins as an archive", b"PK\x03\x04" + NOISE, "damaged"),
    refused("noise that begins as UTF-16", b"\xff\xfe" + b"\x00\xd8" * 100, "encoding", "data.csv"),
    refused("text with signs that nobody types", b"code,value\r\nTJ-60,5\x01\r\n", "other", "data.csv"),
    refused("a table of zeros", bytes(5000), "other", "data.csv"),
    refused("nothing at all", b"", "empty"),
    refused("a mark of encoding and nothing", b"\xef\xbb\xbf", "empty", "data.csv"),
    refused("a workbook cut in half", by_hand(SIMPLE)[:900], "damaged"),
    refused("a workbook without its end", by_hand(SIMPLE)[:-30], "damaged"),
    refused("a workbook without its middle", by_hand(SIMPLE)[:700] + by_hand(SIMPLE)[1700:], "damaged"),
]
