"""Strange and hostile files are refused and leave nothing; what is taken comes back byte for byte, as a download and never a page."""

import hashlib
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from werkzeug.http import parse_options_header

from indicators import evidence
from indicators.evidence import handing, kinds, naming
from indicators.models import Evidence
from tests.indicators.files import CAMERA, PDF, authored, package, pdf, picture, put, sent
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
HTML = b"<html><script>window.__xss = 1</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
JAR = package(members={"META-INF/MANIFEST.MF": "Main-Class: X", "X.class": "x"})
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
LONG = "佐证材料" * 40

TAKEN = {
    "a PDF": ("report.pdf", pdf()),
    "a PDF with capital letters": ("REPORT.PDF", pdf("capital")),
    "a PDF with zeros behind its end": ("padded.pdf", pdf("padded", more=b"\0" * 40)),
    "a PNG": ("shot.png", picture()),
    "a PNG with see-through colours": ("clear.png", picture(mode="RGBA")),
    "a PNG in grey": ("grey.png", picture(mode="L")),
    "a JPEG": ("photo.jpg", picture("JPEG")),
    "a JPEG with its long ending": ("photo.jpeg", picture("JPEG", size=(9, 9))),
    "a workbook": ("table.xlsx", package()),
    "a letter": ("letter.docx", package("docx")),
    "an OFD": ("notice.ofd", package("ofd")),
    "a table in UTF-8": ("table.csv", "指标,数值\r\n人口,12\r\n".encode()),
    "a table with a mark of its order": ("table.csv", "\ufeff指标,数值\n".encode()),
    "a table in GB 18030": ("table.csv", "指标,数值\n面积,3.5\n".encode("gb18030")),
    "plain text": ("note.txt", "约 12 件".encode()),
    "text with a comparison": ("note.txt", b"a < b and c > d"),
    "a letter that names its author": ("letter.docx", authored()),
}
NAMES = {
    "a path upwards": "../../../etc/passwd.pdf",
    "an absolute path": "/etc/cron.d/x.pdf",
    "a Windows path": "C:\\Windows\\System32\\x.pdf",
    "a hidden file of a server": ".htaccess.pdf",
    "a name turned round": "report\u202efdp.exe.pdf",
    "unseen signs": "re\u200bport\u2066.pdf",
    "control signs": "re\x00po\rrt\n\x07.pdf",
    "a header": 'x.pdf"; filename="y.html.pdf',
    "a device of Windows": "CON.pdf",
    "another device": "lpt1.txt.pdf",
    "signs that Windows refuses": 'a<b>c:"d|e?f*.pdf',
    "a very long Chinese name": f"{LONG}.pdf",
    "only dots": "....pdf",
    "blanks": "   .pdf",
    "emoji": "📊 2030.pdf",
    "another script": "تقرير.pdf",
    "a template": "{{7*7}}.pdf",
    "markup": "<img src=x onerror=alert(1)>.pdf",
    "a quote": 'it\'s "so".pdf',
}
REFUSED = {
    "a page": ("page.html", HTML),
    "a page that calls itself a PDF": ("page.pdf", HTML),
    "a page that calls itself text": ("page.txt", HTML),
    "a page that calls itself a table": ("page.csv", b"a,b\n" + HTML),
    "a long table that is a page in its middle": ("page.csv", b"a,b\n" * 500 + HTML),
    "a PDF with a page far behind its end": ("both.pdf", pdf("x" * 2000, more=HTML)),
    "a page that calls itself a picture": ("page.png", HTML),
    "a drawing with a script": ("drawing.svg", SVG),
    "a drawing that calls itself a PNG": ("drawing.png", SVG),
    "a drawing that calls itself text": ("drawing.txt", SVG),
    "XML that calls itself text": ("data.txt", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'),
    "XML": ("data.xml", b"<x/>"),
    "a PDF that is a page too": ("both.pdf", pdf("x", more=HTML)),
    "a PDF with a page in its head": ("both.pdf", b"%PDF-1.4\n" + HTML + PDF[9:]),
    "a page before a PDF": ("both.pdf", HTML + PDF),
    "a PDF that is an archive too": ("both.pdf", pdf() + JAR),
    "a PDF that ends early": ("torn.pdf", PDF[:30]),
    "a PDF that begins late": ("late.pdf", b"\n\n" + PDF),
    "a picture that is an archive too": ("both.png", picture() + JAR),
    "a JPEG that is an archive too": ("both.jpg", picture("JPEG") + JAR),
    "a large JPEG that is an archive too": ("both.jpg", picture("JPEG", size=(900, 900)) + JAR),
    "a GIF": ("moving.gif", GIF),
    "a GIF that calls itself a PNG": ("moving.png", GIF),
    "a GIF that is an archive too": ("moving.png", GIF + JAR),
    "a PNG that calls itself a JPEG": ("photo.jpg", picture()),
    "half a PNG": ("half.png", picture(size=(60, 60))[:-40]),
    "a PNG of a thousand million points": ("flood.png", b""),
    "a program": ("setup.exe", b"MZ\x90\0" + b"\0" * 60),
    "a program that calls itself a PDF": ("setup.pdf", b"MZ\x90\0" + b"\0" * 60),
    "a program that calls itself text": ("setup.txt", b"MZ\x90\0" + b"\0" * 60),
    "a program that calls itself a workbook": ("setup.xlsx", b"MZ\x90\0" + b"\0" * 60),
    "a script": ("run.sh", b"#!/bin/sh\nrm -rf /\n"),
    "a script that calls itself text": ("run.txt", b"#!/bin/sh\nrm -rf /\n"),
    "PHP that calls itself a table": ("run.csv", b"<?php system($_GET[0]); ?>"),
    "an archive": ("all.zip", JAR),
    "an archive that calls itself a workbook": ("all.xlsx", package("docx")),
    "an archive that calls itself a PDF": ("all.pdf", JAR),
    "Java": ("tool.jar", JAR),
    "a workbook with macros": ("macros.xlsm", package(members={"xl/vbaProject.bin": "x"})),
    "a workbook that hides its macros": ("macros.xlsx", package(members={"xl/vbaProject.bin": "x"})),
    "a workbook with old macros": ("macros.xlsx", package(members={"xl/macrosheets/sheet1.xml": "x"})),
    "a letter with a control": ("active.docx", package("docx", members={"word/activeX/activeX1.xml": "x"})),
    "a letter with a program": ("inside.docx", package("docx", members={"word/embeddings/setup.exe": "x"})),
    "a letter with a page": ("inside.docx", package("docx", members={"word/afchunk.html": "x"})),
    "a workbook with a path upwards": ("up.xlsx", package(members={"../../evil.xml": "x"})),
    "a workbook with an absolute path": ("up.xlsx", package(members={"/evil.xml": "x"})),
    "a workbook with a Windows path": ("up.xlsx", package(members={"C:\\evil.xml": "x"})),
    "a workbook without its types": ("bare.xlsx", package(without=("[Content_Types].xml",))),
    "a workbook with two members of one name": ("twice.xlsx", b""),
    "a workbook with thousands of members": ("many.xlsx", b""),
    "a workbook that unpacks to a gigabyte": ("bomb.xlsx", b""),
    "a workbook behind other bytes": ("behind.xlsx", b"x" * 50 + package()),
    "half a workbook": ("half.xlsx", package()[:-30]),
    "an old or protected workbook": ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "an old letter": ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "a WPS table": ("old.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "text with zeros": ("zero.txt", b"a\0b"),
    "text in no code": ("noise.txt", bytes(range(128, 256)) * 3),
    "nothing": ("empty.pdf", b""),
    "no ending": ("README", b"text"),
    "a file of settings": (".htaccess", b"Options +ExecCGI"),
    "two endings": ("report.pdf.html", pdf()),
    "a shortcut": ("link.lnk", b"L\0\0\0"),
    "a mail": ("letter.eml", b"From: a@example.cn"),
    "a file larger than twenty megabytes": ("large.txt", b"x" * (kinds.LARGEST + 1)),
}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def client(people):
    return signed_in(people.contributor)


def made(case: str) -> bytes:
    """The bytes of a case; those that would only fill this page are made here."""
    if case == "a PNG of a thousand million points":
        head = struct.pack("!IIBBBBB", 40_000, 30_000, 8, 2, 0, 0, 0)
        parts = {b"IHDR": head, b"IDAT": zlib.compress(b""), b"IEND": b""}
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts.items())
    if case == "a workbook with thousands of members":
        return package(members={f"xl/{number}.xml": "" for number in range(5001)})
    if case == "a workbook that unpacks to a gigabyte":
        return bomb()
    if case == "a workbook with two members of one name":
        return package(members={"xl/worksheets/a1.xml": "1", "xl/worksheets/a2.xml": "2"}).replace(b"a2.xml", b"a1.xml")
    return REFUSED[case][1]


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def bomb() -> bytes:
    """A workbook of a megabyte that holds three hundred of zeros."""
    out = io.BytesIO(package())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as opened, opened.open("xl/worksheets/sheet1.xml", "w") as member:
        for _megabyte in range(300):
            member.write(b"\0" * 1024 * 1024)
    return out.getvalue()


def kept_files(settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).parent.rglob("*") if path.is_file()]


