"""The documentation cannot lie: settings, functions, commands, links and words are compared with what is there."""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands

from portal.environment import VARIABLES
from tests.house import catalogues
from tests.house.tree import PACKAGES, ROOT, ours

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
DOTTED = re.compile(rf"`((?:{'|'.join(PACKAGES)})(?:\.[a-z_]\w*)+)(?:\(\))?`")
FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]*\.\w+)`")
CITED = re.compile(r"\bDECISIONS (\d+)")
TERM = re.compile(r"^\| ([^|]+?) \| ([\u3400-\u9fff]+) \|", re.M)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def settings_row(variable) -> str:
    default = f"`{variable.default}`" if variable.default else ""
    return f"| `{variable.name}` | {default} | {variable.sentence} |"


def exists(dotted: str) -> bool:
    """Whether a dotted name is a module, or a name in one."""
    module, _, name = dotted.rpartition(".")
    try:
        return find_spec(dotted) is not None or hasattr(import_module(module), name)
    except ModuleNotFoundError:
        return module.count(".") > 0 and find_spec(module.rpartition(".")[0]) is not None and hasattr(import_module(module), name)


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.name)
def test_settings_page_says_what_the_table_says(variable):
    assert settings_row(variable) in page("settings.md")


def test_settings_page_and_example_hold_no_other_names():
    names = {variable.name for variable in VARIABLES}
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", page("settings.md"), re.M)) == names
    assert set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M)) == names


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_every_function_named_is_there(path):
    for dotted in DOTTED.findall(path.read_text(encoding="utf-8")):
        assert exists(dotted), f"{dotted} is named in {relative(path)}"


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_every_link_and_file_named_is_there(path):
    text = path.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if not target.startswith(("http://", "https://", "#", "mailto:")):
            assert (path.parent / target.split("#")[0]).exists(), f"{target} is linked in {relative(path)}"
    for target in FILE.findall(text):
        assert (ROOT / target).exists() or (path.parent / target).exists(), f"{target} is named in {relative(path)}"


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=relative)
def test_every_page_can_be_reached(path):
    index = path.parent / "index.md"
    assert path == index or f"({path.name})" in index.read_text(encoding="utf-8"), f"{relative(index)} does not name {path.name}"


def test_every_command_is_documented():
    ours = {command for command, app in get_commands().items() if app in PACKAGES}
    assert set(re.findall(r"^\| `(\w+)", page("commands.md"), re.M)) == ours


def test_the_walk_is_documented_in_order():
    assert re.findall(r"^\| (\d+) \|", page("walk.md"), re.M) == [str(number) for number in range(15)]


def test_every_numbered_decision_cited_is_there():
    numbers = set(re.findall(r"^(\d+)\. ", page("decisions/numbered.md"), re.M))
    cited = {(number, relative(ROOT / source.path)) for source in ours(".py") for number in CITED.findall(source.text)}
    assert cited
    assert {(number, path) for number, path in cited if number not in numbers} == set()


def terms() -> list[tuple[str, str]]:
    return [term for term in TERM.findall(page("words.md")) if term != ("English", "中文")]


def test_words_are_many_and_each_said_once():
    english = [term for term, _chinese in terms()]
    assert len(english) > 35
    assert len(english) == len(set(english))


@pytest.mark.parametrize(("english", "chinese"), terms(), ids=lambda term: term)
def test_a_word_is_said_the_same_way_everywhere(english, chinese):
    for path in catalogues.catalogues():
        for message in catalogues.messages(path.read_text(encoding="utf-8")):
            if message.english.lower() in {english.lower(), f"{english.lower()}s"}:
                assert all(chinese in form for form in message.chinese if form), f"{message.english} in {relative(path)}"


def test_the_words_are_used():
    said = "".join(path.read_text(encoding="utf-8") for path in catalogues.catalogues())
    assert [chinese for _english, chinese in terms() if chinese not in said] == []
