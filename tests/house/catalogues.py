"""The catalogues of Chinese words: read, compared with what is compiled and with what pages and code say."""

import ast
import gettext
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation.template import templatize

from tests.house.python_rules import TRANSLATORS, name_of
from tests.house.tree import PACKAGES, ROOT, Source, ours

KEYWORD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*")$')
IN_TEMPLATE = re.compile(r"(?:n?p?gettext|_)\((?:count, )?u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
CONTEXT_FIRST = {"pgettext", "pgettext_lazy"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|{\w*}")


@dataclass
class Message:
    """One message of a catalogue: the English, the Chinese forms, and whether a person has yet to look at it."""

    parts: dict[str, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def english(self) -> str:
        return self.parts.get("msgid", "")

    @property
    def chinese(self) -> list[str]:
        return [text for key, text in self.parts.items() if key.startswith("msgstr")]


def messages(text: str) -> list[Message]:
    """Read a catalogue, header left out."""
    found = []
    for block in re.split(r"\n\s*\n", text):
        message, key = Message(), ""
        for line in block.splitlines():
            if line.startswith("#,") and "fuzzy" in line:
                message.fuzzy = True
            elif match := KEYWORD.match(line):
                key = match[1]
                message.parts[key] = ast.literal_eval(match[2])
            elif line.startswith('"') and key:
                message.parts[key] += ast.literal_eval(line)
        if message.english:
            found.append(message)
    return found


def catalogues() -> list[Path]:
    """The Chinese catalogues of our packages."""
    return sorted(path for package in PACKAGES for path in (ROOT / package).glob("locale/zh_Hans/LC_MESSAGES/*.po"))


def compiled(path: Path) -> dict:
    """The messages of the compiled file beside a catalogue."""
    with path.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


def said_in_code(source: Source) -> set[str]:
    """The messages that a Python file asks gettext for."""
    said = set()
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or name_of(node.func) not in TRANSLATORS:
            continue
        place = 1 if name_of(node.func) in CONTEXT_FIRST else 0
        if len(node.args) > place and isinstance(node.args[place], ast.Constant) and isinstance(node.args[place].value, str):
            said.add(node.args[place].value)
    return said


def said_in_template(source: Source) -> set[str]:
    """The messages that a template asks gettext for."""
    return {ast.literal_eval(text) for text in IN_TEMPLATE.findall(templatize(source.text))}


@cache
def said() -> dict[str, str]:
    """Every message our code and templates say, with the file that says it."""
    found = {}
    for source in ours(".py", ".html", ".txt"):
        if source.package in PACKAGES:
            say = said_in_code if source.path.suffix == ".py" else said_in_template
            found |= dict.fromkeys(say(source), source.path.as_posix())
    return found
