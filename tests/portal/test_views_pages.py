"""The frame's own pages: home, help, account, language, sign-in, and the pages that say what went wrong."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from pilots.models import Pilot, TrailRow, User
from tests.builders import PASSWORD, collection, verified
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
# Every page that the sign-in library shows to a person who is signed in.
ACCOUNT_PAGES = (
    "account_logout",
    "account_change_password",
    "usersessions_list",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_generate_recovery_codes",
)
OPEN_PAGES = ("/", "/help/", "/account/login/", "/indicators/", "/pilots/tianjin/", "/pilots/tianjin/matrix", "/nowhere/")


def visitor(language: str = "en") -> Client:
    return Client(headers={"accept-language": language})


def test_a_visitor_sees_what_the_portal_is_and_the_four_pilots(db):
    shown = visitor().get("/").content.decode()
    assert "Sign in" in shown
    assert [name for name in Pilot.objects.values_list("name_en", flat=True) if name not in shown] == []
    assert "用数据看城市与社区的可持续发展管理" in visitor("zh-hans").get("/").content.decode()


def test_the_front_page_draws_each_pilots_72_cells(db):
    shown = visitor().get("/").content.decode()
    assert len(re.findall(r"<circle class=\"dot-", shown)) == 72 * Pilot.objects.count()


def test_the_front_page_tells_the_latest_verified_year(tianjin, people):
    assert "no verified figures yet" in visitor().get("/").content.decode()
    verified(collection(tianjin, people.coordinator), people)
    assert "· 2030" in visitor().get("/").content.decode()


def test_an_empty_portal_says_what_comes_here(db):
    Pilot.objects.update(active=False)
    assert "Pilots appear here when the coordinator has added them." in visitor().get("/").content.decode()


def test_home_is_the_matrix_for_a_person_of_one_pilot_and_all_pilots_for_the_programme(people):
    assert "Six purposes × twelve issues" in signed_in(people.viewer).get("/").content.decode()
    assert "Six purposes × twelve issues" not in signed_in(people.coordinator).get("/").content.decode()


def test_the_navigation_offers_what_the_person_has(tianjin, people):
    collection(tianjin, people.coordinator)
    entry = reverse("indicators:entry", args=["tianjin", "2030"])
    assert entry in signed_in(people.viewer).get("/help/").content.decode()
    for other in (people.stranger, people.nobody):
        assert entry not in signed_in(other).get("/help/").content.decode()
    assert entry not in visitor().get("/help/").content.decode()


def test_a_page_is_marked_in_the_navigation(db):
    shown = visitor().get("/help/").content.decode()
    assert 'href="/help/" aria-current="page"' in shown
    assert 'href="/indicators/" aria-current' not in shown


def test_the_account_page_shows_the_persons_roles_and_asks_strangers_to_sign_in(people):
    shown = signed_in(people.lead).get("/account/").content.decode()
    assert "a.lead" in shown
    assert "Sino-Singapore Tianjin Eco-City" in shown
    assert visitor().get("/account/").url == "/account/login/?next=/account/"
    assert "You hold no role yet" in signed_in(people.nobody).get("/account/").content.decode()


def test_a_language_is_kept_in_the_browser_and_with_the_person(people):
    client = signed_in(people.lead, language="zh-hans")
    answer = client.post("/i18n/", {"language": "en", "next": "/help/"})
    assert (answer.status_code, answer.url) == (302, "/help/")
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert User.objects.get(pk=people.lead.pk).language == "en"
    assert TrailRow.objects.get(act="members.choose_language").actor == people.lead
    assert "Enter a year of data" in client.get("/help/").content.decode()


def test_a_visitors_language_is_kept_in_the_browser_alone(db):
    client = visitor("zh-hans")
    client.post("/i18n/", {"language": "en", "next": "/help/"})
    assert "Enter a year of data" in client.get("/help/").content.decode()
    assert not TrailRow.objects.filter(act="members.choose_language").exists()


@pytest.mark.parametrize(("language", "next_page"), [("tlh", "/help/"), ("en", "https://elsewhere.example/")])
def test_an_unknown_language_and_a_foreign_page_are_not_followed(people, language, next_page):
    answer = signed_in(people.lead).post("/i18n/", {"language": language, "next": next_page})
    assert "elsewhere" not in answer.url
    assert User.objects.get(pk=people.lead.pk).language != "tlh"


def test_reading_the_language_address_changes_nothing(people):
    assert signed_in(people.lead).get("/i18n/?language=en").status_code == 405


def test_a_person_signs_in_and_out_again(people):
    client = visitor()
    answer = client.post("/account/login/", {"login": "a.lead", "password": PASSWORD, "next": "/account/"})
    assert (answer.status_code, answer.url) == (302, "/account/")
    assert "a.lead" in client.get("/account/").content.decode()
    client.post("/account/logout/")
    assert client.get("/account/").status_code == 302


def test_a_wrong_password_is_refused_beside_the_form_with_the_name_kept(people):
    shown = visitor().post("/account/login/", {"login": "a.lead", "password": "wrong"}).content.decode()
    assert 'role="alert"' in shown
    assert 'value="a.lead"' in shown


def test_too_many_wrong_passwords_lock_the_account_and_say_for_how_long(people):
    client = visitor()
    answers = [client.post("/account/login/", {"login": "a.lead", "password": "wrong"}) for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1].status_code == 429
    assert "Try again in 30 minutes." in answers[-1].content.decode()
    assert client.post("/account/login/", {"login": "a.lead", "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("name", ACCOUNT_PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_of_the_sign_in_library_stand_in_our_layout(people, name, language):
    client = signed_in(people.lead, language=language)
    answer = client.get(reverse(name), follow=True)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "portal/tokens.css" in shown
    assert 'class="skip"' in shown
    assert "style=" not in shown


def test_the_page_for_a_forgotten_password_is_open_to_all(db):
    assert "portal/tokens.css" in visitor().get(reverse("account_reset_password")).content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "There is nothing here"), ("zh-hans", "没有找到这个页面")])
def test_an_address_that_leads_nowhere_says_so_in_the_readers_language(db, language, words):
    answer = visitor(language).get("/nowhere/")
    assert answer.status_code == 404
    assert words in answer.content.decode()


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500", "503"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_trouble_stands_without_a_request_or_a_person(code, language):
    with translation.override(language):
        shown = render_to_string(f"{code}.html")
    assert len(re.findall(r"<h1>[^<]+</h1>", shown)) == 1
    assert 'href="/"' in shown


def test_a_person_without_the_role_is_told_who_may(tianjin, people):
    collection(tianjin, people.coordinator)
    answer = signed_in(people.viewer).get("/pilots/tianjin/data/2030/submit")
    assert answer.status_code == 403
    assert "You may not do this" in answer.content.decode()
    assert "Only a contributor or lead may do this." in answer.content.decode()


def test_the_words_of_a_refusal_are_text():
    assert "&lt;b&gt;" in render_to_string("403.html", {"exception": "<b>"})


def test_a_forged_form_is_refused_in_plain_words(people):
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = client.post("/account/login/", {"login": "a.lead", "password": PASSWORD})
    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/help/", "/account/login/", "/indicators/", "/pilots/tianjin/", "/pilots/tianjin/matrix", "/nowhere/"]
)
def test_no_page_carries_script_or_style_of_its_own_or_anything_from_elsewhere(db, address):
    shown = visitor().get(address).content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=\"/static/)[^>]*>|<style|\sstyle=|\son[a-z]+=|(?:src|href)=\"(?:https?:)?//", shown) == []
