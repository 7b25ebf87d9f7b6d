"""What is written into a workbook comes back out of it: figures, qualifiers, reasons and texts, whatever people write."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators import workbook
from indicators.models import TYPED_FLAGS, TYPED_REASONS, Mode
from indicators.workbook.laying import Answer, Layout, Line, Section
from pilots.models import Qualifier
from tests.indicators.books import YEAR, opened, template

pytestmark = pytest.mark.django_db
PAYLOADS = (
    "=1+1",
    '=HYPERLINK("http://x.example","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1＋1",
    "＠x",
    "=cmd|' /C calc'!A0",
    "{=1}",
    "'=1",
    "http://x.example",
    "_x0041_",
    "<b>&amp;</b>",
    "1e5",
    "第一行\n第二行",
)
SIGNS = st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00")
TEXTS = st.one_of(st.just(""), st.sampled_from(PAYLOADS), st.text(SIGNS, max_size=40))
WHOLE = st.integers(-(10**26) + 1, 10**26 - 1).map(Decimal)
FINE = st.integers(-(10**20), 10**20).map(lambda number: Decimal(number).scaleb(-12))
VALUES = st.one_of(WHOLE, FINE, st.decimals(-(10**6), 10**6, places=3))


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """A figure with its qualifier and status, or a reason for having none, and the texts beside."""
    texts = {name: draw(TEXTS) for name in workbook.TEXTS}
    version = draw(st.integers(0, 10**6))
    if draw(st.booleans()):
        told = {"qualifier": draw(st.sampled_from(Qualifier.values)), "flag": draw(st.sampled_from(TYPED_FLAGS)).value}
        return Answer(draw(VALUES), **told, **texts, version=version)
    reason = draw(st.sampled_from(TYPED_REASONS)).value
    until = draw(st.none() | st.dates(date(2030, 1, 1), date(2040, 1, 1))) if reason == "not-yet" else None
    return Answer(None, reason=reason, until=until, **texts, version=version)


def laid(codes: list[tuple[str, str, str]], drawn: list[Answer], language: str) -> Layout:
    """A template with these answers."""
    lines = tuple(Line(code, "2030", name, unit, answer) for (code, name, unit), answer in zip(codes, drawn, strict=False))
    return Layout("tianjin", "=天津", YEAR, language, "", "2030-01-01T08:00:00+08:00", (Section("=议题", lines),))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=st.lists(answers(), min_size=1, max_size=8), language=st.sampled_from(["zh", "en"]))
def test_two_hundred_random_workbooks_come_back_as_they_were_written(tianjin, tmp_path, drawn, language):
    series = tianjin.series.filter(mode=Mode.DIRECT, frequency="year", indicator__isnull=False).with_definitions()[:8]
    layout = laid([(one.code, one.name, one.unit.name_zh) for one in series], drawn, language)
    file = tmp_path / "a.xlsx"
    file.write_bytes(workbook.write(layout))
    book = workbook.read(Path(file), name="a.xlsx")
    found = workbook.items_of(book, pilot=tianjin, period=YEAR)
    stamped = workbook.stamped_in(book.stamp)
    assert [(one.place, one.message) for one in found.problems] == []
    items = {item.series: item for _row, item in found.items}
    assert len(items) == len(list(layout.lines))
    for line in layout.lines:
        item, answer = items[line.series], line.answer
        assert (item.value, item.reason, item.until, item.version) == (answer.value, answer.reason, answer.until, answer.version)
        if answer.value is not None:
            assert (item.qualifier, item.flag) == (answer.qualifier, answer.flag)
        was = stamped.cells[line.series, "2030"]
        assert all(was.same(name, getattr(item, name)) for name in workbook.TEXTS)
        assert all(was.same(name, getattr(answer, name)) for name in workbook.TEXTS)


def test_no_text_of_a_person_becomes_a_formula(tianjin, tmp_path):
    answers_with = [Answer(Decimal(-3), source=payload, note=payload, explanation=payload) for payload in PAYLOADS]
    lines = tuple(Line(payload, "2030", payload, payload, answer) for payload, answer in zip(PAYLOADS, answers_with, strict=True))
    layout = Layout("tianjin", "=天津", YEAR, "zh", "=局", "2030-01-01T08:00:00+08:00", (Section("=议题", lines),))
    marks = workbook.Marks({(PAYLOADS[0], "2030"): workbook.Typed({"value": "=1+1"}, "=1")}, [("=A1", "=1", "=2", "=3")])
    for book in (opened(workbook.write(layout)), opened(workbook.write(layout, marks))):
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert any(cell.value == -3 for cell in cells), "a negative figure stays a number"


def test_the_template_locks_what_is_not_to_be_typed_and_offers_what_may_be_chosen(tianjin, people):
    book = opened(template(tianjin, people.lead))
    sheet = book.worksheets[0]
    assert sheet.protection.sheet and not sheet.protection.password
    assert sheet.freeze_panes == "C5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert book["_portal"].sheet_state == "veryHidden"
    assert sheet.column_dimensions["N"].hidden
    assert sheet["A5"].protection.locked
    assert "天津" in book.properties.title
