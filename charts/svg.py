"""Draws a chart option as SVG text, on the server, with ECharts in a small JavaScript engine.

The same option gives the same bytes in any process and after any number of other charts. The SVG carries neither
`style` attributes nor `<style>` elements, so it may stand inside a page under a strict content security policy.
"""

import hashlib
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import quickjs

BUNDLE = Path(__file__).parent / "vendor" / "charts.js"
FONT = "Noto Sans SC"
SECONDS = 10
STACK = 4 * 1024 * 1024
MEMORY = 256 * 1024 * 1024
BROWSER = """
const console = {log() {}, warn() {}, error() {}};
const setTimeout = () => 0, clearTimeout = () => {}, setInterval = () => 0, clearInterval = () => {};
const requestAnimationFrame = () => 0;
"""
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
LOWERED = str.maketrans(SUBSCRIPTS, "0123456789")
NOISE = re.compile(r' (?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="[^"]*"|baseProfile="[^"]*"|xmlns:xlink="[^"]*")')
STYLE = re.compile(r' style="([^"]*)"')
IDENTIFIER = re.compile(r"zr\d+-c\d+")
WORDS = re.compile(r"(<text[^>]*>)([^<]*)(</text>)")


def render(option: dict[str, Any], *, width: int, height: int, font: str = FONT, label: str = "") -> str:
    """The chart as SVG text of `width` by `height` px, its text in `font`.

    `label` names the picture for those who cannot see it. Subscript digits (CO₂) become lowered ordinary digits,
    because the font of the printed page has no glyphs for them.
    """
    styled = option | {"textStyle": option.get("textStyle", {}) | {"fontFamily": font}}
    drawn = _ENGINE.draw(encode(styled), width, height)
    return _named(_plain(drawn), label)


def encode(value: Any) -> str:
    """JSON with decimals written digit by digit, so that no value passes through binary fractions on our side."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("A chart shows finite numbers only.")
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(str(key))}:{encode(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(encode(item) for item in value) + "]"
    return json.dumps(value)


class _Engine:
    """One JavaScript context in one thread of its own, made at the first chart of a process.

    A context belongs to the thread that made it, and holds 30 MB: one serves all threads of a web process.
    """

    def __init__(self) -> None:
        self.forget()
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Start afresh: a forked child has its parent's context but not the thread it lives in."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")
        self._svg: quickjs.Object | None = None

    def draw(self, option: str, width: int, height: int) -> str:
        return self._thread.submit(self._draw, option, width, height).result()

    def _draw(self, option: str, width: int, height: int) -> str:
        if self._svg is None:
            self._svg = self._made()
        try:
            return self._svg(option, width, height)
        except quickjs.JSException:
            # A context that ran out of time or memory is not to be trusted with the next chart.
            self._svg = None
            raise

    @staticmethod
    def _made() -> quickjs.Object:
        context = quickjs.Context()
        context.set_max_stack_size(STACK)
        context.set_memory_limit(MEMORY)
        context.set_time_limit(SECONDS)
        context.eval(BROWSER)
        context.eval(BUNDLE.read_text("utf-8"))
        return context.eval("portalCharts.svg")


_ENGINE = _Engine()


def _plain(svg: str) -> str:
    svg = STYLE.sub(_attributes, NOISE.sub("", svg)).replace("</g>\n", "</g>")
    svg = WORDS.sub(lambda found: found[1] + _lowered(found[2]) + found[3], svg)
    # Ids are drawn from the picture itself: no two pictures on a page share one, and none depends on what was drawn before.
    found = list(dict.fromkeys(IDENTIFIER.findall(svg)))
    bare = IDENTIFIER.sub(lambda match: f"c{found.index(match[0])}", svg)
    digest = hashlib.sha256(bare.encode()).hexdigest()[:10]
    return IDENTIFIER.sub(lambda match: f"c{digest}-{found.index(match[0])}", svg)


def _attributes(style: re.Match[str]) -> str:
    pairs = (part.split(":", 1) for part in style[1].split(";") if ":" in part)
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)


def _lowered(text: str) -> str:
    """The text with subscript digits set lower and smaller, and what follows them back on its line."""
    told = []
    for part in re.split("([₀-₉]+)", text):
        if part and part[0] in SUBSCRIPTS:
            told.append(f'<tspan dy="0.24em" font-size="75%">{part.translate(LOWERED)}</tspan>')
        elif told and part:
            told.append(f'<tspan dy="-0.18em">{part}</tspan>')
        else:
            told.append(part)
    return "".join(told)


def _named(svg: str, label: str) -> str:
    about = f'role="img" aria-label={quoteattr(label)}' if label else 'aria-hidden="true"'
    return svg.replace("<svg ", f"<svg {about} ", 1)
