"""The printed report, read back as a reader, a screen reader and an archive would."""

import copy
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from reports.render import pdf
from reports.render.sheet import LOCALES
from reports.render.words import page_words
from reports.schema import digest
from tests.reports import sample

UNSET = {"short_name"}  # names that serve other pages
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
PAYLOADS = [
    '#read("/etc/passwd")',
    "#sys.inputs",
    "$ x^2 $ *bold* _it_ = Title",
    "<script>alert(1)</script>",
    '"; }) #panic("x")',
    "{b} {{ 7*7 }} \\u{41} // c",
    '=HYPERLINK("x")',
    "@ref <label> `raw`",
]


@pytest.fixture(scope="module")
def content() -> dict:
    return sample.content(14)


@pytest.fixture(scope="module")
def chinese(content: dict) -> bytes:
    return pdf.render(content, "zh")


@pytest.fixture(scope="module")
def english(content: dict) -> bytes:
    return pdf.render(content, "en")


@cache
def read(data: bytes) -> str:
    """The text of all pages without spaces and line ends, which the page breaks as it likes."""
    return bare("".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text.translate(LOWERED))


def texts(value: Any, language: str, name: str = "") -> Iterator[str]:
    """Every text of the content in a language."""
    if isinstance(value, dict) and value.keys() == {"zh", "en"}:
        if name not in UNSET:
            yield value[language]
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, language, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, language, name)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_of_the_content_stands_in_the_pdf(content: dict, chinese: bytes, english: bytes, language: str) -> None:
    printed = read(chinese if language == "zh" else english)
    assert [text for text in texts(content, language) if bare(text) not in printed] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_heading_of_the_page_stands_in_the_pdf(chinese: bytes, english: bytes, language: str) -> None:
    printed = read(chinese if language == "zh" else english)
    with override(LOCALES[language]):
        words = page_words()
    absent = {name for name, text in words.items() if bare(text) not in printed}
    assert absent == {"achievements", "no_figures", "no_facts"}


def test_chart_labels_and_subscripts_are_text(chinese: bytes) -> None:
    title = bare("SH-02 单位地区生产总值碳排放（吨 CO₂/百万美元）")
    chart = read(chinese).split(title, 1)[1].split("来源", 1)[0]
    assert "CO2" in title
    for words in ("2019", "2021", "2027", "目标值32.5", "基线值15.0", "27.5"):
        assert words in chart


def test_values_last_year_change_and_target_stand_in_one_line(chinese: bytes) -> None:
    assert bare("SH-01 可再生能源使用率 % 18.3 17.0 +1.3 ≥ 20.8") in read(chinese)


def test_facts_carry_their_source_phrase_and_their_doubt(chinese: bytes) -> None:
    printed = read(chinese)
    assert "2,000多万平方米" in printed
    assert "原文：“建成2000多万平方米的绿色建筑”" in printed
    assert "存疑数值偏大，发布前需核实。应为：200万平方米" in printed


def test_a_missing_figure_gives_its_reason(content: dict, english: bytes) -> None:
    assert content["rows"][6]["reason"] == "not-collected"
    assert bare("No figure: not collected") in read(english)


def test_demo_stands_on_every_page_of_a_demo_report_and_on_none_of_a_real_one(chinese: bytes) -> None:
    assert all("演示数据" in page.extract_text() for page in PdfReader(BytesIO(chinese)).pages if page.page_number != 1)
    assert bare(PdfReader(BytesIO(chinese)).pages[0].extract_text()).count("演示数据") == 1
    real = sample.content(2, demo=False, rows=[sample.row(n, demo=False) for n in range(2)])
    assert "演示" not in read(pdf.render(real, "zh"))


def test_a_demo_figure_in_a_real_report_is_marked_beside_it() -> None:
    mixed = sample.content(2, demo=False, rows=[sample.row(0, demo=False), sample.row(1)])
    assert bare("sample-2 演示数据") in read(pdf.render(mixed, "zh"))


def test_the_colophon_carries_the_fingerprint_of_the_content(content: dict, chinese: bytes) -> None:
    assert digest(content) in read(chinese)


