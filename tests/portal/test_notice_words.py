"""Every kind of notice has words in both languages, and its mail says the same in text and in HTML."""

import html
import re

import pytest
from django.utils import translation

from indicators.models import Series
from pilots.models import Notice
from portal.notices import SAYINGS, say
from portal.notices.mailing import message
from tests.told import EXAMPLES, example

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What is not ours to translate: codes, days, addresses and what people typed.
FOREIGN = re.compile(r"https?://\S+|TJ-\d+|[\w./-]*\d[\w./-]*|EMAIL_URL")
SITE = "https://portal.example.cn"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.PORTAL_ADDRESS, settings.MAIL = SITE, True


def plain(page: str) -> str:
    """The text of an HTML mail, as its reader sees it."""
    body = page.split("<body")[1].split(">", 1)[1]
    return html.unescape(re.sub(r"<[^>]+>", "\n", body.replace("<br>", "\n")))


def words(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_every_kind_has_words_and_an_example():
    assert set(SAYINGS) == set(Notice.Kind.values) == set(EXAMPLES)


@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_every_kind_speaks_both_languages_and_names_its_facts(tianjin, people, kind):
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = say(example(kind, people, tianjin))
    zh, en = told["zh-hans"], told["en"]
    assert CHINESE.search(zh.subject) and CHINESE.search(zh.step)
    assert not CHINESE.search(en.step + "".join(label for label, _fact in en.facts))
    assert zh.subject != en.subject and zh.step != en.step and zh.path == en.path
    assert len(zh.facts) == len(en.facts)
    for telling in (zh, en):
        assert "%(" not in str(telling) and "None" not in str(telling)


@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_no_english_is_left_in_the_chinese_mail(tianjin, people, kind):
    notice = example(kind, people, tianjin, typed="这里写着一句话。", name="王芳", language="zh-hans")
    # The names of people and series are data; everything else that is written in Latin letters would be ours.
    names = [str(one) for one in vars(people).values()] + [one.name for one in Series.objects.filter(pilot=tianjin)]
    mail = message([notice], notice.person)
    for text in (mail.subject, mail.body, plain(mail.alternatives[0].content)):
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        assert re.findall(r"[A-Za-z]{2,}", FOREIGN.sub("", text)) == [], kind


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_text_and_html_of_a_mail_name_the_same_facts(tianjin, people, kind, language):
    notice = example(kind, people, tianjin, language=language)
    mail = message([notice], notice.person)
    page = mail.alternatives[0].content
    with translation.override(language):
        telling = say(notice)
    assert telling.subject in mail.body and telling.subject in plain(page)
    for label, fact in telling.facts:
        assert f"{label}{'：' if language == 'zh-hans' else ': '}{fact}" in mail.body
        assert label in words(plain(page)) and fact in words(plain(page))
    if telling.quote:
        assert telling.quote in mail.body and telling.quote in plain(page)
    for address in (SITE + telling.path, f"{SITE}/inbox/", f"{SITE}/account/"):
        assert address in mail.body and f'href="{address}"' in page
    links = set(re.findall(r'href="([^"]+)"', page))
    assert links == set(re.findall(r"https://\S+", mail.body)), "both lead to the same places"


@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_a_mail_asks_for_nothing_from_elsewhere_and_tracks_nobody(tianjin, people, kind):
    notice = example(kind, people, tianjin)
    page = message([notice], notice.person).alternatives[0].content
    assert not re.search(r"<img|<script|<link|<iframe|url\(|@import|@font-face|src=", page)
    assert all(address.startswith(SITE) for address in re.findall(r'href="([^"]+)"', page))


def test_whoever_covers_is_told_for_whom(tianjin, people):
    notice = example("submitted", people, tianjin, language="en")
    notice.covering = people.second
    mail = message([notice], notice.person)
    for text in (mail.body, plain(mail.alternatives[0].content)):
        assert f"You are told this because you cover for {people.second}." in text


def test_the_words_of_a_batch_cost_no_more_than_those_of_one(tianjin, people, django_assert_max_num_queries):
    from portal.notices import say_all

    batch = [example(kind, people, tianjin) for kind in Notice.Kind.values for _time in range(3)]
    with django_assert_max_num_queries(2):
        assert len(say_all(batch)) == len(batch)
