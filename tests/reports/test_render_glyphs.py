"""The glyph guard of the printed page."""

import pytest
from django.utils.translation import override

from reports.render.glyphs import SUBSTITUTE, guard, known
from reports.render.sheet import LOCALES
from reports.render.words import page_words


def test_guard_keeps_what_the_font_can_show() -> None:
    words = "天津生态城 CO₂ µg/m³ ≥ 12.5 %，〇 m⁻² 䶮"
    assert guard({"a": [words, 3, None, True]}) == ({"a": [words, 3, None, True]}, [])


def test_guard_replaces_what_has_no_glyph_and_names_it_once() -> None:
    assert guard(["好🌳", "🌳 \U0002a6d6", "مدينة"])[0] == ["好〓", "〓 〓", "〓〓〓〓〓"]
    assert guard(["好🌳", "🌳"])[1] == ["🌳"]


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("a\u200bb\ufeffc", "abc"),
        ("一\n二\t三\u2009四\u202f五", "一 二 三 四 五"),
        ("\u202egnp.exe", "gnp.exe"),
        ("e\u0301", "é"),
        ("x\x00\x07y", "xy"),
        ("☺\ufe0f", "〓"),
    ],
)
def test_guard_makes_spaces_plain_and_drops_what_is_not_seen(written: str, printed: str) -> None:
    assert guard(written)[0] == printed


def test_guard_replaces_half_a_character() -> None:
    assert guard("a\ud83db")[0] == "a〓b"


def test_the_substitute_itself_has_a_glyph() -> None:
    assert ord(SUBSTITUTE) in known()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_of_the_page_have_all_their_glyphs(language: str) -> None:
    with override(LOCALES[language]):
        assert guard(page_words())[1] == []