def put_by_page(client, data: bytes, name: str):
    """Put a file by the page, with the name exactly as a hostile browser would send it."""
    upload = sent(data, "x")
    upload._name = name
    return client.post(reverse("indicators:evidence", args=["tianjin"]), {"files": upload})


def served_soundly(client, kept: Evidence, settings) -> None:
    """See that a file comes back byte for byte, as a download under its own name, and can run nowhere."""
    answer = client.get(reverse("indicators:evidence_file", args=["tianjin", kept.pk]))
    data = b"".join(answer.streaming_content)
    disposition, told = parse_options_header(answer["Content-Disposition"])
    assert (answer.status_code, hashlib.sha256(data).hexdigest()) == (200, kept.sha256)
    assert (disposition, told["filename"]) == ("attachment", kept.name)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Type"].split(";")[0] in kinds.CONTENT_TYPES.values()
    assert kept_files(settings) == [evidence.path_of(kept.sha256)]
    assert evidence.path_of(kept.sha256).is_relative_to(Path(settings.MEDIA_ROOT) / "evidence")


@pytest.mark.parametrize("case", TAKEN)
def test_a_sound_file_is_taken_and_comes_back_byte_for_byte_as_a_download(tianjin, people, client, settings, case):
    name, data = TAKEN[case]
    assert put_by_page(client, data, name).status_code in (200, 302)
    kept = Evidence.objects.get()
    assert kept.name == name
    if kept.kind not in kinds.PICTURES:
        assert kept.sha256 == hashlib.sha256(data).hexdigest()
    served_soundly(client, kept, settings)


