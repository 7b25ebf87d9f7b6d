"""Charts as SVG text, drawn on the server."""

import hashlib
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from xml.etree import ElementTree

import pytest
import quickjs

from charts import svg
from charts.options import Cell, Point, bars, heat, line

POINTS = [Point("2022", Decimal("15.2"), "15.2"), Point("2023", None), Point("2024", Decimal("17.7"), "17.7 吨 CO₂")]
OPTION = line(POINTS, write=str)


def drawn(option: dict = OPTION, **more: str) -> str:
    return svg.render(option, width=300, height=160, **more)


def texts(picture: str) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


def test_render_keeps_text_as_text_in_the_font_asked_for() -> None:
    picture = drawn(font="Some Font")
    assert {"2022", "2023", "2024"} <= set(texts(picture))
    assert 'font-family="Some Font"' in picture


def test_render_lowers_subscript_digits() -> None:
    picture = drawn()
    assert "17.7 吨 CO2" in texts(picture)
    assert '<tspan dy="0.24em"' in picture
    assert "₂" not in picture


def test_what_follows_a_subscript_is_back_on_the_line() -> None:
    picture = drawn(line([Point("2024", Decimal(1), "CO₂ 与 H₂O")], write=str))
    assert "CO2 与 H2O" in texts(picture)
    assert picture.count('<tspan dy="-0.18em">') == 2


def test_the_same_chart_is_the_same_bytes_after_other_charts_and_from_other_threads() -> None:
    first = drawn()
    drawn(bars(POINTS, write=str))
    with ThreadPoolExecutor(4) as threads:
        again = list(threads.map(lambda _: drawn(), range(8)))
    assert set(again) == {first}


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_the_same_chart_is_the_same_bytes_in_a_forked_process() -> None:
    here = hashlib.sha256(drawn().encode()).digest()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # a child that waits for its parent's thread would wait for ever
        os.write(writer, hashlib.sha256(drawn().encode()).digest())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    assert os.read(reader, 64) == here


def test_two_charts_of_one_page_share_no_id() -> None:
    def ids(picture: str) -> set[str]:
        return {node.get("id", "") for node in ElementTree.fromstring(picture).iter()} - {""}

    one, other = ids(drawn()), ids(drawn(line(POINTS[:1], write=str)))
    assert one
    assert not one & other


@pytest.mark.parametrize(
    "option", [OPTION, bars(POINTS, write=str), heat([Cell(0, 0, Decimal(1), "1")], columns=["x"], rows=["y"], top=Decimal(2))]
)
def test_the_picture_needs_no_inline_style_and_no_script(option: dict) -> None:
    picture = drawn(option)
    assert "style" not in picture
    assert "<script" not in picture
    assert "class=" not in picture


def test_text_is_never_markup() -> None:
    evil = '</text><script>alert(1)</script>" onload="x'
    picture = drawn(line([Point(evil, Decimal(1), "1")], write=str), label=evil)
    assert evil in texts(picture)
    assert ElementTree.fromstring(picture).get("aria-label") == evil
    assert "<script" not in picture


def test_a_chart_without_a_name_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in drawn()
    assert 'role="img" aria-label="目标"' in drawn(label="目标")


def test_encode_writes_decimals_digit_by_digit() -> None:
    assert svg.encode({"a": [Decimal("0.10"), Decimal("1E+3"), None, True, "x\u2028</"]}) == '{"a":[0.10,1000,null,true,"x\\u2028</"]}'
    with pytest.raises(ValueError, match="finite"):
        svg.encode(Decimal("Infinity"))


def test_the_engine_draws_again_after_a_chart_it_could_not_draw() -> None:
    before = drawn()
    with pytest.raises(quickjs.JSException):
        drawn({"series": [{"type": "line", "data": 5}], "xAxis": {"type": "nonsense"}, "yAxis": {}})
    assert drawn() == before


def test_the_bundle_is_the_one_its_checksum_says() -> None:
    said = svg.BUNDLE.with_suffix(".js.sha256").read_text().split()[0]
    assert hashlib.sha256(svg.BUNDLE.read_bytes()).hexdigest() == said
