"""Every answer carries its headers, and speaks the language its reader asked for."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from pilots.models import User
from portal import middleware


def say_language(request):
    return HttpResponse(translation.get_language())


@pytest.fixture(autouse=True)
def _browser_speaks_chinese():
    with translation.override("zh-hans"):
        yield


def ask(path="/", *, own="", cookie="", signed_in=True, **query):
    """Ask as a person with a language of their own, a browser with a cookie, or both."""
    request = RequestFactory().get(path, query)
    request.user = User(language=own) if signed_in else type("Stranger", (), {"is_authenticated": False})()
    if cookie:
        request.COOKIES["django_language"] = cookie
    return middleware.language(say_language)(request).content.decode()


def test_language_is_the_persons_own():
    assert ask(own="en") == "en"


def test_language_of_this_browser_goes_before_the_persons_own():
    assert ask(own="en", cookie="zh-hans") == "zh-hans"


@pytest.mark.parametrize("own", ["", "tlh"])
def test_language_stays_what_the_browser_prefers(own):
    assert ask(own=own) == "zh-hans"
    assert ask(signed_in=False) == "zh-hans"


def test_language_at_the_api_is_asked_for_by_lang():
    assert ask("/api/v1/pilots", lang="en", signed_in=False) == "en"
    assert ask("/api/v1/pilots", lang="zh", own="en") == "zh-hans"
    assert ask("/pilots/", lang="en", signed_in=False) == "zh-hans"


def answer(path, **headers):
    return middleware.headers(lambda request: HttpResponse(headers=headers))(RequestFactory().get(path))


def test_headers_keep_pages_out_of_every_cache():
    assert answer("/pilots/").headers["Cache-Control"] == "no-store"


def test_headers_let_the_api_be_asked_again():
    found = answer("/api/v1/values")
    assert found.headers["Cache-Control"] == "private, no-cache"
    assert found.headers["Vary"] == "Authorization, Cookie, Accept-Language, Accept"


def test_headers_leave_what_a_view_has_decided():
    assert answer("/api/v1/values", **{"Cache-Control": "public, no-cache"}).headers["Cache-Control"] == "public, no-cache"


def test_content_policy_lets_a_sign_in_form_go_to_the_issuer(settings):
    settings.OIDC_URL = "https://id.city.cn/realm"
    assert "form-action 'self' https://id.city.cn" in middleware.content_policy()
    settings.OIDC_URL = ""
    assert middleware.content_policy().endswith("form-action 'self'")


def compress(**headers):
    """Send a long text with these headers to a browser that takes gzip, and answer how it went."""
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    response = HttpResponse("天津生态城 " * 200, headers=headers)
    return middleware.Compressed(lambda _request: response)(request).headers.get("Content-Encoding", "")


def test_text_is_compressed_on_its_way():
    assert compress() == "gzip"
    assert compress(**{"Content-Type": "application/json", "ETag": 'W/"of a list"'}) == "gzip"


def test_what_has_a_strong_tag_or_is_no_text_goes_as_it_is():
    assert compress(ETag='"3"') == ""
    assert compress(**{"Content-Type": "application/pdf"}) == ""