@pytest.mark.parametrize("case", NAMES)
def test_no_name_leads_anywhere_and_each_can_be_saved_under(tianjin, people, client, settings, case):
    kept = put(tianjin, people.contributor, name=NAMES[case]).evidence
    assert not set(kept.name) & set('/\\<>:"|?*\0\r\n\u202e\u200b\u2066')
    assert kept.name.endswith(".pdf")
    assert len(kept.name.encode()) <= 255
    assert kept.name.split(".")[0].upper() not in {"CON", "LPT1"}
    served_soundly(client, kept, settings)


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_of_another_kind_is_refused_by_its_name_and_leaves_nothing(tianjin, people, settings, case):
    name = REFUSED[case][0]
    with pytest.raises(ValidationError) as refusal:
        put(tianjin, people.contributor, made(case), name)
    assert any(words in refusal.value.messages[0] for words in (naming.tidy(name), "像素"))
    assert refusal.value.code in {"kind", "too_large", "empty"}
    assert (Evidence.objects.count(), kept_files(settings)) == (0, [])


def test_the_corpus_has_more_than_sixty_uploads():
    assert len(TAKEN) + len(NAMES) + len(REFUSED) >= 90


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_whatever_a_file_is_called_its_name_is_one_plain_part_of_a_path(name):
    tidy = naming.tidy(name)
    assert 0 < len(tidy.encode()) <= 255
    assert not set(tidy) & set('/\\<>:"|?*')
    assert tidy.strip(" .") == tidy
    assert tidy.isprintable() or " " in tidy or any(sign.isspace() for sign in tidy)
    assert naming.tidy(tidy) == tidy


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_loses_its_place_and_its_camera(tianjin, people, kind):
    data = picture(kind, place=True)
    assert b"Canary Camera" in data
    assert Image.open(io.BytesIO(data)).getexif().get(CAMERA) == "Canary Camera"
    kept = put(tianjin, people.contributor, data, f"photo.{kind.lower()}").evidence
    bytes_kept = evidence.path_of(kept.sha256).read_bytes()
    assert b"Canary" not in bytes_kept
    assert not dict(Image.open(io.BytesIO(bytes_kept)).getexif())


def test_a_picture_that_was_turned_by_its_note_stands_upright_without_it(tianjin, people):
    kept = put(tianjin, people.contributor, picture("JPEG", size=(40, 20), turned=6), "photo.jpg").evidence
    with Image.open(evidence.path_of(kept.sha256)) as upright:
        assert upright.size == (20, 40)


def test_what_hangs_behind_a_picture_or_in_its_comments_is_gone(tianjin, people):
    large = picture("JPEG", size=(2000, 2000))
    kept = put(tianjin, people.contributor, large + HTML, "photo.jpg").evidence
    assert b"script" not in evidence.path_of(kept.sha256).read_bytes()
    shot = Image.open(io.BytesIO(picture()))
    out = io.BytesIO()
    words = PngInfo()
    words.add_text("Comment", "canary")
    shot.save(out, "PNG", pnginfo=words)
    kept = put(tianjin, people.contributor, out.getvalue(), "shot.png").evidence
    assert b"canary" not in evidence.path_of(kept.sha256).read_bytes()


def test_a_file_that_names_its_author_is_taken_with_a_warning(tianjin, people):
    (warning,) = put(tianjin, people.contributor, authored(names="王芳"), "letter.docx").warnings
    assert "王芳" in warning


def test_nothing_is_handed_out_inline_whatever_the_kind_says(tianjin, people):
    for name, data in TAKEN.values():
        answer = handing.hand_out(put(tianjin, people.contributor, data, name).evidence)
        answer.file_to_stream.close()
        assert answer["Content-Disposition"].startswith("attachment")
        assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-cache")
