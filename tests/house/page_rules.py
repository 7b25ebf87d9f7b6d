"""The rules for what reaches a browser: templates, style sheets and scripts of our own."""

import re
from collections.abc import Iterator

from tests.house.tree import Source

FILE_LINES = 300
TAG = re.compile(r"{%.*?%}|{#.*?#}", re.S)
UNSAFE_TAG = re.compile(r"\|\s*(safe|safeseq)\b|{%\s*autoescape\s+off")
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)[^>]*>", re.I)
INLINE_STYLE = re.compile(r"<style\b|\sstyle\s*=", re.I)
HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=|javascript:", re.I)
# Names of XML vocabularies look like addresses and are never fetched.
OUTSIDE = re.compile(r"(?<![\w/])(?:https?:)?//(?!www\.w3\.org/)[\w-]+\.[\w.-]+", re.I)
LINK = re.compile(r"<a\s[^>]*>", re.I)
SPOKEN = re.compile(r"\b(?:title|alt|placeholder|aria-label|aria-description)\s*=\s*(\"[^\"]*\"|'[^']*')", re.I)
SILENT = re.compile(
    r"""{%\s*block\ (?:\w*class|coltype)\s*%}.*?{%\s*endblock
    |{%\s*comment.*?endcomment\s*%}
    |{%\s*blocktrans.*?endblocktrans(?:late)?\s*%}
    |{\#.*?\#}
    |<!--.*?-->
    |<kbd>.*?</kbd>
    |<(script|style)\b.*?</\1>""",
    re.S | re.X,
)
MARKUP = re.compile(r"<[^>]*>|&\w+;|&#\w+;")
WORD = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]+")
# The names of the two languages stand in themselves, and a standard's code is the same in both.
SAME_IN_BOTH = re.compile(r"中文|English|ISO(?:/\w+)?|\bBSI\b|\bPDF\b|\bAPI\b|\bCSV\b|\bJSON\b")
TAMPERING = re.compile(r"\b(?:eval|document\.write)\s*\(|\.innerHTML\s*=|new Function\b")


def where(source: Source, place: int) -> str:
    """Name the file and the line of a place in its text."""
    return f"{source.path}:{source.text.count(chr(10), 0, place) + 1}"


def every(pattern: re.Pattern, source: Source, fault: str, text: str | None = None) -> Iterator[str]:
    """Name every place where a pattern is found."""
    for found in pattern.finditer(source.text if text is None else text):
        yield f"{where(source, found.start())}: {fault}: {found[0].strip()[:60]}"


def blank(pattern: re.Pattern, text: str) -> str:
    """Replace what a pattern finds by spaces, so that places stay where they are."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def escaped_text(source: Source) -> Iterator[str]:
    """A template escapes all it shows."""
    yield from every(UNSAFE_TAG, source, "text becomes markup")


# A mail carries its own look; what it may ask for is tested where it is composed.
MAIL = "mail.html"


def nothing_inline(source: Source) -> Iterator[str]:
    """Scripts and styles are files, so that the content policy can refuse all others; mail programs read no style sheet beside a mail."""
    if source.path.name == MAIL:
        return
    plain = blank(TAG, source.text)
    yield from every(INLINE_SCRIPT, source, "inline script", plain)
    yield from every(INLINE_STYLE, source, "inline style", plain)
    yield from every(HANDLER, source, "inline handler", plain)


def nothing_from_outside(source: Source) -> Iterator[str]:
    """No page, style sheet or script asks another server for anything; a link that a person may follow is not a request."""
    text = blank(LINK, source.text) if source.path.suffix == ".html" else source.text
    yield from every(OUTSIDE, source, "an address outside", text)


def every_word_in_both_languages(source: Source) -> Iterator[str]:
    """Every word on a page, spoken attributes included, goes through translation."""
    text = blank(SILENT, source.text)
    spoken = " ".join(found[1] for found in SPOKEN.finditer(blank(TAG, re.sub(r"{{.*?}}", "", text, flags=re.S))))
    seen = blank(MARKUP, blank(TAG, re.sub(r"{{.*?}}", lambda found: " " * len(found[0]), text, flags=re.S)))
    for found in WORD.finditer(blank(SAME_IN_BOTH, seen)):
        yield f"{where(source, found.start())}: not translated: {found[0]}"
    for found in WORD.finditer(SAME_IN_BOTH.sub(" ", spoken)):
        yield f"{source.path}: not translated in an attribute: {found[0]}"


def short_pages(source: Source) -> Iterator[str]:
    """A template, style sheet or script has at most 300 lines."""
    if source.text.count("\n") > FILE_LINES:
        yield f"{source.path}: more than {FILE_LINES} lines"


def honest_scripts(source: Source) -> Iterator[str]:
    """A script makes elements, not markup, and runs no text."""
    yield from every(TAMPERING, source, "text becomes code or markup")


TEMPLATE_RULES = [escaped_text, nothing_inline, nothing_from_outside, every_word_in_both_languages, short_pages]
ASSET_RULES = [nothing_from_outside, short_pages, honest_scripts]
