"""The way in by an invitation, as whoever opens the link sees it."""

import logging
import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pilots import invitations
from pilots.models import Door, Invitation, Role, User
from portal.logs import Lines
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "quiet river under nine bridges"
FORM = {"name": "王芳", "username": "wang.fang", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def text(tianjin, people):
    return invitations.invite(roles=["contributor"], pilot=tianjin, name="王芳", email="wang@city.cn", by=people.lead, door=Door.PAGE)[1]


def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def opened(text, client=None):
    client = client or visitor()
    return client, client.get(f"/join/{text}/", follow=True)


def test_the_link_leaves_the_address_at_once_and_shows_who_invites_to_what(text, people):
    client = visitor()
    first = client.get(f"/join/{text}/")
    assert (first.status_code, first.url, first.headers["Referrer-Policy"]) == (302, "/join/", "no-referrer")
    page = client.get("/join/").content.decode()
    assert (str(people.lead) in page, "Tianjin" in page, "contributor" in page, text in page) == (True, True, True, False)


def test_an_invited_person_chooses_name_and_password_and_is_signed_in(text):
    client, _answer = opened(text)
    answer = client.post("/join/", FORM)
    user = User.objects.get(username="wang.fang")
    assert answer.status_code == 302
    assert client.session[SESSION_KEY] == str(user.pk)
    assert (user.email, [role for _pilot, role in user.grants]) == ("wang@city.cn", [Role.CONTRIBUTOR])
    assert client.get("/todo").status_code == 200


def test_the_session_gets_a_new_key_with_the_sign_in(text):
    client, _answer = opened(text)
    before = client.session.session_key
    client.post("/join/", FORM)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"again": "another river"}, "The two passwords are not the same."),
        ({"username": "a.viewer"}, "exists"),
        ({"username": "with space"}, "valid"),
        ({"username": ""}, "required"),
        ({"password": "short", "again": "short"}, "short"),
        ({"username": "a\x00b"}, "Null"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_stays_open(text, wrong, said):
    client, _answer = opened(text)
    answer = client.post("/join/", {**FORM, **wrong})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert invitations.find(text)


def test_the_rules_for_passwords_stand_beside_the_field(text):
    _client, answer = opened(text)
    assert "at least 15 characters" in answer.content.decode()


def test_a_person_with_an_account_signs_in_on_the_way_and_accepts(text, people):
    client, answer = opened(text)
    assert "/account/login/?next=/join/" in answer.content.decode()
    client, answer = opened(text, signed_in(people.nobody))
    assert "You are signed in as nobody." in answer.content.decode()
    assert client.post("/join/").status_code == 302
    assert User.objects.get(pk=people.nobody.pk).memberships.get().role == Role.CONTRIBUTOR


def test_whoever_made_the_link_cannot_use_it_and_is_told_so(text, people):
    client, _answer = opened(text, signed_in(people.lead))
    assert client.post("/join/").status_code == 403
    assert invitations.find(text)


def test_a_refusal_of_the_act_is_shown_to_whoever_accepts(people):
    _invitation, text = invitations.invite(roles=["administrator"], pilot=None, name="王芳", by=people.administrator, door=Door.PAGE)
    client, _answer = opened(text, signed_in(people.auditor))
    answer = client.post("/join/")
    assert answer.status_code == 400
    assert "Nobody is both administrator and auditor" in answer.content.decode()


def scrubbed(answer) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", answer.content)


def test_links_that_open_nothing_answer_alike(text, tianjin, people):
    made = [
        invitations.invite(roles=["viewer"], pilot=tianjin, name=name, by=people.lead, door=Door.PAGE) for name in ("revoked", "expired")
    ]
    invitations.revoke(invitation=made[0][0], by=people.lead, door=Door.PAGE)
    Invitation.objects.filter(pk=made[1][0].pk).update(invited_at="2020-01-01T00:00Z", expires_at="2020-01-08T00:00Z")
    client, _answer = opened(text)
    client.post("/join/", FORM)
    answers = [opened(signs)[1] for signs in (text, made[0][1], made[1][1], "0" * 40, "x")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({scrubbed(answer) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_a_guess_costs_one_query_and_leaves_nothing_behind(db):
    with CaptureQueriesContext(connection) as queries:
        answer = visitor().get("/join/" + "0" * 40 + "/")
    assert len(queries) == 1
    assert not answer.cookies


def test_two_who_open_it_make_one_account(text):
    first, second = opened(text)[0], opened(text)[0]
    assert first.post("/join/", FORM).status_code == 302
    assert second.post("/join/", {**FORM, "username": "other"}).status_code == 404
    assert not User.objects.filter(username="other").exists()


def test_the_link_stands_in_no_line_of_the_log(text, caplog):
    caplog.set_level(logging.DEBUG)
    client, _answer = opened(text)
    client.post(f"/join/{text}/")
    client.post("/join/", {**FORM, "password": "short"})
    client.post("/join/", FORM)
    opened(text)
    lines = [Lines().format(record) for record in caplog.records]
    assert [line for line in lines if "/join/" in line]
    assert not [line for line in lines if text in line]


def test_a_portal_without_a_public_site_lets_an_invited_person_in(text, settings):
    settings.PUBLIC_SITE = False
    assert opened(text)[1].status_code == 200