def test_the_pdf_says_it_is_accessible_and_is_tagged(chinese: bytes, english: bytes) -> None:
    for data, language in ((chinese, "zh-CN"), (english, "en-GB")):
        reader = PdfReader(BytesIO(data))
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == language
        assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()
    assert PdfReader(BytesIO(chinese)).metadata.title == "示例港湾区 2024 年度报告"


def test_every_chart_has_words_for_those_who_cannot_see_it(content: dict, chinese: bytes) -> None:
    described = [words for words in alternatives(PdfReader(BytesIO(chinese)).trailer["/Root"]["/StructTreeRoot"]) if "折线图" in words]
    assert len(described) == len(content["charts"])
    assert "可再生能源使用率折线图，单位：%。2019 12.0, 2020 13.3, 2022 15.8, 2023 17.0, 2024 18.3。" in described


def alternatives(node: Any) -> Iterator[str]:
    """The alternative texts of a structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from alternatives(child)
    elif isinstance(node, dict):
        if "/Alt" in node:
            yield str(node["/Alt"])
        if "/K" in node:
            yield from alternatives(node["/K"])


def test_only_the_carried_font_is_used_and_every_character_has_a_glyph(chinese: bytes) -> None:
    names = set()
    for page in PdfReader(BytesIO(chinese)).pages:
        names |= {str(font.get_object()["/BaseFont"]).split("+")[-1] for font in page["/Resources"]["/Font"].values()}
    assert names == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    assert "\ufffd" not in read(chinese)


def test_the_same_content_is_the_same_bytes(content: dict, chinese: bytes) -> None:
    assert pdf.render(copy.deepcopy(content), "zh") == chinese
    assert PdfReader(BytesIO(chinese)).metadata["/CreationDate"] == "D:20250516063000Z", "the moment is the content's, not the clock's"


def test_a_changed_figure_is_other_bytes(content: dict, chinese: bytes) -> None:
    changed = copy.deepcopy(content)
    changed["rows"][0]["value"] = "18.26"
    assert pdf.render(changed, "zh") != chinese


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_of_users_stays_text_wherever_it_stands(payload: str) -> None:
    evil = sample.content(2)
    for text in (evil["pilot"]["name"], evil["facts"][0]["name"], evil["rows"][0]["name"], evil["rows"][0]["unit"], evil["notes"][0]):
        text["zh"] = payload
    evil["rows"][0] |= {"note": payload, "source": payload}
    evil["facts"][1] |= {"doubt": payload, "phrase": payload, "source": payload}
    evil["cycle"]["objectives"][0]["statement"]["zh"] = payload
    printed = read(pdf.render(evil, "zh"))
    assert printed.count(bare(payload)) >= 12
    assert "root:x:0" not in printed


def test_a_character_without_glyph_is_replaced_and_reported_and_fails_nothing(caplog: pytest.LogCaptureFixture) -> None:
    rare = sample.content(2)
    rare["rows"][0]["name"]["zh"] = "绿树🌳覆盖率"
    printed = pdf.typeset(rare, "zh")
    assert printed.replaced == ["🌳"]
    assert "绿树〓覆盖率" in read(printed.data)
    pdf.render(rare, "zh")
    assert "U+1F333" in caplog.text


def test_a_text_missing_in_one_language_is_given_in_the_other() -> None:
    one_sided = sample.content(1)
    one_sided["notes"] = [sample.text("只有中文的说明", "")]
    assert "只有中文的说明" in read(pdf.render(one_sided, "en"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_report_without_figures_says_so(language: str) -> None:
    printed = read(pdf.render(sample.content(0), language))
    with override(LOCALES[language]):
        words = page_words()
    assert bare(words["no_figures"]) in printed
    assert bare(words["no_facts"]) in printed


def test_a_set_of_sixty_three_is_printed_whole() -> None:
    whole = sample.content(63)
    printed = read(pdf.render(whole, "zh"))
    assert [row["code"] for row in whole["rows"] if printed.count(row["code"]) < 3] == []


def test_render_refuses_another_schema_and_another_language(content: dict) -> None:
    with pytest.raises(ValueError, match="schema"):
        pdf.render(content | {"schema": "i37-report/2"}, "zh")
    with pytest.raises(ValueError, match="zh or en"):
        pdf.render(content, "fr")
