"""The page of tokens: made with their text shown once, ended at once, usable only from where they are meant to be used."""

import re
import urllib.error
import urllib.request
from io import StringIO

import pytest
from django.db import connection

from pilots import tokens
from pilots.models import Token, TrailRow
from tests import builders
from tests.programs import Program
from tests.visitors import signed_in

PAGE = "/account/tokens/"
WANTED = {"name": "nightly copy", "scope": "own", "pilot": "", "days": "90", "addresses": ""}


def made(client, **changed) -> str:
    """Make a token on the page and return its text."""
    page = client.post(PAGE, {**WANTED, **changed})
    assert page.status_code == 200
    return re.search(r'value="(i37_\w+)"', page.content.decode())[1]


def status(text: str, address: str = "127.0.0.1", asked: str = "pilots/tianjin/collections") -> int:
    return Program(None).get(f"/api/v1/{asked}", headers={"Authorization": f"Token {text}"}, REMOTE_ADDR=address).status_code


def test_a_token_is_shown_once_and_opens_what_it_says(people, tianjin):
    client = signed_in(people.lead)
    text = made(client, pilot=tianjin.pk)
    token = Token.objects.get()
    assert (token.name, token.scope, token.pilot, token.user) == ("nightly copy", "own", tianjin, people.lead)
    assert status(text) == 200
    again = client.get(PAGE)
    assert (text in again.content.decode(), token.token_key in again.content.decode()) == (False, True)
    assert again["Cache-Control"] == "no-store"
    assert TrailRow.objects.get(act="tokens.make").door == "page"


def test_an_ended_token_is_refused_at_its_next_request(people):
    client = signed_in(people.lead)
    text = made(client)
    assert status(text) == 200
    assert client.post(f"{PAGE}{Token.objects.get().token_key}/end").status_code == 302
    assert status(text) == 401


def test_nobody_ends_or_sees_the_token_of_somebody_else(people):
    token, _text = tokens.make(user=people.lead, name="hers alone", scope="read", by=people.lead, door="page")
    client = signed_in(people.contributor)
    assert client.post(f"{PAGE}{token.token_key}/end").status_code == 404
    assert "hers alone" not in client.get(PAGE).content.decode()
    assert Token.objects.filter(pk=token.pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"scope": "all"}, {"days": "366"}, {"days": "1_0"}, {"days": "９０"}, {"pilot": "999999"}, {"addresses": "everywhere"}],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_made(people, wrong):
    page = signed_in(people.lead).post(PAGE, {**WANTED, **wrong})
    assert (page.status_code, 'class="error"' in page.content.decode()) == (400, True)
    assert not Token.objects.exists()


def test_a_pilot_of_others_is_not_offered(people, tianjin):
    assert signed_in(people.stranger).post(PAGE, {**WANTED, "pilot": tianjin.pk}).status_code == 400


def test_a_token_for_some_addresses_is_nothing_elsewhere(people):
    text = made(signed_in(people.lead), addresses="203.0.113.0/24, 2001:db8::7")
    assert Token.objects.get().addresses == ["203.0.113.0/24", "2001:db8::7/128"]
    assert [status(text, address) for address in ("203.0.113.9", "2001:db8::7")] == [200, 200]
    assert [status(text, address) for address in ("127.0.0.1", "203.0.114.1", "2001:db8::8", "", "nonsense")] == [401] * 5


def test_a_forwarded_address_counts_only_behind_a_proxy(people, settings):
    text = made(signed_in(people.lead), addresses="203.0.113.7")

    def ask(forwarded):
        headers = {"Authorization": f"Token {text}", "X-Forwarded-For": forwarded}
        return Program(None).get("/api/v1/pilots/tianjin/collections", headers=headers).status_code

    assert ask("203.0.113.7") == 401
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert [ask("203.0.113.7"), ask("198.51.100.1, 203.0.113.7"), ask("203.0.113.7, 198.51.100.1")] == [200, 200, 401]


def test_the_api_takes_addresses_too(people):
    client = signed_in(people.lead)
    body = {"name": "pull", "addresses": ["203.0.113.7"]}
    answer = client.post("/api/v1/tokens", body, content_type="application/json")
    assert (answer.status_code, answer.json()["addresses"]) == (201, ["203.0.113.7/32"])
    for wrong in (["everywhere"], ["203.0.113.7/33"], [7], ["203.0.113.7"] * 21, "203.0.113.7"):
        answer = client.post("/api/v1/tokens", {**body, "addresses": wrong}, content_type="application/json")
        assert (wrong, answer.status_code) == (wrong, 400)


def test_the_text_of_a_token_is_nowhere_but_in_its_one_answer(live_portal):
    """Not in a dump of the whole database, not in a log, not on a page; and its use makes no session."""
    person = builders.person("a.lead")
    _token, text = tokens.make(user=person, name="canary", scope="write", by=person, door="api")
    answers = [ask_live(live_portal.url, path, text) for path in ("purposes", "tokens", "values?colour=red", "nowhere", "todo")]
    assert [answer[0] for answer in answers] == [200, 403, 400, 404, 200]
    assert not any("Set-Cookie" in headers or text in body for _status, headers, body in answers)
    assert text not in everything_in_the_database()
    assert not any(text in log.read_text(errors="replace") for log in live_portal.folder.glob("*.log"))


def ask_live(url: str, path: str, text: str) -> tuple[int, dict, str]:
    request = urllib.request.Request(f"{url}/api/v1/{path}", headers={"Authorization": f"Token {text}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


def everything_in_the_database() -> str:
    """Every row of every table as text."""
    whole = StringIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', whole)
    return whole.getvalue()
